"""The check of the order of steps, a column at a time: the verdicts of `practice.check_order`."""

from datetime import date

import numpy as np

from childprotect.rules import Order
from childprotect.spells import not_during
from childprotect.tables.batches import FAR_ROW, Flags, Rows
from childprotect.tables.days import number
from childprotect.tables.found import BREACHED, CANNOT_TELL, MET, Codes, Found, Told
from childprotect.tables.hits import Hits, Seen, last_before
from childprotect.tables.shapes import TRUE, UNKNOWN


def check_order(rule: Order, seen: Seen, as_at: date) -> Told:
    """A finding for every `then`: did a `first` of its own come before it, and was nothing left open."""
    batch, thens = seen.batch, seen.find(rule.then)
    version = seen.version_on(rule, thens.rows)
    judged = (version >= 0) & (batch.day_of(thens.rows) <= batch.fell[batch.child[thens.rows]])
    found = Found.blank(thens.rows[judged], version[judged])
    sure = thens.sure[judged]
    if not rule.closed:
        beyond = _comes_after(rule, seen, thens, sure, found)
    elif not rule.first.patterns:
        beyond = _none_open(rule, seen, sure, found)
    else:
        beyond = batch.child[found.trigger]  # both at once: no rule of England asks for it
    return found, np.unique(beyond)


def _comes_after(rule: Order, seen: Seen, thens: Hits, sure: Flags, found: Found) -> Rows:
    """Whether a `first` of its own came before each trigger. Gives the children of whom columns cannot tell."""
    batch, covers, names = seen.batch, seen.batch.covers, seen.batch.shapes.names
    then, day = found.trigger, batch.day_of(found.trigger)
    firsts, since = seen.find(rule.first), seen.find(rule.since)
    # two of `then` on one day rest on the same event: the day does not say which came first
    bound = last_before(thens.rows, batch.day_begins[then], batch.first_of_child(then))
    bound = np.maximum(bound, last_before(since.certain, then, batch.first_of_child(then)))
    lower = np.maximum(batch.first_of_child(then), bound + 1)
    until = batch.day_ends[then] if rule.same_day else then
    first = last_before(firsts.certain, until, lower)
    # what may have begun anew since then makes doubtful what came before it
    anew = last_before(since.doubtful, then, batch.first_of_child(then))
    counts = (first >= 0) & (first >= anew)
    if rule.doubt_earlier:
        counts &= batch.day_of(np.maximum(first, 0)) == day
    doubtful = ~counts & ((first >= 0) | (last_before(firsts.doubtful, until, lower) >= 0))
    beyond = [batch.child[then[doubtful & sure]]]
    if rule.same_day:  # of two that are timed the later is the later
        beyond.append(batch.child[then[batch.timed[then] & (last_before(firsts.rows, until, then + 1) >= 0)]])

    found.status[:] = np.where(counts, MET, np.where(sure & ~doubtful, BREACHED, CANNOT_TELL))
    found.answer[:] = np.where(counts, first, FAR_ROW)
    unseen = _begun_unseen(rule, seen, np.where(counts, first, then), then)
    found.status[unseen > 0], found.answer[unseen > 0] = CANNOT_TELL, FAR_ROW
    found.missing[:] = unseen
    found.missing[~counts & ~sure], more = seen.missing(rule.then)(then[~counts & ~sure])
    open_ = found.status == BREACHED
    absent = tuple(sorted(kind for kind in rule.first.kinds if not covers.holds(kind)))
    if absent:
        _cannot_tell(found, open_, names.place(absent))
    elif covers.since is not None:
        _cannot_tell(found, open_ & (day < number(covers.since)), names.place(rule.first.patterns[0][:1]))
        if lacks := covers.may_lack(rule.first.kinds, date.min):
            old = (bound < 0) | (batch.day_of(np.maximum(bound, 0)) < number(covers.since))
            _cannot_tell(found, (found.status == BREACHED) & old, names.place(lacks))
    return np.concatenate([*beyond, more])


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


def _none_open(rule: Order, seen: Seen, sure: Flags, found: Found) -> Rows:
    """Whether anything was left open at each trigger. Gives the children of whom columns cannot tell."""
    batch, covers, names = seen.batch, seen.batch.covers, seen.batch.shapes.names
    then = found.trigger
    truths = np.array([seen.is_open(spell, then) for spell in rule.closed])
    left_open, unknown = (truths == TRUE).any(axis=0), (truths == UNKNOWN).any(axis=0)
    unheld = [not any(map(covers.holds, spell.opens.kinds)) for spell in rule.closed]
    why = [
        kind for spell, absent in zip(rule.closed, unheld, strict=True) if absent for kind in sorted(spell.opens.kinds)
    ]
    unseen = tuple(sorted({kind for spell in rule.closed for kind in spell.opens.kinds if not covers.holds(kind)}))
    found.status[:] = np.select([left_open & sure, ~left_open & ~unknown & (not unseen)], [BREACHED, MET], CANNOT_TELL)
    found.missing[left_open & ~sure], more = seen.missing(rule.then)(then[left_open & ~sure])
    found.missing[~left_open & unknown] = names.place(dict.fromkeys(why))
    found.missing[~left_open & ~unknown] = names.place(unseen)
    # a spell that the source does not hold is unknown for all alike; of any other, only its own story tells why
    own = (truths[~np.array(unheld)] == UNKNOWN).any(axis=0) & ~left_open
    return np.concatenate([batch.child[then[own]], more])
