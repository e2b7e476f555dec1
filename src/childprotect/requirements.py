"""What a version of a rule can require: a period, a cadence, a limit, a date on the record, agencies, facts, nothing.

Each is a value that prints itself. `is_looser` compares two of one rule, so that a local figure can be told from a
national one that it weakens.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from attrs import evolve, field, fields, frozen

from childprotect.calendars import Moment, bounds_of, day_of, in_england
from childprotect.errors import OutOfRange
from childprotect.events import Event
from childprotect.periods import Counting, Period, Unit


def _at_least(least: int) -> Any:
    def check(_: object, attribute: Any, value: int | None) -> None:
        if value is not None and value < least:
            raise ValueError(f"{attribute.name} is {least} or more, not {value}")

    return check


@frozen
class Cadence:
    """What a recurring duty requires: each next within `then` of the last.

    `first` is the wait for the first, from what opened the duty; `second` the wait after the first, where it differs.
    `later` replaces `then` once `after` has passed since the opening: every 6 weeks, every 12 weeks after a year.
    """

    then: Period
    first: Period | None = None
    second: Period | None = None
    later: Period | None = None
    after: Period | None = field(default=None)

    @after.validator
    def _with_later(self, _: object, after: Period | None) -> None:
        if (after is None) is not (self.later is None):
            raise ValueError("later says what replaces the wait, and after says when: one needs the other")

    def wait(self, n: int) -> Period:
        """The wait after the nth since the opening, before `after` has passed; 0 is the wait for the first."""
        return (self.first if n == 0 else self.second if n == 1 else None) or self.then

    @property
    def depends_on_opening(self) -> bool:
        """Whether it matters which event opened the duty."""
        return self.second is not None or self.later is not None

    def __str__(self) -> str:
        parts = [f"first within {self.first}"] if self.first else []
        parts += [f"again within {self.second}"] if self.second else []
        parts += [("then " if parts else "") + f"every {self.then} at most"]
        parts += [f"every {self.later} at most after {self.after}"] if self.later else []
        return ", ".join(parts)


@frozen
class Limit:
    """The longest that something may last: `period`, or `renewed` if it follows one like it.

    `extension` is what one extension adds at most, and `times` how many count; None is any number.
    """

    period: Period
    extension: Period | None = field(default=None)
    times: int | None = field(default=None, validator=_at_least(1))
    renewed: Period | None = None

    @extension.validator
    def _in_days(self, _: object, extension: Period | None) -> None:
        # what is extended ends with a day, and an extension begins with the next
        if extension is not None and extension.unit is Unit.HOURS:
            raise ValueError(f"an extension is counted in days, not {extension}")

    @times.validator
    def _of_extension(self, _: object, times: int | None) -> None:
        if times is not None and self.extension is None:
            raise ValueError("times says how many extensions count, and there is no extension")

    def __str__(self) -> str:
        text = f"at most {self.period}"
        if self.renewed:
            text += f", {self.renewed} when renewed"
        if self.extension:
            often = {None: "as often as needed", 1: "once"}.get(self.times, f"{self.times} times")
            text += f", extended {often} by {self.extension} at most"
        return text


@frozen
class By:
    """By a date that stands on the record: the fact of the start that holds it."""

    fact: str

    def __str__(self) -> str:
        return f"by the date recorded as {self.fact}"


@frozen
class Quorum:
    """Certain agencies, and at least so many others."""

    agencies: frozenset[str]
    others: int = field(validator=_at_least(0))

    def __str__(self) -> str:
        return f"{', '.join(sorted(self.agencies))} and at least {self.others} more"


Requirement = Period | Cadence | Limit | By | Quorum | frozenset[str] | tuple[str, ...] | None
"""A period, a cadence, a limit, a date on the record, a quorum, agencies, names of facts.

