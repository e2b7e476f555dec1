"""Rulebooks: the law of a day, what changed, what rests on too little, what is off and why, and books joined."""

from datetime import date, timedelta

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from childprotect import Chronology, Profile, Rulebook, UnknownName, check
from childprotect.authority import Citation, Evidence, Force, Instrument
from childprotect.conditions import on
from childprotect.pairing import Pairing, Repeats
from childprotect.periods import Period, days
from childprotect.profiles import LocalRule
from childprotect.requirements import Requirement
from childprotect.rulebook import Change, Difference
from childprotect.rulebooks import england
from childprotect.rules import Attended, Duty, Order, Rule, Within
from childprotect.versions import Absence, NotAssessed, Version
from childprotect.wording import day_in_words

LAW = england.rulebook
SEEN = (Citation("an Act", "https://act.example"),)
HALF, WHOLE = date(2015, 1, 1), date(2010, 1, 1)


def instrument(id: str, since: date | None, until: date | None = None, force: Force = Force.GUIDANCE) -> Instrument:
    return Instrument(id, f"title of {id}", force, since, until)


def version(
    id: str, requires: Requirement, since: date | None = WHOLE, until: date | None = None, **more: object
) -> Version:
    made = Version(
        instrument=instrument(id, since, until), requires=requires, evidence=Evidence.PRIMARY, citations=SEEN
    )
    return evolve(made, **more)  # type: ignore[arg-type]


def within(id: str, *versions: Version, **more: object) -> Within:
    made = Within(id=id, title=f"title of {id}", start=on("referral"), end=on("referral-decided"), versions=versions)
    return evolve(made, **more)  # type: ignore[arg-type]


def book(*rules: Rule, name: str = "book") -> Rulebook:
    return Rulebook(name, rules)


OLD, NEW = version("E1", days(7), until=date(2014, 12, 31)), version("E2", days(9), HALF)
TWO = within("a", OLD, NEW)


# --- the law of a day


def test_the_law_of_every_day_has_the_versions_then_in_force() -> None:
    for day in (
        date(2006, 3, 31),
        date(2006, 4, 1),
        date(2012, 9, 19),
        date(2013, 4, 14),
        date(2013, 4, 15),
        date(2030, 1, 1),
    ):
        then = LAW.on(day)
        assert set(then) == {rule.id for rule in LAW.rules if rule.version_on(day) is not None}
        for id, rule in then.items():
            assert rule.versions == (LAW[id].version_on(day),)
            assert evolve(rule, versions=LAW[id].versions) == LAW[id]
        assert then.on(day) == then
        assert (then.on_request, then.charts, then.silent) == (LAW.on_request, LAW.charts, LAW.silent)
    assert len(LAW.on(date(2006, 3, 31))) == 0


def test_what_is_not_in_force_and_what_has_no_version_are_not_the_law_of_any_day() -> None:
    waiting = within("w", version("ACT", days(1), None))
    off = within("o")
    assert book(TWO, waiting, off).on(HALF) == book(within("a", NEW))


def test_a_check_by_the_law_of_the_day_finds_what_a_check_by_all_of_it_finds() -> None:
    day = date(2012, 9, 19)
    story = Chronology.of("C-101", events=[("2012-09-03", "referral"), ("2012-09-10", "referral-decided")])
    whole, part = check(story, LAW, as_at=day), check(story, LAW.on(day), as_at=day)
    assert [finding.to_dict() for finding in part.findings] == [finding.to_dict() for finding in whole.findings]
    assert {finding.rule for finding in part.breaches} == {"referral-decision", "referral-acknowledgement"}


# --- what inspectors asked, on request


def test_practice_is_on_request_and_every_such_rule_says_so() -> None:
    assert {rule.id for rule in LAW.on_request} == set(england.practice)
    silent = {entry.id: entry.because for entry in LAW.not_assessed}
    for id in england.practice:
        assert id not in LAW
        assert silent[id] == "what inspectors asked of the record, and no law of its own: applied on request"


def test_with_practice_applies_all_of_it_and_nothing_is_left_to_ask_for() -> None:
    whole = LAW.with_practice()
    assert set(whole) == set(LAW) | set(england.practice)
    assert whole.on_request == ()
    assert whole.with_practice() == whole
    assert not {entry.id for entry in whole.not_assessed if entry.because.endswith("applied on request")}
    assert (whole.name, whole.silent, whole.vocabulary) == (LAW.name, LAW.silent, LAW.vocabulary)
    assert dict(whole.items()) == dict((LAW | england.practice).items())
    assert (LAW | england.practice).on_request == ()


