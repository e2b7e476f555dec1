"""The check of the order of steps, a column at a time: the verdicts of `practice.check_order`."""

from datetime import date

import numpy as np

from childprotect.rules import Order
from childprotect.spells import not_during
from childprotect.tables.batches import FAR_ROW, Batch, Flags, Rows
from childprotect.tables.days import number
from childprotect.tables.found import BREACHED, CANNOT_TELL, MET, STATUSES, Codes, Found, Told
from childprotect.tables.hits import NOBODY, Hits, Seen, last_before
from childprotect.tables.missing import gathered, missing_at, missing_of, together
from childprotect.tables.openings import between
from childprotect.tables.shapes import TRUE, UNKNOWN, Names

_GRAVEST_FIRST = (BREACHED, CANNOT_TELL, MET)


def check_order(rule: Order, seen: Seen, as_at: date) -> Told:
    """A finding for every `then`: did a `first` of its own come before it, and was nothing left open."""
    batch, thens = seen.batch, seen.find(rule.then)
    version = seen.version_on(rule, thens.rows)
    judged = (version >= 0) & (batch.day_of(thens.rows) <= batch.fell[batch.child[thens.rows]])
    found, sure = Found.blank(thens.rows[judged], version[judged]), thens.sure[judged]
    if rule.first.patterns or not rule.closed:
        _comes_after(rule, seen, thens, sure, found)
    if rule.closed:
        closed = Found.blank(found.trigger, found.version) if rule.first.patterns else found
        _none_open(rule, seen, sure, closed)
        if rule.first.patterns:
            _put_graver(found, closed, batch.shapes.names)
    return found, NOBODY


def _put_graver(found: Found, other: Found, names: Names) -> None:
    """Put the graver of two findings on one event; where they are alike, what both lack."""
    ranks = np.zeros(len(STATUSES), np.int64)
    ranks[list(_GRAVEST_FIRST)] = range(len(_GRAVEST_FIRST))
    ours, theirs = ranks[found.status], ranks[other.status]
    alike, graver = ours == theirs, theirs < ours
    found.missing = np.where(alike, together(names, [found.missing, other.missing]), found.missing)
    found.missing = np.where(graver, other.missing, found.missing)
    found.status = np.where(graver, other.status, found.status)
    found.answer = np.where(graver, FAR_ROW, found.answer)


def _comes_after(rule: Order, seen: Seen, thens: Hits, sure: Flags, found: Found) -> None:
    """Whether a `first` of its own came before each trigger."""
    batch, covers, names = seen.batch, seen.batch.covers, seen.batch.shapes.names
    then, day = found.trigger, batch.day_of(found.trigger)
    firsts, since = seen.find(rule.first), seen.find(rule.since)
    # two of `then` on one day rest on the same event: the day does not say which came first
    bound = last_before(thens.rows, batch.day_begins[then], batch.first_of_child(then))
    bound = np.maximum(bound, last_before(since.certain, then, batch.first_of_child(then)))
    lower = np.maximum(batch.first_of_child(then), bound + 1)
    first = _last_own(rule, batch, firsts.certain, lower, then)
    # what may have begun anew since then makes doubtful what came before it
    anew = last_before(since.doubtful, then, batch.first_of_child(then))
    counts = (first >= 0) & (first >= anew)
    if rule.doubt_earlier:
        counts &= batch.day_of(np.maximum(first, 0)) == day
    perhaps = np.maximum(first, _last_own(rule, batch, firsts.doubtful, lower, then))
    doubtful = ~counts & (perhaps >= 0)

    found.status[:] = np.where(counts, MET, np.where(sure & ~doubtful, BREACHED, CANNOT_TELL))
    found.answer[:] = np.where(counts, first, FAR_ROW)
    unseen = _begun_unseen(rule, seen, np.where(counts, first, then), then)
    found.status[unseen > 0], found.answer[unseen > 0] = CANNOT_TELL, FAR_ROW
    found.missing[:] = unseen
    found.missing[~counts & ~sure] = missing_of(seen, rule.then, then[~counts & ~sure])
    if (unclear := doubtful & sure).any():
        found.missing[unclear] = _lacking(rule, seen, lower[unclear], then[unclear], perhaps[unclear])
    open_ = found.status == BREACHED
    absent = tuple(sorted(kind for kind in rule.first.kinds if not covers.holds(kind)))
    if absent:
        _cannot_tell(found, open_, names.place(absent))
    elif covers.since is not None:
        _cannot_tell(found, open_ & (day < number(covers.since)), names.place(rule.first.patterns[0][:1]))
        if lacks := covers.may_lack(rule.first.kinds, date.min):
            old = (bound < 0) | (batch.day_of(np.maximum(bound, 0)) < number(covers.since))
            _cannot_tell(found, (found.status == BREACHED) & old, names.place(lacks))


