"""Rules as plain data: what is written of a rule is read back as that rule, and what is no rule is refused."""

import json
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from attrs import evolve, fields
from hypothesis import given, settings
from hypothesis import strategies as st

from childprotect import Profile, Rulebook
from childprotect.authority import Citation, Evidence, Force, Instrument
from childprotect.calendars import WorkingDays, england_and_wales
from childprotect.charts import Chart, Move
from childprotect.conditions import (
    ALWAYS,
    NOTHING,
    AllOf,
    AnyOf,
    Condition,
    Doubtful,
    Fact,
    Match,
    Not,
    Stated,
    fact,
    on,
    stated,
)
from childprotect.errors import DefinitionError
from childprotect.exports import FORMATS
from childprotect.figures import period_from_data, requirement_from_data
from childprotect.forms import Forms, book_from_data, book_to_data
from childprotect.pairing import Pairing, Repeats
from childprotect.periods import Counting, MonthEnd, Period, Roll, Unit, days, months, weeks, working_days
from childprotect.plain_data import plain
from childprotect.profiles import LocalRule
from childprotect.requirements import By, Cadence, Limit, Quorum, Requirement
from childprotect.rulebooks import england
from childprotect.rules import (
    KINDS,
    AtMost,
    Attended,
    Before,
    Current,
    Duty,
    Every,
    Order,
    Recorded,
    Rule,
    Within,
)
from childprotect.spells import During, Spell
from childprotect.versions import Absence, NotAssessed, Version
from childprotect.vocabulary import AGENCIES, STANDARD

EXAMPLES = Path(__file__).parent.parent / "examples" / "profiles"
BOOKS = {"law": england.rulebook, "practice": england.practice, "both": england.rulebook.with_practice()}


# --- the books of England


@pytest.mark.parametrize("format", ["toml", "json"])
@pytest.mark.parametrize("name", BOOKS)
def test_a_book_that_is_exported_is_read_back_as_it_was(name: str, format: str) -> None:
    book = BOOKS[name]
    read = Rulebook.load(book.export(format))
    assert read == book
    assert (read.name, read.silent, dict(read.charts)) == (book.name, book.silent, dict(book.charts))
    assert read.export(format) == book.export(format)
    assert not read.diff(book)


@pytest.mark.parametrize("format", ["toml", "json"])
def test_a_book_with_a_profile_on_top_is_read_back(format: str) -> None:
    ours = Profile.load(EXAMPLES / "herefordshire-2012.toml")
    never_ending = LocalRule(
        id="initial-conference", from_=date(2014, 1, 1), until=date.max, requires="10 working days"
    )
    for profile in (ours, Profile(id="X", authority="Anytown", rules=(never_ending,))):
        book = england.rulebook | profile
        read = Rulebook.load(book.export(format))
        assert read == book
        for rule in book.rules:
            assert [(v.in_force, v.until) for v in read[rule.id].versions] == [
                (v.in_force, v.until) for v in rule.versions
            ]


def test_what_is_on_request_is_read_back() -> None:
    read = Rulebook.load(england.rulebook.export())
    assert read.on_request == england.rulebook.on_request
    assert read.not_assessed == england.rulebook.not_assessed
    assert read.with_practice() == england.rulebook.with_practice()


def test_a_book_says_the_same_in_toml_and_in_json() -> None:
    book = BOOKS["both"]
    from_toml = tomllib.loads(book.export("toml"))
    assert json.loads(json.dumps(from_toml, default=date.isoformat)) == json.loads(book.export("json"))
    assert Rulebook.load(book.export("toml")) == Rulebook.load(book.export("json"))


@pytest.mark.parametrize("day", [date(2006, 4, 1), date(2012, 9, 19), date(2026, 6, 1)])
def test_the_law_of_a_day_is_read_back_too(day: date) -> None:
    book = england.rulebook.on(day)
    assert Rulebook.load(book.export("toml")) == book