def test_with_practice_applies_the_rules_that_are_named() -> None:
    some = LAW.with_practice(["plan-contingency", "marac-filed"])
    assert set(some) - set(LAW) == {"plan-contingency", "marac-filed"}
    assert {rule.id for rule in some.on_request} == set(england.practice) - {"plan-contingency", "marac-filed"}
    assert some.with_practice() != some
    assert set(some.with_practice()) == set(LAW.with_practice())
    assert LAW.with_practice([]) == LAW


def test_a_rule_on_request_says_nothing_until_it_is_asked_for() -> None:
    story = Chronology.of("C-101", events=[("2012-09-03", "plan-started")])
    on_request = check(story, LAW, as_at=date(2012, 9, 19))
    asked = check(story, LAW.with_practice(["plan-contingency"]), as_at=date(2012, 9, 19))
    assert "plan-contingency" not in on_request.summary
    assert asked.summary["plan-contingency"] == {"cannot-tell": 1}
    assert "plan-contingency" in {entry.id for entry in on_request.not_assessed}
    assert "plan-contingency" not in {entry.id for entry in asked.not_assessed}


# --- an Act that is not in force


def test_commencing_puts_an_instrument_in_force_from_a_day_on() -> None:
    day = date(2027, 1, 4)
    made = LAW.commencing("CWSA2026-1", day)
    before, offered = LAW["family-group-meeting-offered"], made["family-group-meeting-offered"]
    assert before.version_on(date(2030, 1, 1)) is None
    assert offered.version_on(day - timedelta(days=1)) is None
    assert offered.version_on(day) == evolve(before.versions[0], in_force=day)
    assert [(gap.since, gap.until) for gap in offered.absent] == [(date(2006, 4, 1), day - timedelta(days=1))]
    for id in LAW:
        assert made[id] == LAW[id] or id == "family-group-meeting-offered"


def test_a_trigger_before_the_commencement_is_not_assessed_with_the_reason() -> None:
    made = LAW.commencing("CWSA2026-1", date(2027, 1, 4))
    story = Chronology.of("C-101", events=[("2026-10-01", "letter-before-proceedings")])
    told = [entry for entry in check(story, made, as_at=date(2027, 2, 1)).not_assessed if entry.id.startswith("family")]
    assert [entry.because for entry in told] == [LAW["family-group-meeting-offered"].absent[0].because]


def test_commencing_is_a_change() -> None:
    changed = LAW.commencing("CWSA2026-1", date(2027, 1, 4)).diff(LAW)
    assert [change.rule for change in changed.changed] == ["family-group-meeting-offered"]


def test_what_is_in_force_or_unknown_cannot_commence() -> None:
    for edition in ("WT2018", "zzz", ""):
        with pytest.raises(UnknownName, match="unknown instrument that is not in force"):
            LAW.commencing(edition, date(2027, 1, 4))
    with pytest.raises(UnknownName):
        LAW.commencing("CWSA2026-1", date(2027, 1, 4)).commencing("CWSA2026-1", date(2027, 1, 4))


def test_commencing_changes_every_rule_of_the_instrument_and_no_other_version() -> None:
    waiting = version("ACT", days(1), None)
    rules = (within("a", waiting), within("b", OLD, waiting), within("c", OLD, NEW), within("d"))
    made = book(*rules).commencing("ACT", date(2016, 1, 1))
    in_force = evolve(waiting, in_force=date(2016, 1, 1))
    assert [rule.versions for rule in made.rules] == [(in_force,), (OLD, in_force), (OLD, NEW), ()]
    # another Act that waits stays where it is, be it in another rule or in the same
    other = version("ACT-2", days(2), None)
    assert book(within("a", waiting, other)).commencing("ACT", HALF)["a"].versions == (
        evolve(waiting, in_force=HALF),
        other,
    )
    assert book(within("a", other), within("b", waiting)).commencing("ACT", HALF)["a"].versions == (other,)


# --- what rests on too little


