"""A local version over the national ones: what is left of them, what is looser, and what an Act forbids."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from childprotect import Chronology, Rulebook, check
from childprotect.authority import Evidence, Force, Instrument
from childprotect.conditions import on
from childprotect.overlays import Loosened, counted_otherwise, set_aside, with_local
from childprotect.periods import Counting, Period, days, months, weeks, working_days
from childprotect.requirements import Cadence, Limit, Quorum, Requirement, is_looser
from childprotect.rules import Attended, Before, Duty, Rule, Within
from childprotect.versions import Absence, Version
from childprotect.wording import days_in_words

FIRST = date(2010, 1, 1)
ONE_DAY = timedelta(days=1)
FORCES = (Force.GUIDANCE, Force.PRACTICE, Force.STATUTE)


def instrument(id: str, force: Force = Force.GUIDANCE, since: date = FIRST, until: date | None = None) -> Instrument:
    return Instrument(id, f"title of {id}", force, since, until)


def local(requires: Requirement, since: date, until: date | None = None) -> Version:
    """A figure of a council's own."""
    return Version(
        instrument=instrument("LOCAL", Force.LOCAL, since, until), requires=requires, evidence=Evidence.LOCAL
    )


def national(id: str, requires: Requirement, since: date, until: date | None, force: Force = Force.GUIDANCE) -> Version:
    return Version(instrument=instrument(id, force, since, until), requires=requires, evidence=Evidence.PRIMARY)


def within(*versions: Version, absent: tuple[Absence, ...] = ()) -> Within:
    return Within(
        id="a",
        title="a title",
        start=on("referral"),
        end=on("referral-decided"),
        versions=versions,
        absent=absent,
    )


EDITIONS = within(
    national("E1", days(10), date(2010, 1, 1), date(2011, 12, 31)),
    national("E2", days(20), date(2012, 1, 1), date(2013, 12, 31)),
    national("E3", days(10), date(2015, 1, 1), date(2016, 12, 31)),
    national("E4", days(30), date(2017, 1, 1), None),
    absent=(Absence(date(2014, 1, 1), date(2014, 12, 31), "nobody asked"),),
)


def told(rule: Rule) -> list[tuple[str, str, str, str]]:
    """Edition, first and last day, and what it departs from; what says the same on days that follow is one."""
    lines: list[tuple[str, str, str, str]] = []
    last: date | None = None
    for v in rule.versions:
        line = (v.edition, str(v.in_force), str(v.until or ""), v.departure.partition(", where ")[2])
        if last is not None and last + ONE_DAY == v.in_force and (lines[-1][0], lines[-1][3]) == (line[0], line[3]):
            line = (line[0], lines.pop()[1], line[2], line[3])
        lines.append(line)
        last = v.until
    return lines


# --- by hand


def test_a_local_version_over_three_editions_departs_where_it_is_looser_and_only_there() -> None:
    assert told(with_local(EDITIONS, local(days(15), date(2011, 7, 1), date(2015, 6, 30)))) == [
        ("E1", "2010-01-01", "2011-06-30", ""),
        ("LOCAL", "2011-07-01", "2011-12-31", "E1 requires 10 days"),
        # tighter than the second edition, and then on days on which nobody asked anything
        ("LOCAL", "2012-01-01", "2014-12-31", ""),
        ("LOCAL", "2015-01-01", "2015-06-30", "E3 requires 10 days"),
        ("E3", "2015-07-01", "2016-12-31", ""),
        ("E4", "2017-01-01", "", ""),
    ]


def test_a_local_version_that_begins_before_the_first_edition_and_never_ends() -> None:
    assert told(with_local(EDITIONS, local(days(10), date(2000, 1, 1)))) == [("LOCAL", "2000-01-01", "", "")]
    assert with_local(EDITIONS, local(days(10), date(2000, 1, 1))).absent == ()
    assert told(with_local(EDITIONS, local(days(31), date(2000, 1, 1)))) == [
        ("LOCAL", "2000-01-01", "2009-12-31", ""),
        ("LOCAL", "2010-01-01", "2011-12-31", "E1 requires 10 days"),
        ("LOCAL", "2012-01-01", "2013-12-31", "E2 requires 20 days"),
        ("LOCAL", "2014-01-01", "2014-12-31", ""),
        ("LOCAL", "2015-01-01", "2016-12-31", "E3 requires 10 days"),
        ("LOCAL", "2017-01-01", "", "E4 requires 30 days"),
    ]


