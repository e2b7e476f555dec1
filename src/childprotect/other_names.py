"""What a name that is none of ours may mean: words and abbreviations of the field, and the kinds of event behind them.

It decides what is in doubt where a row names its event otherwise than we do. To take too much for possible costs some
findings that are *cannot tell*; to take too little would cost a wrong *met*. So a word that is like one of ours counts.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache

from childprotect.vocabulary import STANDARD, nearest

_SAME = 0.85
"""How like a name of ours another must be, to be that name and no other."""
_SAME_WORD = 0.6
"""How like its words must be then, one by one: an order that lapsed is none that was made."""
_LIKE = 0.75
"""How like a word of ours another must be, to be possibly that one."""
_SHORTENED, _MISSPELT = 4, 5
"""The fewest letters of a word that may be a part of another, or another misspelt."""
_LONGEST = 200
"""Characters of a name: a longer one is prose, of which each word is looked up as it stands."""

_SECTION = re.compile(r"(?<![a-z])s(?:ec|ect|ection)?[^a-z0-9]*(?=[0-9])")
_DOT = re.compile(r"(?<=\b[a-z])\.(?=[a-z]\b)")
_WORD = re.compile(r"(?<![a-z])s[0-9]+|[a-z&]+|[0-9]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")

_FILLERS = frozenset(
    """a after an at before begin began begun by cease ceased child children commence commenced complete completed
    completion date day done due end ended ending finish finished for from held in into is known made new no not of on
    or out planned s set start started starting starts that the to was with""".split()
)
"""Words that do not tell what began, ended or was done. Only of a name that has no other word do they count."""

_CHILD_PROTECTION = """s47 strategy-discussion conference plan core-group visit transfer-notified
    police-protection-started police-protection-ended"""
_NOTHING_MORE = """referral-decided assessment-completed strategy-discussion section-47-completed early-help-ended
    case-closed plan-ended child-in-need-plan-ended"""
_OPENED = "started referral allocated"
_ENDED = "case-closed ended deallocated"
_INITIAL = "initial-conference pre-birth-conference transfer-in-conference"
_MEETING = f"{_INITIAL} review-conference strategy-discussion core-group"
_COURT = "legal proceedings interim-care-order-made"
_CARE = "looked placement"
_EMERGENCY = """emergency-protection-order-made emergency-protection-order-extended
    emergency-protection-order-ended"""

MEANINGS = {
    # the front door
    "enquiry": "contact",
    "inquiry": "enquiry contact",
    "mash": "contact referral",
    "referred": "referral",
    "triage": "contact referral-decided",
    "ack": "referral-acknowledged",
    "caf": "early",
    "eh": "early",
    "eha": "early",
    "ehm": "early",
    "nfa": _NOTHING_MORE,
    "further": _NOTHING_MORE,
    # assessments
    "c&f": "assessment",
    "c&fa": "assessment",
    "cfa": "assessment",
    "sa": "assessment",
    "ia": "assessment",
    "ca": "assessment",
    "assmt": "assessment",
    "asmt": "assessment",
    "reassessment": "assessment",
    # enquiries
    "47": "s47",
    "section": "s47",
    "investigation": "s47",
    "investigated": "s47",
    "strat": "strategy-discussion",
    "strats": "strategy-discussion",
    "meeting": _MEETING,
    "mtg": f"{_MEETING} legal-planning-meeting pre-proceedings-meeting marac mappa",
    # conferences and plans
    "protection": _CHILD_PROTECTION,
    "cp": _CHILD_PROTECTION,
    "conf": "conference",
    "cpc": "conference",
    "cpcc": "conference",
    "icpc": _INITIAL,
    "icc": _INITIAL,
    "ticpc": "transfer-in-conference",
    "rcpc": "review-conference",
    "rcc": "review-conference",
    "cpr": "review-conference plan-started plan-ended",
    "cpp": "plan-started plan-action-set plan-action-done plan-ended transfer-notified",
    "cpv": "visit",
    "unborn": "birth",
    "prebirth": "birth",
    "register": "plan-started plan-ended",
    "registered": "plan-started plan-ended",
    "registration": "plan-started plan-ended",
    "deregistered": "plan-ended",
    "deregistration": "plan-ended",
    "cg": "core-group",
    "cgm": "core-group",
    "grp": "core-group",
    "step": "early child-in-need-plan-started plan-ended case-closed",
    "stepdown": "early child-in-need-plan-started plan-ended case-closed",
    # children in need
    "cin": "need",
    "cinp": "need",
    "chin": "need",
    "s17": "need assessment",
    # visits
    "seen": "visit looked-after-visit private-fostering-visit",
    "hv": "visit",
    "sv": "visit",
    "stat": "visit review",
    "statutory": "visit review",
    # courts and powers
    "epo": _EMERGENCY,
    "s44": _EMERGENCY,
    "ppo": "police",
    "powers": "police",
    "s46": "police",
    "cao": "child-assessment-order-made child-assessment-order-ended",
    "s43": "child-assessment-order-made child-assessment-order-ended",
    "ico": "interim-care-order-made",
    "s38": "interim-care-order-made",
    "s31": _COURT,
    "court": _COURT,
    "hearing": _COURT,
    "plo": f"{_COURT} letter pre-proceedings-meeting",
    "lbp": "letter-before-proceedings",
    "lpm": "legal-planning-meeting",
    "lgm": "legal-planning-meeting",
    "gateway": "legal-planning-meeting",
    # care
    "care": _CARE,
    "lac": _CARE,
    "cla": _CARE,
    "cic": _CARE,
    "s20": _CARE,
    "accommodated": _CARE,
    "accommodation": _CARE,
    "uasc": _CARE,
    "iro": "looked-after-review review-conference",
    "discharged": "looked-after-ended",
    "sgo": "looked-after-ended case-closed",
    "adopted": "looked-after-ended case-closed",
    "adoption": "looked-after-ended case-closed",
    "pf": "private",
    # missing
    "misper": "missing",
    "absconded": "missing",
    "absent": "missing",
    "returned": "found return",
    "rhi": "return",
    "debrief": "return",
    # the case
    "assigned": "allocated",
    "reallocated": "allocated deallocated",
    "open": _OPENED,
    "opened": _OPENED,
    "opening": _OPENED,
    "closed": _ENDED,
    "closure": _ENDED,
    "close": _ENDED,
    "closing": _ENDED,
    "died": _ENDED,
    "death": _ENDED,
    "deceased": _ENDED,
    "transferred": "transfer case-closed deallocated allocated",
    "escalated": "escalation",
    "chron": "chronology-updated",
    # words that say only that something began or ended
    **dict.fromkeys("begin began begun commence commenced start starting starts".split(), "started"),
    **dict.fromkeys("cease ceased end ending finish finished".split(), "ended completed concluded closed"),
    **dict.fromkeys("complete completion".split(), "completed"),
}
"""Words and abbreviations of the field, and the kinds of event, or the words of ours, that they may stand for besides
what they mean as words of ours."""


@lru_cache(maxsize=1 << 12)
def may_mean(name: str) -> tuple[str, ...]:
    """The kinds of event that a name may mean, in alphabetical order; none where it is like nothing of ours.

    It is the one kind whose name it misspells, or else all that share a word of meaning with it, or a word for which
    `MEANINGS` has another.
    """
    probably = nearest(name, STANDARD)
    if probably is not None and _misspells(name, probably):
        return (probably,)
    words = _words(name)
    found = {kind for word in words - _FILLERS for kind in _of_word(word, len(name) <= _LONGEST)}
    if words <= _FILLERS:
        found.update(kind for word in words for kind in _kinds_of(word))
    return tuple(sorted(found | ({probably} if probably is not None else set())))


def _misspells(name: str, ours: str) -> bool:
    tidy = re.sub("[^a-z0-9]+", "-", name.strip().casefold())
    theirs, own = tidy.split("-"), ours.split("-")
    return _alike(tidy, ours) >= _SAME and len(theirs) == len(own) and all(map(_same_word, theirs, own))


def _same_word(word: str, ours: str) -> bool:
    return _alike(word, ours) >= _SAME_WORD


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, other, one).ratio()


def _words(name: str) -> frozenset[str]:
    """The words of a name, also those that capitals tell apart; a section of the Act is one, such as `s47`."""
    both = f"{name} {_CAMEL.sub(' ', name)}".casefold()
    return frozenset(_WORD.findall(_SECTION.sub(" s", _DOT.sub("", both))))


def _of_word(word: str, may_be_like: bool) -> frozenset[str]:
    """The kinds that a word may mean; where it is none that we know, those of the words that are like it."""
    for known in (word, word.removesuffix("s")):
        if found := _kinds_of(known):
            return found
    return frozenset(kind for like in _like(word) for kind in _kinds_of(like)) if may_be_like else frozenset()


def _like(word: str) -> Iterator[str]:
    if len(word) < _SHORTENED:
        return
    for ours in _KNOWN:
        if len(ours) >= _SHORTENED and (ours in word or ours.startswith(word)):
            yield ours
    if len(word) >= _MISSPELT:
        yield from get_close_matches(word, [ours for ours in _KNOWN if len(ours) >= _MISSPELT], n=5, cutoff=_LIKE)


def _kinds_of(word: str) -> frozenset[str]:
    """The kinds that have the word in their names, or their words, and those that it may mean besides."""
    return _OURS.get(word, frozenset()).union(*(_OURS.get(other, {other}) for other in MEANINGS.get(word, "").split()))


def _by_word() -> dict[str, frozenset[str]]:
    """The kinds that have each word, in their names or, unless it tells nothing, in their words.

    "Case" is in the words of whatever is done in a case, and tells nothing there.
    """
    found: dict[str, set[str]] = {}
    for kind in STANDARD.kinds:
        for word in _words(kind.name) | (_words(kind.words) - _FILLERS - {"case", "open"}):
            found.setdefault(word, set()).add(kind.name)
    return {word: frozenset(kinds) for word, kinds in found.items()}


_OURS = _by_word()
_KNOWN = sorted((_OURS.keys() | MEANINGS.keys()) - _FILLERS)
