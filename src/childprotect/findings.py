"""What a check says: findings, each of which can explain itself in a sentence, as a trace, and as JSON.

The words are made when they are asked for; a finding holds only what they are made from.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from childprotect.authority import Citation
from childprotect.calendars import Moment, day_of
from childprotect.chronology import Event
from childprotect.conditions import ALWAYS, NOTHING, Match
from childprotect.errors import OutOfRange
from childprotect.periods import Period, Unit
from childprotect.rules import (
    Attended,
    Deadline,
    Every,
    Law,
    NotAssessed,
    Order,
    Recorded,
    Rule,
    Version,
    Within,
    deadline,
    period_of,
)
from childprotect.wording import agencies_in_words, counted, day_in_words, event_in_words, listed, sentence


class Status(StrEnum):
    """What became of a duty, as at a date."""

    MET = "met"
    LATE = "late"
    OVERDUE = "overdue"
    BREACHED = "breached"
    PENDING = "pending"
    DISCHARGED = "discharged"
    CANNOT_TELL = "cannot-tell"

    @property
    def is_breach(self) -> bool:
        """Whether the law was not kept: late, overdue or breached."""
        return self in _BREACHES

    @property
    def meaning(self) -> str:
        """One plain sentence."""
        return _MEANINGS[self]


_BREACHES = frozenset({Status.LATE, Status.OVERDUE, Status.BREACHED})
_MEANINGS = {
    Status.MET: "done by the due date",
    Status.LATE: "done, after the due date",
    Status.OVERDUE: "not done, and the due date has passed",
    Status.BREACHED: "a rule without a clock is broken",
    Status.PENDING: "not done, not yet due",
    Status.DISCHARGED: "the duty fell away before it fell due",
    Status.CANNOT_TELL: "the record does not say",
}


@frozen
class Reason:
    """One step of an explanation, with the steps that it rests on."""

    text: str
    parts: tuple["Reason", ...] = ()

    def lines(self, indent: str = "") -> Iterator[str]:
        """The reason and its parts, one a line, indented by two spaces a level."""
        yield indent + self.text
        for part in self.parts:
            yield from part.lines(indent + "  ")

    def __str__(self) -> str:
        return "\n".join(self.lines())


@frozen
class Finding:
    """What one rule says of one trigger in one child's chronology, as at a date.

    `trigger` is the event that called for it and `answer` the event that settled it, if any. `due` is None for a rule
    without a clock, or where it could not be computed. `missing` names what the record would have to say, as `kind` or
    `kind.fact`. `why` is set where the status needs words of its own: discharged, breached, cannot tell.
    """

    child: str
    law: Rule = field(repr=lambda law: repr(law.id))
    status: Status
    as_at: date
    version: Version | None = field(default=None, repr=False)
    trigger: Event | None = None
    answer: Event | None = None
    due: Moment | None = None
    missing: tuple[str, ...] = ()
    why: str = ""
    ended: date | None = None
    """The day on which a duty that was already overdue fell away: lateness is counted to that day."""
    first: bool = False
    """For a recurring duty: whether this is the wait for the first."""

    @property
    def rule(self) -> str:
        """The id of the rule."""
        return self.law.id

    @property
    def is_breach(self) -> bool:
        """Whether the law was not kept."""
        return self.status in _BREACHES

    @property
    def started(self) -> Moment | None:
        """When the duty began."""
        return self.trigger.at if self.trigger else None

    @property
    def done(self) -> Moment | None:
        """When it was done, if it was."""
        return self.answer.at if self.answer else None

    @property
    def deadline(self) -> Deadline | None:
        """The counting behind `due`."""
        if self.due is None or self.trigger is None or self.version is None:
            return None
        at = self.trigger.at if period_of(self.version, first=self.first).unit is Unit.HOURS else self.trigger.day
        return deadline(self.law, self.version, at, first=self.first)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Where the version was seen; empty where it rests on memory or is carried over."""
        return self.version.citations if self.version else ()

    @property
    def days_late(self) -> int | None:
        """How far past due it was done, or is by now: in working days where the rule counts those, else in days.

        0 when in time, pending or discharged; None where there is no clock, where nobody can tell, and
        for working days past the end of the calendar.
        """
        if self.due is None or self.version is None or self.status is Status.CANNOT_TELL:
            return None
        if not self.is_breach:
            return 0
        end = self.answer.day if self.answer else self.ended or self.as_at
        try:
            return period_of(self.version, first=self.first).elapsed(day_of(self.due), end)
        except OutOfRange:
            return None

    @property
    def unit(self) -> str | None:
        """What `days_late` counts: `working-days` or `days`; None without a clock."""
        if self.due is None or self.version is None:
            return None
        return period_of(self.version, first=self.first).lateness_unit

    @property
    def because(self) -> str:
        """The finding as one or two sentences."""
        match self.status:
            case Status.MET | Status.LATE if self.due is not None:
                return self._answered()
            case Status.OVERDUE | Status.PENDING:
                return self._unanswered()
            case Status.CANNOT_TELL:
                return sentence(f"cannot tell: {self.why}")
        return sentence(self.why)

    def _answered(self) -> str:
        assert self.trigger and self.answer and self.version and self.due is not None
        period = period_of(self.version, first=self.first)
        started, done = event_in_words(self.trigger.kind), event_in_words(self.answer.kind)
        if self.answer.day == self.trigger.day:
            taken = f"on the same day as the {started}"
        else:
            passed = _elapsed(period, self.trigger.day, self.answer.day)
            taken = f"{passed} after the {started} on {day_in_words(self.trigger.at)}"
        late = f": {_past(period, day_of(self.due), self.answer.day)} late" if self.status is Status.LATE else ""
        text = sentence(f"{done} on {day_in_words(self.answer.at)}, {taken}")
        return f"{text} The limit is {period}, which ended on {day_in_words(self.due)}{late}."

    def _unanswered(self) -> str:
        assert self.trigger and self.version and self.due is not None
        period = period_of(self.version, first=self.first)
        start = f"The {event_in_words(self.trigger.kind)} was on {day_in_words(self.trigger.at)}"
        if self.status is Status.PENDING:
            left = _elapsed(period, self.as_at, day_of(self.due))
            until = f"due by {day_in_words(self.due)}, {left} after {day_in_words(self.as_at)}"
            return f"Not due yet: {self.wanted}. {start}; the limit is {period}: {until}."
        until_when = self.ended or self.as_at
        passed = _past(period, day_of(self.due), until_when)
        overdue = f"{passed} overdue {'by' if self.ended else 'as at'} {day_in_words(until_when)}"
        limit = f"the limit is {period}, which ended on {day_in_words(self.due)}"
        more = "further " if self.trigger.kind in self._wanted.kinds else ""
        counts = "" if all(condition is ALWAYS for _, condition in self._wanted.patterns) else " that counts"
        ended = f" {sentence(self.why)}" if self.why else ""
        return f"No {more}{self.wanted}{counts} is on record. {start}; {limit}: {overdue}.{ended}"

    @property
    def wanted(self) -> str:
        """What the duty is for, in words: "initial child protection conference"."""
        patterns = self._wanted.patterns
        return event_in_words(patterns[0][0]) if patterns else self.law.title

    @property
    def _wanted(self) -> Match:
        match self.law:
            case Within(end=wanted) | Every(event=wanted):
                return wanted
        return NOTHING

    @property
    def reason(self) -> Reason:
        """The explanation as a tree: the sentence, the law, the counting, the source."""
        parts = [Reason(self.because)]
        if self.version is not None:
            parts.append(_law_reason(self.law, self.version, self.trigger))
        if (limit := self.deadline) is not None:
            parts.append(_count_reason(limit))
        if self.missing:
            parts.append(Reason(f"missing: {', '.join(self.missing)}"))
        return Reason(f"{self.law.title} [{self.rule}]: {self.status.value.replace('-', ' ')}", tuple(parts))

    def explain(self) -> str:
        """The whole explanation as indented lines."""
        return str(self.reason)

    def to_dict(self) -> dict[str, Any]:
        """The finding as the JSON report shows it."""
        version = self.version
        return {
            "child": self.child,
            "rule": self.rule,
            "status": self.status.value,
            "started": _iso(self.started),
            "due": _iso(self.due),
            "done": _iso(self.done),
            "days_late": self.days_late,
            "unit": self.unit,
            "edition": version.edition if version else None,
            "force": version.force.value if version else None,
            "evidence": version.evidence.value if version else None,
            "carried_over": version.carried_over if version else None,
            "missing": list(self.missing),
            "because": self.because,
            "citations": [citation.to_dict() for citation in self.citations],
        }

    def __str__(self) -> str:
        return f"{self.child} {self.rule} {self.status.value}: {self.because}"


