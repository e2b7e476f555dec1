"""Rules and rulebooks as values: what is refused, how books are joined, and what the rules of England rest on."""

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from attrs import evolve

from childprotect import Rulebook, UnknownName, rules
from childprotect.authority import Citation, Evidence, Force, Instrument
from childprotect.conditions import ALWAYS, fact, on
from childprotect.deadlines import deadline
from childprotect.errors import DefinitionError
from childprotect.periods import Counting, Period, days, hours, months, working_days
from childprotect.requirements import By, Cadence, Limit
from childprotect.rulebooks import england
from childprotect.rulebooks.england.working_together import EDITIONS
from childprotect.rules import AtMost, Attended, Before, Current, Duty, Every, Law, Order, Recorded, Rule, Within
from childprotect.spells import During, Spell
from childprotect.versions import Absence, NotAssessed, Version

LAW = Instrument("ACT", "An Act", Force.STATUTE, date(2000, 1, 1), date(2009, 12, 31))
NEXT = Instrument("ACT-2", "Another Act", Force.STATUTE, date(2010, 1, 1))
SEEN = Citation("An Act", "https://example.org", "section 1", "as the Act says")


def version(requires: Any = None, instrument: Instrument = LAW, **more: Any) -> Version:
    """A version of a rule, seen in the primary text."""
    return Version(**{"instrument": instrument, "requires": requires, "evidence": Evidence.PRIMARY} | more)


def within(id: str = "a", *versions: Version, **more: Any) -> Within:
    """A rule with a clock from a referral to its decision."""
    made = versions or (version(days(7)),)
    return Within(id=id, title="a title", start=on("referral"), end=on("referral-decided"), versions=made, **more)


# --- versions


def test_a_version_takes_its_force_and_its_dates_from_its_instrument_unless_they_are_given() -> None:
    plain = version()
    assert (plain.force, plain.in_force, plain.until) == (Force.STATUTE, date(2000, 1, 1), date(2009, 12, 31))
    own = version(force=Force.LOCAL, in_force=date(2001, 1, 1), until=None)
    assert (own.force, own.in_force, own.until) == (Force.LOCAL, date(2001, 1, 1), None)
    assert plain.edition == "ACT"


def test_a_version_covers_its_first_and_its_last_day() -> None:
    for thing in (version(), LAW):
        assert thing.covers(date(2000, 1, 1))
        assert thing.covers(date(2009, 12, 31))
        assert not thing.covers(date(1999, 12, 31))
        assert not thing.covers(date(2010, 1, 1))
    assert version(instrument=NEXT).covers(date(2999, 1, 1))


def test_what_rests_on_memory_carries_no_citation() -> None:
    with pytest.raises(DefinitionError, match="version ACT is declared wrongly: it rests on memory") as caught:
        version(evidence=Evidence.MEMORY, citations=(SEEN,))
    assert caught.value.problems == ("it rests on memory, so it cannot carry a citation",)
    assert version(evidence=Evidence.MEMORY).citations == ()
    assert version(citations=(SEEN,)).citations == (SEEN,)


def test_a_grade_says_how_well_it_is_known() -> None:
    assert version().grade == "primary (P)"
    assert version(evidence=Evidence.SECONDARY_UNDATED).grade == "secondary-undated (S?)"
    carried = version(evidence=Evidence.MEMORY, carried_over="WT2023")
    assert carried.grade == "carried over from WT2023, unverified (M)"
    assert [evidence.letter for evidence in Evidence] == ["P", "S", "S?", "L", "M"]
    assert all(evidence.meaning for evidence in Evidence)


def test_a_citation_shows_where_it_was_seen_and_its_words() -> None:
    assert str(SEEN) == "An Act, section 1 (seen at https://example.org): “as the Act says”"
    assert str(Citation("An Act", "https://example.org")) == "An Act (seen at https://example.org)"
    assert SEEN.to_dict() == {"instrument": "An Act", "provision": "section 1", "url": "https://example.org"}
    assert str(LAW) == "An Act"


# --- what is refused when it is built