def test_a_book_is_written_for_people() -> None:
    data = tomllib.loads(england.rulebook.export("toml"))
    (rule,) = [entry for entry in data["rule"] if entry["id"] == "first-review-conference"]
    assert rule["kind"] == "within"
    assert rule["version"][0] == {"edition": "WT2006", "requires": "3 months", "evidence": "M"}
    assert rule["end"] == [{"on": ["review-conference"]}]
    assert {"during": "conference's decision to make a plan"} in [
        entry["where"]["not"] for entry in rule["start"] if "where" in entry and "not" in entry["where"]
    ]
    names = [spell["name"] for spell in data["spell"]]
    assert len(names) == len(set(names))


def test_what_a_spell_speaks_of_is_written_before_it() -> None:
    for book in BOOKS.values():
        seen: list[str] = []
        for spell in tomllib.loads(book.export("toml"))["spell"]:
            spoken = [name for name in _during(spell) if name != spell["name"]]
            assert set(spoken) <= set(seen)
            seen.append(spell["name"])


def _during(data: Any) -> list[str]:
    if isinstance(data, dict):
        return [data["during"]] if "during" in data else [n for value in data.values() for n in _during(value)]
    return [name for entry in data for name in _during(entry)] if isinstance(data, list) else []


def test_there_is_no_other_format() -> None:
    assert FORMATS == ("toml", "json", "markdown")
    with pytest.raises(ValueError, match="a rulebook is not written as 'yaml'; expected one of toml, json, markdown"):
        england.rulebook.export("yaml")


def test_markdown_has_every_rule_with_every_version() -> None:
    text = BOOKS["both"].export("markdown")
    for rule in BOOKS["both"].rules:
        assert text.count(f"## `{rule.id}`\n") == 1
        part = text.split(f"## `{rule.id}`\n")[1].split("\n## ")[0]
        lines = part.splitlines()
        assert f"Kind: {type(rule).__name__}." in part
        for version in rule.versions:
            row = next(line for line in lines if line.startswith(f"| {version.edition} |"))
            assert version.grade in row
            for citation in version.citations:
                assert citation.url in row
        for absence in rule.absent:
            assert absence.because in part


def test_markdown_says_what_departs() -> None:
    (version,) = (evolve(england.rulebook["plan-from-conference"].versions[0], departure="a day more"),)
    rule = evolve(england.rulebook["plan-from-conference"], versions=(version,))
    assert "| local departure: a day more; " in Rulebook("book", (rule,)).export("markdown")


# --- any rule

KINDS_OF_EVENT = tuple(STANDARD)
FACTS = ("outcome", "type", "decision", "child-seen", "agency")
_text = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
_days = st.dates(date(1995, 1, 1), date(2040, 12, 31))
_values = st.booleans() | st.sampled_from(["plan", "end", "it's", 'a "quote"']) | st.integers(2, 99)
_facts = st.sampled_from(FACTS)
_grades = st.sampled_from(Evidence)
_forces = st.sampled_from(Force)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    """A period, counted and rounded in any way."""
    return Period(
        draw(st.integers(1, 9999)),
        draw(st.sampled_from(Unit)),
        draw(st.sampled_from(Counting)),
        roll=draw(st.sampled_from(Roll)),
        month_end=draw(st.sampled_from(MonthEnd)),
    )


_maybe_period = st.none() | periods()


def _spell(n: int) -> Spell:
    """The nth of a few spells; every second one speaks of the next."""
    return Spell(
        f"spell {n}",
        opens=on(KINDS_OF_EVENT[n]) | on("referral", where=stated("type", n)),
        closes=on("case-closed") if n % 2 else on("case-closed", where=~During(_spell(n + 1))),
        same="type" if n % 3 else None,
        each=n % 3 == 1,
        resets=on("plan-ended") if n % 4 == 0 else NOTHING,
        doubted_by=on("deallocated") if n % 5 == 0 else NOTHING,
    )


_spells = st.integers(0, 8).map(_spell)


