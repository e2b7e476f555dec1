"""What a timeline shows, in words: every event, every clock, and every breach with its reason."""

from collections.abc import Iterator, Sequence

from childprotect.findings import Finding
from childprotect.plots.clocks import SEPARATE, counts_of, has_clock, holidays_in, name_of
from childprotect.plots.strands import Strand
from childprotect.statuses import Status
from childprotect.wording import counted, day_in_words, event_in_words, listed, sentence

_HEADINGS = (
    ("Not kept:", (Status.OVERDUE, Status.BREACHED, Status.LATE)),
    ("Nobody can tell:", (Status.CANNOT_TELL,)),
    ("Not done and not yet due:", (Status.PENDING,)),
    ("Fell away:", (Status.DISCHARGED,)),
    ("Kept:", (Status.MET,)),
)
_WELL = (Status.MET, Status.DISCHARGED)


def summary(strands: Sequence[Strand], findings: Sequence[Finding]) -> str:
    """How many events there are, and how the clocks and the other duties stand."""
    events = sum(len(strand.events) for strand in strands)
    clocks = [finding for finding in findings if has_clock(finding)]
    others = [finding for finding in findings if not has_clock(finding)]
    parts = [
        counted(events, "events") if events else "no event",
        f"{counted(len(clocks), 'clocks')}: {counts_of(clocks)}" if clocks else "no clock",
    ]
    if others:
        parts.append(f"{counted(len(others), 'duties', 'duty')} without a clock: {counts_of(others)}")
    return f"{'; '.join(parts)}."


def told(title: str, strands: Sequence[Strand], findings: Sequence[Finding], left_out: int) -> list[str]:
    """The lines of the text alternative."""
    lines = [f"{title}.", sentence(summary(strands, findings)), *later(left_out)]
    for heading, statuses in _HEADINGS:
        some = [finding for finding in findings if finding.status in statuses]
        lines += [heading, *_findings(some)] if some else []
    if any(finding.unit == "working-days" for finding in findings):
        days = [f"{words} ({day_in_words(on)})" for on, words in holidays_in(findings)]
        lines.append(f"Not counted in working days: {listed(['weekends', *days])}.")
    if strands:
        lines += ["Events:", *(f"- {strand.name}: {'; '.join(_events(strand))}." for strand in strands)]
    return lines


def later(left_out: int) -> list[str]:
    """That so many entries of the record have no say, if there are any."""
    return [f"Left out: {counted(left_out, 'entries', 'entry')} of a later day, or not known then."] if left_out else []


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    """A line each; of what went well, one for all of a rule that was kept often."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    for some in by_rule.values():
        if some[0].status in _WELL and len(some) > SEPARATE:
            yield f"- {name_of(some[0])}, {len(some)} times."
        else:
            yield from (
                f"- {name_of(finding)}, {finding.status.replace('-', ' ')}: {finding.because}" for finding in some
            )


def _events(strand: Strand) -> Iterator[str]:
    days: dict[str, list[str]] = {}
    for event in strand.events:
        days.setdefault(event.kind, []).append(day_in_words(event.at))
    for kind, some in days.items():
        yield f"{event_in_words(kind)} on {listed(some)}"
