"""Every exception the library raises, and nothing else.

Non-compliance is never an exception: it is a finding. These are for misuse and for input that cannot be read.
Each error says what happened, where, what was expected, and carries the parts as fields.
"""

from collections.abc import Iterable


class ChildProtectError(Exception):
    """The root of all errors raised by childprotect."""


class OutOfRange(ChildProtectError, ValueError):
    """A date lies outside the days that a calendar has been declared for."""


class NeedsTime(ChildProtectError, ValueError):
    """A limit in hours was asked for from a date that has no time of day."""


class DefinitionError(ChildProtectError, ValueError):
    """A chart, a rule or a rulebook was declared wrongly. Lists every problem at once.

    >>> print(DefinitionError("chart 'plan'", ["no move leads to 'closed'"]))
    chart 'plan' is declared wrongly: no move leads to 'closed'
    """

    def __init__(self, what: str, problems: Iterable[str]) -> None:
        self.what = what
        self.problems = tuple(problems)
        super().__init__(f"{what} is declared wrongly: {'; '.join(self.problems)}")


class ProfileError(DefinitionError):
    """A local profile, or a mapping of columns, that cannot be applied: every problem at once, each with its place."""

    def __init__(self, path: str, problems: Iterable[str], what: str = "profile") -> None:
        super().__init__(f"{what} {path}", problems)


class UnknownName(ChildProtectError, LookupError):
    """A name that nothing here bears: an event, a fact's value, a rule, a strand. Says which was probably meant."""

    def __init__(self, what: str, name: str, probably: str | None = None, expected: str | None = None) -> None:
        self.what = what
        self.name = name
        self.probably = probably
        hint = f"; perhaps {probably!r} was meant" if probably else ""
        if expected and not probably:
            hint = f"; expected {expected}"
        super().__init__(f"unknown {what} {name!r}{hint}")


class NotExpressible(ChildProtectError, ValueError):
    """A rule that cannot be said in SQL without saying what is wrong. Fields: `rule` (its id), `reasons`."""

    def __init__(self, rule: str, reasons: Iterable[str]) -> None:
        self.rule = rule
        self.reasons = tuple(reasons)
        super().__init__(f"rule {rule!r} cannot be said in SQL: {'; '.join(self.reasons)}")


class NotPermitted(ChildProtectError, ValueError):
    """An event that the charts do not allow next.

    Fields: `strand`, `state` (where the strand stands), `event` (what was asked), `permitted` (the events that the
    strand does allow from there), `citations` (what requires that order, may be empty).
    """

    def __init__(
        self, strand: str, state: str, event: str, permitted: Iterable[str], citations: Iterable[object] = ()
    ) -> None:
        self.strand = strand
        self.state = state
        self.event = event
        self.permitted = tuple(permitted)
        self.citations = tuple(citations)
        allowed = ", ".join(self.permitted) or "nothing"
        super().__init__(f"{event!r} cannot follow while the {strand} is {state!r}; permitted there: {allowed}")


class UnreadableInput(ChildProtectError, ValueError):
    """A file that cannot be read at all. One line: file, place, what was wrong, what was expected."""

    def __init__(self, path: str, place: str, problem: str, expected: str) -> None:
        self.path = path
        self.place = place
        self.problem = problem
        self.expected = expected
        where = f"{path}: {place}" if place else path
        super().__init__(f"{where}: {problem}; expected {expected}")


class UnwritableOutput(ChildProtectError, ValueError):
    """A file that cannot, or must not, be written: which, why, what was expected. What was there before is whole."""

    def __init__(self, path: str, problem: str, expected: str) -> None:
        self.path = path
        self.problem = problem
        self.expected = expected
        super().__init__(f"{path}: {problem}; expected {expected}")


class NotDrawable(ChildProtectError, ValueError):
    """What a picture cannot be drawn from: which argument, what was wrong, what was expected. Fields of these names."""

    def __init__(self, what: str, problem: str, expected: str) -> None:
        self.what = what
        self.problem = problem
        self.expected = expected
        super().__init__(f"{what}: {problem}; expected {expected}")