@st.composite
def conditions(draw: st.DrawFn, depth: int = 2) -> Condition:
    """A condition of any kind, and conditions in it."""
    kind = draw(st.integers(0, 7 if depth else 2))
    some = draw(st.frozensets(_values, min_size=1, max_size=3)) if kind in (1, 2) else frozenset()
    parts = draw(st.lists(conditions(depth - 1), min_size=1, max_size=2)) if kind in (3, 4, 5, 6) else []
    made: list[Callable[[], Condition]] = [
        lambda: ALWAYS,
        lambda: Fact(draw(_facts), some),
        lambda: Stated(draw(_facts), some),
        lambda: AllOf(tuple(parts)),
        lambda: AnyOf(tuple(parts)),
        lambda: Not(parts[0]),
        lambda: Doubtful(parts[0], draw(_text), draw(st.none() | _facts)),
        lambda: During(draw(_spells)),
    ]
    return made[kind]()


@st.composite
def matches(draw: st.DrawFn) -> Match:
    """A match of a few patterns, some of them with the same condition."""
    some = draw(st.lists(conditions(), min_size=1, max_size=2))
    pattern = st.tuples(st.sampled_from(KINDS_OF_EVENT), st.sampled_from(some))
    return Match(tuple(draw(st.lists(pattern, min_size=1, max_size=3))))


_maybe = st.just(NOTHING) | matches()
_pairings = st.builds(Pairing, st.sampled_from(Repeats), st.none() | _facts, st.booleans(), st.booleans())
_in_days = periods().filter(lambda period: period.unit is not Unit.HOURS)
_figures: dict[str, st.SearchStrategy[Requirement]] = {
    "nothing": st.none(),
    "period": periods(),
    "days": _in_days,
    "again": st.builds(Cadence, periods()),
    "cadence": st.builds(Cadence, periods(), periods(), _maybe_period)
    | st.builds(Cadence, periods(), periods(), _maybe_period, periods(), periods()),
    "limit": st.builds(Limit, periods(), st.none() | _in_days, renewed=_maybe_period)
    | st.builds(Limit, periods(), _in_days, st.integers(1, 9), _maybe_period),
    "by": st.builds(By, _facts),
    "quorum": st.builds(Quorum, st.frozensets(st.sampled_from(AGENCIES)), st.integers(0, 4)),
    "agencies": st.frozensets(st.sampled_from(AGENCIES)),
    "facts": st.lists(_facts, max_size=3).map(tuple),
}


@st.composite
def versions(draw: st.DrawFn, *figures: str) -> tuple[Version, ...]:
    """Versions that follow each other, of instruments that often have other days than theirs."""
    edges = sorted(draw(st.lists(_days, max_size=3, unique=True)))
    made: list[Version] = []
    for n, since in enumerate(edges):
        until = edges[n + 1] - timedelta(days=1) if n + 1 < len(edges) else None
        instrument = Instrument(
            f"I{n}",
            draw(_text),
            draw(_forces),
            in_force=draw(st.sampled_from([None, since, since - timedelta(days=30)])),
            until=draw(st.sampled_from([None, until])),
            dated=draw(_grades),
            dated_note=draw(st.just("") | _text),
        )
        evidence = draw(_grades)
        cited = st.builds(Citation, _text, _text, st.none() | _text, st.just("") | _text)
        version = Version(
            instrument=instrument,
            requires=draw(st.one_of(*(_figures[name] for name in figures))),
            evidence=evidence,
            citations=() if evidence is Evidence.MEMORY else tuple(draw(st.lists(cited, max_size=2))),
            force=draw(_forces),
            in_force=since,
            until=until,
            carried_over=draw(st.none() | _text),
            note=draw(st.just("") | _text),
            departure=draw(st.just("") | _text),
            illustrative=draw(st.booleans()),
        )
        made.append(version)
    return tuple(made)


