"""What a safeguarding board needs to see: who came, who reported, who answered, and what the records do not hold.

In 2012 the board was to have "sufficient, high quality information so that it can effectively monitor and challenge"
(Ofsted, Herefordshire, September 2012, areas for improvement). An agency is named by its name in the vocabulary; any
other text might be a person's name, and is counted as `another`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from csv import DictReader
from csv import Error as CsvError
from datetime import date
from os import PathLike, fspath
from statistics import median
from typing import Any

import polars as pl
from attrs import define, field, frozen

from childprotect.conditions import Story
from childprotect.desk.desk import Desk
from childprotect.errors import UnreadableInput
from childprotect.events import Event
from childprotect.measures import Measured, Told, measured, of_rule
from childprotect.pairing import clocks
from childprotect.rulebooks import england
from childprotect.rules import Duty, Within
from childprotect.statuses import Status
from childprotect.vocabulary import AGENCIES
from childprotect.wording import listed

ANOTHER = "another"
"""An agency that is none of the vocabulary."""
NOT_RECORDED = "not recorded"
MEETINGS: Mapping[str, tuple[str, ...]] = {
    "strategy discussions": ("strategy-discussion",),
    "initial conferences": ("initial-conference", "pre-birth-conference", "transfer-in-conference"),
    "review conferences": ("review-conference",),
    "core groups": ("core-group",),
}
"""The meetings of which attendance is told, with their kinds of event."""
_RULES = (
    "conference-report-shared", "review-report-shared", "report-before-conference", "escalation-resolved",
    "probation-notice-filed", "marac-filed", "mappa-filed", "return-interview", "private-fostering-first-visit",
    "private-fostering-visit",
)  # fmt: skip
"""The rules that are a board's business, as shares of what fell due in the period."""
_BOOK = england.rulebook.with_practice()
_TRAINING = ("agency", "invited", "attended")


@frozen
class Attendance:
    """How often an agency took part in meetings of one kind. `recorded` are those that say who took part."""

    meeting: str
    held: int
    recorded: int
    present: Mapping[str, int]


@frozen
class Replies:
    """What was asked of an agency, or taken up with it: how much was answered, and how long that took in days."""

    agency: str
    asked: int
    answered: int
    unknown: int
    """Of which nobody can tell whether it was answered."""
    median: float | None
    waiting: tuple[int, ...] = ()
    """The days for which each that is not answered has waited, the longest first."""


@frozen
class Episodes:
    """How often something began in the period, of how many children, and how many of them are open on the last day."""

    what: str
    begun: int
    children: int
    still: int
    unknown: int = 0
    """Of how many children nobody can tell whether it is still open."""


@frozen
class Trained:
    """Who came to training, of those who were asked, as an agency tells it."""

    agency: str
    invited: int
    attended: int


@frozen
class Missing:
    """What the records do not say, and of how many findings nobody can tell because of it."""

    what: str
    findings: int
    children: int
    rules: tuple[str, ...]


@frozen
class Board:
    """What a board needs to see of a period."""

    first: date
    last: date
    attendance: tuple[Attendance, ...]
    reports: Mapping[str, int]
    """How many reports for conferences each agency shared in the period."""
    escalations: tuple[Replies, ...]
    information: tuple[Replies, ...]
    episodes: tuple[Episodes, ...]
    feedback: Mapping[str, int]
    """From whom feedback came, and how often."""
    shares: tuple[Measured, ...]
    """How many of the duties that are a board's business were kept in time."""
    training: tuple[Trained, ...]
    missing: tuple[Missing, ...] = field(repr=False)
    """What is not on record, that of which most findings hang first."""
    findings: int = 0
    """All findings of the period, and before it, of which some cannot be told."""


