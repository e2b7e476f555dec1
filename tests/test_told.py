"""What is told, whatever holds it: days by the clocks of England, facts as text or flags, replaced entries."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.measured import Row, frame_of, told

from childprotect import Chronology, Coverage, Event, tables
from childprotect.errors import UnknownName, UnreadableInput
from childprotect.measures import MEASURES, NOT_COUNTED, Told, behind, measure, measured
from childprotect.measures.groups import holders
from childprotect.records.event_table_writer import write_event_table
from childprotect.rulebooks import england

LAST = date(2024, 3, 31)
AT = {"child": ["C-1"], "event": ["visit"]}


def days_of(frame: pl.DataFrame) -> list[date]:
    """The days of what is told by a table."""
    return Told.of(frame, as_at=LAST).events["day"].to_list()


def test_a_moment_is_of_its_day_in_england() -> None:
    late = datetime(2023, 6, 1, 23, 30, tzinfo=UTC)
    assert days_of(pl.DataFrame({**AT, "at": [late]})) == [date(2023, 6, 2)]
    assert days_of(pl.DataFrame({**AT, "at": [datetime(2023, 6, 1, 23, 30)]})) == [date(2023, 6, 1)]  # noqa: DTZ001
    assert days_of(pl.DataFrame({**AT, "at": ["2023-06-01T23:30:00Z"]})) == [date(2023, 6, 2)]


@pytest.mark.parametrize(
    ("column", "flag"),
    [([True], True), (["yes"], True), (["1"], True), ([" False "], False), (["0"], False), ([""], None), ([1], True)],
)
def test_a_flag_is_read_however_it_is_written(column: list[Any], flag: bool | None) -> None:
    frame = pl.DataFrame({**AT, "at": [LAST], "child-seen": column})
    assert Told.of(frame, as_at=LAST).events["child-seen"].to_list() == [flag]


def test_a_set_is_told_in_one_order_and_an_empty_cell_is_unknown() -> None:
    frame = pl.DataFrame({**AT, "at": [LAST], "categories": [["neglect", "emotional"]], "outcome": [""]})
    row = Told.of(frame, as_at=LAST).events.row(0, named=True)
    assert (row["categories"], row["outcome"]) == ("emotional;neglect", None)


def test_events_of_one_day_are_in_the_order_of_the_process_and_none_is_after_the_day() -> None:
    rows: list[Row] = [("C-1", kind, LAST, {}) for kind in ("plan-ended", "plan-started", "initial-conference")]
    records = told([*rows, ("C-1", "visit", date(2024, 4, 1), {})], LAST)
    assert records.events["event"].to_list() == ["initial-conference", "plan-started", "plan-ended"]


def test_an_entry_that_was_replaced_or_withdrawn_is_not_counted(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "child": ["C-1"] * 4,
            "event": ["referral"] * 4,
            "at": [date(2024, 1, 8), date(2024, 1, 9), date(2024, 2, 1), date(2024, 2, 1)],
            "recorded": [date(2024, 1, 8), date(2024, 1, 10), date(2024, 2, 1), date(2024, 2, 2)],
            "ref": ["r1", "r1", "r2", "r2"],
            "withdrawn": [False, False, False, True],
        }
    )
    assert days_of(frame) == [date(2024, 1, 9)]
    path = str(tmp_path / "events.csv")
    frame.write_csv(path)
    assert Told.of(path, as_at=LAST).events["day"].to_list() == [date(2024, 1, 9)]


def test_what_a_source_could_not_hold_is_known_of_children_who_were_read_one_by_one() -> None:
    covers = Coverage(kinds=frozenset({"referral", "plan-started"}), since=date(2023, 1, 1))
    events = [Event("plan-started", date(2023, 6, 1))]
    records = Told.of_chronologies([Chronology.of("C-1", events=events, covers=covers)], as_at=LAST)
    assert (records.since, records.kinds) == (date(2023, 1, 1), covers.kinds)
    (seen,) = measured(measure("plan-children-seen"), records, date(2024, 1, 1), LAST)
    assert (seen.share, seen.cannot_tell, seen.because) == (None, 1, "no visit is on record at all")


def test_of_a_child_of_whom_something_could_not_be_read_nobody_can_tell(tmp_path: Path) -> None:
    rows: list[Row] = [(child, "referral", date(2024, 1, 8), {}) for child in ("C-1", "C-2", "C-3")]
    frame = frame_of(rows)
    lost = {"child": ["C-1", "C-2"], "event": ["referral", None], "at": [None, date(2024, 1, 2)]}
    odd = pl.concat([frame, pl.DataFrame(lost, schema=frame.schema)])
    path = tmp_path / "events.csv"
    odd.write_csv(path)
    for records in (Told.of(odd, as_at=LAST), Told.of(odd.lazy(), as_at=LAST), Told.of(path, as_at=LAST)):
        assert records.lost == {"C-1", "C-2"}
        (again,) = measured(measure("referrals-again"), records, date(2024, 1, 1), LAST)
        assert (again.numerator, again.denominator, again.cannot_tell) == (0, 1, 2)
        (count,) = measured(measure("referrals"), records, date(2024, 1, 5), LAST)
        assert count.numerator == 3


def test_how_long_it_took_is_not_told_of_a_child_of_whom_something_is_lost() -> None:
    rows: list[Row] = []
    for child, days in (("C-1", 10), ("C-2", 30)):
        rows += [(child, "plan-started", date(2024, 1, 1), {})]
        rows += [(child, "plan-ended", date(2024, 1, 1) + timedelta(days=days), {})]
    lost = pl.DataFrame({"child": ["C-2"], "event": [None], "at": [LAST]}, schema=frame_of(rows).schema)
    records = Told.of(pl.concat([frame_of(rows), lost]), as_at=LAST)
    for id in ("plans-ended-days", "plans-ended-within-3-months"):
        (found,) = measured(measure(id), records, date(2024, 1, 1), LAST)
        assert (found.denominator, found.median, found.cannot_tell) == (1, 10.0, 1)
    (ended,) = measured(measure("plans-ended"), records, date(2024, 1, 1), LAST)
    assert ended.numerator == 2


def test_what_a_table_says_that_its_source_could_hold_is_known(tmp_path: Path) -> None:
    covers = Coverage(kinds=frozenset({"referral"}))
    child = Chronology.of("C-1", events=[(date(2024, 1, 8), "referral")], covers=covers)
    path = tmp_path / "events.parquet"
    write_event_table([child], path, "parquet")
    for records in (Told.of(path, as_at=LAST), Told.of(pl.read_parquet(path), as_at=LAST)):
        assert records.kinds is not None and "visit" not in records.kinds
        assert not records.lost


def test_findings_are_those_of_a_check_however_they_come() -> None:
    frame = frame_of([("C-1", "referral", date(2024, 1, 8), {}), ("C-1", "referral-decided", date(2024, 1, 9), {})])
    found = tables.check(frame, england.rulebook, as_at=LAST)
    ways = [
        Told.of(frame, as_at=LAST, rulebook=england.rulebook),
        Told.of(frame, as_at=LAST, findings=found),
        Told.of(frame, as_at=LAST, findings=found.collect()),
        Told.of(frame, as_at=LAST, findings=found.collect().to_arrow()),
    ]
    for records in ways:
        assert records.findings is not None and len(records.findings) == len(found.collect())


def test_a_measure_of_findings_needs_a_check_and_says_so() -> None:
    records = told([("C-1", "referral", date(2024, 1, 8), {})], LAST)
    with pytest.raises(UnknownName, match="unknown findings of rule 'initial-conference'; expected records that were"):
        measured(measure("conferences-in-15-days-of-discussion"), records, date(2024, 1, 1), LAST)


@pytest.mark.parametrize(
    ("events", "says"),
    [
        (pl.DataFrame({"child": ["C-1"], "at": [LAST]}), "there is no column 'event'"),
        (5, "a int is no table"),
        (object(), "a object is no table"),
    ],
)
def test_what_is_no_table_of_events_is_refused(events: Any, says: str) -> None:
    with pytest.raises(UnreadableInput, match=says):
        Told.of(events, as_at=LAST)


def test_a_day_is_a_day_and_a_period_is_one_that_is_told_of() -> None:
    records = told([("C-1", "referral", date(2024, 1, 8), {})], LAST)
    with pytest.raises(UnreadableInput, match="it is a str, and no day"):
        Told.of(records.events, as_at="2024-03-31")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="ends on 2024-01-01, before it begins on 2024-01-02"):
        measured(measure("referrals"), records, date(2024, 1, 2), date(2024, 1, 1))
    with pytest.raises(ValueError, match="nothing is told of the days after 2024-03-31"):
        measured(measure("referrals"), records, date(2024, 1, 2), date(2024, 4, 1))


def test_a_measure_is_found_by_its_id_and_one_that_cannot_be_counted_says_why() -> None:
    assert all(measure(id).id == id for id in MEASURES)
    with pytest.raises(UnknownName, match="perhaps 'referrals-again' was meant"):
        measure("referral-again")
    with pytest.raises(UnknownName) as raised:
        measure("children-in-need")
    assert NOT_COUNTED["children-in-need"] in str(raised.value)


# --- groups


def groups(rows: list[Row], by: str) -> list[tuple[str, str]]:
    """The child and the group of each referral."""
    cases = behind(measure("referrals"), told(rows, LAST), date(2024, 1, 1), LAST, by=by).sort("child", "day")
    return list(cases.select("child", "group").iter_rows())


def given(child: str, day: date, worker: str, team: str) -> Row:
    """An allocation."""
    return (child, "allocated", day, {"worker": worker, "team": team})


def test_the_group_is_who_had_the_case_on_the_day_of_the_case() -> None:
    day, before, after = date(2024, 1, 8), date(2024, 1, 5), date(2024, 1, 9)
    rows: list[Row] = [(f"C-{n}", "referral", day, {}) for n in range(1, 13)]
    rows += [
        given("C-1", before, "W1", "T1"),
        given("C-2", after, "W1", "T1"),  # only later
        given("C-3", before, "W1", "T1"), given("C-3", day, "W2", "T2"),
        given("C-4", before, "W1", "T1"), ("C-4", "deallocated", date(2024, 1, 7), {"worker": "W1"}),
        given("C-5", before, "W1", "T1"), ("C-5", "deallocated", day, {"worker": "W1"}),  # had it until that evening
        given("C-6", date(2024, 1, 1), "W1", "T1"), given("C-6", before, "W2", "T2"),
        ("C-6", "deallocated", date(2024, 1, 7), {"worker": "W2"}),  # and W1 had not left
        given("C-7", before, "W1", "T1"), ("C-7", "deallocated", date(2024, 1, 6), {}),  # whoever it was
        given("C-8", date(2024, 1, 1), "W1", "T1"), ("C-8", "case-closed", before, {}),  # it is another case
        given("C-9", date(2024, 1, 1), "W1", "T1"), ("C-9", "case-closed", day, {}),  # closed on that evening
        given("C-10", date(2024, 1, 1), "W1", "T2"), ("C-10", "deallocated", before, {"worker": "W1"}),
        given("C-10", before, "W1", "T1"),  # moved to another team, with the case
        given("C-12", date(2024, 1, 1), "W1", "T1"), given("C-12", before, "W2", "T2"),
        ("C-12", "deallocated", date(2024, 1, 6), {}),  # it is not told who: the last who came, and W1 is still there
        given("C-11", before, "W1", "T1"), ("C-11", "deallocated", before, {"worker": "W1"}),  # for a day
    ]  # fmt: skip
    expected = {
        "C-1": "1",
        "C-10": "1",
        "C-11": "",
        "C-12": "1",
        "C-2": "",
        "C-3": "2",
        "C-4": "",
        "C-5": "1",
        "C-6": "1",
    }
    expected |= {"C-7": "", "C-8": "", "C-9": "1"}
    assert groups(rows, "worker") == [(child, f"W{n}" if n else "") for child, n in expected.items()]
    assert groups(rows, "team") == [(child, f"T{n}" if n else "") for child, n in expected.items()]
    assert holders(told(rows, LAST)).columns == ["child", "day", "worker", "team", "qualified", "held"]


def test_a_column_of_the_table_parts_cases_by_its_latest_value() -> None:
    rows: list[Row] = [
        ("C-1", "contact", date(2024, 1, 1), {"authority": "North"}),
        ("C-1", "referral", date(2024, 1, 8), {}),
        ("C-1", "contact", date(2024, 1, 9), {"authority": "South"}),
        ("C-1", "referral", date(2024, 1, 10), {}),
        ("C-2", "referral", date(2024, 1, 8), {}),
    ]
    assert groups(rows, "authority") == [("C-1", "North"), ("C-1", "South"), ("C-2", "")]
    with pytest.raises(UnknownName, match="unknown column 'athority'; perhaps 'authority' was meant"):
        groups(rows, "athority")
    with pytest.raises(UnknownName, match="unknown column 'day'"):
        groups(rows, "day")


def test_a_rate_has_no_groups_as_nobody_knows_the_children_of_a_team() -> None:
    rows = [("C-1", "referral", date(2024, 1, 8), {}), given("C-1", date(2024, 1, 1), "W1", "T1")]
    one = measure("referrals-per-10000")
    whole, group = measured(one, told(rows, LAST), date(2024, 1, 1), LAST, by="team", population=500)
    assert (whole.share, whole.value, whole.text("share")) == (20.0, 20.0, "20.0")
    assert (group.numerator, group.share, group.because) == (1, None, "nobody knows the children of a group")
    (bare,) = measured(one, told(rows, LAST), date(2024, 1, 1), LAST)
    assert (bare.share, bare.because) == (None, "the number of children is not given")