def test_a_version_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(DefinitionError, match="rule 'a' is declared wrongly: version ACT ends before it begins"):
        within("a", version(days(7), until=date(1999, 1, 1)))


def test_versions_that_overlap_or_are_out_of_order_are_refused() -> None:
    first, second = version(days(7)), version(days(7), NEXT)
    assert within("a", first, second).versions == (first, second)
    for wrong in (
        (second, first),
        (evolve(first, until=None), second),
        (first, evolve(second, in_force=date(2009, 12, 31))),
    ):
        with pytest.raises(DefinitionError, match="overlap or are out of order"):
            within("a", *wrong)


def test_every_problem_of_the_versions_is_said_at_once() -> None:
    wrong = (version(days(7), until=None), version(days(7), NEXT, until=date(2001, 1, 1)))
    with pytest.raises(DefinitionError) as caught:
        within("a", *wrong)
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    "make",
    [
        lambda: within("a", version(None)),
        lambda: within("a", version(frozenset({"police"}))),
        lambda: Attended(id="a", title="t", event=on("visit"), versions=(version(days(7)),)),
        lambda: Recorded(id="a", title="t", event=on("visit"), versions=(version(frozenset({"purpose"})),)),
        lambda: Every(id="a", title="t", event=on("visit"), again=on("visit"), versions=(version(None),)),
        lambda: Every(
            id="a",
            title="t",
            event=on("visit"),
            again=on("visit"),
            opens=on("found"),
            versions=(version(Cadence(days(7))),),
        ),
        lambda: within("a", version(days(7)), extends=on("contact")),
        lambda: within("a", version(Limit(days(7)))),
        lambda: Duty(id="a", title="t", start=on("visit"), end=on("found"), versions=(version(By("due")),)),
        lambda: AtMost(id="a", title="t", start=on("missing"), end=on("found"), versions=(version(days(7)),)),
        lambda: Before(id="a", title="t", event=on("visit"), anchor=on("found"), versions=(version(),)),
        lambda: Current(
            id="a", title="t", while_=Spell("s", on("visit"), on("found")), event=on("visit"), versions=(version(),)
        ),
        lambda: Every(
            id="a", title="t", event=on("visit"), again=on("visit"), versions=(version(Cadence(days(7), days(1))),)
        ),
    ],
    ids=[
        "within-nothing",
        "within-agencies",
        "attended-days",
        "recorded-agencies",
        "every-nothing",
        "opens-no-first",
        "extended-days",
        "within-limit",
        "duty-by",
        "at-most-days",
        "before-nothing",
        "age-nothing",
        "first-of-no-opening",
    ],
)
def test_a_rule_whose_version_requires_another_kind_of_thing_is_refused(make: Any) -> None:
    with pytest.raises(DefinitionError):
        make()


def test_the_refusal_says_which_version_and_what_it_requires() -> None:
    with pytest.raises(DefinitionError) as caught:
        within("a", version(frozenset({"police"})))
    assert caught.value.problems == ("version ACT requires police, which this kind of rule cannot check",)


def test_two_rules_of_one_id_are_refused() -> None:
    with pytest.raises(DefinitionError, match="rulebook 'book' is declared wrongly: two rules have the same id"):
        Rulebook("book", (within("a"), within("a")))


# --- kinds of rule

CONFERENCES = ("initial-conference", "pre-birth-conference", "transfer-in-conference")