def test_every_version_of_less_than_a_named_source_is_listed_with_the_reason() -> None:
    listed = {
        (entry.rule.id, entry.version.edition, entry.version.in_force): entry.because for entry in LAW.unverified()
    }
    assert len(listed) == len(LAW.unverified())
    for rule in LAW.rules:
        for v in rule.versions:
            told = listed.pop((rule.id, v.edition, v.in_force), None)
            good = v.evidence in (Evidence.PRIMARY, Evidence.SECONDARY) and v.citations and not v.carried_over
            assert bool(told) is not bool(good), (rule.id, v.edition)
            if v.carried_over:
                assert told == "carried over from WT2023, unverified (M)"
    assert listed == {}
    assert any(entry.version.evidence is Evidence.SECONDARY_UNDATED for entry in LAW.unverified())


@pytest.mark.parametrize(
    ("grade", "citations", "carried", "because"),
    [
        (Evidence.PRIMARY, SEEN, None, None),
        (Evidence.SECONDARY, SEEN, None, None),
        (Evidence.PRIMARY, (), None, "no source is named"),
        (Evidence.SECONDARY, (), None, "no source is named"),
        (
            Evidence.SECONDARY_UNDATED,
            SEEN,
            None,
            "seen in a secondary source that does not name the edition; believed unchanged (S?)",
        ),
        (Evidence.LOCAL, SEEN, None, "seen as local practice only (L)"),
        (Evidence.MEMORY, (), None, "not verified against any source (M)"),
        (Evidence.MEMORY, (), "E0", "carried over from E0, unverified (M)"),
        (Evidence.PRIMARY, SEEN, "E0", "carried over from E0, unverified (P)"),
    ],
)
def test_why_a_version_is_unverified(
    grade: Evidence, citations: tuple[Citation, ...], carried: str | None, because: str | None
) -> None:
    v = version("E1", days(1), citations=(), evidence=grade, carried_over=carried)
    rule = within("a", evolve(v, citations=citations))
    told = book(rule).unverified()
    if because is None:
        assert told == ()
    else:
        (only,) = told
        assert (only.rule, only.version, only.because) == (rule, rule.versions[0], because)
        assert str(only) == f"a E1: {because}"


def test_what_a_profile_says_is_unverified_unless_it_names_a_primary_or_secondary_source() -> None:
    ours = (
        LocalRule(id="child-seen", from_=HALF, requires="5 days"),
        LocalRule(id="recording-lag", from_=HALF, requires="5 days", evidence=Evidence.PRIMARY, source="a page"),
    )
    laid = LAW | Profile(id="ANYTOWN", authority="Anytown", rules=ours)
    assert [(u.rule.id, u.because) for u in laid.unverified() if u.version.edition == "ANYTOWN"] == [
        ("child-seen", "seen as local practice only (L)")
    ]


# --- what is off, and why


def test_what_is_not_assessed_says_why() -> None:
    number = version("E1", days(7))
    off = book(
        within("on", number),
        within("nothing"),
        within("reason", absent=(Absence(WHOLE, None, "nobody asks"), Absence(HALF, None, "and nobody else"))),
        Duty(id="told", title="t", start=on("referral"), end=on("visit"), versions=(version("E1", None),)),
        Duty(id="given", title="t", start=on("referral"), end=on("visit"), versions=(version("E1", days(1)),)),
        Order(id="order", title="t", then=on("visit"), first=on("referral"), versions=(version("E1", None),)),
    )
    told = {entry.id: entry.because for entry in off.not_assessed}
    assert told == {
        "nothing": "no version of it is in the rulebook",
        "reason": "nobody asks",
        "told": "no national number stands behind it: the time it took is told, and judged only where a local profile "
        "sets one",
    }
    assert [rule.id for rule in off.applied] == ["on", "told", "given", "order"]


def test_a_rule_that_is_not_in_force_is_not_assessed() -> None:
    waiting = version("ACT", days(1), None)
    told = book(within("w", waiting), within("r", waiting, absent=(Absence(WHOLE, None, "nobody set a day"),)), TWO)
    assert {entry.id: entry.because for entry in told.not_assessed} == {
        "w": "no version of it is in force",
        "r": "nobody set a day",
    }
    assert told.commencing("ACT", HALF).not_assessed == ()
    because = "section 1 of the Act of 2026 is not in force until someone sets the date"
    story = Chronology.of("C-101", events=[("2026-10-01", "letter-before-proceedings")])
    for entries in (LAW.not_assessed, check(story, LAW, as_at=date(2027, 2, 1)).not_assessed):
        assert entries.count(NotAssessed("family-group-meeting-offered", because)) == 1


