"""Every path through the charts, walked in time and out of time, in every edition of Working Together.

Each path from a referral to the closure of the case, with no more than a stated number of repetitions, is put on its
latest schedule: each step on the last day on which nothing becomes late. The check must find no breach. Then each limit
in turn is overrun by the least that is possible, and exactly that breach must be found, with those that follow because
what comes later in the path comes no earlier. A path that no schedule can keep is counted under the rule that it
breaks.

After each step the clocks that run, and their last days, are those that the oracles of `tests/oracles` work out: the
last days are not taken from the library's own arithmetic alone.

The strands that some rule reads together are walked together, all others stand still: an event that a rule does not
read changes none of its findings, which a property test holds. Every rule has all that it reads in one of the groups.

    python proof/exhaustive.py [--repeats N] [--edition WT2018] [--against docs/proved.md | --write docs/proved.md]
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from pathlib import Path

from attrs import field, frozen

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.oracle_paths import Reckoning  # noqa: E402

from childprotect.calendars import day_of  # noqa: E402
from childprotect.events import Facts  # noqa: E402
from childprotect.paths import Step, alphabet, cones, walk  # noqa: E402
from childprotect.rulebooks import england  # noqa: E402
from childprotect.rulebooks.england.working_together import EDITIONS  # noqa: E402
from childprotect.rules import Duty, Rule  # noqa: E402
from childprotect.schedules import Overrun, Schedule  # noqa: E402
from childprotect.wording import day_in_words  # noqa: E402

GROUPS = (
    ("front-door", "assessment"),
    ("enquiry", "conference"),
    ("conference", "plan"),
    ("protective-powers",),
    ("court", "care"),
    ("private-fostering",),
    ("missing",),
    ("protective-powers", "court"),
)
"""Strands that are walked together; each with the strand of the case, which a referral opens and a closure ends."""
MAIN = ("enquiry", "conference", "plan")
"""The main line from the strategy discussion to the end of the plan, walked whole."""
LARGE = (MAIN, ("protective-powers", "court"))
"""What is walked with one repetition fewer."""
JUDGED = tuple(rule for rule in england.rulebook.applied if not (isinstance(rule, Duty) and rule.only_told))
CLOSED = "case-closed"
_YEARS = timedelta(days=3 * 365)
"""How long after the first day of a path the law may still matter to it."""


def _step(kind: str, **facts: object) -> Step:
    return Step(kind, Facts({name.replace("_", "-"): value for name, value in facts.items()}))


@frozen
class Task:
    """One group of strands in one edition."""

    edition: str
    begin: date
    group: tuple[str, ...]
    repeats: int

    @property
    def beginning(self) -> tuple[Step, ...]:
        """What every path begins with: a referral; and, in other groups, what the front door does with it."""
        if "front-door" in self.group:
            return (_step("referral"),)
        kind = "single" if self.begin >= date(2013, 4, 15) else "initial"
        return (
            _step("referral"),
            _step("referral-acknowledged"),
            _step("referral-decided", outcome="assessment"),
            _step("assessment-started", type=kind),
            _step("assessment-completed", type=kind),
        )

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step that a path of the group can take, as far as a rule reads it that has all that it reads there."""
        rules = [rule for rule in JUDGED if _matters(rule, self.begin) and self.group in _groups_of(rule)]
        found = alphabet((england.charts[strand] for strand in ("case", *self.group)), rules)
        # where nothing is left open, which the charts see to, no rule asks for the reason of a closure
        return (*(step for step in found if step.kind != CLOSED), _step(CLOSED))


def known_to(group: tuple[str, ...]) -> frozenset[str]:
    """The kinds of event that the charts of a group know, and those of every beginning."""
    everywhere = frozenset(step.kind for step in Task("", date.max, (), 0).beginning)
    return everywhere.union(*(england.charts[strand].event_set for strand in ("case", *group)))


def _matters(rule: Rule, begin: date) -> bool:
    return any(
        version.in_force is not None
        and version.in_force <= begin + _YEARS
        and (version.until is None or version.until >= begin)
        for version in rule.versions
    )