KINDS: tuple[Rule, ...] = (
    Within(
        id="w",
        title="t",
        start=on("referral"),
        end=on("referral-decided"),
        discharge=on("case-closed"),
        versions=(version(days(1)),),
    ),
    Every(
        id="e",
        title="t",
        event=on("visit"),
        again=on("visit"),
        opens=on("found"),
        stops=on("case-closed"),
        versions=(version(Cadence(days(7), first=days(1))),),
    ),
    Order(
        id="o",
        title="t",
        then=on("plan-started"),
        first=on("initial-conference"),
        since=on("plan-ended"),
        closed=england.rule("closed-with-open-work").closed[:1],  # type: ignore[union-attr]
        versions=(version(),),
    ),
    Attended(id="a", title="t", event=on("strategy-discussion"), versions=(version(frozenset({"police"})),)),
    Recorded(id="r", title="t", event=on("plan-started"), versions=(version(("categories",)),)),
    Duty(
        id="d",
        title="t",
        start=on("referral"),
        end=on("visit"),
        discharge=on("case-closed"),
        revived=on("new-information"),
        versions=(version(), version(days(3), NEXT)),
    ),
    AtMost(
        id="m",
        title="t",
        start=on("missing"),
        end=on("found"),
        extends=on("contact"),
        counted_from=Spell("s", on("police-protection-started"), on("police-protection-ended")),
        anew=on("case-closed"),
        versions=(version(Limit(days(8), extension=days(7), times=1)),),
    ),
    Before(id="b", title="t", event=on("visit"), anchor=on("review-conference"), versions=(version(days(2)),)),
    Current(
        id="c",
        title="t",
        while_=Spell("s", on("referral"), on("case-closed"), resets=on("plan-ended")),
        event=on("chronology-updated"),
        behind=on("visit"),
        held=Spell("h", on("allocated"), on("deallocated")),
        versions=(version(),),
    ),
)


@pytest.mark.parametrize(
    ("rule", "triggers", "reads"),
    [
        (KINDS[0], {"referral"}, {"referral", "referral-decided", "case-closed"}),
        (KINDS[1], {"visit", "found"}, {"visit", "found", "case-closed"}),
        (
            KINDS[2],
            {"plan-started"},
            {"plan-started", "plan-ended", "review-conference", "case-closed", *CONFERENCES},
        ),
        (KINDS[3], {"strategy-discussion"}, {"strategy-discussion"}),
        (KINDS[4], {"plan-started"}, {"plan-started"}),
        (KINDS[5], {"referral"}, {"referral", "visit", "case-closed", "new-information"}),
        (
            KINDS[6],
            {"missing"},
            {"missing", "found", "contact", "case-closed", "police-protection-started", "police-protection-ended"},
        ),
        (KINDS[7], {"review-conference"}, {"review-conference", "visit"}),
        (
            KINDS[8],
            {"referral"},
            {"referral", "case-closed", "plan-ended", "chronology-updated", "visit", "allocated", "deallocated"},
        ),
    ],
    ids=["within", "every", "order", "attended", "recorded", "duty", "at-most", "before", "current"],
)
def test_a_rule_says_what_calls_for_it_and_what_it_reads(rule: Rule, triggers: set[str], reads: set[str]) -> None:
    assert rule.triggers == triggers
    assert rule.reads == reads


def test_a_rule_reads_what_its_conditions_ask_about() -> None:
    case = During(Spell("case", opens=on("referral"), closes=on("case-closed")))
    plan = During(Spell("plan", opens=on("plan-started", where=case), closes=on("plan-ended")))
    event = on("core-group", where=~plan & fact("quorate", True))
    rule = Attended(id="a", title="t", event=event, versions=(version(frozenset({"police"})),))
    assert rule.triggers == {"core-group"}
    assert rule.reads == {"core-group", "plan-started", "plan-ended", "referral", "case-closed"}


def test_every_kind_of_rule_is_among_these() -> None:
    assert {type(rule) for rule in KINDS} == set(rules.KINDS)


def test_a_law_of_no_kind_reads_nothing() -> None:
    assert Law(id="x", title="t", versions=()).reads == Law(id="x", title="t", versions=()).triggers == frozenset()


def test_a_rule_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        KINDS[0].id = "other"  # type: ignore[misc]
    assert within() == within()
    assert hash(within()) == hash(within())


# --- deadlines


def test_the_day_of_the_trigger_chooses_the_version() -> None:
    rule = within("a", version(days(7)), version(days(9), NEXT))
    assert rule.due(date(2009, 12, 31)).on == date(2010, 1, 7)
    assert rule.due(date(2010, 1, 1)).on == date(2010, 1, 10)
    assert rule.version_on(date(1999, 12, 31)) is None
    with pytest.raises(
        UnknownName, match="unknown version of 'a'; expected a day on which it was in force, not 1999-12-31"
    ):
        rule.due(date(1999, 12, 31))