def test_what_is_silent_and_what_is_on_request_are_told_after_what_is_off() -> None:
    quality = NotAssessed("quality", "it is no date")
    made = Rulebook("book", (within("off"), TWO), silent=(quality,), on_request=(within("asked", OLD), TWO))
    assert [entry.id for entry in made.not_assessed] == ["off", "asked", "quality"]
    assert made.not_assessed[-1] == quality


def test_a_duty_is_off_until_one_of_its_versions_has_a_number() -> None:
    duty = Duty(
        id="d",
        title="t",
        start=on("referral"),
        end=on("visit"),
        versions=(version("E1", None, until=OLD.until), version("E2", days(3), HALF)),
    )
    assert book(duty).not_assessed == ()
    assert [entry.id for entry in book(evolve(duty, versions=duty.versions[:1])).not_assessed] == ["d"]


# --- joined books


def test_joining_takes_what_the_right_one_asks_for_and_keeps_what_is_on_request() -> None:
    left = Rulebook("l", (TWO,), silent=(NotAssessed("x", "left"),), on_request=(within("b", OLD), within("c", OLD)))
    right = Rulebook("r", (within("b", NEW),), silent=(NotAssessed("x", "right"),), on_request=(within("d", OLD), TWO))
    joined = left | right
    assert list(joined) == ["a", "b"]
    assert joined["b"].versions == (NEW,)
    assert [rule.id for rule in joined.on_request] == ["c", "d"]
    assert joined.silent == (NotAssessed("x", "right"),)
    told_off = Rulebook("s", (), silent=(NotAssessed("b", "no rule judges it"),))
    assert (told_off | right).silent == (NotAssessed("x", "right"),)
    assert joined.name == "l | r"
    assert joined.vocabulary is left.vocabulary
    assert dict((left | Rulebook("r", (), england.charts)).charts) == dict(england.charts)


def test_a_rulebook_is_joined_with_nothing_else() -> None:
    with pytest.raises(TypeError):
        assert book(TWO) | {"a": TWO}
    assert book(TWO) != {"a": TWO}


# --- what changed


def test_the_edition_of_2013_against_that_of_2010() -> None:
    changed = LAW.on(date(2014, 1, 1)).diff(LAW.on(date(2012, 9, 19)))
    assert (changed.base, changed.name) == ("england on 2012-09-19", "england on 2014-01-01")
    assert [rule.id for rule in changed.added] == ["single-assessment"]
    assert {rule.id for rule in changed.removed} == {
        "initial-assessment",
        "core-assessment",
        "new-information-assessment",
        "referrer-informed",
        "section-47-completion",
        "strategy-discussion-held",
    }
    (only,) = changed.changed
    assert str(only) == (
        "strategy-discussion-attendance: taking part: the police and social care [WT2010, guidance] became "
        "taking part: health, the police and social care [WT2013, guidance]"
    )
    head, *lines = str(changed).splitlines()
    assert head == "From england on 2012-09-19 to england on 2014-01-01:"
    assert lines[0] == "  + single-assessment: 45 working days [WT2013, guidance]"
    assert "  - core-assessment: 35 working days [WT2010, guidance]" in lines
    assert lines[-1] == f"  ~ {only}"
    assert len(lines) == 8


def test_a_difference_is_the_other_way_round_from_the_other_side() -> None:
    late, early = LAW.on(date(2014, 1, 1)), LAW.on(date(2012, 9, 19))
    there, back = late.diff(early), early.diff(late)
    assert (there.added, there.removed) == (back.removed, back.added)
    assert [(c.rule, c.before, c.after) for c in there.changed] == [(c.rule, c.after, c.before) for c in back.changed]


def test_a_book_does_not_differ_from_itself() -> None:
    for one in (LAW, england.practice, LAW.with_practice(), LAW.on(date(2012, 9, 19)), book()):
        same = one.diff(one)
        assert not same
        assert (same.added, same.removed, same.changed) == ((), (), ())
    assert str(book().diff(book(name="other"))) == "No difference between other and book."