def test_a_local_version_after_the_last_edition_keeps_all_of_them() -> None:
    ended = evolve(EDITIONS, versions=EDITIONS.versions[:2], absent=(Absence(date(2014, 1, 1), None, "dropped"),))
    made = with_local(ended, local(days(99), date(2016, 1, 1), date(2016, 12, 31)))
    assert made.versions[:2] == ended.versions
    assert told(made)[2:] == [("LOCAL", "2016-01-01", "2016-12-31", "")]
    assert made.absent == (
        Absence(date(2014, 1, 1), date(2015, 12, 31), "dropped"),
        Absence(date(2017, 1, 1), None, "dropped"),
    )


def test_two_local_versions_follow_each_other_in_either_order() -> None:
    early, late = (
        local(days(5), date(2012, 1, 1), date(2012, 6, 30)),
        local(days(6), date(2012, 7, 1), date(2012, 9, 30)),
    )
    assert with_local(with_local(EDITIONS, early), late) == with_local(with_local(EDITIONS, late), early)


def test_a_departure_names_the_edition_and_both_figures() -> None:
    (piece,) = [
        v for v in with_local(EDITIONS, local(days(15), date(2015, 1, 1), date(2015, 6, 30))).versions if v.departure
    ]
    assert piece.departure == "15 days, where E3 requires 10 days"


def test_an_act_cannot_be_loosened_for_a_day() -> None:
    act = within(
        national("G", days(20), date(2010, 1, 1), date(2011, 12, 31)),
        national("ACT", days(10), date(2012, 1, 1), date(2012, 12, 31), Force.STATUTE),
    )
    for since, until in (
        (date(2010, 1, 1), date(2012, 1, 1)),
        (date(2012, 12, 31), None),
        (date(2012, 6, 1), date(2012, 6, 1)),
    ):
        with pytest.raises(Loosened) as caught:
            with_local(act, local(days(11), since, until))
        assert str(caught.value) == "11 days, where ACT requires 10 days: an Act or regulations cannot be loosened"
        assert with_local(act, local(days(10), since, until))
    for since, until in ((date(2010, 1, 1), date(2011, 12, 31)), (date(2013, 1, 1), None)):
        assert [v.departure for v in with_local(act, local(days(11), since, until)).versions if v.edition == "LOCAL"]


def test_an_act_that_is_not_in_force_is_left_alone() -> None:
    waiting = Version(
        instrument=Instrument("ACT", "an Act", Force.STATUTE), requires=days(1), evidence=Evidence.PRIMARY
    )
    rule = within(waiting)
    made = with_local(rule, local(days(99), date(2012, 1, 1)))
    assert [(v.edition, v.in_force) for v in made.versions] == [("LOCAL", date(2012, 1, 1)), ("ACT", None)]
    assert set_aside(rule, date(2012, 1, 1), None, "a reason").versions == (waiting,)


def test_nothing_is_looser_than_no_number() -> None:
    rule = Attended(id="a", title="t", event=on("visit"), versions=())
    made = with_local(rule, local(frozenset({"police"}), date(2012, 1, 1)))
    assert [v.departure for v in made.versions] == [""]


def test_setting_aside_leaves_what_is_before_and_after() -> None:
    made = set_aside(EDITIONS, date(2011, 7, 1), date(2015, 6, 30), "a reason")
    assert told(made) == [
        ("E1", "2010-01-01", "2011-06-30", ""),
        ("E3", "2015-07-01", "2016-12-31", ""),
        ("E4", "2017-01-01", "", ""),
    ]
    assert made.absent == (Absence(date(2011, 7, 1), date(2015, 6, 30), "a reason"),)
    assert told(set_aside(EDITIONS, date(2016, 12, 31), None, "a reason")) == [
        *told(EDITIONS)[:2],
        ("E3", "2015-01-01", "2016-12-30", ""),
    ]