def _elapsed(period: Period, start: date, end: date) -> str:
    """How far end is past start, in words."""
    try:
        return counted(period.elapsed(start, end), period.lateness_unit)
    except OutOfRange:
        return "more working days than the calendar has"


def _past(period: Period, due: date, day: date) -> str:
    """How far a day is past the limit; a Saturday after a Friday is past it by no working day."""
    words = _elapsed(period, due, day)
    return "less than a working day" if words.startswith("0 ") else words


def _iso(at: Moment | None) -> str | None:
    return at.isoformat() if at is not None else None


def _law_reason(law: Law, version: Version, trigger: Event | None) -> Reason:
    ends = f"to {day_in_words(version.until)}" if version.until else "and current"
    chosen = f", chosen by the date of the {event_in_words(trigger.kind)}" if trigger else ""
    parts = [Reason(f"in force from {day_in_words(version.in_force)} {ends}{chosen}")]
    if version.note:
        parts.append(Reason(sentence(version.note)))
    if version.instrument.dated_note:
        parts.append(Reason(sentence(version.instrument.dated_note)))
    parts += [Reason(f"source: {citation}") for citation in version.citations]
    if not version.citations:
        parts.append(Reason("source: none that could be verified"))
    return Reason(
        f"law: {required(law, version)} [{version.edition}, {version.force.value.replace('-', ' ')}, "
        f"evidence: {version.grade}]",
        tuple(parts),
    )