def board(desk: Desk, told: Told, first: date, last: date, *, training: Sequence[Trained] = ()) -> Board:
    """What a board needs to see of the period from `first` to `last`, both included.

    `told` are the same records, with the findings of the desk.
    """
    seen = _Seen(first, last)
    for chronology in desk.chronologies():
        events = chronology.as_known(desk.as_at, desk.known_at, vocabulary=desk.rulebook.vocabulary)
        lost = frozenset(entry.kind for entry in chronology.lost)
        seen.add(chronology.child, Story(events, chronology.covers, lost))
    # of what has no number only the time is told
    there = {r.id: r for r in desk.rulebook.applied if r.versions and not (isinstance(r, Duty) and r.only_told)}
    shares = tuple(measured(of_rule(there[id]), told, first, last)[0] for id in _RULES if id in there)
    return Board(
        first,
        last,
        tuple(seen.attendance()),
        dict(sorted(seen.reports.items())),
        tuple(seen.replies("escalation-raised")),
        tuple(seen.replies("information-requested")),
        tuple(seen.episodes()),
        dict(sorted(seen.feedback.items())),
        shares,
        tuple(training),
        tuple(_missing(desk.findings)),
        len(desk.findings),
    )


_ASKED = {"escalation-raised": "escalation-resolved", "information-requested": "information-received"}
"""What is asked of an agency, with the rule that says which answer is its own."""
_SPELLS = {
    "children missing": ("missing", "found"),
    "private fostering arrangements": ("private-fostering-known", "private-fostering-ended"),
}


@define
class _Seen:
    """What was seen of the children so far."""

    first: date
    last: date
    held: Counter[str] = field(factory=Counter)
    recorded: Counter[str] = field(factory=Counter)
    present: dict[str, Counter[str]] = field(factory=lambda: defaultdict(Counter))
    reports: Counter[str] = field(factory=Counter)
    feedback: Counter[str] = field(factory=Counter)
    asked: dict[str, list[tuple[str, int | None, int | None]]] = field(factory=lambda: defaultdict(list))
    """Of each kind: the agency, the days to the answer, and, without one, the days for which it has waited."""
    begun: Counter[str] = field(factory=Counter)
    children: Counter[str] = field(factory=Counter)
    still: Counter[str] = field(factory=Counter)
    unknown: Counter[str] = field(factory=Counter)

    def add(self, child: str, story: Story) -> None:
        """Take in one child."""
        for event in story.events:
            if self.first <= event.day <= self.last:
                self._one(event)
        for kind, rule in _ASKED.items():
            if kind in story.kinds:
                self.asked[kind] += self._answers(story, kind, rule)
        for what, (opens, closes) in _SPELLS.items():
            if opens in story.kinds:
                self._spell(story, what, opens, closes)

    def _one(self, event: Event) -> None:
        meeting = _MEETING_OF.get(event.kind)
        if meeting is not None:
            self.held[meeting] += 1
            agencies = event.facts.get("agencies")
            if isinstance(agencies, frozenset):
                self.recorded[meeting] += 1
                self.present[meeting].update({agency if agency in AGENCIES else ANOTHER for agency in agencies})
        elif event.kind == "conference-report-shared":
            self.reports[_agency(event)] += 1
        elif event.kind == "feedback-received":
            who = event.facts.get("from")
            self.feedback[who if who in _FROM else NOT_RECORDED if who is None else ANOTHER] += 1

    def _answers(self, story: Story, kind: str, rule: str) -> Iterator[tuple[str, int | None, int | None]]:
        law = _BOOK[rule]
        assert isinstance(law, Within), "an answer to a question"
        for clock in clocks(story, law.start, law.end, law.discharge, law.pairing):
            day = clock.began.day
            if not self.first <= day <= self.last:
                continue
            if clock.end is not None:
                yield _agency(clock.began), (clock.end.day - day).days, None
            elif clock.maybe_end or story.covers.absent(law.end.kinds) or story.lost_of(law.end.kinds):
                yield _agency(clock.began), None, None
            else:
                yield _agency(clock.began), None, (self.last - day).days

    def _spell(self, story: Story, what: str, opens: str, closes: str) -> None:
        begun = [event for event in story.events if event.kind == opens and event.day <= self.last]
        of_period = sum(event.day >= self.first for event in begun)
        self.begun[what] += of_period
        self.children[what] += bool(of_period)
        # in the order in which they happened: who is found and is missing again on the same day is missing
        ways = [event.kind for event in story.events if event.kind in (opens, closes) and event.day <= self.last]
        if ways and ways[-1] == opens:
            # an end that could not be held, or read, may be there
            untold = bool(story.covers.absent(frozenset({closes})) or story.lost_of(frozenset({closes})))
            (self.unknown if untold else self.still)[what] += 1

    def attendance(self) -> Iterator[Attendance]:
        """Of each kind of meeting."""
        for meeting in MEETINGS:
            present = dict(sorted(self.present[meeting].items(), key=lambda entry: (-entry[1], entry[0])))
            yield Attendance(meeting, self.held[meeting], self.recorded[meeting], present)

    def replies(self, kind: str) -> Iterator[Replies]:
        """Of each agency."""
        by_agency: dict[str, list[tuple[int | None, int | None]]] = defaultdict(list)
        for agency, took, waits in self.asked[kind]:
            by_agency[agency].append((took, waits))
        for agency, some in sorted(by_agency.items()):
            times = [days for days, _ in some if days is not None]
            waiting = tuple(sorted((days for _, days in some if days is not None), reverse=True))
            unknown = len(some) - len(times) - len(waiting)
            yield Replies(agency, len(some), len(times), unknown, median(times) if times else None, waiting)

    def episodes(self) -> Iterator[Episodes]:
        """Of each kind that lasts."""
        for what in _SPELLS:
            yield Episodes(what, self.begun[what], self.children[what], self.still[what], self.unknown[what])