def test_the_same_figure_of_another_edition_is_no_change_and_another_force_is() -> None:
    was = book(within("a", version("E1", days(7))))
    assert not book(within("a", version("E2", days(7)))).diff(was)
    assert not book(within("a", version("E1", days(7), note="a note", evidence=Evidence.SECONDARY))).diff(was)
    assert not book(evolve(was["a"], title="another title")).diff(was)
    for other in (
        version("E1", days(8)),
        version("E1", days(7), force=Force.STATUTE),
        version("E1", days(7), departure="a day more"),
    ):
        assert book(within("a", other)).diff(was)
    told = str(book(within("a", version("E2", days(7), force=Force.LOCAL, departure="it is looser"))).diff(was))
    assert (
        told.splitlines()[1] == "  ~ a: 7 days [E1, guidance] became 7 days [E2, local, local departure: it is looser]"
    )


def test_a_rule_that_counts_other_events_is_a_change() -> None:
    for other in (
        evolve(TWO, end=on("visit")),
        evolve(TWO, discharge=on("case-closed")),
        evolve(TWO, pairing=Pairing(Repeats.EACH)),
        evolve(TWO, late_reason="reason"),
    ):
        changed = book(other).diff(book(TWO))
        assert [change.rule for change in changed.changed] == ["a"]
    told = str(book(evolve(TWO, end=on("visit"))).diff(book(TWO)))
    assert "start referral; end referral-decided became start referral; end visit" in told


def test_a_change_of_some_days_is_told_with_them() -> None:
    ours = evolve(OLD, until=date(2012, 12, 31))
    local = version("LOCAL", days(3), date(2013, 1, 1), date(2014, 12, 31), force=Force.LOCAL)
    changed = book(within("a", ours, local, NEW)).diff(book(TWO))
    assert str(changed).splitlines()[1] == (
        "  ~ a: 3 days [LOCAL, local] instead of 7 days [E1, guidance] from Tue 1 Jan 2013 to Wed 31 Dec 2014"
    )
    longer = book(within("a", OLD, NEW)).diff(book(within("a", OLD, evolve(NEW, until=date(2019, 12, 31)))))
    assert str(longer).splitlines()[1] == ("  ~ a: 9 days [E2, guidance] instead of nothing from Wed 1 Jan 2020 on")


def test_the_same_figure_on_other_days_is_a_change_unless_both_books_are_the_law_of_one_day() -> None:
    early, late = (version("E1", days(7), day) for day in (WHOLE, HALF))
    changed = book(within("a", late)).diff(book(within("a", early)))
    assert str(changed).splitlines()[1] == (
        "  ~ a: nothing instead of 7 days [E1, guidance] from Fri 1 Jan 2010 to Wed 31 Dec 2014"
    )
    one, other = book(within("a", early)).on(HALF), book(within("a", late)).on(HALF)
    assert not one.diff(other)
    assert one.diff(book(within("a", late))), "a day of the law against all of it"
    act = [LAW.commencing("CWSA2026-1", date(year, 1, 4)) for year in (2027, 2028)]
    assert [change.rule for change in act[0].diff(act[1]).changed] == ["family-group-meeting-offered"]
    assert not act[0].on(date(2029, 1, 1)).diff(act[1].on(date(2029, 1, 1)))


def test_a_figure_that_ends_with_all_dates_can_be_compared() -> None:
    ends = book(within("a", OLD, evolve(NEW, until=date.max)))
    assert not ends.diff(ends)
    assert not ends.diff(book(TWO)), "whether it has no end or the last day that there is, is the same"
    assert ends.diff(book(within("a", NEW)))


def test_what_is_not_in_force_is_compared_too() -> None:
    waiting = version("ACT", days(1), None)
    before = book(within("a", NEW, waiting))
    told = "[ACT, guidance, not in force]"
    for versions, said in (
        ((NEW, evolve(waiting, requires=days(2))), f"2 days {told} instead of 1 day {told}"),
        ((NEW,), f"nothing instead of 1 day {told}"),
        ((evolve(NEW, until=date(2019, 12, 31)), evolve(waiting, in_force=date(2020, 1, 1))), "1 day [ACT, guidance]"),
    ):
        (changed,) = book(within("a", *versions)).diff(before).changed
        assert str(changed).startswith(f"a: {said}")
        assert "; " not in str(changed)
    assert not before.diff(before)