@pytest.mark.parametrize(
    ("rule", "start", "on_", "words"),
    [
        (
            "initial-conference",
            date(2024, 3, 22),
            date(2024, 4, 16),
            "15 working days after Fri 22 Mar 2024, not counting Good Friday and Easter Monday",
        ),
        ("initial-conference", date(2024, 6, 3), date(2024, 6, 24), "15 working days after Mon 3 Jun 2024"),
        (
            "initial-conference",
            date(2012, 5, 21),
            date(2012, 6, 13),
            "15 working days after Mon 21 May 2012, not counting Spring bank holiday and Queen’s Diamond Jubilee",
        ),
        ("referral-decision", date(2024, 3, 28), date(2024, 4, 2), None),
        ("first-review-conference", date(2024, 3, 30), date(2024, 6, 30), "3 months after Sat 30 Mar 2024"),
        ("review-conference", date(2012, 8, 31), date(2013, 2, 28), "6 months after Fri 31 Aug 2012"),
    ],
)
def test_a_deadline_prints_its_own_counting(rule: str, start: date, on_: date, words: str | None) -> None:
    limit = england.rule(rule).due(start)
    assert limit.on == on_
    assert limit.rule is england.rule(rule)
    assert limit.starts == start
    assert words is None or str(limit) == words


def test_a_deadline_beginning_with_the_day_says_so_and_counts_that_day() -> None:
    period = working_days(2, counting=Counting.BEGINNING_WITH)
    rule = within("a", version(period, NEXT))
    limit = rule.due(date(2024, 3, 29))
    assert limit.on == date(2024, 4, 3)
    assert str(limit) == (
        "2 working days, counting the first day, from Fri 29 Mar 2024, not counting Good Friday and Easter Monday"
    )


def test_a_deadline_in_hours_keeps_the_time() -> None:
    rule = within("a", version(hours(72), NEXT))
    limit = rule.due(datetime(2024, 3, 1, 16, 40, tzinfo=UTC))
    assert limit.on == datetime(2024, 3, 4, 16, 40, tzinfo=UTC)
    assert str(limit) == "72 hours after Fri 1 Mar 2024 at 16:40"


def test_a_cadence_has_a_first_and_a_next() -> None:
    both = version(Cadence(then=months(6), first=months(3)), NEXT)
    rule = Every(id="e", title="t", event=on("visit"), again=on("visit"), opens=on("found"), versions=(both,))
    assert deadline(rule, both, date(2024, 3, 1)).on == date(2024, 9, 1)
    assert isinstance(both.requires, Cadence)
    assert (both.requires.wait(0), both.requires.wait(2)) == (months(3), months(6))
    assert str(both.requires) == "first within 3 months, then every 6 months at most"
    assert str(Cadence(then=months(6))) == "every 6 months at most"


@pytest.mark.parametrize("requires", [None, frozenset({"police"}), ("outcome",), By("due")])
def test_a_version_without_a_period_has_none(requires: Any) -> None:
    with pytest.raises(TypeError, match="ACT sets no period here"):
        deadline(A, version(requires), date(2024, 3, 1))


# --- rulebooks

A, B, C = within("a"), within("b"), within("c")
SILENT = NotAssessed("quality", "it is not a date")


def test_a_rulebook_is_a_mapping_of_rules_by_id() -> None:
    book = Rulebook("book", (A, B))
    assert list(book) == ["a", "b"]
    assert (book["a"], len(book), "b" in book, book.get("z")) == (A, 2, True, None)
    assert dict(book) == {"a": A, "b": B}
    assert repr(book) == "<Rulebook 'book': 2 rules>"
    with pytest.raises(KeyError):
        book["z"]


def test_a_rule_that_is_not_there_is_an_error_that_says_which_was_meant() -> None:
    assert england.rule("initial-conference") is england.rulebook["initial-conference"]
    with pytest.raises(UnknownName, match="unknown rule 'inital-conference'; perhaps 'initial-conference' was meant"):
        england.rule("inital-conference")