_MEETING_OF = {kind: meeting for meeting, kinds in MEETINGS.items() for kind in kinds}
_FROM = (*AGENCIES, "child", "parents")


def _agency(event: Event) -> str:
    agency = event.facts.get("agency")
    return agency if agency in AGENCIES else NOT_RECORDED if agency is None else ANOTHER


def _missing(findings: pl.DataFrame) -> Iterator[Missing]:
    """What is missing, by how many findings hang on it."""
    found = (
        findings.lazy()
        .filter(pl.col("status").cast(pl.String) == Status.CANNOT_TELL.value)
        .select(pl.col("child").cast(pl.String), pl.col("rule").cast(pl.String), "missing")
        .explode("missing")
        .drop_nulls("missing")
        .group_by(pl.col("missing").cast(pl.String))
        .agg(pl.len(), pl.col("child").n_unique(), pl.col("rule").unique().sort())
        .sort("len", "missing", descending=[True, False])
        .collect()
    )
    for what, n, children, rules in found.iter_rows():
        yield Missing(what, n, children, tuple(rules))


def read_training(path: str | PathLike[str]) -> tuple[Trained, ...]:
    """Attendance at training from a CSV file with the columns `agency`, `invited` and `attended`.

    Raises `UnreadableInput`, which names the line.
    """
    name = fspath(path)
    expected = f"CSV with the columns {', '.join(_TRAINING)}"
    try:
        with open(name, encoding="utf-8-sig", newline="") as file:
            reader = DictReader(file)
            if absent := [column for column in _TRAINING if column not in (reader.fieldnames or ())]:
                raise UnreadableInput(name, "line 1", f"there is no column {listed(absent)}", expected)
            # the line on which a row ends: there may be empty ones between
            return tuple(_trained(row, name, reader.line_num) for row in reader)
    except OSError as error:
        raise UnreadableInput(name, "", error.strerror or str(error), expected) from None
    except UnicodeDecodeError:
        raise UnreadableInput(name, "", "it is no text in UTF-8", expected) from None
    except CsvError:
        raise UnreadableInput(name, "", "it is no CSV", expected) from None


def _trained(row: Mapping[str, Any], name: str, line: int) -> Trained:
    place = f"line {line}"
    if any(row.get(column) is None for column in _TRAINING):
        raise UnreadableInput(name, place, "a field is missing", f"the fields {', '.join(_TRAINING)}")
    agency = row["agency"].strip()
    if agency not in AGENCIES:
        raise UnreadableInput(name, place, "its agency is none of ours", " or ".join(AGENCIES))
    numbers = []
    for column in _TRAINING[1:]:
        if not row[column].strip().isdecimal():
            raise UnreadableInput(name, place, f"{column} is no number", "whole numbers, 0 or more")
        numbers.append(int(row[column]))
    invited, attended = numbers
    if attended > invited:
        raise UnreadableInput(
            name, place, "more attended than were invited", "of those who were invited, how many came"
        )
    return Trained(agency, invited, attended)
