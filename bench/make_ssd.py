"""The tables of the Standard Safeguarding Dataset of N children, fourteen rows a child, as CSV or as Parquet.

The children stand in an order that is not that of their identifiers, as in the tables of a case system. Of the columns
that no rule reads there are some too, as there are in every export.
"""

import csv
import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

COLUMNS = {
    "ssd_person": "pers_person_id pers_legacy_id pers_dob pers_expected_dob pers_death_date",
    "ssd_contacts": "cont_contact_id cont_person_id cont_contact_date cont_contact_source_code",
    "ssd_cin_episodes": """cine_referral_id cine_person_id cine_referral_date cine_cin_primary_need_code
        cine_referral_source_code cine_referral_outcome_json cine_referral_nfa cine_close_reason cine_close_date
        cine_referral_team""",
    "ssd_cin_assessments": """cina_assessment_id cina_person_id cina_referral_id cina_assessment_start_date
        cina_assessment_child_seen cina_assessment_auth_date cina_assessment_outcome_nfa cina_assessment_team""",
    "ssd_s47_enquiry": """s47e_s47_enquiry_id s47e_referral_id s47e_person_id s47e_s47_start_date s47e_s47_end_date
        s47e_s47_nfa s47e_s47_outcome_json s47e_s47_completed_by_team""",
    "ssd_initial_cp_conference": """icpc_icpc_id icpc_icpc_meeting_id icpc_s47_enquiry_id icpc_person_id
        icpc_cp_plan_id icpc_icpc_transfer_in icpc_icpc_target_date icpc_icpc_date icpc_icpc_outcome_cp_flag
        icpc_icpc_team""",
    "ssd_cp_plans": """cppl_cp_plan_id cppl_referral_id cppl_icpc_id cppl_person_id cppl_cp_plan_start_date
        cppl_cp_plan_end_date cppl_cp_plan_ola cppl_cp_plan_initial_category cppl_cp_plan_latest_category""",
    "ssd_cp_reviews": """cppr_cp_review_id cppr_person_id cppr_cp_plan_id cppr_cp_review_due cppr_cp_review_date
        cppr_cp_review_meeting_id cppr_cp_review_outcome_continue_cp cppr_cp_review_quorate""",
    "ssd_cp_visits": """cppv_cp_visit_id cppv_person_id cppv_cp_plan_id cppv_cp_visit_date cppv_cp_visit_seen
        cppv_cp_visit_seen_alone cppv_cp_visit_bedroom""",
}
TABLES = {table: columns.split() for table, columns in COLUMNS.items()}
ROWS = 14
_MOST = 10_000_019
"""A prime: numbers multiplied by another one leave every remainder once, in no order."""
Rows = dict[str, list[dict[str, object]]]


def children(n: int, seed: int = 1) -> Iterator[Rows]:
    """The rows of each child, by table; what is not there is empty."""
    chance = random.Random(seed)
    for number in range(n):
        yield _child(chance, f"B{number * 7_654_321 % _MOST:08}", number)