def test_joining_two_books_gives_the_rules_of_both_and_the_right_one_counts() -> None:
    theirs = evolve(B, title="theirs")
    joined = Rulebook("l", (A, B)) | Rulebook("r", (theirs, C))
    assert dict(joined) == {"a": A, "b": theirs, "c": C}
    assert joined.name == "l | r"


def test_joining_is_associative_and_repeating_changes_nothing() -> None:
    books = [Rulebook("x", (A, B)), Rulebook("y", (evolve(B, title="y"),)), Rulebook("z", (C, evolve(A, title="z")))]
    one, two, three = books
    assert (one | two) | three == one | (two | three)
    assert one | one == one
    assert one | Rulebook("nothing", ()) == one


def test_a_rule_that_is_joined_is_assessed_after_all() -> None:
    off = Rulebook("l", (A,), silent=(SILENT, NotAssessed("b", "off"), NotAssessed("d", "left")))
    joined = off | Rulebook("r", (B,), silent=(NotAssessed("d", "right"),))
    assert joined.not_assessed == (SILENT, NotAssessed("d", "right"))
    assert SILENT.to_dict() == {"id": "quality", "because": "it is not a date"}


def test_leaving_rules_out_and_joining_them_again_gives_the_book() -> None:
    book = Rulebook("book", (A, B, C))
    assert list(book - ["b"]) == ["a", "c"]
    assert dict((book - ["b"]) | (book - ["a", "c"])) == dict(book)
    assert book - [] == book
    assert book - ["not there"] == book


def test_the_law_of_a_day_has_one_version_of_each_rule_then_in_force() -> None:
    old, new = version(days(7)), version(days(9), NEXT)
    book = Rulebook("book", (within("a", old, new), within("b", new)))
    assert {id: rule.versions for id, rule in book.on(date(2005, 1, 1)).items()} == {"a": (old,)}
    assert {id: rule.versions for id, rule in book.on(date(2015, 1, 1)).items()} == {"a": (new,), "b": (new,)}
    assert book.on(date(2005, 1, 1)).name == "book on 2005-01-01"
    assert len(book.on(date(1999, 1, 1))) == 0


def test_equal_books_hash_alike_and_unlike_books_differ() -> None:
    book, same = Rulebook("book", (A, B)), Rulebook("another name", (A, B))
    assert book == same
    assert hash(book) == hash(same)
    assert book != Rulebook("book", (A,))
    assert book != "book"
    assert book != Rulebook("book", (A, B), england.charts)


# --- what the rules of England rest on

ALL_RULES = england.rulebook.with_practice().rules
VERSIONS = [(rule.id, version) for rule in ALL_RULES for version in rule.versions]
IDS = [f"{rule}-{version.edition}" for rule, version in VERSIONS]


@pytest.mark.parametrize(("rule", "v"), VERSIONS, ids=IDS)
def test_a_version_is_cited_exactly_where_it_does_not_rest_on_memory(rule: str, v: Version) -> None:
    assert bool(v.citations) == (v.evidence is not Evidence.MEMORY)
    for citation in v.citations:
        assert citation.url
        assert citation.instrument == v.instrument.title
        assert len(citation.quote.split()) <= 25


@pytest.mark.parametrize(("rule", "v"), VERSIONS, ids=IDS)
def test_a_version_of_2026_is_labelled_as_carried_over_and_no_other_is(rule: str, v: Version) -> None:
    if v.edition == "WT2026":
        assert v.carried_over == "WT2023"
        assert v.evidence is Evidence.MEMORY
        assert "carried over from WT2023, unverified" in v.grade
        before = england.rule(rule).version_on(date(2026, 3, 17))
        assert before is not None
        assert (before.edition, before.requires) == ("WT2023", v.requires)
    else:
        assert v.carried_over is None


def test_there_are_versions_of_2026_to_label() -> None:
    assert sum(version.edition == "WT2026" for _, version in VERSIONS) == 15


