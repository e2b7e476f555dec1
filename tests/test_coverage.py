"""Which rules a source can decide: what is promised beforehand is what the check then does, over every worked case.

Each worked case of law is seen through what a source can hold: events and facts that it has no place for are left out.
What comes of it must fit what was promised. `decidable`: the same statuses as of the full record. `cannot-tell`:
nothing is met, late, overdue, breached or discharged.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from attrs import evolve
from tests.test_law import BOOK, CASES, Case

import childprotect as cp
from childprotect import Coverage, Status
from childprotect.chronology import EVERYTHING
from childprotect.coverage import Decidable, Place, decidable, lacking, reads, why_not
from childprotect.events import Facts
from childprotect.records import READERS, Reader
from childprotect.rules import Rule
from childprotect.vocabulary import STANDARD

FULL = [case for case in CASES if not case.source_lacks and case.source_since is None]
"""The cases whose source can hold everything."""
SETTLED = {Status.MET, Status.LATE, Status.OVERDUE, Status.BREACHED, Status.DISCHARGED}
OWN = {"recorded-under"}
"""Facts that only a reader adds, to say where in the file something stood."""
Told = list[tuple[str, Status]]
"""What is said of a rule: for each finding the day on which it began, and the status."""


def told(case: Case, chronology: cp.Chronology, covers: Coverage) -> Told:
    known_at = case.known_at if covers.holds_fact("recorded") else None
    report = cp.check(chronology, case.book, as_at=case.as_at, known_at=known_at)
    return [(str(finding.started), finding.status) for finding in case.findings_in(report)]


@cache
def in_full(case_id: str) -> Told:
    case = next(case for case in FULL if case.id == case_id)
    return told(case, case.chronology, EVERYTHING)


def seen_through(case: Case, covers: Coverage) -> cp.Chronology:
    """The chronology of a case as a source with that coverage would hold it."""
    whole = case.chronology
    dated = covers.holds_fact("recorded")
    events = whole.events if dated else whole.as_known(case.as_at, case.known_at)
    kept = []
    for event in events:
        if covers.holds(event.kind):
            held = {name: said for name, said in event.facts.items() if covers.holds(event.kind, name) or name in OWN}
            told_as = event if dated else evolve(event, recorded=None, ref=None)
            kept.append(evolve(told_as, facts=Facts(held)))
    lost = [entry for entry in whole.lost if entry.kind is None or covers.holds(entry.kind)]
    return cp.Chronology.of(whole.child, born=whole.born, died=whole.died, events=kept, covers=covers, lost=lost)


def unfit(case: Case, covers: Coverage) -> str:
    """How what is said of a case through a coverage does not fit what was promised; nothing if it does."""
    promised = decidable(case.book[case.rule.id], covers)
    seen = told(case, seen_through(case, covers), covers)
    if promised is Decidable.DECIDABLE and seen != in_full(case.id):
        return f"{case.id}: decidable, and {seen} instead of {in_full(case.id)}"
    if promised is Decidable.CANNOT_TELL and any(status in SETTLED for _, status in seen):
        return f"{case.id}: cannot be told, and {seen}"
    return ""


def id_of(reader: Reader) -> str:
    return reader.title


@pytest.mark.parametrize("reader", READERS, ids=id_of)
def test_every_source_says_of_every_worked_case_what_was_promised(reader: Reader) -> None:
    assert [why for case in FULL if (why := unfit(case, reader.covers))] == []


def one_place_less(rule: Rule) -> Iterator[Coverage]:
    """A source for every place that the rule reads: it has all the others."""
    places = reads(rule)
    facts = frozenset(name for case in FULL for event in case.events for name in event.facts)
    facts |= {place.fact for other in BOOK.rules for place in reads(other) if place.fact} | {"recorded"}
    for kind in sorted({place.kind for place in places}):
        yield Coverage(frozenset(STANDARD) - {kind})
    for fact in sorted({place.fact for place in places if place.fact}):
        yield Coverage(facts=facts - {fact})


def test_a_source_that_lacks_any_one_thing_says_what_was_promised() -> None:
    """Every place that a rule reads left out, one at a time; with every fifth case of the rule, for time."""
    by_rule: defaultdict[str, list[Case]] = defaultdict(list)
    for case in FULL:
        by_rule[case.rule.id].append(case)
    wrong = [
        f"{covers}: {why}"
        for name, cases in by_rule.items()
        for covers in one_place_less(BOOK[name])
        for case in cases[::5]
        if (why := unfit(case, covers))
    ]
    assert wrong == []


# --- a third thing: what is said through a source, and the full record says otherwise --------------------------------

Third = dict[tuple[str, str, str], str]
DIFFERENCES = Path(__file__).parent.parent / "docs" / "differences.toml"
THIRD_THINGS: dict[str, Third] = {
    reader.format: {
        (one["rule"], one["full"], one["seen"]): one["because"]
        for one in tomllib.loads(DIFFERENCES.read_text(encoding="utf-8"))["said"]
        if reader.format in one["sources"]
    }
    for reader in READERS
}
"""By format: the rule, what the full record says, what is said through the source, and why.

None of these is right. Each is a record that the source would tell of in another way, or a doubt that the source cannot
hold and that the check does not raise. A source that is new here has to be judged in the same way.