def _last_own(rule: Order, batch: Batch, rows: Rows, lower: Rows, then: Rows) -> Rows:
    """The last of `rows` that each `then` may rest on, from `lower` on; -1 where there is none."""
    if not rule.same_day:
        return last_before(rows, then, lower)
    # of two of one day that are timed the later is the later
    timed = batch.timed[then]
    last = last_before(rows, np.where(timed, then, batch.day_ends[then]), lower)
    return np.maximum(last, last_before(rows[~batch.timed[rows]], batch.day_ends[then], lower))


def _lacking(rule: Order, seen: Seen, lower: Rows, then: Rows, last: Rows) -> Codes:
    """What would settle whether any of the `first` that may count does, or whether it began anew in between."""
    batch, names = seen.batch, seen.batch.shapes.names
    of, first = between(seen.find(rule.first).rows, lower, batch.day_ends[then])
    own = first < then[of]
    if rule.same_day:
        own |= ~(batch.timed[first] & batch.timed[then[of]])
    rows = np.sort(np.concatenate([NOBODY, *map(batch.of_kind, rule.since.kinds)]))
    whose, anew = between(rows, batch.first_of_child(then), batch.last_of_child(then))
    codes = np.concatenate([missing_of(seen, rule.first, first[own]), missing_of(seen, rule.since, anew)])
    lacks = gathered(names, len(then), np.concatenate([of[own], whose]), codes)
    in_order = np.array([names.place(sorted(told)) for told in tuple(names.told)])
    kinds = seen.of_shapes("kind", names, last, lambda event: names.place((event.kind,)))
    return np.where(lacks == 0, kinds, in_order[lacks])


def _cannot_tell(found: Found, these: Flags, missing: int) -> None:
    found.status[these], found.missing[these] = CANNOT_TELL, missing


def _begun_unseen(rule: Order, seen: Seen, first: Rows, then: Rows) -> Codes:
    """The kinds that the source does not hold, one of which may have begun it anew between two rows: 0 for none.

    What begins something only while it is not open has begun nothing where it was open all the time.
    """
    batch, covers = seen.batch, seen.batch.covers
    patterns = [(kind, condition) for kind, condition in rule.since.patterns if not covers.holds(kind)]
    apart = batch.day_of(first) < batch.day_of(then)
    unseen = np.zeros(len(then), np.int64)
    kinds = sorted({kind for kind, _ in patterns})
    for kind, condition in patterns:
        may_begin = apart.copy()
        for spell in not_during(condition):
            before, after = seen.is_open(spell, first), seen.is_open(spell, then)
            may_begin &= ~((before == TRUE) & (after == TRUE))
        unseen |= np.where(may_begin, 1 << kinds.index(kind), 0)
    found = np.zeros(len(then), np.int64)
    for held in np.unique(unseen[unseen > 0]):
        absent = tuple(kind for n, kind in enumerate(kinds) if held >> n & 1)
        found[unseen == held] = batch.shapes.names.place(absent)
    return found


def _none_open(rule: Order, seen: Seen, sure: Flags, found: Found) -> None:
    """Whether anything was left open at each trigger."""
    batch, covers, names = seen.batch, seen.batch.covers, seen.batch.shapes.names
    then = found.trigger
    truths = np.array([seen.is_open(spell, then) for spell in rule.closed])
    left_open, unknown = (truths == TRUE).any(axis=0), (truths == UNKNOWN).any(axis=0)
    unseen = tuple(sorted({kind for spell in rule.closed for kind in spell.opens.kinds if not covers.holds(kind)}))
    found.status[:] = np.select([left_open & sure, ~left_open & ~unknown & (not unseen)], [BREACHED, MET], CANNOT_TELL)
    found.missing[~left_open] = names.place(unseen)
    found.missing[left_open & ~sure] = missing_of(seen, rule.then, then[left_open & ~sure])
    doubted = then[~left_open & unknown]
    first = batch.first_of_child(doubted)
    missing = [missing_at(seen, spell, doubted, first) for spell in rule.closed]
    found.missing[~left_open & unknown] = together(names, missing)
