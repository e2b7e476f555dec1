"""What must hold of every finding, and of every kind of rule. Needs no Hypothesis."""

from collections.abc import Iterable
from datetime import date, timedelta

import attrs
from attrs import evolve

from childprotect.calendars import day_of
from childprotect.chronology import Chronology, Coverage
from childprotect.compliance import check
from childprotect.events import Event
from childprotect.findings import Finding, Report
from childprotect.forms import Forms
from childprotect.rulebook import Rulebook
from childprotect.rules import KINDS, Duty, Law, Rule
from childprotect.statuses import Status
from childprotect.testing.stories import PLAIN, clock, one_rule, shortest, told
from childprotect.versions import Version
from childprotect.wording import day_in_words


def assert_explained(judged: Finding | Report) -> None:
    """Each finding says in a sentence what is so, by which law it is, how that was counted, and where it was seen.

    One that cannot tell names what is missing. None names the child. Raises `AssertionError`, which says which finding
    does not, and why.
    """
    for finding in judged.findings if isinstance(judged, Report) else (judged,):
        wrong = list(_unexplained(finding))
        assert not wrong, f"{finding.rule}, {finding.status.value}: {'; '.join(wrong)}\n{finding.explain()}"


def _unexplained(finding: Finding) -> Iterable[str]:
    text, whole = finding.because, finding.explain()
    if not text or text[0] != text[0].upper() or not text.endswith("."):
        yield "it is no sentence"
    if finding.child in whole:
        yield "it names the child"
    # of an entry that could not be read not even the kind may be known: then the place of it is told
    if finding.status is Status.CANNOT_TELL and not finding.missing and "could not be read" not in text:
        yield "it does not name what is missing"
    if finding.version is not None:
        if finding.version.edition not in whole:
            yield "it does not name the edition"
        if finding.version.grade not in whole:
            yield "it does not say how well the law is known"
        if "source: " not in whole:
            yield "it does not say where the law was seen"
    told = finding.due is not None and finding.status is not Status.CANNOT_TELL
    if told and finding.due is not None and day_in_words(day_of(finding.due)) not in whole:
        yield "it does not name the last day in time"
    if finding.is_breach and finding.version is None:
        yield "it is a breach of no law"


def assert_conforms(kind: type[Law], *, examples: Iterable[Rule] = ()) -> None:
    """A kind of rule is complete: it can be checked, explained, written down and read, and keeps the laws of a check.

    `examples` are rules of that kind with a version; those of the rulebook of England are added. For people who add a
    kind. Raises `AssertionError`.
    """
    assert attrs.has(kind), f"{kind.__name__} is no attrs class"
    assert kind in KINDS, f"{kind.__name__} is not among rules.KINDS"
    rules = [*examples, *(rule for rule in _of_england() if type(rule) is kind)]
    assert rules, f"there is no example of a {kind.__name__}"
    for rule in rules:
        assert rule.triggers <= rule.reads, f"{rule.id}: it does not read what it is triggered by"
        assert rule.wants.kinds <= rule.reads, f"{rule.id}: it does not read what would fulfil it"
        assert hash(rule) == hash(evolve(rule)), f"{rule.id}: equal rules have different hashes"
        forms = Forms()
        data = forms.rule_to_data(rule)
        assert forms.rule_from_data(data) == rule, f"{rule.id}: it is not read back as it was written"
        for version in rule.versions:
            assert rule.can_require(version.requires), f"{rule.id}: it cannot require what {version.edition} does"
        if rule.versions and rule.versions[-1].in_force is not None:
            _assert_checked(rule, rule.versions[-1])


def _of_england() -> tuple[Rule, ...]:
    from childprotect.rulebooks import england

    return england.rulebook.with_practice().rules


def _assert_checked(rule: Rule, version: Version) -> None:
    """The shortest stories that the rule has something to say of, and what must hold of each."""
    book = one_rule(rule, version)
    running = clock(rule, version)
    if running is not None:
        stories = [running.steps, (*running.steps, *([running.answer] if running.answer else []))]
    else:
        wanted = (Status.MET, Status.BREACHED) if version.requires is not None or not isinstance(rule, Duty) else ()
        stories = [found.steps for status in wanted if (found := shortest(rule, version, status)) is not None]
    for steps in stories:
        events = told(steps, PLAIN)
        for as_at in (PLAIN, PLAIN + timedelta(days=1), PLAIN + timedelta(days=1000)):
            _assert_lawful(rule, book, events, as_at)


_IRRELEVANT = "case-audited"
"""A kind of event that no rule of England reads."""


def _assert_lawful(rule: Rule, book: Rulebook, events: tuple[Event, ...], as_at: date) -> None:
    story = Chronology("C-101", events=events)
    report = check(story, book, as_at=as_at)
    assert_explained(report)
    if _IRRELEVANT not in rule.reads:
        more = Chronology.of("C-101", events=[*events, Event(_IRRELEVANT, PLAIN)])
        assert check(more, book, as_at=as_at).findings == report.findings, f"{rule.id}: an irrelevant event matters"
    seen = evolve(story, covers=Coverage(frozenset(event.kind for event in events)))
    for finding in check(seen, book, as_at=as_at).findings:
        before = [other.status for other in report.findings if other.trigger == finding.trigger]
        assert finding.status is Status.CANNOT_TELL or finding.status in before, (
            f"{rule.id}: a source that holds less says {finding.status.value} where one that holds more does not"
        )