Why they stay. The types of assessments: no record of councils has them, and since 2013 only one kind is required; to
doubt each would leave no assessment met. One date for a discussion and its enquiry: to doubt it would leave no
conference met. What makes a duty fall away: they say it in another place, such as the flag at the referral, and to ask
for the decision too would leave no assessment overdue. An assessment without a type that came too late, or before a
closure: the limit was broken, or the duty fell away, either way.
"""


def third_things(covers: Coverage) -> dict[tuple[str, str, str], list[str]]:
    """What is settled through a coverage and not so by the full record: rule, full, seen; with the cases."""
    found: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for case in FULL:
        full: defaultdict[str, set[Status]] = defaultdict(set)
        for began, status in in_full(case.id):
            full[began].add(status)
        for began, status in told(case, seen_through(case, covers), covers):
            if status in SETTLED and status not in full[began]:
                whole = ", ".join(sorted(full[began])) or "nothing"
                found[case.rule.id, whole, status.value].append(case.id)
    return dict(found)


@pytest.mark.parametrize("reader", READERS, ids=id_of)
def test_no_source_says_a_third_thing_that_is_not_written_down(reader: Reader) -> None:
    """Neither more of them nor fewer: one that is mended is taken off the list."""
    found = third_things(reader.covers)
    known = THIRD_THINGS.get(reader.format, {})
    assert found.keys() - known.keys() == set(), {key: found[key] for key in found.keys() - known.keys()}
    assert known.keys() - found.keys() == set()


# --- one rule and one source at a time -------------------------------------------------------------------------------


def only(*kinds: str, facts: str = "") -> Coverage:
    return Coverage(frozenset(kinds), frozenset(facts.split()))


PROMISES: dict[str, tuple[str, Coverage, Decidable, str]] = {
    "everything": ("initial-conference", EVERYTHING, Decidable.DECIDABLE, ""),
    "no start": (
        "core-group",
        only("core-group"),
        Decidable.CANNOT_TELL,
        "it has no place for closure of the case, initial",
    ),
    "no answer": (
        "referral-decision",
        only("referral"),
        Decidable.CANNOT_TELL,
        "it has no place for decision on the referral",
    ),
    "a start that is never certain": (
        "strategy-discussion-attendance",
        only("strategy-discussion", facts="decision"),
        Decidable.CANNOT_TELL,
        "it has no place for who took part (strategy discussion)",
    ),
    "no agencies": (
        "conference-quorum",
        only("initial-conference", "plan-started"),
        Decidable.CANNOT_TELL,
        "it has no place for who took part",
    ),
    "no discharge": (
        "referral-decision",
        only("referral", "referral-decided"),
        Decidable.PARTLY,
        "what makes it fall away: ",
    ),
    "no fact that is asked for": (
        "plan-category",
        only("plan-started"),
        Decidable.CANNOT_TELL,
        "it has no place for the category",
    ),
    "the fact that is asked for": ("plan-category", only("plan-started", facts="categories"), Decidable.DECIDABLE, ""),
    "a fact of that kind only": (
        "plan-category",
        only("plan-started", facts="plan-started.categories"),
        Decidable.DECIDABLE,
        "",
    ),
    "nothing before": (
        "plan-from-conference",
        only("plan-started"),
        Decidable.CANNOT_TELL,
        "it has no place for initial child protection conference",
    ),
    "only since a day": (
        "plan-from-conference",
        Coverage(since=cp.Event("referral", "2024-01-01").day),
        Decidable.PARTLY,
        "what came before the first day",
    ),
    "since a day, where nothing came before": (
        "plan-category",
        Coverage(since=cp.Event("referral", "2024-01-01").day),
        Decidable.DECIDABLE,
        "",
    ),
    "since a day, where older ones may be missing": (
        "single-assessment",
        Coverage(since=cp.Event("referral", "2024-01-01").day, whole=frozenset(STANDARD) - {"assessment-completed"}),
        Decidable.PARTLY,
        "what came before the first day",
    ),
    "since a day, where what ends the duty may be missing": (
        "single-assessment",
        Coverage(since=cp.Event("referral", "2024-01-01").day, whole=frozenset({"assessment-completed", "referral"})),
        Decidable.PARTLY,
        "what came before the first day",
    ),
    "open work that it may not see": (
        "closed-with-open-work",
        Coverage(frozenset(STANDARD) - {"strategy-discussion"}),
        Decidable.PARTLY,
        "strategy discussion",
    ),
    "no end of what it lasts for": (
        "assessment-current",
        Coverage(frozenset(STANDARD) - {"case-closed", "plan-ended", "child-in-need-plan-ended"}),
        Decidable.CANNOT_TELL,
        "how long it is asked for",
    ),
    "no open work": (
        "closed-with-open-work",
        only("case-closed", facts="reason"),
        Decidable.CANNOT_TELL,
        "whether any",
    ),
}


@pytest.mark.parametrize("kind", PROMISES)
def test_what_a_source_can_decide_and_why_not(kind: str) -> None:
    rule, covers, promised, why = PROMISES[kind]
    assert decidable(BOOK[rule], covers) is promised
    assert why in why_not(BOOK[rule], covers)
    assert bool(why_not(BOOK[rule], covers)) is (promised is not Decidable.DECIDABLE)
    assert promised.meaning


def test_of_a_kind_that_is_not_held_its_facts_are_not_listed_as_well() -> None:
    covers = Coverage(frozenset(STANDARD) - {"plan-started"}, frozenset())
    assert lacking(BOOK["plan-category"], covers) == (Place("plan-started"),)


def test_when_an_entry_was_made_is_known_of_all_kinds_or_of_none() -> None:
    assert Place("visit", "recorded").held_by(Coverage(facts=frozenset({"recorded"})))
    assert not Place("visit", "recorded").held_by(Coverage(facts=frozenset({"visit.recorded"})))


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_what_a_rule_reads_has_every_kind_that_the_rule_says_it_reads(rule: Rule) -> None:
    assert {place.kind for place in reads(rule)} == rule.reads
    assert decidable(rule, EVERYTHING) is Decidable.DECIDABLE
    assert decidable(rule, Coverage(frozenset(), frozenset())) is Decidable.CANNOT_TELL
