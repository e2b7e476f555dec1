"""Write the example records: `events.csv`, an event table, and `census.xml`, a children in need census.

Every child in them is invented, and the same ones are invented every time. Run it to write the files and see what the
rules of England say of them; with `--check` nothing is written, and the exit status is 1 if a file is not as it would
be written.
"""

import csv
import io
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import childprotect as cp
from childprotect.events import value_in_words
from childprotect.rulebooks import england

if TYPE_CHECKING:  # run as a script it finds its neighbours by their bare names; a type checker starts from the root
    from examples.data.census_writer import write_census
    from examples.data.stories import invent, spread
else:
    from census_writer import write_census
    from stories import invent, spread

HERE = Path(__file__).parent
SEED = 2017
AS_AT = date(2026, 8, 28)
"""The last day of the event table: the Friday before the summer bank holiday."""
REFERENCE_DATE = date(2025, 3, 31)
"""The day as at which the census speaks of its year."""

Children = Sequence[tuple[str, Sequence[cp.Event]]]


def event_table_days() -> list[date]:
    """When the stories of the event table begin: over many years, densely before an inspection and before the end."""
    years = spread(date(2009, 1, 5), date(2026, 3, 31), 230)
    return sorted(years + spread(date(2012, 5, 8), date(2012, 9, 12), 25) + spread(date(2026, 4, 7), AS_AT, 45))


def event_table(children: Children) -> str:
    """The children's events as CSV: one row an event, one column a fact; sets are joined with `;`."""
    facts = sorted({fact for _, events in children for event in events for fact in event.facts})
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["child", "event", "at", "recorded", *facts])
    for child, events in children:
        for event in events:
            told = [value_in_words(event.facts[fact]) if fact in event.facts else "" for fact in facts]
            table.writerow([child, event.kind, event.at.isoformat(), event.recorded or "", *told])
    return text.getvalue()


def findings_table(children: Children) -> str:
    """How many findings of each status every rule gives, and how often a duty is told, as at the last day."""
    book = england.rulebook.with_practice()
    counts: Counter[tuple[str, str]] = Counter()
    for child, events in children:
        report = cp.check(cp.Chronology.of(child, events=events), book, as_at=AS_AT)
        counts.update((finding.rule, finding.status) for finding in report.findings)
        counts.update((entry.rule, "told") for entry in report.elapsed)
    columns = [*cp.Status, "told"]
    lines = [f"{'':38}" + "".join(f"{column:>12}" for column in columns)]
    lines += [f"{rule:38}" + "".join(f"{counts[rule, column] or '':>12}" for column in columns) for rule in book]
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Write the files, or check them; the exit status."""
    children = list(invent("EX", event_table_days(), AS_AT, SEED))
    census_days = spread(date(2023, 7, 3), REFERENCE_DATE, 380)
    files = {
        "events.csv": event_table(children),
        "census.xml": write_census(invent("CX", census_days, REFERENCE_DATE, SEED + 1), REFERENCE_DATE, SEED + 2),
    }
    if "--check" in arguments:
        stale = [name for name, text in files.items() if not _holds(HERE / name, text)]
        for name in stale:
            print(f"{name} is not what make_data.py would write; run it again")
        return 1 if stale else 0
    for name, text in files.items():
        (HERE / name).write_text(text, encoding="utf-8", newline="\n")
    print(findings_table(children))
    return 0


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