@st.composite
def any_rule(draw: st.DrawFn, kind: type[Rule] | None = None) -> Rule:
    """A rule of any kind, with any of its parts."""
    kind = kind or draw(st.sampled_from(KINDS))
    more: dict[str, Any] = {}

    def give(names: str, values: st.SearchStrategy[Any]) -> None:
        more.update({name: draw(values) for name in names.split()})

    figures: tuple[str, ...] = ("nothing",)
    if issubclass(kind, Within | AtMost):
        give("start end", matches())
        give("extends", _maybe)
        give("pairing", _pairings)
    if issubclass(kind, Within):
        give("discharge revived", _maybe)
        give("recorded_due late_reason", st.none() | _facts)
        figures = ("limit",) if more["extends"].patterns else ("period", "by")
    if kind is Duty:
        figures = ("nothing", "period")
    elif kind is AtMost:
        give("counted_from", st.none() | _spells)
        give("reach", _maybe_period)
        give("anew", _maybe)
        give("holidays", st.booleans())
        figures = ("limit",)
    elif kind is Before:
        give("event anchor", matches())
        give("since", _maybe)
        figures = ("period",)
    elif kind is Every:
        give("event again", matches())
        give("opens stops", _maybe)
        give("continues", st.booleans())
        figures = ("cadence",) if more["opens"].patterns else ("again",)
    elif kind is Current:
        give("while_", _spells)
        give("event behind", _maybe)
        give("held", st.none() | _spells)
        figures = ("nothing",) if more["behind"].patterns or more["held"] else ("days",)
    elif kind is Order:
        give("then", matches())
        give("first since", _maybe)
        give("closed", st.lists(_spells, max_size=2).map(tuple))
        give("same_day doubt_earlier", st.booleans())
    elif kind is Attended:
        give("event", matches())
        figures = ("agencies", "quorum")
    elif kind is Recorded:
        give("event", matches())
        give("must", conditions())
        figures = ("nothing",) if more["must"] is not ALWAYS else (draw(st.sampled_from(["facts", "days"])),)
    drawn = {"id", "title", "versions", "absent", *more}
    assert drawn == {attribute.name for attribute in fields(kind) if attribute.init}, "a part that is not drawn"
    absent = st.lists(st.builds(Absence, _days, st.none() | _days, _text), max_size=2).map(tuple)
    return kind(id="a-rule", title=draw(_text), versions=draw(versions(*figures)), absent=draw(absent), **more)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@settings(max_examples=settings().max_examples // 4)
@given(st.data())
def test_any_rule_is_read_back_from_toml_and_from_json(kind: type[Rule], data: st.DataObject) -> None:
    rule = data.draw(any_rule(kind))
    book = Rulebook("a book", (rule,))
    for format in ("toml", "json"):
        (read,) = Rulebook.load(book.export(format)).rules
        assert read == rule
        assert type(read) is type(rule)


@given(periods())
def test_any_period_is_read_back(period: Period) -> None:
    version = Version(instrument=ACT, requires=period, evidence=Evidence.PRIMARY)
    rule = Before(id="a", title="t", event=on("visit"), anchor=on("found"), versions=(version,))
    data = Forms().rule_to_data(rule)["version"][0]["requires"]
    special = period.roll is not Roll.NONE or period.month_end is not MonthEnd.CLAMP
    assert isinstance(data, dict) is special
    assert period_from_data(data, {}) == period


SEEN = Citation("an Act", "https://act.example", "section 1", "as the Act says")
ACT = Instrument("ACT", "an Act", Force.STATUTE, date(2011, 4, 1), date(2020, 12, 31))


def test_what_is_as_usual_is_not_written() -> None:
    plain_rule = Within(id="a", title="t", start=on("referral"), end=on("visit", "found"), versions=())
    assert Forms().rule_to_data(plain_rule) == {
        "id": "a",
        "kind": "within",
        "title": "t",
        "version": [],
        "start": [{"on": ["referral"]}],
        "end": [{"on": ["visit", "found"]}],
    }
    usual = Version(instrument=ACT, requires=days(3), evidence=Evidence.PRIMARY)
    for version, written in (
        (usual, {}),
        (evolve(usual, until=date(2015, 1, 1)), {"until": date(2015, 1, 1)}),
        (evolve(usual, in_force=date(2012, 1, 1)), {"in-force": date(2012, 1, 1)}),
        (evolve(usual, force=Force.LOCAL), {"force": "local"}),
        (evolve(usual, carried_over="ACT-1"), {"carried-over": "ACT-1"}),
        (evolve(usual, illustrative=True), {"illustrative": True}),
    ):
        (told,) = Forms().rule_to_data(evolve(plain_rule, versions=(version,)))["version"]
        assert told == {"edition": "ACT", "requires": "3 days", "evidence": "P", **written}


def test_kinds_of_event_with_one_condition_are_written_once() -> None:
    seen = on("visit", child_seen=True)
    for match, written in (
        (on("visit", "found", "missing"), [["visit", "found", "missing"]]),
        (on("visit") | seen, [["visit"], ["visit"]]),
        (seen | on("assessment-completed", child_seen=True), [["visit", "assessment-completed"]]),
        (on("visit") | seen | on("found"), [["visit"], ["visit"], ["found"]]),
    ):
        rule = Attended(id="a", title="t", event=match, versions=())
        data = Forms().rule_to_data(rule)["event"]
        assert [entry["on"] for entry in data] == written
        (read,) = book_from_data(book_to_data("book", [rule], (), ()))["rules"]
        assert isinstance(read, Attended) and read.event == match


@pytest.mark.parametrize(
    ("requires", "data"),
    [
        (None, None),
        (working_days(1), "1 working day"),
        (days(7, counting=Counting.BEGINNING_WITH), "7 days beginning with the day"),
        (evolve(weeks(2), roll=Roll.FORWARD), {"period": "2 weeks", "roll": "forward"}),
        (evolve(months(3), month_end=MonthEnd.ROLL_OVER), {"period": "3 months", "month-end": "roll-over"}),
        (Cadence(weeks(6)), {"every": "6 weeks"}),
        (
            Cadence(months(6), first=working_days(20), second=months(3), later=months(9), after=months(24)),
            {
                "every": "6 months",
                "first": "20 working days",
                "second": "3 months",
                "later": "9 months",
                "after": "24 months",
            },
        ),
        (Limit(days(8)), {"at-most": "8 days"}),
        (
            Limit(days(8), days(7), 1, days(4)),
            {"at-most": "8 days", "extension": "7 days", "times": 1, "renewed": "4 days"},
        ),
        (By("due"), {"by": "due"}),
        (frozenset({"police", "health"}), {"agencies": ["health", "police"]}),
        (Quorum(frozenset({"police", "health"}), 2), {"agencies": ["health", "police"], "others": 2}),
        (("owner", "due"), {"facts": ["owner", "due"]}),
    ],
)
def test_a_requirement_has_one_form(requires: Requirement, data: Any) -> None:
    version = Version(instrument=ACT, requires=requires, evidence=Evidence.PRIMARY)
    (told,) = [Forms().converter.unstructure(version)]
    assert told.get("requires") == data
    assert requirement_from_data(data, {}) == requires


def test_a_calendar_is_written_with_its_closures_and_named() -> None:
    ours = closed_calendar("Anytown")
    version = Version(instrument=ACT, requires=working_days(2, calendar=ours), evidence=Evidence.PRIMARY)
    rule = Before(id="a", title="t", event=on("visit"), anchor=on("found"), versions=(version,))
    text = Rulebook("book", (rule,)).export("toml")
    data = tomllib.loads(text)
    assert data["calendar"] == [
        {"name": "Anytown", "closures": [{"day": date(2024, 12, 27), "name": "offices closed"}]}
    ]
    assert data["rule"][0]["version"][0]["requires"] == {"period": "2 working days", "calendar": "Anytown"}
    (read,) = Rulebook.load(text).rules
    figure = read.versions[0].requires
    assert isinstance(figure, Period)
    for day in (date(2024, 12, 24), date(2024, 12, 30), date(2024, 6, 3)):
        assert figure.due(day) == working_days(2, calendar=ours).due(day)
    assert figure.due(date(2024, 12, 24)) == date(2024, 12, 31)


def closed_calendar(name: str) -> WorkingDays:
    return england_and_wales().with_closures(name, [(date(2024, 12, 27), "offices closed")])


@pytest.mark.parametrize("format", ["toml", "json"])
def test_a_calendar_is_read_back_as_it_was(format: str) -> None:
    version = Version(
        instrument=ACT, requires=working_days(2, calendar=closed_calendar("A")), evidence=Evidence.PRIMARY
    )
    rule = Before(id="a", title="t", event=on("visit"), anchor=on("found"), versions=(version,))
    book = Rulebook("book", (rule,))
    assert Rulebook.load(book.export(format)) == book


def test_two_things_of_one_name_are_not_written_as_one() -> None:
    def rule(id: str, instrument: Instrument, calendar: WorkingDays | None = None) -> Rule:
        version = Version(instrument=instrument, requires=working_days(2, calendar=calendar), evidence=Evidence.PRIMARY)
        return Before(id=id, title="t", event=on("visit"), anchor=on("found"), versions=(version,))

    closed, same = closed_calendar("A"), closed_calendar("A")
    other = closed.with_closures("A", [(date(2024, 12, 30), "closed")])
    odd = evolve(closed, last=date(2030, 12, 31))
    assert Rulebook("book", (rule("a", ACT, closed), rule("b", ACT, same))).export()
    for rules, told in (
        (
            (rule("a", ACT, closed), rule("b", ACT, other)),
            "calendar 'A' is declared wrongly: two calendars have this name",
        ),
        ((rule("a", ACT), rule("b", evolve(ACT, title="x"))), "instrument 'ACT' is declared wrongly: two instruments"),
        (
            (rule("a", ACT, odd),),
            "calendar 'A' is declared wrongly: it is not that of England and Wales with closure days",
        ),
    ):
        with pytest.raises(DefinitionError, match=told):
            Rulebook("book", rules).export()


@pytest.mark.parametrize("format", ["toml", "json"])
def test_what_a_local_version_stands_in_for_is_read_back(format: str) -> None:
    ours = (LocalRule(id="private-fostering-first-visit", from_=date(2014, 1, 1), requires="5 working days"),)
    book = england.rulebook | Profile(id="X", authority="Anytown", rules=ours)
    read = Rulebook.load(book.export(format))
    for rule in book.rules:
        assert [v.replaces for v in read[rule.id].versions] == [v.replaces for v in rule.versions]
        assert all(isinstance(v.force, Force) for v in read[rule.id].versions)
    (national,) = read["private-fostering-first-visit"].versions[-1].replaces
    assert (national.edition, national.force) == ("PF2005", Force.STATUTE)


@pytest.mark.parametrize("format", ["toml", "json"])
def test_the_law_of_a_day_that_is_read_back_is_that_of_a_day(format: str) -> None:
    day = date(2012, 9, 19)
    read = Rulebook.load(england.rulebook.on(day).export(format))
    assert read.day == day
    assert not read.diff(england.rulebook.on(day + timedelta(days=1)))


def test_charts_and_what_is_silent_are_read_back() -> None:
    opens = Move("shut", "visit", "open", fact="child-seen", values=[True], provision="section 1", citations=(SEEN,))
    chart = Chart("door", "shut", (opens, Move("open", "found", "shut")), ("shut",))
    silent = (NotAssessed("quality", "it is no date"),)
    book = Rulebook("book", (), {chart.strand: chart}, silent)
    for format in ("toml", "json"):
        read = Rulebook.load(book.export(format))
        assert dict(read.charts) == {chart.strand: chart}
        assert read.silent == silent


def test_two_spells_of_one_name_are_refused() -> None:
    one, two = Spell("a spell", on("visit"), on("found")), Spell("a spell", on("visit"), on("missing"))
    rule = Order(id="a", title="t", then=on("case-closed"), closed=(one, two), versions=())
    with pytest.raises(DefinitionError, match="spell 'a spell' is declared wrongly: two spells have this name"):
        Forms().rule_to_data(rule)


# --- what is no rule

GOOD: dict[str, Any] = {
    "id": "a",
    "kind": "within",
    "title": "t",
    "start": [{"on": ["referral"], "where": {"fact": "outcome", "is": ["x"]}}],
    "end": [{"on": ["visit"]}],
    "pairing": {"repeats": "each"},
    "version": [
        {"edition": "ACT", "requires": "3 days", "evidence": "P", "source": [{"instrument": "an Act", "url": "u"}]}
    ],
}


def refused(**changed: Any) -> list[str]:
    """What is wrong with a rule that has other parts than it should; None takes a part away."""
    data = {key: value for key, value in {**GOOD, **changed}.items() if value is not None}
    forms = Forms()
    forms.instruments["ACT"] = ACT
    try:
        forms.rule_from_data(data)
    except Exception as error:
        return plain(error)
    return []


def test_the_rule_that_is_spoilt_below_is_a_good_one() -> None:
    assert refused() == []
    forms = Forms()
    forms.instruments["ACT"] = ACT
    assert forms.rule_from_data(GOOD) == Within(
        id="a",
        title="t",
        start=on("referral", where=fact("outcome", "x")),
        end=on("visit"),
        pairing=Pairing(Repeats.EACH),
        versions=(
            Version(instrument=ACT, requires=days(3), evidence=Evidence.PRIMARY, citations=(Citation("an Act", "u"),)),
        ),
    )


VERSION = GOOD["version"][0]
WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "no kind": ({"kind": None}, "", "kind nothing is none of within, duty, atmost, before, every, current, order"),
    "another kind": ({"kind": "Within"}, "", "kind 'Within' is none of within"),
    "no id": ({"id": None}, "id", "id is missing"),
    "no title": ({"title": None}, "title", "title is missing"),
    "no versions": ({"version": None}, "version", "version is missing"),
    "no start": ({"start": None}, "start", "start is missing"),
    "a key that is not known": ({"strat": []}, "", "unknown key strat"),
    "a name of Python": ({"late_reason": "x"}, "", "unknown key late_reason"),
    "an edition that is not known": (
        {"version": [{**VERSION, "edition": "WT"}]},
        "version[0]",
        "there is no instrument named 'WT'; expected one of ACT",
    ),
    "a force that is none": (
        {"version": [{**VERSION, "force": "strong"}]},
        "version[0].force",
        "there is no force named 'strong'; expected one of statute, guidance, national-practice, local",
    ),
    "a grade that is none": (
        {"version": [{**VERSION, "evidence": "Z"}]},
        "version[0].evidence",
        "there is no grade named 'Z'; expected one of P, S, S?, L, M",
    ),
    "no period": (
        {"version": [VERSION, {**VERSION, "requires": "soon"}]},
        "version[1].requires",
        "'soon' is no period; expected one such as '15 working days' or '72 hours'",
    ),
    "another requirement": (
        {"version": [{**VERSION, "requires": {"sometimes": "3 days"}}]},
        "version[0].requires",
        "a requirement is a period, or a table with one of every, at-most, by, agencies, facts",
    ),
    "a requirement of another kind of rule": (
        {"version": [{**VERSION, "requires": {"every": "3 days"}}]},
        "",
        "rule 'a' is declared wrongly: version ACT requires ",
    ),
    "a day that is none": ({"version": [{**VERSION, "until": "soon"}]}, "version[0].until", "soon"),
    "a number for a day": ({"version": [{**VERSION, "until": 2014}]}, "version[0].until", "2014 is no date such as"),
    "memory with a source": (
        {"version": [{**VERSION, "evidence": "M"}]},
        "version[0]",
        "version ACT is declared wrongly: it rests on memory, so it cannot carry a citation",
    ),
    "versions that overlap": (
        {"version": [VERSION, VERSION]},
        "",
        "rule 'a' is declared wrongly: versions ACT and ACT overlap or are out of order",
    ),
    "a key of a version": ({"version": [{**VERSION, "form": 1}]}, "version[0]", "unknown key form"),
    "a source without an address": (
        {"version": [{**VERSION, "source": [{"instrument": "an Act"}]}]},
        "version[0]",
        "url is missing",
    ),
    "no condition": (
        {"start": [{"on": ["referral"], "where": {"fact": "outcome"}}]},
        "start",
        "{'fact': 'outcome'} is no condition: expected fact, stated, all, any, not, during or doubtful-if",
    ),
    "a condition and something else": (
        {"start": [{"on": ["referral"], "where": {"fact": "outcome", "is": ["x"], "or": 1}}]},
        "start",
        "{'fact': 'outcome', 'is': ['x'], 'or': 1} is no condition",
    ),
    "a condition within one": (
        {"start": [{"on": ["referral"], "where": {"not": {"all": [{"any": [{"never": True}]}]}}}]},
        "start",
        "{'never': true} is no condition",
    ),
    "never": ({"start": [{"on": ["referral"], "where": {"always": False}}]}, "start", "{'always': false} is no"),
    "a spell that is not known": (
        {"start": [{"on": ["referral"], "where": {"during": "plan"}}]},
        "start",
        "there is no spell named 'plan'",
    ),
    "a match without kinds": ({"start": [{"where": {"always": True}}]}, "start", "on is missing"),
    "a match with another key": ({"start": [{"on": [], "if": 1}]}, "start", "a match knows on and where, not if"),
    "a policy that is not known": ({"pairing": {"repeats": "never"}}, "pairing.repeats", ""),
    "a key of the policy": ({"pairing": {"repeat": "each"}}, "pairing", "unknown key repeat"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_no_rule_is_refused_with_the_place(case: str) -> None:
    changed, place, told = WRONG[case]
    (problem,) = refused(**changed)
    # a version is spoken of as one of the versions
    assert problem.replace("versions", "version").startswith(place)
    assert told.replace("versions", "version") in problem.replace("versions", "version")


def test_everything_that_is_wrong_with_a_rule_is_told() -> None:
    problems = refused(
        title=None,
        strat=[],
        start=[{"on": ["referral"], "if": 1}],
        version=[{**VERSION, "evidence": "Z"}, {**VERSION, "requires": "soon", "until": 5}],
    )
    places = [problem.partition(": ")[0].replace("versions", "version") for problem in problems]
    assert sorted(places) == [
        "start",
        "title",
        "unknown key strat",
        "version[0].evidence",
        "version[1].requires",
        "version[1].until",
    ]


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", "rule = 5", '[[rule]]\nkind = "within"', "not TOML", '{"name": ']
)
def test_a_text_that_is_no_book_is_not_read(text: str) -> None:
    with pytest.raises(DefinitionError, match="the rulebook is declared wrongly: "):
        Rulebook.load(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('name = "x"\n[[rules]]\nid = "y"', "a rulebook knows name, day, instrument, .*, not rules"),
        ('name = "x"\nzzz = 1', "not zzz"),
        ("name = 5", "5 is not the name of a rulebook"),
        ('name = "x"\nday = "soon"', "'soon' is no date such as 2013-04-15"),
        ('name = "x"\nrule = 5', "5 is not a list, as rule is"),
        ('name = "x"\nrule = [5]', "5 is not a rule"),
    ],
)
def test_a_book_with_a_part_that_is_none_is_refused(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Rulebook.load(text)


def test_a_book_without_rules_is_a_book() -> None:
    read = Rulebook.load('name = "nothing"')
    assert (read.name, read.rules, dict(read.charts), read.silent) == ("nothing", (), {}, ())
    assert tomllib.loads(read.export("toml")) == {"name": "nothing"}
    assert Rulebook.load(tomli_w.dumps({"name": "nothing"})) == read