None where the order or the state is all that is required, and for a duty without a number.
"""


def in_words(requires: Requirement) -> str:
    """The requirement as a sentence has it: names in order, and nothing where there is none."""
    if isinstance(requires, frozenset | tuple):
        return ", ".join(sorted(requires))
    return "nothing" if requires is None else str(requires)


def periods_of(requires: Requirement) -> Iterator[tuple[str, Period]]:
    """The periods that a requirement is made of, each with the name of its part."""
    if isinstance(requires, Period):
        yield "", requires
    if isinstance(requires, Cadence | Limit):
        for attribute in fields(type(requires)):
            if isinstance(period := getattr(requires, attribute.name), Period):
                yield attribute.name, period


def with_periods(requires: Requirement, change: Callable[[Period], Period]) -> Requirement:
    """The same requirement with each of its periods changed."""
    changed: dict[str, Any] = {name: change(period) for name, period in periods_of(requires)}
    if isinstance(requires, Cadence | Limit):
        return evolve(requires, **changed)
    return changed.get("", requires)


_HOURS = Unit.HOURS  # a member of an enum takes longer to look up than the question takes to answer


@frozen
class Wait:
    """How long one clock runs: the period, or the date on the record, from when, and what lengthened it.

    `since` is the event that the clock counts from where that is not its trigger. `extensions` are how many times
    `extension` was added.
    """

    period: Period | By
    since: Event | None = None
    extensions: int = 0
    extension: Period | None = None

    def due(self, trigger: Event) -> Moment | None:
        """The last day, or the last moment, in time; None where the date that the record should hold is not there.

        A limit in hours from a day without a time gives the last day that can be in time. Raises what `Period.due`
        does.
        """
        start, period = self.since or trigger, self.period
        if isinstance(period, By):
            recorded = start.facts.get(period.fact)
            return recorded if isinstance(recorded, date) else None
        try:
            on = _in_hours(period, start) if period.unit is _HOURS else period.due(start.day)
            if self.extension is not None:
                for _ in range(self.extensions):
                    on = self.extension.due(day_of(on))
            return on
        except OverflowError:
            raise OutOfRange(f"{self} from {start.at} leaves the years that dates can have") from None

    @property
    def unit(self) -> str:
        """What lateness is counted in: `working-days` or `days`."""
        return self.period.lateness_unit if isinstance(self.period, Period) else "days"

    @property
    def in_hours(self) -> bool:
        """Whether the time of day matters. What was extended ends with a day."""
        return isinstance(self.period, Period) and self.period.unit is _HOURS and not self.extensions

    def elapsed(self, start: date, end: date) -> int:
        """How far `end` is past `start`, in `unit`."""
        return self.period.elapsed(start, end) if isinstance(self.period, Period) else (end - start).days

    def __str__(self) -> str:
        if isinstance(self.period, By):
            return "the date set for it"
        first = "" if self.period.counting is Counting.FROM_NEXT_DAY else ", counting the first day"
        length = f"{self.period.length}{first}"
        if self.extensions == 0:
            return length
        if self.extensions == 1:
            return f"{length}, extended by {self.extension}"
        often = "twice" if self.extensions == 2 else f"{self.extensions} times"
        return f"{length}, extended {often}, by {self.extension} each time"


def _in_hours(period: Period, start: Event) -> Moment:
    if isinstance(start.at, datetime):
        return in_england(start.at.astimezone(UTC) + timedelta(hours=period.n))
    return day_of(bounds_of(start.at)[1] + timedelta(hours=period.n))


def is_looser(local: Requirement, national: Requirement, *, lead: bool = False) -> bool:
    """Whether the first requirement can permit what the second does not. A `lead` time permits more if it is shorter.

    Two of different kinds cannot be compared, and count as looser.
    """
    match local, national:
        case _, None:
            return False
        case Period(), Period():
            return _shorter_lead(local, national) if lead else _later(local, national)
        case Cadence(), Cadence():
            return any(_later(ours, theirs) for ours, theirs in _waits(local, national))
        case Limit(), Limit():
            return any(_later(ours, theirs) for ours, theirs in _lengths(local, national)) or _oftener(local, national)
        case Quorum(), Quorum():
            return not local.agencies >= national.agencies or local.others < national.others
        case Quorum(), frozenset():
            return not local.agencies >= national
        case frozenset(), Quorum():
            return not local >= national.agencies or len(local - national.agencies) < national.others
        case frozenset(), frozenset():
            return not local >= national
        case tuple(), tuple():
            return not set(local) >= set(national)
    return local != national


def _waits(local: Cadence, national: Cadence) -> Iterator[tuple[Period, Period]]:
    """Each wait of the one with each of the other that can hold at the same time since the opening."""
    if national.first is not None:
        yield local.wait(0), national.first
    if local.later is not None and national.later is not None:
        yield local.later, national.later
    for n in (1, 2):
        yield local.wait(n), national.wait(n)
        if local.later is not None and _grows_sooner(local, national):
            yield local.later, national.wait(n)
        if national.later is not None and _grows_sooner(national, local):
            yield local.wait(n), national.later


def _grows_sooner(one: Cadence, other: Cadence) -> bool:
    """Whether the wait of the first can have changed already while that of the other has not."""
    return one.after is not None and (other.after is None or _later(other.after, one.after))


def _lengths(local: Limit, national: Limit) -> Iterator[tuple[Period, Period]]:
    yield local.period, national.period
    yield local.renewed or local.period, national.renewed or national.period
    if local.extension and national.extension:
        yield local.extension, national.extension


def _oftener(local: Limit, national: Limit) -> bool:
    if local.extension is None:
        return False
    if national.extension is None:
        return True
    return national.times is not None and (local.times is None or local.times > national.times)


@cache
def _sample() -> tuple[date, ...]:
    """Starts on which two periods are compared: every day of thirty years, with their holidays and ends of months."""
    return tuple(date(2006, 1, 1) + timedelta(days=n) for n in range(30 * 365))


def _later(local: Period, national: Period) -> bool:
    """Whether the first period ever ends later than the second."""
    if local.n <= national.n and evolve(local, n=1) == evolve(national, n=1):
        return False
    if local.unit is national.unit is Unit.HOURS:
        return local.n > national.n
    return any(_at_the_latest(local, start) > _at_the_soonest(national, start) for start in _sample())


def _shorter_lead(local: Period, national: Period) -> bool:
    """Whether the first period before an anchor ever ends later than the second."""
    if local.n >= national.n and evolve(local, n=1) == evolve(national, n=1):
        return False
    if local.unit is national.unit is Unit.HOURS:
        return local.n < national.n
    return any(_lead_at_the_latest(local, anchor) > _lead_at_the_soonest(national, anchor) for anchor in _sample())


def _lead_at_the_latest(period: Period, anchor: date) -> date:
    """The last day on which it can be in time; an anchor at the end of a day of 25 hours permits the most."""
    if period.unit is Unit.HOURS:
        return anchor - timedelta(days=-(-(period.n - 1) // 24) - 1)
    return period.before(anchor)


def _lead_at_the_soonest(period: Period, anchor: date) -> date:
    """The last day all of which is in time, whatever the time of the anchor; a day may have 23 hours."""
    if period.unit is Unit.HOURS:
        return anchor - timedelta(days=-(-(period.n + 1) // 24) + 1)
    return period.before(anchor)


def _at_the_latest(period: Period, start: date) -> date:
    """The last day that the period can permit; the night on which the clock goes forward may add one to hours."""
    if period.unit is Unit.HOURS:
        return start + timedelta(days=-(-(period.n + 1) // 24))
    return day_of(period.due(start))


def _at_the_soonest(period: Period, start: date) -> date:
    """The last day all of which the period permits, whatever the time of the start; a day may have 25 hours."""
    if period.unit is Unit.HOURS:
        return start + timedelta(days=(period.n - 1) // 24 - 1)
    return day_of(period.due(start))
