"""Cases to audit: all that were closed lately, a random or stratified sample, and the riskiest by stated criteria.

The first demand of September 2012 was to "audit all cases closed in the last three months and risk assess all current
cases within children's social care services" (Ofsted, Herefordshire, September 2012, paragraph 3).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from attrs import field, frozen

from childprotect.chronology import Chronology
from childprotect.conditions import Truth
from childprotect.desk.criteria import CRITERIA, PERSONAL, Criterion
from childprotect.desk.desk import Desk
from childprotect.desk.holders import BY, Holder
from childprotect.desk.looking import known, looked_at, may_lack, story_of
from childprotect.errors import UnknownName, UnreadableInput
from childprotect.periods import Period, months
from childprotect.rulebooks.england.matches import (
    CHILD_IN_NEED_PLAN,
    ENQUIRY,
    LOOKED_AFTER,
    OPEN_CASE,
    PLAN,
)
from childprotect.vocabulary import nearest
from childprotect.wording import counted, day_in_words, listed, sentence

LATELY = months(3)
STRATA = (*BY, "standing")
"""What a sample can be stratified by."""
NOBODY_CAN_TELL = "nobody can tell"


@frozen
class Selected:
    """Cases that are to be audited: which, why each, and of how many.

    `how` says in a sentence what was asked for, and `remarks` what is to be known of the choice.
    """

    how: str
    children: tuple[str, ...]
    why: Mapping[str, tuple[str, ...]] = field(repr=False)
    of: int
    remarks: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.children)

    def __iter__(self) -> Iterator[str]:
        return iter(self.children)

    @property
    def count(self) -> str:
        """`12 of 300 cases`."""
        return f"{len(self.children)} of {counted(self.of, 'cases')}"


def closed_within(desk: Desk, period: Period = LATELY) -> Selected:
    """Every case that was closed within a period before the day of the desk, both ends included.

    A case that may have been closed then is among them, and says so: its closure could not be read, or its source has
    no place for closures.
    """

    def why(chronology: Chronology) -> Iterator[str]:
        events = known(desk, chronology)
        closed = [event for event in events if event.kind == "case-closed" and event.day >= first]
        yield from (f"The case was closed on {day_in_words(event.at)}." for event in closed)
        if not closed and may_lack(story_of(chronology, events), {"case-closed"}, first):
            yield "Nobody can tell whether the case was closed: its closure may not be on record."

    first = period.before(desk.as_at)
    days = f"from {day_in_words(first)} to {day_in_words(desk.as_at)}"
    return _those(desk, f"All cases that were closed within {period.length}, {days}", why)


def current(desk: Desk) -> Selected:
    """Every case that is open on the day of the desk, or of which nobody can tell whether it is."""

    def why(chronology: Chronology) -> Iterator[str]:
        story = story_of(chronology, known(desk, chronology))
        open_ = OPEN_CASE.open_at(len(story.events), story)
        if open_ is None:
            yield "Nobody can tell whether the case is open."
        elif open_:
            yield "The case is open."

    return _those(desk, f"All cases that were open on {day_in_words(desk.as_at)}", why)


def _those(desk: Desk, how: str, why: Callable[[Chronology], Iterable[str]]) -> Selected:
    found: dict[str, tuple[str, ...]] = {}
    n = 0
    for n, chronology in enumerate(desk.chronologies(), 1):  # noqa: B007 (counted to the end)
        if reasons := tuple(why(chronology)):
            found[chronology.child] = (*found.get(chronology.child, ()), *reasons)
    children = tuple(sorted(found))
    return Selected(how, children, {child: found[child] for child in children}, n)


# --- samples


def sample(
    desk: Desk, n: int, seed: Any, by: str | None = None, *, among: Selected | Collection[str] | None = None
) -> Selected:
    """A random sample of n cases, of all on the desk or `among` some; the same seed gives the same, on every machine.

    `seed` is a whole number, or a `numpy.random.Generator`, of which one number is drawn. The order of the records does
    not matter. With `by` the sample is shared out among the strata in proportion to their sizes, with at least one of
    each where n permits: `worker`, `team` or `manager`, as the record names them, or `standing`, which is where the
    child stands. Where there are no more than n, all are selected, and `remarks` says so. Raises `UnknownName`, and
    `UnreadableInput` for a number that is below 1.
    """
    if n < 1:
        raise UnreadableInput("a sample", "", f"{n} cases are none", "1 or more")
    if by is not None and by not in STRATA:
        raise UnknownName("stratum", by, nearest(by, STRATA), listed(STRATA, "or"))
    number = int(seed if isinstance(seed, int) else seed.integers(2**63))
    of_child = _strata(desk, by, None if among is None else frozenset(among))
    drawn = sorted(of_child, key=lambda child: (_lot(number, child), child))
    strata: dict[str, list[str]] = {}
    for child in drawn:
        strata.setdefault(of_child[child], []).append(child)
    seats = shared_out(n, {name: len(some) for name, some in strata.items()})
    chosen = {child: name for name, some in strata.items() for child in some[: seats[name]]}
    within = f" {among.how[:1].lower()}{among.how[1:]}" if isinstance(among, Selected) else ""
    how = f"{counted(n, 'cases')} drawn at random{f' by {by}' if by else ''}, with seed {number}"
    how = f"{how}, of{within}" if within else how
    remarks = list(_short(n, len(drawn)))
    if 0 in seats.values():
        none = counted(sum(not seat for seat in seats.values()), "of them have no case", "of them has no case")
        remarks.append(f"There are {len(seats)} strata, the largest first: {none} in the sample.")
    children = tuple(sorted(chosen))
    before = among.why if isinstance(among, Selected) else {}
    why = {}
    for child in children:
        seat, size = seats[chosen[child]], len(strata[chosen[child]])
        drawn_from = f"{seat} of {counted(size, 'cases')}{_IN_STRATUM[by]}"
        why[child] = (f"Drawn at random: {drawn_from}.", *before.get(child, ()))
    return Selected(how, children, why, len(drawn), tuple(remarks))


_IN_STRATUM = {
    None: "",
    "worker": " of its worker",
    "team": " of its team",
    "manager": " of its manager",
    "standing": " that stand where it does",
}


def _short(asked: int, there: int) -> Iterator[str]:
    if asked > there:
        yield f"Of {counted(asked, 'cases')} asked for there are {there}: all of them are here."


def _lot(seed: int, child: str) -> bytes:
    """A number that only the seed and the identifier decide: who has the lowest is drawn first."""
    return blake2b(child.encode("utf-8", "surrogatepass"), key=str(seed).encode()[:64], digest_size=16).digest()


def shared_out(n: int, sizes: Mapping[str, int]) -> dict[str, int]:
    """How many of n go to each stratum: in proportion to its size, and at least one where n permits.

    Each further one goes where it is owed most, by the method of Sainte-Laguë, and of equals to the first by name.

    >>> shared_out(6, {"North": 90, "South": 9, "West": 1})
    {'North': 4, 'South': 1, 'West': 1}
    """
    seats = {name: int(n >= len(sizes)) for name in sizes}
    for _ in range(min(n, sum(sizes.values())) - sum(seats.values())):
        owed = [(-sizes[name] / (2 * seat + 1), name) for name, seat in seats.items() if seat < sizes[name]]
        seats[min(owed)[1]] += 1
    return seats


def _strata(desk: Desk, by: str | None, among: frozenset[str] | None) -> dict[str, str]:
    """The stratum of every case."""
    found: dict[str, str] = {}
    for chronology in desk.chronologies(among):
        if by is None:
            found[chronology.child] = ""
        elif by == "standing":
            found[chronology.child] = standing_of(desk, chronology)
        else:
            found[chronology.child] = getattr(Holder.of(known(desk, chronology)), by) or ""
    return found


_STANDINGS = (
    ("looked after", LOOKED_AFTER),
    ("child protection plan", PLAN),
    ("section 47 enquiry", ENQUIRY),
    ("child in need plan", CHILD_IN_NEED_PLAN),
    ("open case", OPEN_CASE),
)


def standing_of(desk: Desk, chronology: Chronology) -> str:
    """Where a child stands on the day of the desk: the gravest that is open, `no open case`, or `nobody can tell`."""
    story = story_of(chronology, known(desk, chronology))
    open_: list[tuple[str, Truth]] = [(name, spell.open_at(len(story.events), story)) for name, spell in _STANDINGS]
    return next((name if truth else NOBODY_CAN_TELL for name, truth in open_ if truth is not False), "no open case")


# --- the riskiest


def riskiest(
    desk: Desk,
    n: int,
    criteria: Sequence[Criterion] = CRITERIA,
    *,
    among: Selected | Collection[str] | None = None,
) -> Selected:
    """The n cases for which most speaks that they be looked at: by the sum of the weights of the criteria.

    A criterion of which nobody can tell weighs as much as one that holds; one of which nobody can tell of any case is
    named once, in `remarks`. Of equals those come first of which more is certain, then by identifier. A case for which
    nothing speaks is not selected. Raises `UnreadableInput` for a number that is below 1.
    """
    if n < 1:
        raise UnreadableInput("the riskiest", "", f"{n} cases are none", "1 or more")
    told: dict[str, list[Truth]] = {}
    for case in looked_at(desk, None if among is None else frozenset(among)):
        answers = [criterion.holds(case) for criterion in criteria]
        # of a child of whom there are two records, either speaks
        told[case.child] = [_either(*both) for both in zip(answers, told.get(case.child, answers), strict=True)]
    silent = [k for k in range(len(criteria)) if told and all(answers[k] is None for answers in told.values())]
    ranked = sorted(_ranked(told, criteria))
    chosen = ranked[:n]
    remarks = [f"Nobody can tell of any case: {_sentence(criteria[k])}" for k in silent]
    remarks += _short(n, len(ranked)) if len(ranked) == len(told) else _spoken_for(n, len(ranked))
    if equals := sum(rank[0] == chosen[-1][0] for rank in ranked[n:]):
        remarks.append(f"As much weight as on the last one here is on {counted(equals, 'cases')} more.")
    before = among.why if isinstance(among, Selected) else {}
    why = {child: (*_reasons(told[child], criteria, silent), *before.get(child, ())) for *_, child in chosen}
    which = "riskiest case" if n == 1 else f"{n} riskiest cases"
    how = f"The {which} by {counted(len(criteria), 'criteria', 'criterion')}"
    if isinstance(among, Selected):
        how = f"{how}, of {among.how[:1].lower()}{among.how[1:]}"
    return Selected(how, tuple(child for _, _, child in chosen), why, len(told), tuple(remarks))


def _either(one: Truth, other: Truth) -> Truth:
    return True if one or other else None if None in (one, other) else False


def _ranked(told: Mapping[str, Sequence[Truth]], criteria: Sequence[Criterion]) -> Iterator[tuple[int, int, str]]:
    """The cases for which anything speaks: what weighs most is least, so that it comes first."""
    for child, answers in told.items():
        pairs = zip(criteria, answers, strict=True)
        weighs = [(criterion.weight, answer) for criterion, answer in pairs if answer is not False]
        if weighs:
            certain = sum(weight for weight, answer in weighs if answer)
            yield -sum(weight for weight, _ in weighs), -certain, child


def _reasons(answers: Sequence[Truth], criteria: Sequence[Criterion], silent: Sequence[int]) -> Iterator[str]:
    """Why a case was selected, the weightiest first; what nobody can tell of any case only if nothing else speaks."""
    spoken = [k for k, answer in enumerate(answers) if answer is not False]
    for k in sorted([k for k in spoken if k not in silent] or spoken, key=lambda k: -criteria[k].weight):
        criterion, answer = criteria[k], answers[k]
        text = _sentence(criterion)
        yield text if answer or criterion.personal else f"Nobody can tell: {text}"


def _sentence(criterion: Criterion) -> str:
    return PERSONAL if criterion.personal else sentence(criterion.sentence)


def _spoken_for(asked: int, there: int) -> Iterator[str]:
    if asked > there:
        yield f"Of {counted(asked, 'cases')} asked for something speaks for {there}: all of these are here."