def test_setting_aside_an_act_is_refused_on_its_first_and_its_last_day_and_no_other() -> None:
    act = within(national("ACT", days(10), date(2012, 1, 1), date(2012, 12, 31), Force.STATUTE))
    for since, until in ((date(2000, 1, 1), date(2012, 1, 1)), (date(2012, 12, 31), None)):
        with pytest.raises(Loosened, match="ACT is statute and cannot be set aside"):
            set_aside(act, since, until, "a reason")
    for since, until in ((date(2000, 1, 1), date(2011, 12, 31)), (date(2013, 1, 1), None)):
        assert set_aside(act, since, until, "a reason").versions == act.versions


def test_days_in_words() -> None:
    assert days_in_words(date(2013, 4, 15), date(2016, 9, 30)) == "from Mon 15 Apr 2013 to Fri 30 Sep 2016"
    assert days_in_words(date(2013, 4, 15), None) == "from Mon 15 Apr 2013 on"


def test_a_lead_time_is_looser_when_it_is_shorter() -> None:
    law = Before(
        id="b",
        title="t",
        event=on("visit"),
        anchor=on("found"),
        versions=(national("G", days(5), date(2010, 1, 1), None),),
    )
    for n, departure in ((2, "2 days, where G requires 5 days"), (5, ""), (9, "")):
        (version,) = with_local(law, local(days(n), date(2010, 1, 1))).versions
        assert version.departure == departure


def test_no_figure_at_all_is_looser_than_one() -> None:
    law = Duty(id="d", title="t", start=on("referral"), end=on("visit"), versions=EDITIONS.versions[:1])
    (version,) = with_local(law, local(None, date(2010, 1, 1), date(2011, 12, 31))).versions
    assert version.departure == "nothing, where E1 requires 10 days"


def test_a_version_stands_in_for_every_edition_of_its_days_and_what_is_left_of_it_too() -> None:
    (tight,) = with_local(EDITIONS, local(days(5), date(2000, 1, 1))).versions
    assert [version.edition for version in tight.replaces] == ["E1", "E2", "E3", "E4"]
    ours = evolve(EDITIONS, versions=(tight,))
    cut = with_local(ours, local(days(25), date(2012, 7, 1), date(2013, 6, 30)))
    assert told(cut) == [
        ("LOCAL", "2000-01-01", "2012-06-30", ""),
        ("LOCAL", "2012-07-01", "2013-06-30", "E2 requires 20 days"),
        ("LOCAL", "2013-07-01", "", ""),
    ]
    # after another local figure for its last days, it is still compared with the edition of each day
    again = with_local(cut, local(days(15), date(2011, 1, 1), date(2015, 12, 31)))
    assert told(again)[1:-1] == [
        ("LOCAL", "2011-01-01", "2011-12-31", "E1 requires 10 days"),
        ("LOCAL", "2012-01-01", "2014-12-31", ""),
        ("LOCAL", "2015-01-01", "2015-12-31", "E3 requires 10 days"),
    ]


def test_what_a_longer_count_changes_is_a_departure_but_not_of_a_lead_time_nor_of_statute() -> None:
    def longer(period: Period) -> Period:
        return evolve(period, n=period.n + 1)

    act = national("ACT", days(10), date(2018, 1, 1), None, Force.STATUTE)
    rule = within(*EDITIONS.versions[:1], act)
    guidance, statute = counted_otherwise(rule, longer, "a day is given").versions
    assert (guidance.requires, guidance.departure) == (days(11), "a day is given")
    assert guidance.replaces == EDITIONS.versions[:1]
    assert statute == act
    in_place_of_it = with_local(rule, local(days(9), date(2019, 1, 1)))
    assert counted_otherwise(in_place_of_it, longer, "a day is given").versions[-1].requires == days(9)
    twice = counted_otherwise(counted_otherwise(rule, longer, "a day is given"), longer, "and one more").versions[0]
    assert (twice.departure, twice.replaces) == ("a day is given; and one more", EDITIONS.versions[:1])
    lead = Before(id="b", title="t", event=on("visit"), anchor=on("found"), versions=EDITIONS.versions)
    assert {version.departure for version in counted_otherwise(lead, longer, "a day is given").versions} == {""}
    assert counted_otherwise(rule, lambda period: period, "nothing").versions == rule.versions