def required(law: Law, version: Version) -> str:
    """What a version requires, in words."""
    match law:
        case Attended():
            assert isinstance(version.requires, frozenset)
            return f"taking part: {agencies_in_words(version.requires)}"
        case Recorded():
            assert isinstance(version.requires, tuple)
            return f"on record: {listed(version.requires)}"
        case Order():
            return law.title
    return f"{law.title}: {version.requires}"


def _count_reason(limit: Deadline) -> Reason:
    parts = [Reason(f"counted {limit.period.counting.value}")]
    if limit.period.lateness_unit == "working-days":
        span = (day_of(limit.on) - day_of(limit.starts)).days
        weekend = sum((day_of(limit.starts) + timedelta(n)).weekday() > 4 for n in range(1, span + 1))
        skipped = [f"{name} ({day_in_words(day)})" for day, name in limit.days_not_counted]
        left_out = [counted(weekend, "days of weekends") if weekend != 1 else "1 day of a weekend", *skipped]
        parts.append(Reason(f"not counted: {listed(left_out)}"))
        if limit.period.working_calendar.is_projected(day_of(limit.on)):
            parts.append(Reason("the bank holidays of that year are projected: they have not been published"))
    return Reason(f"due by {day_in_words(limit.on)}: {limit}", tuple(parts))


@frozen
class Irregularity:
    """Something odd in the record that is not itself a breach: a step out of order, a target that differs."""

    child: str
    code: str
    at: Moment | None
    because: str

    def to_dict(self) -> dict[str, str | None]:
        """As the JSON report shows it."""
        return {"child": self.child, "code": self.code, "at": _iso(self.at), "because": self.because}


@frozen
class Report:
    """Findings, irregularities, and what was not assessed, as at a date."""

    as_at: date
    findings: tuple[Finding, ...] = ()
    irregularities: tuple[Irregularity, ...] = ()
    not_assessed: tuple[NotAssessed, ...] = ()

    @property
    def breaches(self) -> tuple[Finding, ...]:
        """What is late, overdue or breached."""
        return tuple(finding for finding in self.findings if finding.is_breach)

    @property
    def cannot_tell(self) -> tuple[Finding, ...]:
        """What the record does not say."""
        return self.having(Status.CANNOT_TELL)

    def having(self, *statuses: Status) -> tuple[Finding, ...]:
        """The findings with one of these statuses."""
        return tuple(finding for finding in self.findings if finding.status in statuses)

    @property
    def summary(self) -> dict[str, dict[str, int]]:
        """How many findings of each status each rule has: `{"initial-conference": {"met": 1}}`."""
        return summarised(self.findings)

    def to_dict(self) -> dict[str, Any]:
        """The report in the shape of the JSON contract, without `sources`, which a reader adds."""
        return {
            "as_at": self.as_at.isoformat(),
            "summary": self.summary,
            "findings": [finding.to_dict() for finding in self.findings],
            "irregularities": [entry.to_dict() for entry in self.irregularities],
            "not_assessed": [entry.to_dict() for entry in self.not_assessed],
        }

    def __str__(self) -> str:
        lines = [
            f"As at {day_in_words(self.as_at)}: {len(self.findings)} findings, {len(self.breaches)} of them breaches"
        ]
        return "\n".join(lines + [f"  {finding}" for finding in self.findings])


def summarised(findings: Iterable[Finding]) -> dict[str, dict[str, int]]:
    """Counts of findings by rule and status, in the order in which they first occur."""
    return nested(Counter((finding.rule, finding.status.value) for finding in findings))


def nested(counts: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    """Counts by (rule, status) as a dict of dicts."""
    summary: dict[str, dict[str, int]] = {}
    for (rule, status), n in counts.items():
        summary.setdefault(rule, {})[status] = n
    return summary
