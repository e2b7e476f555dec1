"""A local version laid over the national ones of a rule: what it replaces on its days, and what it loosens.

Tightening is free. Loosening guidance is a departure, and every finding under it says so. Loosening statute is refused.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from attrs import evolve, frozen

from childprotect.authority import Force
from childprotect.periods import MonthEnd, Period, Roll
from childprotect.requirements import Requirement, in_words, is_looser, periods_of, with_periods
from childprotect.rules import Before, Rule
from childprotect.versions import Absence, Version

_DAY = timedelta(days=1)
_Days = tuple[date, date | None, Version | None]
"""Some days, and the national version that was in force on them."""


@frozen
class Loosened(Exception):
    """A local figure would permit what an Act or regulations do not."""

    because: str

    def __str__(self) -> str:
        return self.because


def with_local(rule: Rule, local: Version, law: Rule | None = None) -> Rule:
    """The rule with a local version in place of the others on its days.

    `law` is the rule as it was before this profile, if that has changed it already: what is loosened is found by
    comparing with that. Raises `Loosened` where statute would be loosened.
    """
    assert local.in_force is not None, "a local version has a first day"
    pieces = [
        _piece(rule, local, start, end, national)
        for start, end, national in _days_by_version(law or rule, local.in_force, local.until)
    ]
    kept = [piece for version in rule.versions for piece in _outside(version, local.in_force, local.until)]
    absent = [piece for absence in rule.absent for piece in _gap_outside(absence, local.in_force, local.until)]
    return evolve(rule, versions=_ordered([*kept, *_joined(pieces)]), absent=tuple(absent))


def set_aside(rule: Rule, since: date, until: date | None, because: str) -> Rule:
    """The rule without its versions on those days, and with the reason. Raises `Loosened` for statute."""
    for _, _, national in _days_by_version(rule, since, until):
        if national is not None and national.force is Force.STATUTE:
            raise Loosened(f"{national.edition} is statute and cannot be set aside")
    kept = [piece for version in rule.versions for piece in _outside(version, since, until)]
    absent = [piece for absence in rule.absent for piece in _gap_outside(absence, since, until)]
    return evolve(rule, versions=_ordered(kept), absent=(*absent, Absence(since, until, because)))


def counted_otherwise(rule: Rule, count: Callable[[Period], Period], because: str) -> Rule:
    """The rule with the periods of its guidance counted in a way that makes them longer: a departure.

    A lead time that is longer is none. An Act or regulations, and what stands in for them, are counted as before.
    """
    return evolve(rule, versions=tuple(_recounted(rule, version, count, because) for version in rule.versions))


def _recounted(rule: Rule, version: Version, count: Callable[[Period], Period], because: str) -> Version:
    nationals = _nationals(version)
    requires = with_periods(version.requires, count)
    if requires == version.requires or any(national.force is Force.STATUTE for national in nationals):
        return version
    departure = "; ".join(filter(None, (version.departure, "" if isinstance(rule, Before) else because)))
    return evolve(version, requires=requires, departure=departure, replaces=nationals)


def _piece(rule: Rule, local: Version, start: date, end: date | None, national: Version | None) -> Version:
    """The local version on days on which one national version was in force, or none."""
    if national is None:
        return evolve(local, in_force=start, until=end)
    piece = evolve(local, in_force=start, until=end, replaces=(national,))
    if is_looser(local.requires, national.requires, lead=isinstance(rule, Before)):
        said = f"{_said(local.requires)}, where {national.edition} requires {_said(national.requires)}"
        if national.force is Force.STATUTE:
            raise Loosened(f"{said}: an Act or regulations cannot be loosened")
        return evolve(piece, departure=said)
    if national.force is Force.STATUTE:
        # a finding under it is of local force, and must not hide what the law is
        figure = f", which requires {_said(national.requires)}" if national.requires is not None else ""
        stands_in = f"it stands in for {national.edition}, an Act or regulations{figure}"
        return evolve(piece, note="; ".join(filter(None, (local.note, stands_in))))
    return piece


def _nationals(version: Version) -> tuple[Version, ...]:
    """The national versions behind one: itself, or what it stands in for."""
    return version.replaces if version.replaces or version.force is Force.LOCAL else (version,)


def _said(requires: Requirement) -> str:
    ways = dict.fromkeys(way for _, period in periods_of(requires) for way in _ways(period))
    return f"{requires} ({'; '.join(ways)})" if ways else in_words(requires)


def _ways(period: Period) -> Iterator[str]:
    """In words, how a period is counted that does not say so itself."""
    if period.calendar is not None:
        yield f"by the calendar of {period.calendar.name}"
    if period.roll is not Roll.NONE:
        yield f"a last day that is no working day {period.roll.value}"
    if period.month_end is not MonthEnd.CLAMP:
        yield f"in a month that is too short, {period.month_end.value}"


def _days_by_version(rule: Rule, since: date, until: date | None) -> Iterator[_Days]:
    """The days from `since` to `until`, split by the national version that was in force on them."""
    last = until or date.max
    day = since
    for start, end, national in _law(rule):
        if start > last or (end or date.max) < day:
            continue
        if start > day:
            yield day, start - _DAY, None
            day = start
        end = min(end or date.max, last)
        yield day, None if end == date.max else end, national
        if end == date.max:
            return
        day = end + _DAY
    if day <= last:
        yield day, until, None


def _law(rule: Rule) -> Iterator[tuple[date, date | None, Version]]:
    """The national versions behind those of a rule, each with the days on which it was in force or is stood in for."""
    for version in rule.versions:
        for national in _nationals(version):
            if version.in_force is not None and national.in_force is not None:
                first = max(version.in_force, national.in_force)
                last = min(version.until or date.max, national.until or date.max)
                if first <= last:
                    yield first, None if last == date.max else last, national


def _joined(pieces: list[Version]) -> list[Version]:
    """Neighbours that say the same, as one that stands in for all that they stand in for."""
    joined: list[Version] = []
    for piece in pieces:
        if joined and (joined[-1].departure, joined[-1].note) == (piece.departure, piece.note):
            behind = (*joined[-1].replaces, *(v for v in piece.replaces if v not in joined[-1].replaces))
            joined[-1] = evolve(joined[-1], until=piece.until, replaces=behind)
        else:
            joined.append(piece)
    return joined


def _overlap(version: Version, since: date, until: date | None) -> bool:
    if version.in_force is None:
        return False
    return version.in_force <= (until or date.max) and since <= (version.until or date.max)


def _outside(version: Version, since: date, until: date | None) -> Iterator[Version]:
    """What is left of a version before and after the days."""
    if not _overlap(version, since, until) or version.in_force is None:
        yield version
        return
    if version.in_force < since:
        yield evolve(version, until=since - _DAY)
    if until is not None and until < (version.until or date.max):
        yield evolve(version, in_force=until + _DAY)


def _gap_outside(absence: Absence, since: date, until: date | None) -> Iterator[Absence]:
    if (until is not None and until < absence.since) or since > (absence.until or date.max):
        yield absence
        return
    if absence.since < since:
        yield evolve(absence, until=since - _DAY)
    if until is not None and until < (absence.until or date.max):
        yield evolve(absence, since=until + _DAY)


def _ordered(versions: list[Version]) -> tuple[Version, ...]:
    return tuple(sorted(versions, key=lambda version: version.in_force or date.max))