@frozen
class Result:
    """What was counted, and the first counterexamples, each in one sentence."""

    task: Task
    counts: Counter[str] = field(factory=Counter)
    broken: Counter[str] = field(factory=Counter)
    """Paths that no schedule can keep, by the rule that they break."""
    untold: Counter[str] = field(factory=Counter)
    """Limits that were overrun and of which the check cannot tell whether they were, by rule."""
    failures: list[str] = field(factory=list)


def prove(task: Task) -> Result:
    """Walk every path of the task."""
    result = Result(task)
    counts = result.counts
    reckoning = Reckoning.of(JUDGED)

    def extend(schedule: Schedule, step: Step) -> Schedule | None:
        made = schedule.latest(step)
        counts["checks"] += 1
        told = (f"{_told(task, made)}: {difference}" for difference in reckoning.differences(schedule, made))
        result.failures.extend(told)
        if not made.breached:
            return made
        for finding in made.breached:
            if finding.status.value == "breached":
                result.broken[f"{finding.rule} (sequence)"] += 1
            else:
                result.failures.append(f"{_told(task, made)}: {finding.rule} is {finding.status.value} on time")
        return None

    charts = [england.charts[strand] for strand in ("case", *task.group)]
    begin = Schedule(england.rulebook, task.begin)
    for schedule in walk(
        charts, task.steps, JUDGED, begin, extend, first=task.beginning, last=CLOSED, repeats=task.repeats
    ):
        counts["paths"] += 1
        counts["checks"] += 1
        later = day_of(schedule.events[-1].at) + _YEARS
        undone = schedule.report(later).breaches
        if undone:
            result.broken.update(f"{finding.rule} (never done)" for finding in undone)
            continue
        counts["kept"] += 1
        counts["clocks"] += len(schedule.closed)
        counts["last day"] += sum(
            schedule.events[closed.step].day == day_of(closed.clock.due) for closed in schedule.closed
        )
        for overrun in schedule.overruns():
            counts["checks"] += 1
            counts["overruns"] += 1
            result.failures.extend(_judge(result, schedule, overrun, later))
    counts.update(reckoning.counts)
    return result


def _judge(result: Result, schedule: Schedule, overrun: Overrun, later: date) -> Iterator[str]:
    """In words, what the check says of an overrun that it should not, or does not say that it should."""
    report = overrun.schedule.report(later)
    places = {event: place for place, event in enumerate(overrun.schedule.events)}
    breached = {(f.rule, places[f.trigger]) for f in report.breaches if f.trigger}
    untold = {(f.rule, places[f.trigger]) for f in report.cannot_tell if f.trigger}
    late = {(clock.rule, clock.trigger) for clock in overrun.late}
    perhaps = {(clock.rule, clock.trigger) for clock in overrun.perhaps}
    result.counts["breaches"] += len(late & breached)
    result.untold.update(rule for rule, _ in late & untold)
    where = f"{_told(result.task, overrun.schedule)}; overrun at step {overrun.step + 1}, {day_in_words(overrun.due)}"
    for rule, trigger in sorted(late - breached - untold):
        yield f"{where}: {rule} from step {trigger + 1} was late, and the check does not say so"
    for rule, trigger in sorted(breached - late - perhaps):
        if _fell_together(schedule, overrun.schedule, trigger):
            result.counts["of one day"] += 1
            continue
        yield f"{where}: {rule} from step {trigger + 1} was not late, and the check says that it was"


def _fell_together(before: Schedule, after: Schedule, place: int) -> bool:
    """Whether the step is on one day with another of its kind by the overrun: then both are one occasion."""
    kind, day = after.events[place].kind, after.events[place].day
    return any(
        event.kind == kind and event.day == day and before.events[n].day != before.events[place].day
        for n, event in enumerate(after.events)
    )


def _told(task: Task, schedule: Schedule) -> str:
    steps = (f"{Step(event.kind, event.facts)} on {event.day}" for event in schedule.events)
    return f"{task.edition}: {', then '.join(steps)}"


