"""Rulebooks and local profiles: parts of the law of England, with figures that are somebody else's."""

from datetime import date, timedelta
from typing import Any

from attrs import evolve
from hypothesis import strategies as st

from childprotect.authority import Force
from childprotect.figures import requirement_to_data
from childprotect.localising import Places, localised
from childprotect.periods import Period, Unit
from childprotect.profiles import Closure, LocalCalendar, LocalRule, Profile
from childprotect.requirements import with_periods
from childprotect.rulebook import Rulebook
from childprotect.rules import AtMost, Attended, Every, Rule
from childprotect.testing.times import dates, drawn, periods
from childprotect.versions import Version
from childprotect.vocabulary import AGENCIES

_DAYS = (Unit.WORKING_DAYS, Unit.DAYS, Unit.WEEKS, Unit.MONTHS)


def rulebooks(base: Rulebook | None = None) -> st.SearchStrategy[Rulebook]:
    """Some of the rules of a book, some of their periods longer or shorter. The book of England unless one is given.

    Shrinks to one rule as it is.
    """
    book = _england(base)
    return drawn("rulebooks", lambda draw: _rulebook(draw, book))


def _rulebook(draw: st.DrawFn, book: Rulebook) -> Rulebook:
    ids = [rule.id for rule in book.applied]
    chosen = draw(st.lists(st.sampled_from(ids), min_size=1, max_size=8, unique=True))
    rules = tuple(
        evolve(book[name], versions=tuple(_changed(draw, version) for version in book[name].versions))
        for name in chosen
    )
    return evolve(book, name="generated", rules=rules, on_request=())


def _england(base: Rulebook | None) -> Rulebook:
    if base is not None:
        return base
    from childprotect.rulebooks import england  # slow to import, and not everybody's law

    return england.rulebook


def _changed(draw: st.DrawFn, version: Version) -> Version:
    if not draw(st.booleans()):
        return version

    def other(period: Period) -> Period:
        return evolve(period, n=draw(st.integers(1, 2 * period.n)))

    return evolve(version, requires=with_periods(version.requires, other))


def profiles(rulebook: Rulebook | None = None) -> st.SearchStrategy[Profile]:
    """Local profiles that can be laid over the rulebook: figures, dates, closure days. England's unless one is given.

    Acts and regulations are left as they are. Shrinks to a profile that sets one figure.
    """
    book = _england(rulebook)
    return drawn("profiles", lambda draw: _profile(draw, book))


def _profile(draw: st.DrawFn, book: Rulebook) -> Profile:
    local = [
        rule for rule in (*book.rules, *book.on_request) if not any(v.force is Force.STATUTE for v in rule.versions)
    ]
    known = {rule.id: rule for rule in local}
    chosen = draw(st.lists(st.sampled_from(list(known)), min_size=1, max_size=4, unique=True))
    rules = []
    for rule in map(known.__getitem__, chosen):
        first = draw(dates(first=date(2007, 1, 1), last=date(2025, 12, 31)))
        lasts = draw(st.none() | st.integers(0, 1500))
        until = None if lasts is None else first + timedelta(days=lasts)
        entry = LocalRule(id=rule.id, from_=first, until=until, requires=_figure(draw, rule))
        if not _problems(book, (entry,)):
            rules.append(entry)
    closures = draw(st.lists(dates(), max_size=4, unique=True))
    days = tuple(Closure(day=day, name="closed") for day in closures)
    calendar = LocalCalendar(closures=days, guidance=draw(st.booleans())) if days else None
    return Profile(id="ANYTOWN", authority="Anytown", calendar=calendar, rules=tuple(rules))


def _problems(book: Rulebook, rules: tuple[LocalRule, ...]) -> list[str]:
    return localised(book, Profile(id="ANYTOWN", authority="Anytown", rules=rules), Places(""))[1]


def _figure(draw: st.DrawFn, rule: Rule) -> Any:
    """A figure of the kind that the rule takes, in the form of a profile."""
    if rule.versions and rule.versions[-1].requires is not None:
        return requirement_to_data(_changed(draw, rule.versions[-1]).requires, {})
    if isinstance(rule, Attended):
        return {"agencies": draw(st.lists(st.sampled_from(AGENCIES), min_size=1, max_size=4, unique=True))}
    period = str(draw(periods(units=_DAYS)))
    if isinstance(rule, Every):
        return {"every": period}
    return {"at-most": period} if isinstance(rule, AtMost) else period
