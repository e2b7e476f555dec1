"""What audits came to: grades, themes, outcomes for the child, actions, and how much of the work was audited at all.

In 2012 audits were about process, and their themes and actions were not used (Ofsted, Herefordshire, September 2012,
paragraph 44); six months were given for a programme that looks at the child's experience, and whose action plans are
"robustly monitored and implemented" (paragraph 3). Grades are what people recorded: none is computed here.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from attrs import field, frozen

from childprotect.chronology import Chronology
from childprotect.conditions import Match, Story, Truth
from childprotect.desk.desk import Desk
from childprotect.desk.documents import Block, Column, Paragraph, Section, Table
from childprotect.desk.looking import known, may_lack, story_of
from childprotect.desk.questions import GRADES
from childprotect.events import Event
from childprotect.periods import Period
from childprotect.records.keeping import digest
from childprotect.rulebooks.england.matches import CASE_CLOSED, ENQUIRY_BEGINS
from childprotect.shares import interval
from childprotect.statuses import Status
from childprotect.vocabulary import THEMES, values_of
from childprotect.wording import counted, day_in_words

ACTION_RULE = "audit-action-done"
ANOTHER_THEME = "another theme"
_NO_OUTCOME = frozenset("no none nothing unknown not-known n-a - false 0".split())
"""What people write where there is nothing to say."""


@frozen
class Share:
    """How many of some are so, how many are not, and of how many nobody can tell."""

    yes: int
    no: int
    unknown: int

    @classmethod
    def of(cls, truths: Iterable[Truth]) -> "Share":
        """The share of those that are true."""
        counts = Counter(truths)
        return cls(counts[True], counts[False], counts[None])

    @property
    def value(self) -> float | None:
        """Of those that are told of; None of none."""
        return self.yes / (self.yes + self.no) if self.yes + self.no else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's interval of the share, as of a sample; None of none."""
        return interval(self.yes, self.yes + self.no) if self.yes + self.no else None

    def __str__(self) -> str:
        told = f"{self.yes} of {self.yes + self.no}"
        part = "" if self.value is None else f" ({self.value:.0%})"
        return told + part + (f"; nobody can tell of {self.unknown}" if self.unknown else "")


@frozen
class Action:
    """An action that an audit asked for. Whose it is is not kept: `owned` says whether anybody's."""

    child: str
    set_on: date
    owned: Truth
    due: date | None
    status: Status | None
    """What the rule `audit-action-done` says of it; None where the rulebook of the desk does not have it."""


@frozen
class Audit:
    """An audit of a case, as it was recorded; `outcome` is whether it says what came of the work for the child."""

    child: str
    day: date
    grade: str | None
    themes: frozenset[str]
    agency: str | None
    outcome: Truth
    actions: tuple[Action, ...] = ()
    lacks_actions: Truth = False
    """Whether it asked for nothing; None where nobody can tell."""