def _child(chance: random.Random, child: str, number: int) -> Rows:
    referred = date(2021, 4, 2) + timedelta(days=chance.randrange(900))
    enquiry = referred + timedelta(days=chance.randrange(1, 5))
    conference = enquiry + timedelta(days=chance.choice((12, 14, 16, 18, 19, 20, 20, 20, 20, 35)))
    first = conference + timedelta(days=chance.choice((70, 80, 85, 88, 89, 89, 89, 89, 89, 110)))
    second = first + timedelta(days=chance.choice((100, 120, 130, 140, 150, 160, 170, 175, 178, 200)))
    plan = f"P{number}"
    visits: list[dict[str, object]] = [
        {
            "cppv_cp_visit_id": f"V{number}-{n}",
            "cppv_person_id": child,
            "cppv_cp_plan_id": plan,
            "cppv_cp_visit_date": conference + timedelta(days=9 * n),
            "cppv_cp_visit_seen": "Y",
            "cppv_cp_visit_seen_alone": chance.choice("YN"),
            "cppv_cp_visit_bedroom": "Y",
        }
        for n in range(5)
    ]
    reviews: list[dict[str, object]] = [
        {
            "cppr_cp_review_id": f"R{number}-{n}",
            "cppr_person_id": child,
            "cppr_cp_plan_id": plan,
            "cppr_cp_review_due": due,
            "cppr_cp_review_date": day,
            "cppr_cp_review_meeting_id": f"M{number}-{n}",
            "cppr_cp_review_outcome_continue_cp": "Y" if n == 0 else "N",
            "cppr_cp_review_quorate": "Y",
        }
        for n, (due, day) in enumerate(
            ((conference + timedelta(days=90), first), (first + timedelta(days=180), second))
        )
    ]
    return {
        "ssd_person": [{"pers_person_id": child, "pers_legacy_id": f"L{number}", "pers_dob": date(2015, 1, 1)}],
        "ssd_contacts": [
            {"cont_contact_id": f"C{number}", "cont_person_id": child, "cont_contact_date": referred},
        ],
        "ssd_cin_episodes": [
            {
                "cine_referral_id": f"E{number}",
                "cine_person_id": child,
                "cine_referral_date": referred,
                "cine_cin_primary_need_code": "N1",
                "cine_referral_source_code": "1A",
                "cine_referral_outcome_json": '{"NFA_FLAG": "N", "SINGLE_ASSESSMENT_FLAG": "Y"}',
                "cine_referral_nfa": "N",
                "cine_close_reason": "RC7",
                "cine_close_date": second + timedelta(days=30),
                "cine_referral_team": "T1",
            }
        ],
        "ssd_cin_assessments": [
            {
                "cina_assessment_id": f"A{number}",
                "cina_person_id": child,
                "cina_referral_id": f"E{number}",
                "cina_assessment_start_date": referred,
                "cina_assessment_child_seen": "Y",
                "cina_assessment_auth_date": referred + timedelta(days=chance.choice((20, 40, 50, 58, 60, 60, 90))),
                "cina_assessment_outcome_nfa": "N",
                "cina_assessment_team": "T1",
            }
        ],
        "ssd_s47_enquiry": [
            {
                "s47e_s47_enquiry_id": f"S{number}",
                "s47e_referral_id": f"E{number}",
                "s47e_person_id": child,
                "s47e_s47_start_date": enquiry,
                "s47e_s47_end_date": conference,
                "s47e_s47_nfa": "N",
                "s47e_s47_outcome_json": '{"CP_CONFERENCE_FLAG": "Y", "NFA_FLAG": "N"}',
                "s47e_s47_completed_by_team": "T1",
            }
        ],
        "ssd_initial_cp_conference": [
            {
                "icpc_icpc_id": f"I{number}",
                "icpc_icpc_meeting_id": f"M{number}",
                "icpc_s47_enquiry_id": f"S{number}",
                "icpc_person_id": child,
                "icpc_cp_plan_id": plan,
                "icpc_icpc_transfer_in": "N",
                "icpc_icpc_target_date": enquiry + timedelta(days=21),
                "icpc_icpc_date": conference,
                "icpc_icpc_outcome_cp_flag": "Y",
                "icpc_icpc_team": "T1",
            }
        ],
        "ssd_cp_plans": [
            {
                "cppl_cp_plan_id": plan,
                "cppl_referral_id": f"E{number}",
                "cppl_icpc_id": f"I{number}",
                "cppl_person_id": child,
                "cppl_cp_plan_start_date": conference,
                "cppl_cp_plan_end_date": second,
                "cppl_cp_plan_ola": "N",
                "cppl_cp_plan_initial_category": "Neglect",
                "cppl_cp_plan_latest_category": "Neglect",
            }
        ],
        "ssd_cp_reviews": reviews,
        "ssd_cp_visits": visits,
    }


def write_csv(folder: Path, n: int) -> None:
    """Write the tables of n children, one file a table."""
    folder.mkdir(exist_ok=True)
    with ExitStack() as stack:
        writers = {}
        for table, columns in TABLES.items():
            file = stack.enter_context((folder / f"{table}.csv").open("w", encoding="utf-8", newline=""))
            writers[table] = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            writers[table].writeheader()
        for child in children(n):
            for table, rows in child.items():
                writers[table].writerows(rows)


def write_parquet(folder: Path, n: int) -> None:
    """Write the same tables with dates as dates."""
    import pyarrow as pa
    from pyarrow import parquet

    folder.mkdir(exist_ok=True)
    told = children(n)
    with ExitStack() as stack:
        writers = {}
        for table, columns in TABLES.items():
            dated = {name: pa.date32() for name in columns if name.endswith(("_date", "_due", "_dob"))}
            schema = pa.schema([(name, dated.get(name, pa.string())) for name in columns])
            writers[table] = stack.enter_context(parquet.ParquetWriter(folder / f"{table}.parquet", schema))
        # some at a time: the memory of this process would be counted as that of those that it starts
        while some := list(islice(told, 5000)):
            for table, writer in writers.items():
                rows = [row for child in some for row in child[table]]
                columns = [pa.array([row.get(name) for row in rows], kind.type)
                           for name, kind in zip(TABLES[table], writer.schema, strict=True)]  # fmt: skip
                writer.write_batch(pa.record_batch(columns, schema=writer.schema))


if __name__ == "__main__":
    write_csv(Path(sys.argv[1]), int(sys.argv[2]))