def tasks(repeats: int, only: str | None) -> list[Task]:
    """Every group in every edition in which some rule matters to it; the largest first."""
    found = []
    for edition in EDITIONS:
        begin = edition.begins + timedelta(days=14)
        begin += timedelta(days=(2 - begin.weekday()) % 7)  # a Wednesday in its first month
        if only in (None, edition.id):
            found += [Task(edition.id, begin, group, repeats - (group in LARGE)) for group in (*GROUPS, MAIN)]
    return sorted(found, key=lambda task: -len(task.steps))


def _groups_of(rule: Rule) -> list[tuple[str, ...] | None]:
    """The groups in which a rule has all that it reads: the first, and the main line; None if it has it nowhere."""
    found: list[tuple[str, ...] | None] = [MAIN] if any(cone <= known_to(MAIN) for cone in cones([rule])) else []
    return found + [next((group for group in GROUPS if cone <= known_to(group)), None) for cone in cones([rule])]


def page(results: list[Result], repeats: int) -> str:
    """The figures as Markdown."""
    names = ("paths", "kept", "clocks", "last day", "overruns", "breaches", "checks")
    total: Counter[str] = Counter()
    lines = [
        f"At most {repeats} repetition{'s' if repeats != 1 else ''} in a path; where "
        f"{' or '.join(', '.join(group) for group in LARGE)} are walked together, {repeats - 1}.",
        "",
        "| edition | strands walked together | paths | that can be kept | clocks | ended on their last day "
        "| limits overrun | breaches found | checks |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    order = [edition.id for edition in EDITIONS]
    for result in sorted(results, key=lambda r: (order.index(r.task.edition), r.task.group)):
        if not result.counts["overruns"]:
            continue
        total += result.counts
        cells = [f"{result.counts[name]:,}" for name in names]
        lines.append(f"| {result.task.edition} | {', '.join(result.task.group)} | {' | '.join(cells)} |")
    lines.append(f"| all | | {' | '.join(f'{total[name]:,}' for name in names)} |")
    for title, counted in (
        ("Paths that the charts permit and no schedule can keep, by the rule that they break", "broken"),
        ("Limits overrun of which the check says that it cannot tell, by rule", "untold"),
    ):
        counts: Counter[str] = sum((getattr(result, counted) for result in results), Counter())
        lines += ["", f"{title}:", "", *(f"* `{rule}`: {n:,}" for rule, n in sorted(counts.items()))]
    seen = sum((result.counts for result in results), Counter[str]())
    lines += [
        "",
        f"Running clocks of which the oracles say the same, after each step that could change them: "
        f"{seen['clocks compared']:,}. Where the oracles cannot tell which clocks run, "
        f"{seen['compared by their start']:,} last days were worked out from the start alone, and "
        f"{seen['not compared']:,} not at all.",
        *_of_one_day(seen["of one day"]),
    ]
    return "\n".join([*lines, ""])


def _of_one_day(n: int) -> list[str]:
    told = f"Breaches of the wait after two occasions that an overrun brought onto one day, where they are one: {n:,}."
    return ["", told] if n else []


def main() -> int:
    """Prove, print, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=1, help="how many steps of a path may repeat an earlier one")
    parser.add_argument("--edition", choices=[edition.id for edition in EDITIONS], help="only this one")
    parser.add_argument("--against", type=Path, help="exit with 1 if the figures are not those of this page")
    parser.add_argument("--write", type=Path, help="write the figures as this page")
    asked = parser.parse_args()
    if left := [rule.id for rule in JUDGED if None in _groups_of(rule)]:
        print(f"no group has all that these rules read: {', '.join(left)}")
        return 1
    start = time.perf_counter()
    results = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for result in pool.map(prove, tasks(asked.repeats, asked.edition)):
            results.append(result)
            for failure in result.failures[:3]:
                print(failure)
    text = page(results, asked.repeats)
    print(text)
    failures = sum(len(result.failures) for result in results)
    print(f"{failures} counterexamples, in {time.perf_counter() - start:.0f} seconds")
    if asked.write:
        asked.write.write_text(text, encoding="utf-8")
    if asked.against and asked.against.read_text(encoding="utf-8") != text:
        print(f"{asked.against} holds other figures; write it anew with --write if the law or the charts have changed")
        return 1
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