@frozen
class Audits:
    """The audits of a desk, or of a period before its day, and what they leave open."""

    as_at: date
    since: date | None
    audits: tuple[Audit, ...]
    loose: tuple[Action, ...] = field(repr=False)
    """Actions of children of whom no audit is on record before them."""
    untold: tuple[str, ...] = field(repr=False)
    """Children of whom nobody can tell whether, or how often, they were audited."""
    closed: Share
    """Of the cases that were closed in the period, those that were audited on that day or since."""
    enquiries: Share
    """Of the section 47 enquiries that began in the period, those that were audited on that day or since."""

    @property
    def by_grade(self) -> dict[str, int]:
        """How many audits gave each grade; under "" those that recorded none."""
        counts = Counter(audit.grade or "" for audit in self.audits)
        return {grade: counts[grade] for grade in (*GRADES, "")}

    @property
    def by_agency(self) -> dict[str, int]:
        """How many audits each agency made; under "" those of which no agency, or none of ours, is recorded."""
        counts = Counter(audit.agency or "" for audit in self.audits)
        return {agency: counts[agency] for agency in sorted(counts)}

    @property
    def by_theme(self) -> dict[str, int]:
        """In how many audits each theme was named, the commonest first; themes that are not ours count as one."""
        return _themes(self.audits)

    @property
    def by_month(self) -> dict[str, dict[str, int]]:
        """The themes of the audits of each month, such as `2012-09`, in which there was one."""
        months: dict[str, list[Audit]] = {}
        for audit in self.audits:
            months.setdefault(f"{audit.day:%Y-%m}", []).append(audit)
        return {month: _themes(months[month]) for month in sorted(months)}

    @property
    def with_outcome(self) -> Share:
        """The audits that say what came of the work for the child."""
        return Share.of(audit.outcome for audit in self.audits)

    @property
    def actions(self) -> tuple[Action, ...]:
        """All actions, in the order in which they were set."""
        some = [action for audit in self.audits for action in audit.actions]
        return tuple(sorted((*some, *self.loose), key=lambda action: (action.set_on, action.child)))

    @property
    def overdue(self) -> tuple[Action, ...]:
        """The actions whose day has passed: they are on the worklist."""
        return tuple(action for action in self.actions if action.status is Status.OVERDUE)

    @property
    def unclear(self) -> tuple[Action, ...]:
        """The actions without an owner or a day by which they are due."""
        return tuple(action for action in self.actions if action.owned is not True or action.due is None)

    @property
    def led_nowhere(self) -> tuple[Audit, ...]:
        """The audits that found the work inadequate and asked for nothing, or of which nobody can tell whether."""
        inadequate = (audit for audit in self.audits if audit.grade == GRADES[-1])
        return tuple(audit for audit in inadequate if audit.lacks_actions is not False)


def audits(desk: Desk, period: Period | None = None, themes: Collection[str] = ()) -> Audits:
    """The audits on a desk: all, or those of a period before its day, with both ends.

    `themes` are names of your own that may be shown; any other theme that is not in `vocabulary.THEMES` might be
    personal, and is counted as "another theme".
    """
    first = None if period is None else period.before(desk.as_at)
    since = first if isinstance(first, date) else None
    names = {**{theme: theme for theme in THEMES}}
    for theme in themes:
        names |= {theme: theme, theme.casefold(): theme, digest(theme.casefold()): theme}
    found: list[Audit] = []
    loose: list[Action] = []
    untold: list[str] = []
    closed: list[Truth] = []
    enquiries: list[Truth] = []
    for chronology in desk.chronologies():
        events = known(desk, chronology)
        story = story_of(chronology, events)
        if may_lack(story, _AUDITED, since or date.min):
            untold.append(chronology.child)
        some, others = _audits_of(desk, chronology, events, story, names)
        found += (audit for audit in some if since is None or audit.day >= since)
        loose += (action for action in others if since is None or action.set_on >= since)
        closed += _audited(story, CASE_CLOSED, since)
        enquiries += _audited(story, ENQUIRY_BEGINS, since)
    ordered = tuple(sorted(found, key=lambda audit: (audit.day, audit.child)))
    return Audits(
        desk.as_at, since, ordered, tuple(loose), tuple(sorted(untold)), Share.of(closed), Share.of(enquiries)
    )


_AUDITED, _ACTION_SET = frozenset({"case-audited"}), frozenset({"audit-action-set"})


def _audits_of(
    desk: Desk, chronology: Chronology, events: Sequence[Event], story: Story, names: Mapping[str, str]
) -> tuple[list[Audit], list[Action]]:
    """The audits of a child, each with the actions that were set from then until the next, and those before any."""
    audited = [n for n, event in enumerate(events) if event.kind == "case-audited"]
    setting = [n for n, event in enumerate(events) if event.kind == "audit-action-set"]
    if not audited and not setting:
        return [], []
    statuses = _statuses(desk, chronology) if setting else {}
    actions = [(n, _action(chronology, events[n], statuses)) for n in setting]
    loose = [action for n, action in actions if not audited or n < audited[0]]
    found = []
    for place, until in pairwise((*audited, len(events))):
        own = tuple(action for n, action in actions if place < n < until)
        event = events[place]
        unsure = may_lack(story, _ACTION_SET, event.day)
        found.append(
            Audit(
                chronology.child,
                event.day,
                event.facts.get("grade"),
                frozenset(names.get(theme, ANOTHER_THEME) for theme in event.facts.get("themes", ())),
                agency if (agency := event.facts.get("agency")) in values_of("agency") else None,
                _outcome(event, story),
                own,
                False if own else None if unsure else True,
            )
        )
    return found, loose


