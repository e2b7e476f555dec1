"""What a check says: findings, each of which can explain itself in a sentence, as a trace, and as JSON.

The words are made when they are asked for; a finding holds only what they are made from.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from attrs import field, frozen

from childprotect import explaining
from childprotect.authority import Citation
from childprotect.calendars import Moment, day_of, lasted
from childprotect.deadlines import Deadline, deadline_of
from childprotect.errors import OutOfRange
from childprotect.events import Event
from childprotect.requirements import Wait
from childprotect.rules import Before, Current, Rule
from childprotect.statuses import Reason, Status
from childprotect.versions import NotAssessed, Version
from childprotect.wording import counted, day_in_words


@frozen
class Finding:
    """What one rule says of one trigger in one child's chronology, as at a date.

    `trigger` is the event that called for it and `answer` the event that settled it, if any. `due` is None for a rule
    without a clock, or where it could not be computed. `missing` names what the record would have to say, as `kind` or
    `kind.fact`. `why` is set where the status needs words of its own: discharged, breached, cannot tell; and of a duty
    that was overdue when it fell away, it names the event with which it did.
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
    wait: Wait | None = field(default=None, repr=False)
    """How long the clock ran, where there was one."""
    perhaps: Event | None = None
    """For what is overdue: an event after the limit that may have been what was due."""

    @property
    def rule(self) -> str:
        """The id of the rule."""
        return self.law.id

    @property
    def is_breach(self) -> bool:
        """Whether the law was not kept."""
        return self.status.is_breach

    @property
    def started(self) -> Moment | None:
        """When the duty began: the trigger, or the earlier event that the clock is counted from."""
        if self.wait is not None and self.wait.since is not None:
            return self.wait.since.at
        return self.trigger.at if self.trigger else None

    @property
    def done(self) -> Moment | None:
        """When it was done, if it was."""
        return self.answer.at if self.answer else None

    @property
    def deadline(self) -> Deadline | None:
        """The counting behind `due`, for a clock that runs forward from its start."""
        if self.due is None or self.trigger is None or self.version is None or self.wait is None:
            return None
        if isinstance(self.law, Before | Current):
            return None
        return deadline_of(self.law, self.version, self.wait, self.trigger, self.due)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Where the version was seen; empty where it rests on memory or is carried over."""
        return self.version.citations if self.version else ()

    @property
    def days_late(self) -> int | None:
        """How far past due it was done, or is by now: in working days where the rule counts those, else in days.

        A limit in hours counts a day that has begun as a day. 0 when in time, pending or discharged; None where there
        is no clock, where nobody can tell, and for working days past the end of the calendar.
        """
        if self.due is None or self.wait is None or self.status is Status.CANNOT_TELL:
            return None
        if not self.is_breach:
            return 0
        if self.wait.in_hours and self.answer is not None:
            return max(1, -(-lasted(self.due, self.answer.at)[0] // explaining.ONE_DAY))
        end = self.answer.day if self.answer else self.ended or self.as_at
        try:
            return self.wait.elapsed(day_of(self.due), end)
        except OutOfRange:
            return None

    @property
    def unit(self) -> str | None:
        """What `days_late` counts: `working-days` or `days`; None without a clock."""
        return None if self.due is None or self.wait is None else self.wait.unit

    @property
    def because(self) -> str:
        """The finding as one or two sentences."""
        return explaining.because(self)

    @property
    def wanted(self) -> str:
        """What the duty is for, in words: "initial child protection conference"."""
        return explaining.wanted(self.law)

    @property
    def reason(self) -> Reason:
        """The explanation as a tree: the sentence, the law, the counting, the source."""
        return explaining.reason(self)

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
            "departure": (version.departure or None) if version else None,
            "illustrative": version.illustrative if version else False,
            "missing": list(self.missing),
            "because": self.because,
            "citations": [citation.to_dict() for citation in self.citations],
        }

    def __str__(self) -> str:
        return f"{self.child} {self.rule} {self.status.value}: {self.because}"


@frozen
class Elapsed:
    """How long a duty without a number took, or has taken so far. Told and never judged.

    `answer` is the event that fulfilled it, if any; `until` the day of that event, the day on which the duty fell away
    (`fell_away` says how), or the day of the check.
    """

    child: str
    law: Rule = field(repr=lambda law: repr(law.id))
    version: Version = field(repr=False)
    trigger: Event
    answer: Event | None
    until: date
    fell_away: str = ""

    @property
    def rule(self) -> str:
        """The id of the rule."""
        return self.law.id

    @property
    def days(self) -> int:
        """Calendar days from the trigger to `until`."""
        return (self.until - self.trigger.day).days

    @property
    def because(self) -> str:
        """One sentence."""
        return explaining.elapsed(self)

    def to_dict(self) -> dict[str, Any]:
        """As the JSON report shows it."""
        return {
            "child": self.child,
            "rule": self.rule,
            "started": _iso(self.trigger.at),
            "done": _iso(self.answer.at) if self.answer else None,
            "days": self.days,
            "edition": self.version.edition,
            "evidence": self.version.evidence.value,
            "because": self.because,
        }


def _iso(at: Moment | None) -> str | None:
    return at.isoformat() if at is not None else None


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
    elapsed: tuple[Elapsed, ...] = ()
    """How long duties without a number took."""

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
            "elapsed": [entry.to_dict() for entry in self.elapsed],
        }

    def __str__(self) -> str:
        lines = [
            f"As at {day_in_words(self.as_at)}: {counted(len(self.findings), 'findings')}, "
            f"{counted(len(self.breaches), 'breaches', 'breach')}"
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