def test_the_editions_follow_each_other_without_a_gap() -> None:
    assert england.editions == EDITIONS
    for before, after in pairwise(EDITIONS):
        assert before.until is not None
        assert before.until == after.eve
    assert EDITIONS[-1].until is None


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.id)
def test_every_day_since_2006_has_a_version_or_a_reason_why_not(rule: Rule) -> None:
    for day in (date.fromordinal(n) for n in range(date(2006, 4, 1).toordinal(), date(2027, 1, 1).toordinal(), 1)):
        absent = [gap for gap in rule.absent if gap.since <= day and (gap.until is None or day <= gap.until)]
        version = rule.version_on(day)
        assert version is not None or absent, day
        # only beside a duty without a number may a reason stand: why it is never judged
        assert version is None or not absent or (isinstance(rule, Duty) and version.requires is None), day
        assert all(gap.because for gap in absent)


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.id)
def test_a_rule_with_a_clock_has_a_figure_and_one_without_has_none(rule: Rule) -> None:
    for v in rule.versions:
        match rule:
            case Duty():
                assert v.requires is None, "a national duty has no number"
            case Within():
                assert isinstance(v.requires, Limit if rule.extends.patterns else Period | By)
            case AtMost():
                assert isinstance(v.requires, Limit)
            case Every():
                assert isinstance(v.requires, Cadence)
                assert bool(v.requires.first) is bool(rule.opens.patterns)
            case Order() | Current():
                assert v.requires is None
            case Attended():
                assert isinstance(v.requires, frozenset)
            case Recorded():
                assert isinstance(v.requires, tuple) is (rule.must is ALWAYS)
            case _:
                raise AssertionError(f"no national rule is of kind {type(rule).__name__}")


JUDGED = """referral-decision referral-acknowledgement initial-assessment core-assessment single-assessment
new-information-assessment strategy-discussion-attendance section-47-after-strategy-discussion section-47-outcome
initial-conference transfer-in-conference plan-from-conference plan-category first-core-group first-review-conference
review-conference plan-ended-by-review closed-with-open-work police-protection emergency-protection-order
child-assessment-order interim-care-order care-proceedings looked-after-visit looked-after-visit-placed-to-18
looked-after-visit-long-term-foster looked-after-visit-at-home looked-after-visit-at-home-reviewed looked-after-review
private-fostering-first-visit private-fostering-visit return-interview""".split()
WITHOUT_A_NUMBER = """referrer-informed section-47-completion enquiry-after-emergency-action letter-before-proceedings
pre-proceedings-meeting proceedings-issued strategy-discussion-held child-seen legal-planning-meeting""".split()
LOCAL = """child-protection-visit child-in-need-visit child-in-need-review core-group core-group-quorum
conference-report-shared review-report-shared conference-quorum conference-record-circulated supervision
assessment-current recording-lag first-contact-after-transfer escalation-resolved""".split()


WAITING = "family-group-meeting-offered"


def test_every_rule_is_judged_or_told_or_off_until_a_profile_sets_a_number() -> None:
    assert sorted(england.rulebook) == sorted(JUDGED + WITHOUT_A_NUMBER + LOCAL + [WAITING])
    silent = {entry.id: entry.because for entry in england.rulebook.not_assessed}
    assert not set(JUDGED) & set(silent)
    assert silent[WAITING] == "section 1 of the Act of 2026 is not in force until someone sets the date"
    for rule in WITHOUT_A_NUMBER:
        assert england.rule(rule).versions
        assert silent[rule].startswith("no national number stands behind it: the time it took is told")
    for rule in LOCAL:
        assert england.rule(rule).versions == ()
        assert silent[rule] == "no national number stands behind it; it is off until a local profile sets one"


def test_an_absence_has_days_and_a_reason() -> None:
    gap = Absence(date(2006, 4, 1), None, "nobody knows")
    assert within("a", absent=(gap,)).absent == (gap,)


def test_the_versions_of_what_must_be_recorded_all_name_facts_or_all_give_a_period() -> None:
    until = evolve(version(("outcome",)), until=date(2019, 12, 31))
    since = evolve(version(days(5)), in_force=date(2020, 1, 1), until=None)
    with pytest.raises(DefinitionError) as caught:
        Recorded(id="r", title="r", event=on("visit"), versions=(until, since))
    assert caught.value.problems == ("some versions name facts and others a period; two rules can say that",)