def _statuses(desk: Desk, chronology: Chronology) -> dict[Event, Status]:
    """What the rule says of each action: what is late is said there, once."""
    findings = (finding for finding in desk.report(chronology).findings if finding.rule == ACTION_RULE)
    return {finding.trigger: finding.status for finding in findings if finding.trigger is not None}


def _action(chronology: Chronology, event: Event, statuses: Mapping[Event, Status]) -> Action:
    owned = "owner" in event.facts or (False if chronology.covers.holds(event.kind, "owner") else None)
    due = event.facts.get("due")
    return Action(chronology.child, event.day, owned, due if isinstance(due, date) else None, statuses.get(event))


def _outcome(event: Event, story: Story) -> Truth:
    said = event.facts.get("outcome")
    if isinstance(said, str):
        return said.strip().casefold().replace(" ", "-") not in _NO_OUTCOME
    if said is None and not story.covers.holds(event.kind, "outcome"):
        return None
    return bool(said)


def _audited(story: Story, match: Match, since: date | None) -> Iterator[Truth]:
    """Of each event that certainly counts, whether an audit is on record of that day or later."""
    last = max((event.day for event in story.events if event.kind == "case-audited"), default=date.min)
    for hit in story.find(match):
        day = hit.event.day
        if hit.truth and (since is None or day >= since):
            yield True if last >= day else None if may_lack(story, _AUDITED, day) else False


def _themes(some: Iterable[Audit]) -> dict[str, int]:
    counts = Counter(theme for audit in some for theme in audit.themes)
    return dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))


# --- in words


def told_of(found: Audits) -> Section:
    """What audits came to, for a report: counts and cases, nobody's name, and nothing but what was recorded."""
    days = f"from {day_in_words(found.since)} to" if found.since is not None else "up to"
    blocks: list[Block] = [Paragraph(f"{counted(len(found.audits), 'audits')} {days} {day_in_words(found.as_at)}.")]
    if found.audits:
        blocks += [
            _counts("Grades that were recorded", "grade", {k or "no grade": n for k, n in found.by_grade.items()}),
            _counts("Themes, and in how many audits each was named", "theme", found.by_theme),
            _counts("Who audited", "agency", {k or "not recorded": n for k, n in found.by_agency.items()}),
        ]
    rows = (
        ("closed cases that were audited since", str(found.closed)),
        ("section 47 enquiries that were audited since they began", str(found.enquiries)),
        ("audits that say what came of it for the child", str(found.with_outcome)),
        ("actions", str(len(found.actions))),
        ("of them overdue", str(len(found.overdue))),
        ("of them without an owner or a date", str(len(found.unclear))),
        ("audits that found the work inadequate and led to no action", str(len(found.led_nowhere))),
        ("cases of which nobody can tell whether they were audited", str(len(found.untold))),
    )
    blocks.append(Table("What audits covered, and what they led to", (Column("what"), Column("number")), rows))
    for caption, children in (
        ("Overdue actions", [action.child for action in found.overdue]),
        ("Inadequate, and no action", [audit.child for audit in found.led_nowhere]),
    ):
        if children:
            blocks.append(Paragraph(f"{caption}: {', '.join(dict.fromkeys(children))}."))
    return Section("Audits", tuple(blocks))


def _counts(caption: str, what: str, counts: Mapping[str, int]) -> Table:
    rows = tuple((name.replace("-", " "), str(n)) for name, n in counts.items())
    return Table(caption, (Column(what), Column("audits", number=True)), rows)
