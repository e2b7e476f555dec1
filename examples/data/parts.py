"""The parts that the stories are made of: an invented child's record, and the steps that it can take.

Every step records its events and gives back the day that the next step goes on from. Most work is done in time, and
some is not, in shares that are believable and not measured.
"""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import TypeVar
from zoneinfo import ZoneInfo

from childprotect import Event
from childprotect.calendars import england_and_wales

T = TypeVar("T")
Day = date | datetime

TEN_DAYS_FOR_INITIAL = date(2010, 3, 17)
ONE_ASSESSMENT = date(2013, 4, 15)
"""From here on there is one assessment instead of two, and health is at every strategy discussion."""
THE_BAD_SUMMER = (date(2012, 3, 1), date(2012, 9, 19))
"""While some strategy discussions were held without the police."""
SOURCES = ("police", "school", "health-visitor", "hospital", "relative", "anonymous", "housing", "early-help")
EVERYONE = {"social-care", "police", "health", "education"}
REASONS = ("waiting-for-a-report", "family-away", "change-of-worker")
"""Why an assessment took longer than it may."""


def after(day: date, n: int) -> date:
    """The nth working day after a working day; 0 is the day itself."""
    return england_and_wales().add(day, n) if n else day


def ahead(day: date, n: int) -> date:
    """The nth working day before a working day."""
    return england_and_wales().subtract(day, n) if n else day


def working(day: date) -> date:
    """The day itself, or the last working day before it."""
    while not england_and_wales().is_working(day):
        day -= timedelta(days=1)
    return day


