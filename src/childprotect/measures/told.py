"""What is told of an authority as at a day: its events in columns, and the findings of a check of them, to be measured.

Measures read these columns and nothing else. What several of them need (the plans, the conferences, who had a case) is
worked out once, when it is first asked for.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from os import PathLike
from typing import Any

import polars as pl
from attrs import field, frozen

from childprotect.calendars import refuse_other_than_days
from childprotect.chronology import Chronology
from childprotect.compliance import told_only_of
from childprotect.errors import UnreadableInput
from childprotect.events import value_in_words
from childprotect.findings import Elapsed
from childprotect.records import read
from childprotect.rulebook import Rulebook
from childprotect.tables import check
from childprotect.tables.scanning import events_of
from childprotect.versions import NotAssessed
from childprotect.vocabulary import STANDARD

FLAGS = ("child-seen", "seen-alone", "qualified", "no-further-action", "conference-required", "announced")
"""The facts that are true or false, of those that measures read."""
DAYS = ("incident-date",)
"""Those that are days."""
TEXTS = ("outcome", "type", "reason", "categories", "decision", "worker", "team", "agency", "chair", "with")
"""The others."""
_CORE = ("child", "event", "at")
_BEYOND = ("ref", "withdrawn", "coverage")
"""Columns by which one entry replaces another, or a row says what the source could hold of a child."""
_UNUSED = (*_CORE, "day", "recorded", *_BEYOND)
_EXPECTED = "an event table: child, event, at, and columns of facts"
_PLACES = {kind.name: place for place, kind in enumerate(STANDARD.kinds)}
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")
_ZONE = "Europe/London"


@frozen(eq=False)
class Told:
    """The records of an authority, as at a day, as measures read them. `Told.of` makes it.

    `events` has a row for every event up to `as_at`, by child, day, and the order of the process within a day: `child`
    (text), `event` (text), `day`, and a column for each of `FLAGS` (true, false, or null where it is not recorded),
    `DAYS` and `TEXTS`; then every other column of the table that was given, as text, by which a measure may be parted.

    `findings` are those of a check of the same events, with the columns of `childprotect.tables.Findings`; None where
    nothing was checked, and then what counts findings cannot be measured.

    `since` is the first day of which the records tell everything, None where they tell all there ever was. What looks
    back (again within 12 months; a plan before) cannot be told of what may lie before that day.

    `kinds` are the kinds of event that the source could hold; None for all of them. Of a case that turns on an event
    which the source could not hold, nobody can tell: it did not happen *in the source*.

    `lost` are the children of whom something could not be read: it may be what a case turns on, and so nobody can tell
    whether a case of theirs was kept, or how long it took. It is counted nevertheless.

    `duties` has a row for every duty without a number that arose by a rule of the rulebook: `child`, `rule`, `started`,
    `done` (null while it is not), `days` (calendar days to `until`), `until` (the day on which it was done or fell
    away, else `as_at`), `fell_away` (how, else ""), and `unclear` (why nobody can tell what became of it, else "").
    None where the children were not read one by one with a rulebook: columns do not tell it.
    """

    events: pl.DataFrame
    findings: pl.DataFrame | None
    as_at: date
    since: date | None = None
    kinds: frozenset[str] | None = None
    lost: frozenset[str] = frozenset()
    duties: pl.DataFrame | None = None
    _made: dict[str, pl.DataFrame] = field(factory=dict, init=False, repr=False)

    @classmethod
    def of(
        cls,
        events: Any,
        *,
        as_at: date,
        rulebook: Rulebook | None = None,
        findings: Any = None,
        since: date | None = None,
        kinds: Collection[str] | None = None,
    ) -> "Told":
        """What is told as at a day by an event table: a Polars frame, or anything that Polars takes (Arrow, pandas).

        It has `child`, `event`, `at` (days or moments), and a column for each fact. Of a path, of a table whose days
        are text, and of one with `ref`, `withdrawn` or `coverage`, the children are read one by one, as `records.read`
        does. With a `rulebook` the events are checked; else `findings` may be given: a frame, or what
        `tables.check` returns. Raises `UnreadableInput` for what is no such table, or no day.
        """
        refuse_other_than_days(as_at, since)
        frame = None if isinstance(events, str | PathLike) else _table(events)
        if frame is None or _is_read_one_by_one(frame):
            source = read(events if frame is None else frame)
            return cls.of_chronologies(
                source, as_at=as_at, rulebook=rulebook, findings=findings, since=since, kinds=kinds
            )
        if rulebook is not None:
            findings = check(frame, rulebook, as_at=as_at)
        held = None if kinds is None else frozenset(kinds)
        return cls(columns(frame, as_at), _collected(findings), as_at, since, held, _lost(frame))

    @classmethod
    def of_chronologies(
        cls,
        chronologies: Iterable[Chronology],
        *,
        as_at: date,
        rulebook: Rulebook | None = None,
        findings: Any = None,
        since: date | None = None,
        kinds: Collection[str] | None = None,
    ) -> "Told":
        """The same of children who were read one by one, such as those of `records.read`.

        Without `since` and `kinds`, these are what their sources can hold: the latest such day, and the kinds that all
        of them hold. With a `rulebook` its duties without a number are told too, and nothing is checked again where
        `findings` are given.
        """
        refuse_other_than_days(as_at, since)
        children = list(chronologies)
        if rulebook is not None and findings is None:
            findings = check(events_of("these records", iter(children)), rulebook, as_at=as_at)
        if since is None:
            since = max((c.covers.since for c in children if c.covers.since is not None), default=None)
        held = [c.covers.kinds for c in children if c.covers.kinds is not None]
        kinds = frozenset.intersection(*held) if kinds is None and held else kinds
        rows = pl.DataFrame(_rows(children, as_at), schema=_SCHEMA, orient="row", infer_schema_length=None)
        held_by_all = None if kinds is None else frozenset(kinds)
        lost = frozenset(child.child for child in children if child.lost)
        duties = None if rulebook is None else _duties(children, rulebook, as_at)
        return cls(columns(rows, as_at), _collected(findings), as_at, since, held_by_all, lost, duties)

    def made(self, name: str, make: Callable[["Told"], pl.DataFrame]) -> pl.DataFrame:
        """The frame of that name, which `make` works out when it is first asked for."""
        if name not in self._made:
            self._made[name] = make(self)
        return self._made[name]

    def of_kinds(self, *kinds: str) -> pl.DataFrame:
        """The events of these kinds, in their order."""
        return self.made(f"events {kinds}", lambda told: told.events.filter(pl.col("event").is_in(kinds)))

    def lacks(self, kinds: Collection[str]) -> tuple[str, ...]:
        """Which of these kinds of event the source cannot hold, or of which not one is on record."""
        if not kinds:
            return ()
        there = set(self.made("kinds", lambda told: told.events.select("event").unique())["event"])
        return tuple(
            sorted(kind for kind in kinds if kind not in there or not (self.kinds is None or kind in self.kinds))
        )

    def covers_the_year_before(self) -> pl.Expr:
        """Whether the records tell all of the twelve months before the column `day`."""
        return pl.lit(True) if self.since is None else pl.col("day") >= pl.lit(self.since).dt.offset_by("1y")


_SCHEMA = {
    **dict.fromkeys(("child", "event"), pl.String),
    "at": pl.Date,
    **dict.fromkeys(FLAGS, pl.Boolean),
    **dict.fromkeys(DAYS, pl.Date),
    **dict.fromkeys(TEXTS, pl.String),
}
_DUTIES = {
    **dict.fromkeys(("child", "rule"), pl.String),
    **dict.fromkeys(("started", "done", "until"), pl.Date),
    "days": pl.Int32,
    **dict.fromkeys(("fell_away", "unclear"), pl.String),
}


def _table(events: Any) -> pl.DataFrame:
    try:
        events = events.collect() if isinstance(events, pl.LazyFrame) else events
        return events if isinstance(events, pl.DataFrame) else pl.DataFrame(events)
    except (TypeError, ValueError, pl.exceptions.PolarsError):
        raise UnreadableInput("events", "", f"a {type(events).__name__} is no table", _EXPECTED) from None


def _is_read_one_by_one(frame: pl.DataFrame) -> bool:
    """Whether columns alone do not say what stands; refuses what is no event table."""
    if missing := [name for name in _CORE if name not in frame.columns]:
        raise UnreadableInput("events", "", f"there is no column {missing[0]!r}", _EXPECTED)
    beyond = any(name in frame.columns and frame[name].null_count() < len(frame) for name in _BEYOND)
    return bool(len(frame)) and (beyond or not isinstance(frame.schema["at"], pl.Date | pl.Datetime))


def _rows(children: Iterable[Chronology], as_at: date) -> Iterator[tuple[Any, ...]]:
    for child in children:
        for event in child.as_known(as_at):
            facts = event.facts
            flags = (value if isinstance(value := facts.get(name), bool) else None for name in FLAGS)
            days = (value if isinstance(value := facts.get(name), date) else None for name in DAYS)
            texts = (None if (value := facts.get(name)) is None else value_in_words(value) for name in TEXTS)
            yield child.child, event.kind, event.day, *flags, *days, *texts


def _duties(children: Iterable[Chronology], rulebook: Rulebook, as_at: date) -> pl.DataFrame:
    rows = (
        (child.child, rule.id, began.day, *_became(told))
        for child in children
        for rule, began, told in told_only_of(child, rulebook, as_at=as_at)
    )
    return pl.DataFrame(rows, schema=_DUTIES, orient="row", infer_schema_length=None)


def _became(told: Elapsed | NotAssessed) -> tuple[Any, ...]:
    """What became of a duty, in the last columns of `duties`."""
    if isinstance(told, NotAssessed):
        return None, None, None, "", told.because
    done = None if told.answer is None or told.fell_away else told.answer.day
    return done, told.until, told.days, told.fell_away, ""


def columns(frame: pl.DataFrame, as_at: date, kinds: Collection[str] | None = None) -> pl.DataFrame:
    """The columns that measures read, up to a day, by child and day and in the order of the process.

    With `kinds`, events of these only, and no columns but those of measures.
    """
    others = [name for name in frame.columns if name not in (*_UNUSED, *FLAGS, *DAYS, *TEXTS)] if kinds is None else []
    event, day = pl.col("event").cast(pl.String), _day(frame.schema["at"])
    place = pl.col("event").replace_strict(_PLACES, default=len(_PLACES), return_dtype=pl.Int32)
    return (
        frame.lazy()
        .filter((day <= as_at) & (pl.lit(True) if kinds is None else event.is_in(kinds)))
        .select(
            pl.col("child").cast(pl.String),
            event,
            day.alias("day"),
            *(_flag(name, frame.schema.get(name)) for name in FLAGS),
            *(_fact_day(name, frame.schema.get(name)) for name in DAYS),
            *(_text(name, frame.schema.get(name)) for name in (*TEXTS, *others)),
        )
        .sort(pl.col("child"), pl.col("day"), place, maintain_order=True)
        .collect()
    )


def _lost(frame: pl.DataFrame) -> frozenset[str]:
    """The children with a row that does not say what happened, or when."""
    odd = frame.filter(pl.col("at").is_null() | pl.col("event").is_null()).select(pl.col("child").cast(pl.String))
    return frozenset(odd["child"].drop_nulls())


def _day(kind: Any) -> pl.Expr:
    """The day, which of a moment is that in England."""
    at = pl.col("at")
    if isinstance(kind, pl.Datetime):
        return (at if kind.time_zone is None else at.dt.convert_time_zone(_ZONE)).dt.date()
    return at.cast(pl.Date)


def _flag(name: str, kind: Any) -> pl.Expr:
    if kind is None:
        return pl.lit(None, pl.Boolean).alias(name)
    if kind == pl.Boolean:
        return pl.col(name)
    text = pl.col(name).cast(pl.String).str.strip_chars().str.to_lowercase()
    return pl.when(text.is_in(_YES)).then(True).when(text.is_in(_NO)).then(False).alias(name)


def _fact_day(name: str, kind: Any) -> pl.Expr:
    if isinstance(kind, pl.Date | pl.Datetime):
        return pl.col(name).cast(pl.Date)
    if kind is None:
        return pl.lit(None, pl.Date).alias(name)
    return pl.col(name).cast(pl.String).str.to_date("%Y-%m-%d", strict=False)


def _text(name: str, kind: Any) -> pl.Expr:
    if kind is None:
        return pl.lit(None, pl.String).alias(name)
    if isinstance(kind, pl.List):
        return pl.col(name).cast(pl.List(pl.String)).list.sort().list.join(";").alias(name)
    # an empty cell is unknown
    text = pl.col(name).cast(pl.String)
    return pl.when(text != "").then(text).alias(name)


def _collected(findings: Any) -> pl.DataFrame | None:
    if findings is None:
        return None
    frame = findings.collect() if hasattr(findings, "collect") else findings
    return frame if isinstance(frame, pl.DataFrame) else pl.DataFrame(frame)
