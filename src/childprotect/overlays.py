"""A local version laid over the national ones of a rule: what it replaces on its days, and what it loosens.

Tightening is free. Loosening guidance is a departure, and every finding under it says so. Loosening statute is refused.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from attrs import evolve, frozen

from childprotect.authority import Force
from childprotect.requirements import Requirement, is_looser
from childprotect.rules import Rule
from childprotect.versions import Absence, Version

_DAY = timedelta(days=1)


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
        evolve(local, in_force=start, until=end, departure=_departure(local.requires, national), replaces=national)
        for start, end, national in _days_by_version(law or rule, local.in_force, local.until)
    ]
    kept = [piece for version in rule.versions for piece in _outside(version, local.in_force, local.until)]
    absent = [piece for absence in rule.absent for piece in _gap_outside(absence, local.in_force, local.until)]
    return evolve(rule, versions=_ordered([*kept, *_joined(pieces)]), absent=tuple(absent))


def set_aside(rule: Rule, since: date, until: date | None, because: str) -> Rule:
    """The rule without its versions on those days, and with the reason. Raises `Loosened` for statute."""
    for version in rule.versions:
        national = _national(version)
        if national is not None and national.force is Force.STATUTE and _overlap(version, since, until):
            raise Loosened(f"{national.edition} is statute and cannot be set aside")
    kept = [piece for version in rule.versions for piece in _outside(version, since, until)]
    absent = [piece for absence in rule.absent for piece in _gap_outside(absence, since, until)]
    return evolve(rule, versions=_ordered(kept), absent=(*absent, Absence(since, until, because)))


def _national(version: Version | None) -> Version | None:
    """The national version behind one: itself, or what a local one stands in for."""
    return version.replaces if version is not None and version.force is Force.LOCAL else version


def _departure(local: Requirement, national: Version | None) -> str:
    """In words, what of a national version the local figure loosens; nothing if it does not."""
    if national is None or national.requires is None or not is_looser(local, national.requires):
        return ""
    said = f"{_said(local)}, where {national.edition} requires {_said(national.requires)}"
    if national.force is Force.STATUTE:
        raise Loosened(f"{said}: an Act or regulations cannot be loosened")
    return said


def _said(requires: Requirement) -> str:
    if isinstance(requires, frozenset | tuple):
        return ", ".join(sorted(requires))
    return str(requires) if requires is not None else "nothing"


def _days_by_version(rule: Rule, since: date, until: date | None) -> Iterator[tuple[date, date | None, Version | None]]:
    """The days from `since` to `until`, split by the version of the rule that was in force on them."""
    last = until or date.max
    day = since
    for version in rule.versions:
        if version.in_force is None or version.in_force > last or (version.until or date.max) < day:
            continue
        if version.in_force > day:
            yield day, version.in_force - _DAY, None
            day = version.in_force
        end = min(version.until or date.max, last)
        yield day, None if end == date.max else end, _national(version)
        if end == date.max:
            return
        day = end + _DAY
    if day <= last:
        yield day, until, None


def _joined(pieces: list[Version]) -> list[Version]:
    """Neighbours that say the same, as one."""
    joined: list[Version] = []
    for piece in pieces:
        if joined and _alike(joined[-1], piece):
            joined[-1] = evolve(joined[-1], until=piece.until)
        else:
            joined.append(piece)
    return joined


def _alike(one: Version, other: Version) -> bool:
    """Whether two local pieces depart from the same: in no way, or from national versions that require the same."""
    return one.departure == other.departure and _statute(one) == _statute(other)


def _statute(version: Version) -> Version | None:
    """The Act or the regulation that a local version stands in for: a later profile must not loosen that either."""
    national = version.replaces
    return national if national is not None and national.force is Force.STATUTE else None


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