def test_a_rule_that_gets_or_loses_every_version_is_added_or_removed() -> None:
    off, on_ = book(within("a")), book(TWO)
    assert [rule.id for rule in on_.diff(off).added] == ["a"]
    assert [rule.id for rule in off.diff(on_).removed] == ["a"]
    assert not off.diff(book())
    assert str(on_.diff(off)).splitlines()[1] == (
        "  + a: 7 days [E1, guidance] from 2010-01-01; 9 days [E2, guidance] from 2015-01-01"
    )
    assert bool(Difference("x", "y")) is False
    assert bool(Difference("x", "y", changed=(Change("a", TWO, TWO),))) is True


_DAYS = st.dates(date(2009, 1, 1), date(2016, 12, 31))


@st.composite
def dated_rules(draw: st.DrawFn) -> Within:
    """A rule with two to four versions of a few figures, so that the same figure comes again."""
    edges = sorted(draw(st.lists(_DAYS, min_size=2, max_size=4, unique=True)))
    made = []
    for n, since in enumerate(edges):
        last = edges[n + 1] - timedelta(days=1) if n + 1 < len(edges) else None
        gap = draw(st.integers(0, 30)) if last is not None else 0
        until = (
            max(since, last - timedelta(days=gap)) if last is not None else draw(st.none() | st.just(date(2017, 1, 1)))
        )
        made.append(version(f"E{n}", days(draw(st.integers(1, 2))), since, until))
    return within("a", *made)


def everywhere(*rules: Rule) -> list[date]:
    """Days that show every stretch of these rules."""
    edges = {v.in_force for rule in rules for v in rule.versions} | {v.until for rule in rules for v in rule.versions}
    return sorted(edge + timedelta(days=n) for edge in edges if edge is not None for n in (-1, 0, 1))


def required(rule: Rule, day: date) -> Requirement:
    v = rule.version_on(day)
    return None if v is None else v.requires


@given(dated_rules(), dated_rules())
def test_two_books_differ_if_and_only_if_a_rule_differs_on_some_day(one: Within, other: Within) -> None:
    differs = any(required(one, day) != required(other, day) for day in everywhere(one, other))
    changed = book(one).diff(book(other))
    assert bool(changed) is differs
    assert bool(book(other).diff(book(one))) is differs
    assert str(changed).startswith("From book" if differs else "No difference")


@given(dated_rules(), dated_rules())
def test_a_change_tells_every_day_on_which_the_rules_differ_and_no_other(one: Within, other: Within) -> None:
    assume(book(one).diff(book(other)))
    told = str(book(one).diff(book(other)).changed[0])
    for day in everywhere(one, other):
        if required(one, day) != required(other, day):
            continue
        assert f"from {day_in_words(day)} to {day_in_words(day)}" not in told
    for stretch in told.removeprefix("a: ").split("; "):
        first = next(day for day in everywhere(one, other) if f"from {day_in_words(day)}" in stretch)
        assert required(one, first) != required(other, first)
        now, before = (_figure(required(rule, first)) for rule in (one, other))
        assert stretch.startswith(now) and f" instead of {before}" in stretch


def _figure(requires: Requirement) -> str:
    return "nothing" if requires is None else str(requires)


@given(st.dates(date(2006, 4, 1), date(2026, 12, 31)), st.dates(date(2006, 4, 1), date(2026, 12, 31)))
def test_two_days_of_the_law_differ_if_a_figure_or_a_force_does(one: date, other: date) -> None:
    first, second = LAW.on(one), LAW.on(other)
    differs = {id: (r.versions[0].requires, r.versions[0].force) for id, r in first.items()} != {
        id: (r.versions[0].requires, r.versions[0].force) for id, r in second.items()
    }
    assert bool(first.diff(second)) is differs


def test_an_attendance_is_a_change_in_words() -> None:
    rule = Attended(id="a", title="t", event=on("visit"), versions=(version("E1", frozenset({"police"})),))
    other = evolve(rule, versions=(version("E2", frozenset({"police", "health"})),))
    assert str(book(other).diff(book(rule)).changed[0]) == (
        "a: taking part: the police [E1, guidance] became taking part: health and the police [E2, guidance]"
    )
    assert isinstance(TWO.versions[0].requires, Period)
