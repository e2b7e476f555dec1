"""Findings as bars: how long there was, how far past it, and what is marked on them."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby

from attrs import frozen

from childprotect.calendars import day_of
from childprotect.errors import OutOfRange
from childprotect.findings import Finding
from childprotect.periods import Period
from childprotect.plots.canvas import ALLOWED, GONE, LATE, LEAD, UNKNOWN, WAITING, Look, end_of, place_of, short_day
from childprotect.rules import AtMost, Every, Within
from childprotect.statuses import Status
from childprotect.wording import counted, sentence

SEPARATE = 3
"""As many findings of one rule as have a row each; more of them share one."""
_MOST = 14
"""Rows; if there are more, those in which all is well are left to the words."""
_WORST = (
    Status.OVERDUE,
    Status.BREACHED,
    Status.LATE,
    Status.CANNOT_TELL,
    Status.PENDING,
    Status.DISCHARGED,
    Status.MET,
)
_SAID = {
    Status.OVERDUE: "▲ overdue",
    Status.BREACHED: "✖ breached",
    Status.LATE: "✖ late",
    Status.CANNOT_TELL: "? cannot tell",
    Status.PENDING: "○ pending",
    Status.DISCHARGED: "– fell away",
    Status.MET: "✔ in time",
}


@frozen
class Part:
    """A stretch of a bar, in days along the axis, and how it is drawn."""

    first: float
    last: float
    look: Look


@frozen(eq=False)
class Row:
    """A row of the picture: one finding, or all of one rule."""

    findings: tuple[Finding, ...]

    @property
    def worst(self) -> Status:
        """The status that matters most."""
        return min((finding.status for finding in self.findings), key=_WORST.index)

    @property
    def is_lane(self) -> bool:
        """Whether several findings of one rule share the row."""
        return len(self.findings) > 1

    @property
    def standing(self) -> str:
        """The worst status with a sign of its own: `✖ late`, `✖ 2 of 9 late`."""
        sign, _, words = _SAID[self.worst].partition(" ")
        if not self.is_lane:
            return f"{sign} {words}"
        n, most = sum(finding.status is self.worst for finding in self.findings), len(self.findings)
        return f"{sign} {'all' if n == most else f'{n} of'} {most} {words}"

    @property
    def lines(self) -> Iterator[str]:
        """The row in a line, and in ever shorter ones: what was due and what came of it stays to the last."""
        name, first = name_of(self.findings[0]), self.findings[0]
        if self.is_lane:
            facts = f"{len(self.findings)} times: {counts_of(self.findings)}"
            yield f"{name}, {facts}"
        else:
            facts = _facts(first)
            if first.wait is not None and first.due is not None:
                yield f"{name}, {first.wait}: {facts}"
            yield f"{name}: {facts}"
        yield from (f"{name[:n].rstrip(' ,')}…: {facts}" for n in range(len(name) - 1, 0, -1))


def counts_of(findings: Iterable[Finding]) -> str:
    """`7 in time, 2 late`: how many of each status, the worst first."""
    ranked = sorted((finding.status for finding in findings), key=_WORST.index)
    return ", ".join(f"{len(list(some))} {_SAID[status].partition(' ')[2]}" for status, some in groupby(ranked))


def name_of(finding: Finding) -> str:
    """The rule as a picture names it: `Initial conference`."""
    return sentence(finding.law.title.replace(" child protection", "").replace("a plan's", "the plan's"))[:-1]


def _facts(finding: Finding) -> str:
    """`due 26 Sep 2012, done 1 Oct 2012, 3 working days late`."""
    facts = [f"due {short_day(finding.due)}"] if finding.due is not None else []
    if finding.done is not None and finding.status in (Status.MET, Status.LATE):
        facts.append(f"done {short_day(finding.done)}")
    if finding.status in (Status.LATE, Status.OVERDUE) and finding.days_late is not None and finding.unit is not None:
        past = counted(finding.days_late, finding.unit)
        facts.append(f"{past} {'over the limit' if isinstance(finding.law, AtMost) else finding.status.value}")
    elif finding.status not in (Status.MET, Status.PENDING) or not facts:
        facts.append(_SAID[finding.status].partition(" ")[2])
    return ", ".join(facts)


def has_clock(finding: Finding) -> bool:
    """Whether there is, or would be if nothing were missing, a day by which it is due."""
    return finding.due is not None or isinstance(finding.law, Within | AtMost | Every)


def rows_of(findings: Iterable[Finding]) -> tuple[list[Row], list[Finding]]:
    """The rows to draw, in the order of their starts, and the findings that are left to the words.

    What has a clock has a row, and so has every breach.
    """
    shown = [finding for finding in findings if has_clock(finding) or finding.is_breach]
    by_rule: dict[str, list[Finding]] = {}
    for finding in shown:
        by_rule.setdefault(finding.rule, []).append(finding)
    rows: list[Row] = []
    for some in by_rule.values():
        rows += [Row(tuple(some))] if len(some) > SEPARATE else [Row((one,)) for one in some]
    rows.sort(key=lambda row: min(_begins(finding) for finding in row.findings))
    well = [row for row in rows if row.worst in (Status.MET, Status.DISCHARGED)]
    dropped = well[max(0, _MOST - (len(rows) - len(well))) :]
    return [row for row in rows if row not in dropped], [finding for row in dropped for finding in row.findings]


def _begins(finding: Finding) -> float:
    return place_of(finding.started) if finding.started is not None else 0


def is_lead(finding: Finding) -> bool:
    """Whether it was due before the event that calls for it: a report before the conference."""
    return finding.started is not None and finding.due is not None and end_of(finding.due) <= place_of(finding.started)


def parts_of(finding: Finding, *, in_lane: bool = False) -> list[Part]:
    """The bar of a finding: the time allowed, from the start to the end of the last day, and what went past it.

    In a lane the time allowed ends with what was done, so that bars of one duty do not lie upon each other.
    """
    if finding.started is None or not has_clock(finding):
        return []
    start, until = place_of(finding.started), end_of(finding.as_at)
    plain = {Status.CANNOT_TELL: UNKNOWN, Status.DISCHARGED: GONE, Status.PENDING: WAITING}.get(finding.status)
    if finding.due is None:
        return [Part(start, max(until, start + 1), plain or UNKNOWN)]
    due = end_of(finding.due)
    if is_lead(finding):
        until = end_of(day_of(finding.started))
        late = [Part(due, end_of(finding.done or finding.started), LATE)] if finding.is_breach else []
        return [Part(place_of(day_of(finding.due)), until, plain or LEAD), *late]
    match finding.status:
        case Status.MET:
            done = end_of(finding.done) if in_lane and finding.done is not None else due
            return [Part(start, min(due, done), ALLOWED)]
        case Status.PENDING:
            return [Part(start, min(until, due), ALLOWED), Part(min(until, due), due, WAITING)]
        case Status.LATE | Status.OVERDUE | Status.BREACHED:
            done = end_of(finding.done if finding.done is not None else finding.ended or finding.as_at)
            return [Part(start, due, ALLOWED), Part(due, max(done, due), LATE)]
    return [Part(start, due, plain or UNKNOWN)]


def uncounted(finding: Finding, last: float) -> Iterator[tuple[date, date]]:
    """The days that the clock of a finding leaves out, up to a place on the axis: each stretch, both ends included.

    Weekends and bank holidays, where it counts working days; else nothing, and nothing past the end of the calendar.
    """
    wait = finding.wait
    if finding.started is None or wait is None or wait.unit != "working-days" or not isinstance(wait.period, Period):
        return
    first = day_of(finding.due if is_lead(finding) and finding.due is not None else finding.started)
    end, calendar = date.fromordinal(min(int(last), date.max.toordinal())), wait.period.working_calendar
    try:
        working = set(calendar.days(first, end))
    except OutOfRange:
        return
    days = [first + timedelta(days=n) for n in range((end - first).days) if first + timedelta(days=n) not in working]
    # of days that follow each other, the number of the day and the place in the list grow alike
    for _, stretch in groupby(enumerate(days), key=lambda entry: entry[1].toordinal() - entry[0]):
        some = [day for _, day in stretch]
        yield some[0], some[-1]


def holidays_in(findings: Iterable[Finding]) -> list[tuple[date, str]]:
    """The bank holidays that made some wait longer, in order, with their names."""
    deadlines = [finding.deadline for finding in findings if finding.unit == "working-days"]
    return sorted({day for deadline in deadlines if deadline is not None for day in deadline.days_not_counted})