# --- which requirement is looser than which

SIX_WEEKS = Cadence(weeks(6))
RENEWED = Limit(weeks(8), renewed=weeks(4))
PAIR = frozenset({"police", "social-care"})
LOOSER: list[tuple[Requirement, Requirement, bool]] = [
    (working_days(15), working_days(15), False),
    (working_days(16), working_days(15), True),
    (working_days(14), working_days(15), False),
    (days(7), weeks(1), False),
    (days(8), weeks(1), True),
    (weeks(1), days(7), False),
    (months(1), days(28), True),
    (months(1), days(31), False),
    (days(28), months(1), False),
    (days(29), months(1), True),
    (months(6), months(6), False),
    (days(7), days(7, counting=Counting.BEGINNING_WITH), True),
    (days(7, counting=Counting.BEGINNING_WITH), days(7), False),
    (working_days(1), days(1), True),
    (days(1), working_days(1), False),
    # from a Monday two days end on a Wednesday, and the next working day is a Tuesday
    (days(2), working_days(1), True),
    (Cadence(weeks(6)), SIX_WEEKS, False),
    (Cadence(weeks(7)), SIX_WEEKS, True),
    (Cadence(weeks(6), second=weeks(7)), SIX_WEEKS, True),
    (Cadence(weeks(6), second=weeks(5)), SIX_WEEKS, False),
    (Cadence(weeks(6), later=weeks(12), after=months(12)), SIX_WEEKS, True),
    (SIX_WEEKS, Cadence(weeks(6), later=weeks(12), after=months(12)), False),
    (SIX_WEEKS, Cadence(weeks(6), later=weeks(3), after=months(12)), True),
    (SIX_WEEKS, Cadence(weeks(6), first=weeks(1)), True),
    (Cadence(weeks(6), first=weeks(1)), Cadence(weeks(6), first=weeks(1)), False),
    (Cadence(weeks(6), first=weeks(2)), Cadence(weeks(6), first=weeks(1)), True),
    (SIX_WEEKS, Cadence(weeks(6), second=weeks(3)), True),
    (Limit(weeks(8)), Limit(weeks(8)), False),
    (Limit(weeks(9)), Limit(weeks(8)), True),
    (Limit(weeks(8)), RENEWED, True),
    (RENEWED, Limit(weeks(8)), False),
    (Limit(weeks(4)), RENEWED, False),
    (Limit(weeks(8), extension=days(1)), Limit(weeks(8)), True),
    (Limit(weeks(8)), Limit(weeks(8), extension=days(1)), False),
    (Limit(weeks(8), extension=days(2)), Limit(weeks(8), extension=days(1)), True),
    (Limit(weeks(8), days(1), 1), Limit(weeks(8), days(1)), False),
    (Limit(weeks(8), days(1)), Limit(weeks(8), days(1), 1), True),
    (Limit(weeks(8), days(1), 2), Limit(weeks(8), days(1), 1), True),
    (Limit(weeks(8), days(1), 1), Limit(weeks(8), days(1), 1), False),
    (PAIR, PAIR, False),
    (PAIR | {"health"}, PAIR, False),
    (PAIR, PAIR | {"health"}, True),
    (frozenset({"health", "police"}), PAIR, True),
    (Quorum(PAIR, 1), Quorum(PAIR, 1), False),
    (Quorum(PAIR, 2), Quorum(PAIR, 1), False),
    (Quorum(PAIR, 0), Quorum(PAIR, 1), True),
    (Quorum(frozenset({"police"}), 2), Quorum(PAIR, 1), True),
    (PAIR, Quorum(PAIR, 1), True),
    (("outcome",), ("outcome",), False),
    (("outcome", "decision"), ("outcome",), False),
    (("outcome",), ("outcome", "decision"), True),
    (("decision", "outcome"), ("outcome", "decision"), False),
    (working_days(15), None, False),
    (None, None, False),
    (None, working_days(15), True),
]  # fmt: skip