class Case:
    """One invented child's record while it is being written, with dice of its own; when a row is entered has others.

    Only `Random.random` is used: it alone is promised to give the same numbers in every version of Python.
    """

    def __init__(self, child: str, seed: int) -> None:
        self.child = child
        self.events: list[Event] = []
        self._dice = Random(seed)
        self._clerk = Random(1_000_000_000 + seed)
        self.lag = self.one_of(None, 1, 2, 2, 3)
        """Within how many working days events are recorded; None where this record does not say."""
        self.worker = f"W-{self.number(1, 24):02}"
        self.manager = f"M-{self.number(1, 6):02}"
        self.full = self.chance(0.7)
        """Whether the record holds more than the steps themselves: who decided, visits, supervision, actions."""

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return self._dice.random() < share

    def number(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self._dice.random() * (high - low + 1))

    def one_of(self, *options: T) -> T:
        """One of the options."""
        return options[self.number(0, len(options) - 1)]

    def known(self, value: T, share: float = 0.9) -> T | None:
        """The value in that share of full records; None, for not recorded, in the others."""
        return value if self.full and self.chance(share) else None

    def within(self, day: date, limit: int, kept: float = 0.88) -> date:
        """A day in the later part of a limit in working days, or, now and then, some days past it."""
        if self.chance(kept):
            return after(day, self.number(limit * 2 // 5, limit))
        return after(day, limit + self.number(1, max(3, limit // 2)))

    def tell(self, day: date, kind: str, at: str = "", /, **facts: object) -> date:
        """Record an event, at a time of day if one is given; gives the day back. `with_` stands for `with`."""
        when: Day = datetime.combine(day, time.fromisoformat(at), ZoneInfo("Europe/London")) if at else day
        recorded = None
        if self.lag is not None:
            least = self.lag // 2
            recorded = after(day, least + int(self._clerk.random() * (self.lag - least + 1)))
        named = {name.strip("_").replace("_", "-"): value for name, value in facts.items()}
        self.events.append(Event(kind, when, named, recorded))
        return day

    @property
    def last(self) -> date:
        """The day of the last event so far."""
        return max(event.day for event in self.events)

    # the steps of the process, each as it should go, give or take a late one

    def referral(self, day: date, outcome: str = "assessment") -> date:
        """A referral, acknowledged and decided; the day of the decision."""
        self.tell(day, "referral", source=self.one_of(*SOURCES))
        if self.chance(0.93):
            self.tell(self.within(day, 1, kept=0.92), "referral-acknowledged")
        decided = self.within(day, 1, kept=0.9)
        self.tell(decided, "referral-decided", outcome=outcome, decided_by=self.manager if self.chance(0.85) else None)
        if self.chance(0.6):
            self.tell(after(decided, self.number(0, 4)), "referrer-informed")
        if outcome not in ("no-further-action", "early-help"):
            self.allocate(after(decided, self.number(0, 1)))
        return decided

    def allocate(self, day: date) -> date:
        """The case goes to its worker; one in twelve is not qualified."""
        return self.tell(day, "allocated", worker=self.worker, qualified=self.chance(0.92))

    def assessment(self, referred: date, decided: date) -> date:
        """The assessment that a referral calls for: an initial one, since 2013 the single one."""
        kind, limit = "single", 45
        if referred < ONE_ASSESSMENT:
            kind, limit = "initial", 7 if referred < TEN_DAYS_FOR_INITIAL else 10
        completed = max(after(decided, 1), self.within(referred, limit, kept=0.85))
        late = kind == "single" and completed > after(referred, limit) and self.chance(0.5)
        return self.assess(decided, completed, kind, "referral", self.one_of(*REASONS) if late else None)

    def taken_up(self, day: date) -> date:
        """A referral that leads to an assessment and to a strategy discussion; the day of that decision."""
        decided = self.referral(day, "strategy-discussion")
        self.assessment(day, decided)
        return decided

    def assess(self, started: date, completed: date, kind: str, reason: str, late: str | None = None) -> date:
        """An assessment from its start to its end."""
        self.tell(started, "assessment-started", type=kind, reason=reason)
        seen, by = self.chance(0.95), self.manager if self.chance(0.85) else None
        return self.tell(
            completed, "assessment-completed", type=kind, child_seen=seen, authorised_by=by, late_reason=late
        )

    def discussion(self, day: date, decision: str | None = "section-47", at: str = "") -> date:
        """A strategy discussion with those who should be there, or, in one bad summer, without the police."""
        agencies = {"social-care", "police", "health"}
        if self.chance(0.5):
            agencies.add("education")
        if day < ONE_ASSESSMENT and self.chance(0.4):
            agencies.discard("health")
        if THE_BAD_SUMMER[0] <= day <= THE_BAD_SUMMER[1] and self.chance(0.6):
            agencies.discard("police")
        if day >= ONE_ASSESSMENT and self.chance(0.06):
            agencies.discard("health")
        who = None if self.chance(0.03) else agencies
        return self.tell(day, "strategy-discussion", at, agencies=who, decision=decision)

    def enquiry(self, day: date, outcome: str = "conference", at: str = "") -> date:
        """A section 47 enquiry from the strategy discussion that decided on it; the day of that discussion."""
        self.discussion(day, at=at)
        self.tell(day, "section-47-started", at and "15:00", lead_qualified=self.chance(0.93))
        if day < ONE_ASSESSMENT:
            self.assess(day, self.within(day, 35), "core", "strategy-discussion")
        self.visit(after(day, self.number(0, 2)), alone=0.8)
        done = after(day, self.number(3, 6))
        if self.chance(0.75):
            self.tell(done, "management-decision")
        self.tell(done, "section-47-completed", outcome=outcome, conference_required=outcome == "conference")
        return day

    def visit(self, day: date, seen: float = 0.97, alone: float = 0.6) -> date:
        """A visit, on which the child was seen, and seen alone, in those shares; a full record says who interpreted."""
        interpreter = self.known("none" if self.chance(0.96) else self.one_of("professional", "family-adult", "child"))
        saw = self.chance(seen)
        by_itself = self.known(saw and self.chance(alone), 0.95)
        return self.tell(
            day,
            "visit",
            child_seen=saw,
            seen_alone=by_itself,
            announced=self.known(self.chance(0.7)),
            interpreter=interpreter,
        )

    def conference(self, discussed: date, outcome: str = "plan", kind: str = "initial-conference") -> date:
        """A conference within 15 working days of the discussion, four times in five."""
        held = self.within(discussed, 15, kept=0.8)
        self.share_report(held, discussed, self.number(1, 4))
        self.tell(
            held,
            kind,
            agencies=self.one_of(EVERYONE, EVERYONE, EVERYONE - {"education"}, EVERYONE - {"police", "education"}),
            outcome=outcome if self.chance(0.96) else None,
            parents_attended=self.chance(0.85),
            child_participation=self.known(self.chance(0.5)),
            interpreter=self.known("none" if self.chance(0.9) else "professional"),
        )
        if self.full and self.chance(0.8):
            self.tell(after(held, self.number(4, 18)), "conference-record-circulated")
        return held

    def share_report(self, held: date, since: date, days: int) -> None:
        """A full record says when the parents got the report for a conference."""
        if self.full and self.chance(0.85):
            self.tell(max(since, ahead(held, days)), "conference-report-shared", with_="parents")

    def start_plan(self, held: date) -> date:
        """A plan on the day of its conference, with its actions and its first core group."""
        categories = self.one_of(
            {"neglect"}, {"neglect"}, {"emotional"}, {"emotional", "neglect"}, {"physical"}, {"sexual"}
        )
        self.tell(
            held,
            "plan-started",
            categories=categories,
            contingency=self.known(self.chance(0.75)),
            exit_criteria=self.known(self.chance(0.7)),
        )
        if self.chance(0.96):
            self.core_group(self.within(held, 10))
        if self.full:
            self.actions(held)
        return held

    def actions(self, held: date) -> None:
        """What is to be done under the plan, by whom and by when; most of it is."""
        for n in range(1, self.number(2, 3) + 1):
            due = after(held, self.number(15, 35))
            self.tell(
                held,
                "plan-action-set",
                action=f"A-{n}",
                owner=self.known(self.one_of(self.worker, "health", "education", "housing")),
                due=self.known(due, 0.95),
                measure=self.known(self.one_of("school-attendance", "health-checks", "home-conditions"), 0.7),
            )
            if self.chance(0.85):
                self.tell(self.within(ahead(due, 5), 5, kept=0.8), "plan-action-done", action=f"A-{n}")

    def core_group(self, day: date) -> date:
        """A core group; now and then nobody writes down who was there."""
        return self.tell(day, "core-group", agencies=EVERYONE if self.chance(0.95) else None)

    def review(self, day: date, months: int, outcome: str = "continue") -> date:
        """The next review: some days before the limit, or, one time in ten, after it."""
        days = months * 30 - self.number(2, 20) if self.chance(0.9) else months * 31 + self.number(6, 40)
        held = working(day + timedelta(days=days))
        self.share_report(held, day, self.number(2, 6))
        return self.tell(held, "review-conference", outcome=outcome, agencies=EVERYONE)

    def plan(self, held: date, reviews: int) -> date:
        """A plan with its core groups and reviews, up to the review that ends it."""
        day = group = self.start_plan(held)
        for n in range(reviews):
            day = self.review(day, 6 if n else 3, "continue" if n < reviews - 1 else "end")
        while (group := after(group, self.number(20, 33))) < day:
            self.core_group(group)
        return self.tell(day, "plan-ended", reason="no-longer-at-risk", by="review-conference")

    def child_in_need(self, day: date, reviews: int = 1) -> date:
        """A child in need plan."""
        self.tell(day, "child-in-need-plan-started")
        for _ in range(reviews):
            day = self.tell(after(day, self.number(40, 60)), "child-in-need-review")
        return self.tell(after(day, self.number(5, 20)), "child-in-need-plan-ended")

    def close(self, reason: str = "needs-met") -> date:
        """The case closes once all of its work is done; most often because a manager said so."""
        if self.chance(0.75):
            self.tell(self.last, "management-decision")
        return self.tell(self.last, "case-closed", reason=reason)
