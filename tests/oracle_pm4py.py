"""Read our event logs back with pm4py, and compare children, activities and timestamps with the chronologies.

`make logs` runs it, in an environment that has only childprotect and that package: pm4py is under the AGPL, and no
dependency of ours. Exits with 1, and the differences, if the two disagree about a single event.
"""

import json
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pm4py  # type: ignore[import-not-found]

from childprotect import Chronology
from childprotect.records import read
from childprotect.records.event_logs import instant
from childprotect.records.ocel import write_ocel
from childprotect.records.xes import write_xes
from childprotect.vocabulary import STANDARD

Row = tuple[str, str, datetime]
"""A child, an activity, and when, in UTC."""
EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
Relation = tuple[str, str, str]
"""An event or an object, the object that it is related to, and how."""


def children() -> list[Chronology]:
    """The example records, and one child to whom every kind of event happens twice, at all times of the year."""
    days = [date(2023, 1, 1) + timedelta(days=5 * n) for n in range(2 * len(STANDARD))]
    everything = [(day, kind) for day, kind in zip(days, [*STANDARD, *STANDARD], strict=True)]
    moments = [(datetime(2024, month, 15, 23, 30, tzinfo=UTC), "visit") for month in range(1, 13)]
    return [*read(EXAMPLES / "data" / "events.csv"), Chronology.of("C-999 <&>", events=[*everything, *moments])]


def rows(told: list[Chronology]) -> Counter[Row]:
    """Every event, as the chronologies have it."""
    return Counter(
        (child.child, event.kind, datetime.fromisoformat(instant(event)).astimezone(UTC))
        for child in told
        for event in child.as_known(date.max)
    )


def of_xes(path: Path) -> Counter[Row]:
    """Every event of a XES log, as pm4py reads it."""
    log = pm4py.read_xes(str(path))
    columns = zip(log["case:concept:name"], log["concept:name"], log["time:timestamp"], strict=True)
    return Counter((str(case), str(kind), when.to_pydatetime().astimezone(UTC)) for case, kind, when in columns)


def of_ocel(path: Path) -> tuple[Counter[Row], set[Relation], set[Relation]]:
    """Every event of an OCEL log with its child, and all relations of events and of objects, as pm4py reads them."""
    log = pm4py.read_ocel2_json(str(path))
    relations = log.relations
    about = relations[relations["ocel:qualifier"] == "about"]
    columns = zip(about["ocel:oid"], about["ocel:activity"], about["ocel:timestamp"], strict=True)
    told = Counter(
        (str(child).removeprefix("child/"), str(kind), when.to_pydatetime().astimezone(UTC))
        for child, kind, when in columns
    )
    if len(log.events) != told.total():
        raise SystemExit(f"{len(log.events)} events, and {told.total()} that are about a child")
    of_events = zip(relations["ocel:eid"], relations["ocel:oid"], relations["ocel:qualifier"], strict=True)
    of_objects = zip(log.o2o["ocel:oid"], log.o2o["ocel:oid_2"], log.o2o["ocel:qualifier"], strict=True)
    return told, set(of_events), set(of_objects)


def written(path: Path) -> tuple[set[Relation], set[Relation]]:
    """The relations in an OCEL log, as they stand in the file."""
    log = json.loads(path.read_text(encoding="utf-8"))

    def all_of(part: str) -> Iterator[Relation]:
        for entry in log[part]:
            for relation in entry["relationships"]:
                yield entry["id"], relation["objectId"], relation["qualifier"]

    return set(all_of("events")), set(all_of("objects"))


def differences(name: str, ours: Counter[Row], theirs: Counter[Row]) -> list[str]:
    """In which events two readings differ, in words."""
    found = [f"{name}: only in the chronologies: {row}" for row in (ours - theirs).elements()]
    return found + [f"{name}: only as pm4py reads it: {row}" for row in (theirs - ours).elements()]


def main() -> int:
    """Print what was compared and what differs."""
    warnings.simplefilter("ignore")  # pm4py's own
    told = children()
    ours = rows(told)
    with tempfile.TemporaryDirectory() as folder:
        as_xes, as_ocel = Path(folder) / "log.xes", Path(folder) / "log.jsonocel"
        for path, write in ((as_xes, write_xes), (as_ocel, write_ocel)):
            with path.open("w", encoding="utf-8", newline="") as file:
                write(told, file)
        found = differences("XES", ours, of_xes(as_xes))
        theirs, of_events, of_objects = of_ocel(as_ocel)
        found += differences("OCEL", ours, theirs)
        for part, held, seen in zip(("events", "objects"), written(as_ocel), (of_events, of_objects), strict=True):
            found += [f"OCEL: relations of {part}: {relation}" for relation in sorted(held ^ seen)]
    print(
        f"{ours.total()} events of {len(told)} children, {len(of_events)} relations of events and {len(of_objects)} of "
        f"objects, compared with pm4py {pm4py.__version__}: {len(found)} differences"
    )
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found or len(ours) < 100 or not of_objects else 0


if __name__ == "__main__":
    sys.exit(main())