@pytest.mark.parametrize(("ours", "theirs", "looser"), LOOSER)
def test_what_can_permit_more_is_looser(ours: Requirement, theirs: Requirement, looser: bool) -> None:
    assert is_looser(ours, theirs) is looser


_UNITS = st.sampled_from([days, weeks, months, working_days])


@given(
    st.tuples(_UNITS, st.integers(1, 40)),
    st.tuples(_UNITS, st.integers(1, 40)),
    st.dates(date(2023, 1, 1), date(2024, 12, 30)),
)
def test_what_is_not_looser_never_ends_later(ours: tuple[type, int], theirs: tuple[type, int], start: date) -> None:
    """On the days on which two periods are compared."""
    first, second = ours[0](ours[1]), theirs[0](theirs[1])
    assert isinstance(first, Period) and isinstance(second, Period)
    if not is_looser(first, second):
        assert first.due(start) <= second.due(start)
    assert (
        is_looser(first, second)
        or is_looser(second, first)
        or all(
            first.due(date(2023, 1, 1) + timedelta(n)) == second.due(date(2023, 1, 1) + timedelta(n))
            for n in range(729)
        )
    )


# --- whatever the versions and the days

DAYS = st.dates(date(2009, 1, 1), date(2021, 12, 31))


@st.composite
def spans(draw: st.DrawFn) -> tuple[date, date | None]:
    """A first day, and a last one or none."""
    since = draw(DAYS)
    until = draw(st.none() | st.integers(0, 2500).map(lambda n: since + timedelta(days=n)))
    return since, until


@st.composite
def rules(draw: st.DrawFn, forces: tuple[Force, ...] = FORCES) -> Within:
    """A rule with a few editions, with gaps between some of them, each gap with a reason."""
    edges = sorted(draw(st.lists(DAYS, min_size=2, max_size=9, unique=True)))
    versions: list[Version] = []
    absent: list[Absence] = []
    for n, (start, after) in enumerate(pairwise(edges)):
        end = after - ONE_DAY
        if draw(st.integers(0, 3)):
            figure = days(draw(st.integers(1, 60)))
            versions.append(national(f"E{n}", figure, start, end, draw(st.sampled_from(forces))))
        else:
            absent.append(Absence(start, end, f"gap {n}"))
    if draw(st.booleans()):
        versions.append(
            national("LAST", days(draw(st.integers(1, 60))), edges[-1], None, draw(st.sampled_from(forces)))
        )
    else:
        absent.append(Absence(edges[-1], None, "no more"))
    return within(*versions, absent=tuple(absent))


def interesting(rule: Rule, since: date, until: date | None) -> Iterator[date]:
    """Every day on which something can change, and its neighbours."""
    edges = {since, until or since}
    for version in rule.versions:
        edges |= {version.in_force or since, version.until or since}
    for absence in rule.absent:
        edges |= {absence.since, absence.until or since}
    for day in sorted(edges):
        yield from (day - ONE_DAY, day, day + ONE_DAY)


def in_force(rule: Rule, day: date) -> tuple[object, ...] | None:
    """What matters of the version in force, which is all but its dates."""
    version = rule.version_on(day)
    return None if version is None else (version.instrument, version.requires, version.force, version.departure)


def reasons(rule: Rule, day: date) -> list[str]:
    return [a.because for a in rule.absent if a.since <= day and (a.until is None or day <= a.until)]


def covers(span: tuple[date, date | None], day: date) -> bool:
    since, until = span
    return since <= day and (until is None or day <= until)


def assert_in_order(rule: Rule) -> None:
    for before, after in pairwise(rule.versions):
        assert before.until is not None and after.in_force is not None and before.until < after.in_force
    for version in rule.versions:
        assert version.in_force is not None
        assert version.until is None or version.in_force <= version.until


GUIDANCE_ONLY = (Force.GUIDANCE, Force.PRACTICE)


