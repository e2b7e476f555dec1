"""Dates, lists and events in plain English, for sentences that people act on."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from childprotect.calendars import in_england
from childprotect.events import Event
from childprotect.vocabulary import AGENCIES, STANDARD, printable

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WORDS = {name: kind.words for name, kind in STANDARD.items()}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_QUESTIONS = {
    "agencies": "who took part",
    "authorised-by": "who authorised it",
    "categories": "the category",
    "child-participation": "whether the child took part",
    "child-seen": "whether the child was seen",
    "conference-required": "whether a conference was required",
    "contingency": "whether there is a contingency plan",
    "decided-by": "who decided it",
    "due": "the date by which it is due",
    "exit-criteria": "whether there are exit criteria",
    "family-group-meeting-offered": "whether a family group decision-making meeting was offered",
    "interpreter": "who interpreted",
    "lead-qualified": "whether a qualified social worker led it",
    "measure": "how it is measured",
    "owner": "who owns it",
    "parents-attended": "whether the parents attended",
    "qualified": "whether the worker is a qualified social worker",
    "seen-alone": "whether the child was seen alone",
    "with": "with whom it was shared",
}
_NAMES = {
    "contingency": "contingency plan",
    "family-group-meeting-offered": "family group decision-making meeting offered",
    "lead-qualified": "qualified social worker in the lead",
}
_VALUES = {
    ("about", "mappa"): "MAPPA",
    ("about", "marac"): "MARAC",
    ("about", "probation-notice"): "probation",
    ("decision", "section-47"): "section 47 enquiry",
    ("interpreter", "child"): "a child",
    ("interpreter", "family-adult"): "an adult of the family",
    ("outcome", "continue"): "plan continues",
    ("outcome", "end"): "plan ended",
    ("outcome", "substantiated-no-continuing-risk"): "substantiated, no continuing risk of significant harm",
}
_SHORT = {
    ("child-seen", "no"): "child not seen",
    ("child-seen", "yes"): "child seen",
    ("no-further-action", "yes"): "no further action",
    ("seen-alone", "no"): "child not seen alone",
    ("seen-alone", "yes"): "child seen alone",
    ("with", "parents"): "with the parents",
}
_WITHOUT = {("type", "initial"): "other than an initial assessment"}


@lru_cache(maxsize=20_000)
def day_in_words(day: date) -> str:
    """`Fri 22 Mar 2024`, or `Fri 22 Mar 2024 at 16:40` by the clocks of England; the same in every locale."""
    day = in_england(day) if isinstance(day, datetime) else day
    words = f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{words} at {day:%H:%M}" if isinstance(day, datetime) else words


def listed(words: Iterable[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, final = list(words) or [""]
    return f"{', '.join(most)} {last} {final}" if most else final


def counted(n: int, unit: str, one: str | None = None) -> str:
    """`1 working day`, `3 working days`, `0 days`; with `one` for what has a plural of its own, such as `1 child`."""
    words = unit.replace("-", " ")
    return f"{n} {(one or words[:-1]) if n == 1 else words}"


def event_in_words(kind: str) -> str:
    """How a sentence names a kind of event."""
    return _WORDS.get(kind) or kind.replace("-", " ")


def the_event(event: Event) -> str:
    """`the strategy discussion on Mon 5 Sep 2012`."""
    return f"the {event_in_words(event.kind)} on {day_in_words(event.at)}"


def with_article(words: str) -> str:
    """`a visit`, `an assessment`."""
    return f"{'an' if words[:1] in 'aeiou' else 'a'} {words}"


@lru_cache(maxsize=1024)
def not_held(kinds: tuple[str, ...]) -> str:
    """`this source does not include entries of this kind: core group`."""
    words = list(dict.fromkeys(map(event_in_words, kinds)))
    return f"this source does not include entries of {'this kind' if len(words) == 1 else 'these kinds'}: " + "; ".join(
        words
    )


def question(fact: str) -> str:
    """What a fact of an event answers: `whether the child was seen`, `the outcome`."""
    return _QUESTIONS.get(fact) or f"the {fact.replace('-', ' ')}"


def fact_in_words(fact: str, said: str) -> str:
    """A fact with a value that can be shown: `child seen`, `outcome: plan`."""
    return _SHORT.get((fact, said)) or f"{fact_name(fact)}: {said}"


def without_in_words(fact: str, said: str) -> str:
    """That a fact is not recorded with such a value: `not about: MARAC`."""
    return _WITHOUT.get((fact, said)) or f"not {fact_in_words(fact, said)}"


def fact_name(fact: str) -> str:
    """The name of a fact in a sentence: `contingency plan`."""
    return _NAMES.get(fact) or fact.replace("-", " ")


def value_said(fact: str, value: object) -> str:
    """A value of a closed list, as a sentence says it: `yes`, `section 47 enquiry`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _VALUES.get((fact, str(value))) or str(value).replace("-", " ")


def facts_in_words(event: Event, facts: Iterable[str]) -> str:
    """` (child seen, outcome: plan)`: those of the facts that the event holds and that can be shown; or nothing."""
    told = [fact_in_words(name, said) for name in facts if (said := shown(event, name)) is not None]
    return f" ({', '.join(told)})" if told else ""


def shown(event: Event, fact: str) -> str | None:
    """The value of a fact of the event, in words; None where it is not recorded or may be personal."""
    value = event.facts.get(fact)
    if isinstance(value, date):
        return day_in_words(value)
    text = printable(event.kind, fact, value)
    return value_said(fact, value) if isinstance(value, str) and text else text and text.replace("-", " ")


def days_in_words(since: date, until: date | None) -> str:
    """`from Mon 15 Apr 2013 to Fri 30 Sep 2016`, or `from Mon 15 Apr 2013 on`."""
    return f"from {day_in_words(since)} {f'to {day_in_words(until)}' if until else 'on'}"


def agencies_in_words(agencies: Iterable[str], last: str = "and") -> str:
    """`health, the police and social care`. A name that is none of ours might be a person's, and is only counted."""
    known = sorted(set(agencies) & set(AGENCIES))
    others = len(set(agencies)) - len(known)
    words = ["the police" if name == "police" else name.replace("-", " ") for name in known]
    words += [f"{counted(others, 'others')} whose agency is not known"] if others else []
    return listed(words, last) if words else "nobody"


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
