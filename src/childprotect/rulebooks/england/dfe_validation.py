"""The Department for Education's validation rules for the children in need census that speak of what a rule here does.

A council knows these numbers from COLLECT. A number beside a finding says where the same gap would be queried in the
census, as far as a finding tells; it is no second judgement, and its absence says nothing about the census. Only the
rules named here match. None was found that asks when a review, a core group or a decision on a referral was due, and
8840 (a plan that starts and ends on one day) asks for something that no rule here does.
"""

from collections.abc import Callable
from datetime import date

from attrs import field, frozen

from childprotect.calendars import england_and_wales
from childprotect.errors import OutOfRange
from childprotect.findings import Finding
from childprotect.rulebooks.england.matches import ASSESSMENT, ENQUIRY
from childprotect.statuses import Status

SPECIFICATION = "https://www.gov.uk/government/publications/children-in-need-census-2025-to-2026-specification"
"""Where the Department for Education publishes the rules; each was read as the sector's own validator restates it."""
_VALIDATOR = (
    "https://github.com/data-to-insight/csc-validator-be-cin/blob/main/cin_validator/rules/cin2022_23/rule_{}.py"
)
_QUERY = "a query, which may be answered with a reason"
_ERROR = "an error, which has to be put right"


@frozen
class Validation:
    """A validation rule of the census, and the findings in which it would speak.

    `message` is what it says, in a few words of ours, and `differs` how it is not the same as our rule.
    """

    number: str
    rules: tuple[str, ...]
    """Our rules that it matches, by id."""
    when: str
    """The finding in which it would speak, in words."""
    speaks: Callable[[Finding], bool] = field(repr=False)
    message: str
    differs: str
    kind: str

    @property
    def url(self) -> str:
        """Where it was read."""
        return _VALIDATOR.format(self.number)


def numbers(finding: Finding) -> tuple[str, ...]:
    """The numbers of the validation rules that would speak of what a finding says, in order; mostly none.

    >>> from datetime import date
    >>> from childprotect import Chronology, check
    >>> from childprotect.rulebooks import england
    >>> events = [("2024-01-08", "section-47-started", {"conference-required": True})]
    >>> report = check(Chronology.of("C-101", events=events), england.rulebook, as_at=date(2024, 3, 31))
    >>> [(finding.rule, numbers(finding)) for finding in report.findings if numbers(finding)]
    [('initial-conference', ('8675Q',))]
    """
    matching = _MATCHING.get(finding.law.id)
    return tuple(rule.number for rule in matching if rule.speaks(finding)) if matching else ()


def _census_year(as_at: date) -> date:
    """The first day of the census year in which a day falls."""
    first = date(as_at.year, 4, 1)
    return first if first <= as_at else date(as_at.year - 1, 4, 1)


def _open_longer(finding: Finding, days: int) -> bool:
    """Whether it is not done, and began more than so many working days ago, whatever limit a local profile sets."""
    if finding.status is not Status.OVERDUE or finding.started is None or finding.trigger is None:
        return False
    try:
        return finding.trigger.day < england_and_wales().subtract(finding.as_at, days)
    except OutOfRange:
        return False


def _open_since_an_earlier_year(finding: Finding) -> bool:
    began = finding.trigger.day if finding.trigger else finding.as_at
    return finding.status is Status.OVERDUE and began < _census_year(finding.as_at)


def _left_open(finding: Finding, spell: str) -> bool:
    """Whether that spell is among what was left open; a finding names them after a colon."""
    return finding.status is Status.BREACHED and spell in finding.why.rpartition(": ")[2]


def _starts_on_another_day(finding: Finding) -> bool:
    if finding.trigger is None or finding.trigger.day < _census_year(finding.as_at):
        return False
    if finding.status is Status.MET:
        return finding.answer is not None and finding.answer.day != finding.trigger.day
    return finding.status is Status.BREACHED


_ONLY_THEN = "It speaks only of what is still open at the end of the census year, 31 March, and never of what was late"
_CLOSED = ("closed-with-open-work", "closed-with-nothing-open")
RULES = (
    Validation(
        "2885",
        ("plan-from-conference",),
        "breached, or met by a conference on another day, for a plan that began in the census year",
        _starts_on_another_day,
        "a plan begins on another day than the initial conference",
        "It asks for the same day and the same episode; ours for a conference that decided on the plan, whenever.",
        _ERROR,
    ),
    Validation(
        "8670Q",
        ("single-assessment",),
        "overdue, more than 45 working days after the referral",
        lambda finding: _open_longer(finding, 45),
        "an assessment began more than 45 working days before the end of the year and has not ended",
        f"{_ONLY_THEN}. It counts from the start of the assessment, and says nothing where none was begun; ours counts "
        "from the referral. The sector's validator knows the holidays of some years only.",
        _QUERY,
    ),
    Validation(
        "8675Q",
        ("initial-conference",),
        "overdue, more than 15 working days after the enquiry was initiated",
        lambda finding: _open_longer(finding, 15),
        "an enquiry began more than 15 working days before the end of the year, and no conference was held",
        f"{_ONLY_THEN}. It says nothing where the flag that no conference is required is missing. The sector's "
        "validator knows the holidays of some years only.",
        _QUERY,
    ),
    Validation(
        "8740",
        ("initial-conference",),
        "overdue, for an enquiry of an earlier census year",
        _open_since_an_earlier_year,
        "an enquiry without a conference has to have begun in the census year",
        f"{_ONLY_THEN}. It asks when the enquiry began, and counts no working days.",
        _ERROR,
    ),
    Validation(
        "8867",
        _CLOSED,
        "breached by an assessment that was left open",
        lambda finding: _left_open(finding, ASSESSMENT.name),
        "the episode is closed, and an assessment in it has no end",
        "It speaks of every closed episode in the file; ours not of a case that closed because the child died.",
        _ERROR,
    ),
    Validation(
        "8868",
        _CLOSED,
        "breached by a section 47 enquiry that was left open",
        lambda finding: _left_open(finding, ENQUIRY.name),
        "the episode is closed, and an enquiry in it has neither a conference nor the flag that none is required",
        "It knows no other end of an enquiry; ours ends with its own completion too. It speaks of every closed episode "
        "in the file; ours not of a case that closed because the child died.",
        _ERROR,
    ),
    Validation(
        "8905",
        ("plan-category",),
        "breached",
        lambda finding: finding.status is Status.BREACHED,
        "the initial category of abuse is missing or no known code",
        "It speaks of a code that is not known too; for us such a plan cannot be read, and nothing is judged.",
        _ERROR,
    ),
)
"""The rules that match, by number."""
_MATCHING = {name: tuple(rule for rule in RULES if name in rule.rules) for rule in RULES for name in rule.rules}
"""Those that match a rule of ours, by its id."""