@given(rules(GUIDANCE_ONLY), spans(), st.integers(1, 60))
def test_a_local_version_counts_on_its_days_and_changes_no_other(
    rule: Within, span: tuple[date, date | None], n: int
) -> None:
    made = with_local(rule, local(days(n), *span))
    assert_in_order(made)
    for day in interesting(rule, *span):
        if not covers(span, day):
            assert in_force(made, day) == in_force(rule, day)
            assert reasons(made, day) == reasons(rule, day)
            continue
        version, before = made.version_on(day), rule.version_on(day)
        assert version is not None
        assert (version.edition, version.requires, version.force) == ("LOCAL", days(n), Force.LOCAL)
        assert reasons(made, day) == []
        # departs if and only if the guidance of that day asks for less time
        looser = before is not None and isinstance(before.requires, Period) and n > before.requires.n
        assert bool(version.departure) is looser
        assert not looser or before is None or f"where {before.edition} requires" in version.departure


@given(rules(), spans(), st.integers(1, 60))
def test_statute_is_loosened_on_no_day(rule: Within, span: tuple[date, date | None], n: int) -> None:
    forbidden = any(
        version.force is Force.STATUTE
        and isinstance(version.requires, Period)
        and version.requires.n < n
        and version.in_force is not None
        and version.in_force <= (span[1] or date.max)
        and span[0] <= (version.until or date.max)
        for version in rule.versions
    )
    if forbidden:
        with pytest.raises(Loosened):
            with_local(rule, local(days(n), *span))
    else:
        assert_in_order(with_local(rule, local(days(n), *span)))


@given(rules(GUIDANCE_ONLY), spans())
def test_setting_aside_leaves_nothing_on_its_days_and_changes_no_other(
    rule: Within, span: tuple[date, date | None]
) -> None:
    made = set_aside(rule, *span, "a reason")
    assert_in_order(made)
    for day in interesting(rule, *span):
        if covers(span, day):
            assert made.version_on(day) is None
            assert reasons(made, day) == ["a reason"]
        else:
            assert in_force(made, day) == in_force(rule, day)
            assert reasons(made, day) == reasons(rule, day)
    assert set_aside(made, *span, "a reason") == made


@given(rules(GUIDANCE_ONLY), st.lists(spans(), min_size=2, max_size=4), st.integers(1, 60))
def test_one_after_the_other_never_leaves_two_versions_of_one_day(
    rule: Within, many: list[tuple[date, date | None]], n: int
) -> None:
    made: Within = rule
    for k, span in enumerate(many):
        changed = set_aside(made, *span, f"reason {k}") if k % 2 else with_local(made, local(days(n), *span))
        assert isinstance(changed, Within)
        made = changed
        assert_in_order(made)
        for day in interesting(made, *span):
            assert len(reasons(made, day)) + (made.version_on(day) is not None) <= 1


@given(rules(GUIDANCE_ONLY), spans(), st.integers(1, 60), DAYS)
def test_a_finding_says_of_which_version_it_is_and_whether_that_departs(
    rule: Within, span: tuple[date, date | None], n: int, start: date
) -> None:
    book = Rulebook("book", (with_local(rule, local(days(n), *span)),))
    events = [(start.isoformat(), "referral"), ((start + timedelta(9)).isoformat(), "referral-decided")]
    report = check(Chronology.of("C-101", events=events), book, as_at=start + timedelta(days=400))
    before = rule.version_on(start)
    version = book["a"].version_on(start)
    if version is None:
        assert [entry.id for entry in report.not_assessed] == ["a"]
        assert report.findings == ()
        return
    (finding,) = report.findings
    limit = version.requires
    assert isinstance(limit, Period)
    assert finding.status == ("met" if limit.n >= 9 else "late")
    loosened = (
        covers(span, start) and before is not None and isinstance(before.requires, Period) and before.requires.n < n
    )
    assert ("Local departure:" in finding.because) is loosened
    assert (finding.to_dict()["departure"] is not None) is loosened
    assert ("local departure" in finding.explain()) is loosened
