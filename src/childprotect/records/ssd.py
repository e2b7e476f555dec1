"""The Standard Safeguarding Dataset: its rows translated into events.

The fields are those of the reference's definitions. Child in need plans and visits, looked-after and missing episodes
are in tables of which no field with a date is defined there, so they are not read: `visit` is a visit under a child
protection plan. Of the rest only what rules use is kept. What the tables at hand do not hold is left to the coverage,
so that it is *cannot tell* and never *overdue*.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from childprotect.chronology import Chronology, Coverage
from childprotect.errors import UnreadableInput
from childprotect.events import Lost
from childprotect.records.recognising import Given, Reader, Reading
from childprotect.records.same_record import UNFILLED
from childprotect.records.source import Account, Hashes, Source
from childprotect.records.ssd_child import OneChild, cleaned
from childprotect.records.ssd_folder import open_folder, table_files
from childprotect.records.ssd_tables import EXPECTED, TABLES, Broken, Tables, is_database, open_database
from childprotect.records.telling import Telling, iso_day

FORMAT = "ssd"
_CONFERENCES = ("initial-conference", "pre-birth-conference", "transfer-in-conference")
HOLDS: Mapping[str, tuple[str, ...]] = {
    "cont_contact_date": ("contact",),
    "cine_referral_date": ("referral",),
    "cine_close_date": ("case-closed",),
    "cina_assessment_start_date": ("assessment-started",),
    "cina_assessment_auth_date": ("assessment-completed",),
    "s47e_s47_start_date": ("section-47-started",),
    "s47e_s47_end_date": ("section-47-completed",),
    # a pre-birth conference is in the table as an initial one
    "icpc_icpc_date": _CONFERENCES,
    "cppl_cp_plan_start_date": ("plan-started",),
    "cppl_cp_plan_end_date": ("plan-ended",),
    "cppr_cp_review_date": ("review-conference",),
    "cppv_cp_visit_date": ("visit",),
    "prep_pre_pro_decision_date": ("legal-planning-meeting",),
    "prep_initial_pre_pro_meeting_date": ("pre-proceedings-meeting",),
    "prep_pre_pro_letter_date": ("letter-before-proceedings",),
}
"""Which events a column dates."""
FACTS_OF: Mapping[str, tuple[str, ...]] = {
    "cine_referral_nfa": ("referral.no-further-action",),
    "cine_referral_outcome_json": ("referral.no-further-action",),
    "cine_close_reason": ("case-closed.reason",),
    "cina_assessment_child_seen": ("assessment-completed.child-seen",),
    # an outcome is recorded in more ways than we have words for, so one that we do not have is not one that is missing
    "s47e_s47_nfa": ("section-47-completed.conference-required",),
    "s47e_s47_outcome_json": ("section-47-completed.conference-required",),
    "icpc_icpc_target_date": ("section-47-started.recorded-target",),
    "icpc_icpc_outcome_cp_flag": tuple(f"{kind}.outcome" for kind in _CONFERENCES),
    "icpc_icpc_outcome_json": tuple(f"{kind}.outcome" for kind in _CONFERENCES),
    "cppl_cp_plan_initial_category": ("plan-started.categories",),
    "cppr_cp_review_due": ("review-conference.recorded-due",),
    "cppr_cp_review_outcome_continue_cp": ("review-conference.outcome",),
    "cppr_cp_review_quorate": ("review-conference.quorate",),
    "cppv_cp_visit_seen": ("visit.child-seen",),
    "cppv_cp_visit_seen_alone": ("visit.seen-alone",),
}
"""Which facts a column gives."""
COVERS = Coverage(
    frozenset(kind for kinds in HOLDS.values() for kind in kinds),
    frozenset(fact for facts in FACTS_OF.values() for fact in facts),
)
"""What the data set can hold at most. A source of it holds what its columns hold."""

ONE_CHILD = "it is there in other capitals, or with other noughts before it, too: these may be one child"


def read_tables(given: Given, reading: Reading) -> Source:
    """Read a folder of files, or what is behind an engine or a connection. Raises `UnreadableInput`.

    `as_at` of the source is the last date of an event in it. The order of the children is that of the database. An
    engine or a connection that was given stays open, with what transaction its driver has begun.
    """
    if given.is_folder:
        tables = open_folder(str(given.path), reading.schema, reading.progress)
    else:
        tables = open_database(given.what, given.name, reading.schema)
    try:
        days, unfilled = _dates(tables)
        account = Account()
        source = Source(given.name, FORMAT, account.last_of(days), account=account)
        account.missing += tables.missing()
        account.missing += (f"{table}.{column} (not filled)" for table, column in unfilled)
        for entry in tables.broken:
            account.reject_rows([entry.place], None, entry.because)
        covers = _covers(tables, {column for _, column in unfilled})
        return source.give(_children(tables, account, reading, covers))
    except BaseException:
        tables.close()
        raise


def _dates(tables: Tables) -> tuple[set[date], list[tuple[str, str]]]:
    """The dates of events, and the columns of dates in which only placeholders stand."""
    days, unfilled = set[date](), []
    for table, columns in tables.columns.items():
        for column in HOLDS.keys() & columns.keys():
            filled = placeholders = False
            for value in tables.values(table, column):
                day = iso_day(cleaned(table, {column: value}).get(column))
                if day is not None:
                    days.add(day)
                    filled = True
                placeholders = placeholders or (isinstance(value, str) and value.strip().casefold() in UNFILLED)
            if placeholders and not filled:
                unfilled.append((table, column))
    if not days:
        raise UnreadableInput(tables.name, "", "there is no date of any event in its tables", EXPECTED)
    return days, sorted(unfilled)


def _covers(tables: Tables, unfilled: set[str]) -> Coverage:
    columns = {column for columns in tables.columns.values() for column in columns} - unfilled
    return Coverage(
        frozenset(kind for column, kinds in HOLDS.items() if column in columns for kind in kinds),
        frozenset(fact for column, facts in FACTS_OF.items() if column in columns for fact in facts),
    )


def _children(tables: Tables, account: Account, reading: Reading, covers: Coverage) -> Iterator[Chronology]:
    broken = defaultdict[str, list[Broken]](list)
    for entry in tables.broken:
        for cell in entry.cells:
            broken[cell.casefold()].append(entry)
    seen = Hashes()
    try:
        for person in tables.people():
            name = reading.child(None if person.identifier.casefold() in UNFILLED else person.identifier)
            if name is None:
                for table, rows in person.rows.items():
                    places = (f"{table}, row {n} of {len(rows)} without an identifier" for n, _ in enumerate(rows, 1))
                    account.reject_rows(places, None, f"it has no {TABLES[table][0]} that can be read")
                continue
            seen.add(_alike(person.identifier))
            told = Telling(name, account)
            said = {table: [cleaned(table, row) for row in rows] for table, rows in person.rows.items()}
            born, died = OneChild(told, said, _may_be, person.shared).tell()
            if not person.alike:
                told.lose(None, "the identifier", "it is written in more than one way")
            if person.identifier.strip() != person.identifier:  # no space, but a tab or the like: SQL leaves it there
                told.lose(None, "the identifier", "there is white space around it, so other rows may be of this child")
            for entry in broken.get(person.identifier.casefold(), ()):
                told.lost += [Lost(kind, entry.place, entry.because) for kind in _may_be(entry.table)]
            yield told.chronology(born, died, covers)
        if repeated := seen.repeated():  # only then are the identifiers asked for again, since none were held
            for identifier in tables.identifiers():
                if hash(_alike(identifier)) in repeated:
                    account.doubt("the identifier", reading.child(identifier), ONE_CHILD)
    finally:
        tables.close()


def _alike(identifier: str) -> str:
    """An identifier as another table may have it, in other capitals or without noughts before it."""
    return identifier.strip().casefold().lstrip("0")


def _may_be(table: str) -> Sequence[str | None]:
    """The kinds of event that a row of the table may have been; None of a person, whose death would end every duty."""
    kinds = [kind for column in TABLES[table] for kind in HOLDS.get(column, ())]
    return kinds or [None]


def _recognise(given: Given) -> str | None:
    if given.is_folder:
        held = table_files(str(given.path))
        return f"it is a folder that holds {', '.join(sorted(held))}" if held else None
    if given.path is None and is_database(given.what):
        return "it is an engine or a connection of a database"
    return None


READER = Reader(
    FORMAT,
    "the Standard Safeguarding Dataset (a folder, or a database)",
    _recognise,
    read_tables,
    COVERS,
    by="a folder with files such as ssd_cin_episodes.csv, or a connection to a database",
)
