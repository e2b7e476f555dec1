"""Small sound episodes that `live` does not tell: a child goes missing, probation gives notice, a case is audited.

Each is put into a stated number of cases of both authorities, so that both hold the same kinds of record.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from attrs import frozen

from childprotect.chronology import Chronology
from childprotect.events import Event
from childprotect.simulation.rewriting import (
    AS_AT,
    SINCE,
    Case,
    apart,
    cases,
    earlier,
    happened,
    instead,
    last_case,
    later,
    retold,
    rewritten,
)

PutIn = Callable[[Chronology], Chronology | None]
_LONGEST_UNUPDATED = 190
"""Working days: no assessment of a case so old has been brought up to date yet."""
_ALL_DONE = 12
"""Working days before the end of the records by which an episode is over."""


@frozen
class Episode:
    """Something that happened besides, in so many cases; `plant` gives None for a record that has no place for it."""

    id: str
    cases: int
    plant: PutIn


def _free(story: Chronology, length: int, *, must_be_open: bool = False) -> date | None:
    """The first day of a stretch of so many working days in a quiet case, in the half year before the inspection."""
    found = cases(story)
    case = found[-1] if found else None
    if case is None or (must_be_open and case.closed) or not _quiet(case):
        return None
    assessed = case.of("assessment-completed", type="core")[0].day
    # the days are spread, so that not everything happens on the same
    day = later(max(SINCE, later(assessed, 8)), int(story.child.rpartition("-")[2]) % 11)
    end = min(case.ends, earlier(AS_AT, _ALL_DONE))
    return day if later(day, length) < end else None


def _quiet(case: Case) -> bool:
    """Whether it has one core assessment, which is over and not old."""
    core = case.of("assessment-completed", type="core")
    started = case.of("assessment-started", type="core")
    return len(core) == len(started) == 1 and apart(case.begins, AS_AT) < _LONGEST_UNUPDATED


def _put(story: Chronology, day: date | None, events: Callable[[date], Iterable[Event]]) -> Chronology | None:
    return None if day is None else rewritten(story, put_in=events(day))


def _early_help(story: Chronology) -> Chronology | None:
    first = last_case(story) if cases(story) else None
    if first is None or first.begins < date(2011, 10, 1) or not first.of("referral") or len(cases(story)) > 1:
        return None
    begun = first.begins - timedelta(days=120)
    put_in = [
        happened("early-help-started", begun, plan="caf"),
        happened("early-help-ended", first.begins, outcome="step-up"),
    ]
    return rewritten(story, put_in=put_in)


def _missing(story: Chronology) -> Chronology | None:
    def told(day: date) -> Iterable[Event]:
        back = day + timedelta(days=1)
        yield happened("missing", day)
        yield happened("chronology-updated", day)
        yield happened("found", back)
        yield happened("return-interview-offered", back)
        yield happened("return-interview", back + timedelta(days=1))

    return _put(story, _free(story, 8), told)


def _private_fostering(story: Chronology) -> Chronology | None:
    def told(day: date) -> Iterable[Event]:
        yield happened("private-fostering-notified", day)
        next_day = later(day, 4)
        while next_day <= AS_AT:
            yield happened("private-fostering-visit", next_day, child_seen=True, seen_alone=True)
            next_day = later(next_day, 24)

    return _put(story, _free(story, 70, must_be_open=True), told)


def _filed(about: str, **facts: str) -> PutIn:
    """A notice or a meeting, and what it said on the child's file two days later."""

    def put_in(story: Chronology) -> Chronology | None:
        def told(day: date) -> Iterable[Event]:
            yield happened(about, day, **facts)
            yield happened("information-filed", later(day, 2), about=about)

        return _put(story, _free(story, 8), told)

    return put_in


def _information(story: Chronology) -> Chronology | None:
    def told(day: date) -> Iterable[Event]:
        yield happened("information-requested", day, agency="health")
        yield happened("information-received", later(day, 4), agency="health")

    return _put(story, _free(story, 10), told)


def _escalation(story: Chronology) -> Chronology | None:
    def told(day: date) -> Iterable[Event]:
        yield happened("escalation-raised", day, agency="education")
        yield happened("escalation-resolved", later(day, 5), agency="education")

    return _put(story, _free(story, 30, must_be_open=True), told)


def _audit(story: Chronology) -> Chronology | None:
    def told(day: date) -> Iterable[Event]:
        themes = frozenset({"childs-experience", "risk"})
        yield happened("case-audited", day, grade="good", themes=themes, outcome="plan-changed")
        due = later(day, 20)
        yield happened("audit-action-set", day, action=f"{day}-a", owner="team-manager", due=due, themes=themes)
        yield happened("audit-action-done", later(day, 15), action=f"{day}-a")

    return _put(story, _free(story, 30), told)


def _feedback(story: Chronology) -> Chronology | None:
    def told(day: date) -> Iterable[Event]:
        yield happened("feedback-received", day, from_="parents")
        yield happened("feedback-received", later(day, 1), from_="child")

    return _put(story, _free(story, 5), told)


def _news(story: Chronology) -> Chronology | None:
    def told(day: date) -> Iterable[Event]:
        yield happened("new-information", day, source="schools")
        yield happened("chronology-updated", day)
        yield happened("assessment-started", later(day, 1), type="initial", reason="new-information")
        yield happened(
            "assessment-completed", later(day, 7), type="initial", child_seen=True, authorised_by="RA-manager"
        )

    # in a case with an enquiry or a plan, other things might answer what is newly known
    if not cases(story) or last_case(story).of("strategy-discussion", "plan-started"):
        return None
    return _put(story, _free(story, 30, must_be_open=True), told)


def _legal(story: Chronology) -> Chronology | None:
    def told(day: date) -> Iterable[Event]:
        yield happened("legal-advice-sought", day)
        yield happened("legal-planning-meeting", later(day, 6))
        yield happened("letter-before-proceedings", later(day, 16))
        yield happened("pre-proceedings-meeting", later(day, 26))

    return _put(story, _free(story, 45, must_be_open=True), told)


def _interpreter(story: Chronology) -> Chronology | None:
    day = _free(story, 5)
    visits = last_case(story).of("visit") if day else []
    return instead(story, *((visit, retold(visit, interpreter="professional")) for visit in visits)) if visits else None


def _reports_of_agencies(story: Chronology) -> Chronology | None:
    case = last_case(story) if cases(story) else None
    conferences = case.of("initial-conference") if case else []
    if not conferences or conferences[-1].day < SINCE:
        return None
    day = earlier(conferences[-1].day, 3)
    agencies = ("health", "education", "police")
    return rewritten(
        story, put_in=[happened("conference-report-shared", day, with_="chair", agency=agency) for agency in agencies]
    )


EPISODES: tuple[Episode, ...] = (
    Episode("conference-reports", 12, _reports_of_agencies),
    Episode("new-information", 14, _news),
    Episode("legal-planning", 9, _legal),
    Episode("private-fostering", 12, _private_fostering),
    Episode("escalation", 10, _escalation),
    Episode("missing", 11, _missing),
    Episode("probation", 9, _filed("probation-notice", kind="release-date")),
    Episode("marac", 10, _filed("marac")),
    Episode("mappa", 8, _filed("mappa")),
    Episode("information", 10, _information),
    Episode("audit", 16, _audit),
    Episode("feedback", 12, _feedback),
    Episode("interpreter", 9, _interpreter),
    Episode("early-help", 13, _early_help),
)
"""The scarcest places first."""
