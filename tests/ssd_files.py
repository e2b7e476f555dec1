"""Tables of the Standard Safeguarding Dataset for tests: from rows or from chronologies, to folders and databases.

A table is made with every column that the reader knows, and with those of the rows besides.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import childprotect as cp
from childprotect.records.ssd_tables import TABLES
from childprotect.records.telling import CLOSURES

Row = Mapping[str, object]
Data = Mapping[str, Sequence[Row]]


def columns_of(data: Data, table: str) -> list[str]:
    """All columns of a table: ours, and those that its rows have besides."""
    return list(dict.fromkeys((*TABLES[table], *(name for row in data.get(table, ()) for name in row))))


def is_day(column: str) -> bool:
    """Whether a column is of dates."""
    return column.endswith(("_date", "_due", "_dob"))


def _text(value: object) -> str:
    return "" if value is None else str(value)


def write_csv(folder: Path, data: Data, *, encoding: str = "utf-8", end: str = "\n", prefix: str = "") -> Path:
    """A folder with a CSV file for each table that has rows, or is at least named."""
    folder.mkdir(exist_ok=True)
    for table in data:
        with (folder / f"{prefix}{table}.csv").open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, columns_of(data, table), restval="", lineterminator=end)
            writer.writeheader()
            writer.writerows(data[table])
    return folder


def write_parquet(folder: Path, data: Data, *, prefix: str = "") -> Path:
    """A folder with a Parquet file for each table: columns of dates that hold nothing else are dates."""
    import pyarrow as pa
    from pyarrow import parquet

    folder.mkdir(exist_ok=True)
    for table, rows in data.items():
        arrays = {}
        for column in columns_of(data, table):
            values = [_text(row.get(column)) or None for row in rows]
            if is_day(column) and all(value is None or _is_iso(value) for value in values):
                days = [None if value is None else date.fromisoformat(value[:10]) for value in values]
                arrays[column] = pa.array(days, pa.date32())
            else:
                arrays[column] = pa.array(values, pa.string())
        parquet.write_table(pa.table(arrays), folder / f"{prefix}{table}.parquet")
    return folder


def _is_iso(value: str) -> bool:
    return len(value) in (10, 19) and value[:4].isdigit() and value[4] == "-"


def statements(data: Data, day: str = "text") -> list[tuple[str, list[list[object]]]]:
    """What makes the tables, with the rows to put in; `day` is the type of a column of dates."""
    made: list[tuple[str, list[list[object]]]] = []
    for table, rows in data.items():
        columns = columns_of(data, table)
        typed = ", ".join(f"{column} {day if is_day(column) else 'text'}" for column in columns)
        made.append((f"CREATE TABLE {table} ({typed})", []))
        made.append((table, [[row.get(column) for column in columns] for row in rows]))
    return made


def fill(connection: Any, data: Data, *, day: str = "text", mark: str = "?") -> None:
    """Put the tables into a database, over any connection of PEP 249."""
    cursor = connection.cursor()
    for statement, rows in statements(data, day):
        if statement.startswith("CREATE"):
            cursor.execute(statement)
        elif rows:
            cursor.executemany(f"INSERT INTO {statement} VALUES ({', '.join([mark] * len(rows[0]))})", rows)
    cursor.close()
    connection.commit()


def tables_of(children: Iterable[cp.Chronology]) -> dict[str, list[dict[str, object]]]:
    """The same children as tables, as far as the tables can hold them."""
    data: dict[str, list[dict[str, object]]] = {table: [] for table in TABLES}
    for child in children:
        _one(child, data)
    return data


def _one(child: cp.Chronology, data: dict[str, list[dict[str, object]]]) -> None:
    latest: dict[str, dict[str, object]] = {}

    def row(table: str, **said: object) -> None:
        person, number, *_ = TABLES[table]
        latest[table] = {person: child.child, number: f"{table}-{len(data[table])}"} | said
        data[table].append(latest[table])

    def number(table: str) -> object:
        return latest[table][TABLES[table][1]] if table in latest else None

    data["ssd_person"].append({"pers_person_id": child.child})
    for event in child:
        day, flags = event.day.isoformat(), {name: _flag(value) for name, value in event.facts.items()}
        match event.kind:
            case "contact":
                row("ssd_contacts", cont_contact_date=day)
            case "referral":
                nothing = flags.get("no-further-action")
                row("ssd_cin_episodes", cine_referral_date=day, cine_referral_nfa=nothing)
            case "case-closed" if "ssd_cin_episodes" in latest:
                reason = {ours: code for code, ours in CLOSURES.items()}.get(event.facts.get("reason", ""))
                latest["ssd_cin_episodes"].update(cine_close_date=day, cine_close_reason=reason)
            case "assessment-started":
                row("ssd_cin_assessments", cina_assessment_start_date=day)
            case "assessment-completed" if "ssd_cin_assessments" in latest:
                done = {"cina_assessment_auth_date": day, "cina_assessment_child_seen": flags.get("child-seen")}
                latest.pop("ssd_cin_assessments").update(done)
            case "section-47-started":
                row("ssd_s47_enquiry", s47e_s47_start_date=day)
            case "section-47-completed" if "ssd_s47_enquiry" in latest:
                latest["ssd_s47_enquiry"]["s47e_s47_end_date"] = day
            case "initial-conference" if event.facts.get("outcome") == "adjourned":
                pass  # the table has no word for it, and would say that one was held
            case "initial-conference" | "pre-birth-conference" | "transfer-in-conference":
                row(
                    "ssd_initial_cp_conference",
                    icpc_icpc_date=day,
                    icpc_icpc_transfer_in="Y" if event.kind.startswith("transfer") else "N",
                    icpc_s47_enquiry_id=number("ssd_s47_enquiry"),
                    icpc_icpc_outcome_cp_flag={"plan": "Y", "no-plan": "N"}.get(str(event.facts.get("outcome"))),
                )
            case "plan-started":
                names = event.facts.get("categories", ())
                words = sorted(f"{name} abuse" if name != "neglect" else name for name in names)
                category = ", ".join(words) if len(words) < 2 else f"Multiple: {', '.join(words)}"
                row("ssd_cp_plans", cppl_cp_plan_start_date=day, cppl_cp_plan_initial_category=category)
            case "plan-ended" if "ssd_cp_plans" in latest:
                latest["ssd_cp_plans"]["cppl_cp_plan_end_date"] = day
            case "review-conference":
                on = {"continue": "Y", "end": "N"}.get(str(event.facts.get("outcome")))
                plan = number("ssd_cp_plans")
                row(
                    "ssd_cp_reviews",
                    cppr_cp_review_date=day,
                    cppr_cp_plan_id=plan,
                    cppr_cp_review_outcome_continue_cp=on,
                    cppr_cp_review_quorate=flags.get("quorate"),
                )
            case "visit":
                seen, alone = flags.get("child-seen"), flags.get("seen-alone")
                row("ssd_cp_visits", cppv_cp_visit_date=day, cppv_cp_visit_seen=seen, cppv_cp_visit_seen_alone=alone)
            case "letter-before-proceedings":
                row("ssd_pre_proceedings", prep_pre_pro_letter_date=event.day.strftime("%d/%m/%Y"))
            case _:
                pass


def _flag(value: object) -> str | None:
    return {True: "Y", False: "N"}.get(value) if isinstance(value, bool) else None
