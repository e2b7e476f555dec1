"""A worklist for other programs: as CSV, as JSON, and as a file that a calendar program opens.

The child's identifier stands in all of them, and a worker, team or manager only where the list is asked for by it.
"""

import csv
import json
import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import IO, Any

from icalendar import Calendar, Event

from childprotect.desk.worklist import Task, When, Worklist, known_as, whose
from childprotect.records.rows import guarded
from childprotect.wording import day_in_words

COLUMNS = tuple(
    """when consequence child rule what started due days_over days_left unit edition evidence missing closed because
    source""".split()
)
"""The columns of the CSV and the names of the JSON, in order; `worker`, `team` or `manager` comes after them."""
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "worklist.childprotect.invalid")
"""From which the names of entries in a calendar are made."""


def rows(worklist: Worklist, by: str | None = None) -> list[dict[str, Any]]:
    """The tasks as plain values, one dict each: texts, numbers, lists and None. Raises `UnknownName` for `by`."""
    column = _column(by)
    return [_row(task) | ({column: whose(task, column)} if column is not None else {}) for task in worklist]


def _column(by: str | None) -> str | None:
    """What a list by that has besides the child, who is in every list."""
    if by is not None:
        known_as(by)
    return None if by == "child" else by


def _row(task: Task) -> dict[str, Any]:
    finding = task.finding
    started, due = finding.started, finding.due
    return {
        "when": task.when.value,
        "consequence": task.consequence.name.lower(),
        "child": task.child,
        "rule": task.rule,
        "what": task.what,
        "started": started.isoformat() if started is not None else None,
        "due": due.isoformat() if due is not None else None,
        "days_over": task.days_over,
        "days_left": task.days_left,
        "unit": finding.unit,
        "edition": task.edition,
        "evidence": finding.version.evidence.value if finding.version is not None else None,
        "missing": list(finding.missing),
        "closed": task.closed.isoformat() if task.closed is not None else None,
        "because": task.because,
        "source": task.source,
    }


def write_csv(worklist: Worklist, out: IO[str], by: str | None = None) -> None:
    """One row a task. Cells that a spreadsheet would take for a formula are prefixed with an apostrophe."""
    column = _column(by)
    names = [*COLUMNS, column] if column is not None else COLUMNS
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([guarded(_text(row[name])) for name in names] for row in rows(worklist, by))


def _text(value: Any) -> str:
    if value is None:
        return ""
    return ";".join(value) if isinstance(value, list) else str(value)


def write_json(
    worklist: Worklist, out: IO[str], by: str | None = None, *, sources: Iterable[dict[str, Any]] = ()
) -> None:
    """The tasks, how many there are of each, and where they come from."""
    told = {
        "as_at": worklist.as_at.isoformat(),
        "until": worklist.until.isoformat(),
        "sources": list(sources),
        "counts": {when.value: n for when, n in worklist.counts.items()},
        "tasks": rows(worklist, by),
    }
    json.dump(told, out, indent=1)
    out.write("\n")


def to_calendar(worklist: Worklist, by: str | None = None) -> bytes:
    """The tasks as an iCalendar file (RFC 5545): an entry on the day on which each is due, for the whole day.

    What is overdue is on the day of the list. What nobody can tell is due on no day, and not in it: ask
    `worklist.having(When.UNKNOWN)`. The same task has the same `UID` in every list, and a list of a later day a higher
    `SEQUENCE`, so that a program that reads both has it once. No clock is read: a list is made on its own day.
    """
    column = _column(by)
    calendar = Calendar()
    calendar.add("prodid", "-//childprotect//worklist//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Worklist as at {worklist.as_at.isoformat()}")
    alike: Counter[str] = Counter()
    for task in worklist:
        if task.when is not When.UNKNOWN:
            key = _key(task)
            alike[key] += 1
            calendar.add_component(_entry(task, worklist, f"{key}|{alike[key]}", column))
    return bytes(calendar.to_ical())


def _key(task: Task) -> str:
    """What tells a task from all others, in every list that it is on; several may be alike."""
    trigger = task.finding.trigger
    parts = [task.child, task.rule]
    if trigger is not None:
        pairing = getattr(task.finding.law, "pairing", None)
        same = pairing.same if pairing is not None else None
        parts += [trigger.kind, trigger.at.isoformat(), str(trigger.facts.get(same, "")) if same else ""]
    return "|".join(parts)


def _entry(task: Task, worklist: Worklist, key: str, column: str | None) -> Event:
    overdue = task.when is When.OVERDUE
    day = worklist.as_at if overdue or task.due is None else task.due
    late = ""
    if overdue:
        since = task.due + timedelta(days=1) if task.due is not None else None
        late = f", overdue since {day_in_words(since)}" if since is not None else ", not in place"
    told = [task.because, task.source]
    if column is not None:
        told.append(f"{column}: {whose(task, column) or 'none on record'}")
    entry = Event()
    entry.add("uid", str(uuid.uuid5(_NAMESPACE, key)))
    entry.add("dtstamp", datetime.combine(worklist.as_at, time(), UTC))
    entry.add("sequence", worklist.as_at.toordinal())
    entry.add("dtstart", day)
    entry.add("dtend", day + timedelta(days=1))
    entry.add("summary", f"{task.child}: {task.what}{late}")
    entry.add("description", "\n".join(filter(None, told)))
    entry.add("categories", [task.consequence.name.lower()])
    entry.add("class", "CONFIDENTIAL")
    entry.add("transp", "TRANSPARENT")
    return entry
