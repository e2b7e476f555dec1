"""Every rule fires from a file: a breach and its absence, read from CSV and from census XML as they lie on disk.

A rule that is right about objects may still never fire because its reader writes a date or a flag in another form.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen
from tests.on_disk import census_child, judged, statuses, tags, write_census, write_lines, write_table

import childprotect as cp
from childprotect.profiles import Profile
from childprotect.records import read
from childprotect.rulebooks import england
from childprotect.rules import Duty

BOOK = england.rulebook.with_practice()

# Each rule has a table that breaks it and one that keeps it: the same rows, but for one, which is marked - if it stands
# in the first and + if in the second. A row is written as in `law/*.toml`: the cells of `at` and `event`, then further
# columns with their cells, which may be empty. The day of the check is the last one in the file.
#
# `rule = figure` is a rule without a national number: the figure is an example, and nobody's. `rule: what` is one more
# pair of tables for a rule.
TABLES_AS_TEXT = """
referral-decision
    2024-01-05 referral
  - 2024-01-09 referral-decided outcome=assessment
  + 2024-01-08 referral-decided outcome=assessment

referral-acknowledgement
    2024-01-05 referral
  - 2024-01-09 referral-acknowledged
  + 2024-01-08 referral-acknowledged

referrer-informed = "1 working day"
    2011-09-02 referral-decided outcome=assessment
  - 2011-09-06 referrer-informed
  + 2011-09-05 referrer-informed

initial-assessment
    2011-09-01 referral
  - 2011-09-16 assessment-completed type=initial
  + 2011-09-15 assessment-completed type=initial

core-assessment
    2011-09-01 assessment-started type=core
  - 2011-10-21 assessment-completed type=core
  + 2011-10-20 assessment-completed type=core

single-assessment
    2024-01-08 referral
  - 2024-03-12 assessment-completed type=single
  + 2024-03-11 assessment-completed type=single

new-information-assessment
    2011-09-01 referral
    2011-10-03 new-information
  - 2011-10-18 assessment-completed type=initial
  + 2011-10-17 assessment-completed type=initial

strategy-discussion-held = "24 hours"
    2011-09-01 referral
    2011-09-05T09:30:00+01:00 police-protection-started
  - 2011-09-06T09:45:00+01:00 strategy-discussion decision=section-47
  + 2011-09-06T09:15:00+01:00 strategy-discussion decision=section-47

strategy-discussion-attendance
  - 2024-01-08 strategy-discussion decision=section-47 agencies=social-care;health
  + 2024-01-08 strategy-discussion decision=section-47 agencies=social-care;police;health

child-seen = "5 working days"
    2011-09-05 referral
  - 2011-09-12 visit child-seen=no
  + 2011-09-12 visit child-seen=yes
    2011-09-30 supervision

section-47-after-strategy-discussion
  - 2024-01-09 strategy-discussion decision=section-47
  + 2024-01-08 strategy-discussion decision=section-47
    2024-01-08 section-47-started

section-47-completion = "10 working days"
    2024-01-08 strategy-discussion decision=section-47
  - 2024-01-23 section-47-completed outcome=not-substantiated
  + 2024-01-22 section-47-completed outcome=not-substantiated

section-47-outcome
    2024-01-08 strategy-discussion decision=section-47
  - 2024-01-19 section-47-completed outcome=
  + 2024-01-19 section-47-completed outcome=not-substantiated

initial-conference
    2024-01-08 strategy-discussion decision=section-47
  - 2024-01-30 initial-conference outcome=plan
  + 2024-01-29 initial-conference outcome=plan

transfer-in-conference
    2024-01-08 transfer-notified
  - 2024-01-30 transfer-in-conference outcome=plan
  + 2024-01-29 transfer-in-conference outcome=plan

plan-from-conference
  - 2024-01-22 initial-conference outcome=no-plan
  + 2024-01-22 initial-conference outcome=plan
    2024-01-22 plan-started

plan-category
    2024-01-22 initial-conference outcome=plan
  - 2024-01-22 plan-started categories=
  + 2024-01-22 plan-started categories=neglect;emotional

first-core-group
    2024-01-22 initial-conference outcome=plan
  - 2024-02-06 core-group
  + 2024-02-05 core-group

first-review-conference
    2024-01-22 initial-conference outcome=plan
  - 2024-04-23 review-conference outcome=continue
  + 2024-04-22 review-conference outcome=continue

review-conference
    2024-01-22 initial-conference outcome=plan
    2024-04-22 review-conference outcome=continue
  - 2024-10-23 review-conference outcome=end
  + 2024-10-22 review-conference outcome=end

plan-ended-by-review
    2024-01-22 initial-conference outcome=plan
  - 2024-04-22 review-conference outcome=continue
  + 2024-04-22 review-conference outcome=end
    2024-04-22 plan-ended reason=no-longer-at-risk by=manager

closed-with-open-work
    2024-01-22 initial-conference outcome=plan
  + 2024-04-22 plan-ended reason=moved
    2024-04-22 case-closed reason=transferred

care-proceedings
    2014-06-03 proceedings-issued
  - 2014-12-02 proceedings-concluded
  + 2014-12-01 proceedings-concluded

care-proceedings: extended twice
    2014-06-03 proceedings-issued
    2014-11-20 proceedings-extended
    2015-01-15 proceedings-extended
  - 2015-03-24 proceedings-concluded
  + 2015-03-23 proceedings-concluded

interim-care-order
    2012-05-08 interim-care-order-made
  - 2012-07-03 interim-care-order-made
  + 2012-07-02 interim-care-order-made
    2012-07-27 proceedings-concluded

interim-care-order: renewed
    2012-05-08 interim-care-order-made
    2012-07-02 interim-care-order-made
  - 2012-07-30 proceedings-concluded
  + 2012-07-29 proceedings-concluded

child-assessment-order
    2024-01-09 child-assessment-order-made
  - 2024-01-16 child-assessment-order-ended
  + 2024-01-15 child-assessment-order-ended

emergency-protection-order
    2024-01-09 emergency-protection-order-made
  - 2024-01-17 emergency-protection-order-ended
  + 2024-01-16 emergency-protection-order-ended

emergency-protection-order: extended
    2024-01-09 emergency-protection-order-made
    2024-01-16 emergency-protection-order-extended
  - 2024-01-24 emergency-protection-order-ended
  + 2024-01-23 emergency-protection-order-ended

emergency-protection-order: after police protection
    2024-01-08T22:10:00+00:00 police-protection-started
    2024-01-10 emergency-protection-order-made
  - 2024-01-16 emergency-protection-order-ended
  + 2024-01-15 emergency-protection-order-ended

police-protection
    2014-03-03T10:00:00+00:00 police-protection-started
  - 2014-03-06T10:30:00+00:00 police-protection-ended
  + 2014-03-06T10:00:00+00:00 police-protection-ended

police-protection: over the night on which the clocks go forward
    2014-03-28T10:00:00+00:00 police-protection-started
  - 2014-03-31T11:15:00+01:00 police-protection-ended
  + 2014-03-31T11:00:00+01:00 police-protection-ended

enquiry-after-emergency-action = "1 working day"
    2014-03-03 emergency-protection-order-made
  - 2014-03-05 section-47-started
  + 2014-03-04 section-47-started

legal-planning-meeting = "10 working days"
    2012-06-11 legal-advice-sought
  - 2012-06-26 legal-planning-meeting
  + 2012-06-25 legal-planning-meeting

letter-before-proceedings = "5 working days"
    2012-06-25 legal-planning-meeting
  - 2012-07-03 letter-before-proceedings
  + 2012-07-02 letter-before-proceedings

pre-proceedings-meeting = "15 working days"
    2012-07-02 letter-before-proceedings
  - 2012-07-24 pre-proceedings-meeting
  + 2012-07-23 pre-proceedings-meeting

proceedings-issued = "3 months"
    2012-07-02 letter-before-proceedings
  - 2012-10-03 proceedings-issued
  + 2012-10-02 proceedings-issued

family-group-meeting-offered
  - 2027-02-01 letter-before-proceedings family-group-meeting-offered=0
  + 2027-02-01 letter-before-proceedings family-group-meeting-offered=1

looked-after-visit: the first
    2012-05-01 placement-started placement=foster
  - 2012-05-09 looked-after-visit
  + 2012-05-08 looked-after-visit
    2012-06-01 looked-after-ended

looked-after-visit
    2012-05-01 placement-started placement=foster until-18=false
    2012-05-08 looked-after-visit
  - 2012-06-20 looked-after-visit
  + 2012-06-19 looked-after-visit
    2012-07-02 looked-after-ended

looked-after-visit-placed-to-18: the first
    2012-05-01 placement-started until-18=true
  - 2012-05-09 looked-after-visit
  + 2012-05-08 looked-after-visit
    2012-06-01 looked-after-ended

looked-after-visit-placed-to-18
    2012-05-01 placement-started until-18=true
    2012-05-08 looked-after-visit
    2012-06-19 looked-after-visit
    2012-07-31 looked-after-visit
    2012-09-11 looked-after-visit
    2012-10-23 looked-after-visit
    2012-12-04 looked-after-visit
    2013-01-15 looked-after-visit
    2013-02-26 looked-after-visit
    2013-04-09 looked-after-visit
    2013-05-21 looked-after-visit
  - 2013-08-22 looked-after-visit
  + 2013-08-21 looked-after-visit
    2013-09-02 looked-after-ended

looked-after-visit-long-term-foster: the first
    2015-05-05 placement-started placement=long-term-foster
  - 2015-05-13 looked-after-visit
  + 2015-05-12 looked-after-visit
    2015-06-01 looked-after-ended

looked-after-visit-long-term-foster
    2015-05-05 placement-started placement=long-term-foster
    2015-05-12 looked-after-visit
    2015-06-23 looked-after-visit
    2015-08-04 looked-after-visit
    2015-09-15 looked-after-visit
    2015-10-27 looked-after-visit
    2015-12-08 looked-after-visit
    2016-01-19 looked-after-visit
    2016-03-01 looked-after-visit
    2016-04-12 looked-after-visit
    2016-05-24 looked-after-visit
  - 2016-11-25 looked-after-visit
  + 2016-11-24 looked-after-visit
    2016-12-01 looked-after-ended

looked-after-visit-at-home: the first
    2014-06-02 placement-started placement=parents-interim-order
  - 2014-06-10 looked-after-visit
  + 2014-06-09 looked-after-visit
    2014-06-12 looked-after-review

looked-after-visit-at-home
    2014-06-02 placement-started placement=parents-interim-order
    2014-06-09 looked-after-visit
  - 2014-06-17 looked-after-visit
  + 2014-06-16 looked-after-visit
    2014-06-19 looked-after-review

looked-after-visit-at-home-reviewed
    2014-06-02 placement-started placement=temporary-connected-person
    2014-06-09 looked-after-visit
    2014-06-16 looked-after-visit
    2014-06-19 looked-after-review
  - 2014-07-15 looked-after-visit
  + 2014-07-14 looked-after-visit
    2014-08-01 looked-after-ended

looked-after-review
    2012-05-01 looked-after-started
  - 2012-05-31 looked-after-review
  + 2012-05-30 looked-after-review
    2012-06-29 looked-after-ended

looked-after-review: the second
    2012-05-01 looked-after-started
    2012-05-30 looked-after-review
  - 2012-08-31 looked-after-review
  + 2012-08-30 looked-after-review
    2012-09-28 looked-after-ended

looked-after-review: the third
    2012-05-01 looked-after-started
    2012-05-30 looked-after-review
    2012-08-30 looked-after-review
  - 2013-03-01 looked-after-review
  + 2013-02-28 looked-after-review
    2013-03-28 looked-after-ended

private-fostering-first-visit
    2014-03-03 private-fostering-notified
  - 2014-03-13 private-fostering-visit
  + 2014-03-12 private-fostering-visit

private-fostering-visit
    2014-03-03 private-fostering-known
  - 2014-04-15 private-fostering-visit
  + 2014-04-14 private-fostering-visit
    2014-05-01 private-fostering-ended

return-interview
    2014-03-01T21:00:00+00:00 missing
    2014-03-03T10:00:00+00:00 found
  - 2014-03-06T10:30:00+00:00 return-interview
  + 2014-03-06T10:00:00+00:00 return-interview

child-protection-visit = { every = "10 working days" }
    2024-01-22 initial-conference outcome=plan
    2024-02-05 visit child-seen=true
  - 2024-02-20 visit child-seen=true
  + 2024-02-19 visit child-seen=true
    2024-03-01 plan-ended reason=moved

child-in-need-visit = { every = "20 working days" }
    2024-01-08 child-in-need-plan-started
  - 2024-02-06 visit child-seen=1
  + 2024-02-05 visit child-seen=1
    2024-02-29 child-in-need-plan-ended

child-in-need-review = { every = "3 months", first = "6 weeks" }
    2024-01-08 child-in-need-plan-started
    2024-02-19 child-in-need-review
  - 2024-05-20 child-in-need-review
  + 2024-05-19 child-in-need-review
    2024-06-03 child-in-need-plan-ended

core-group = { every = "6 weeks" }
    2024-01-22 initial-conference outcome=plan
    2024-02-05 core-group
  - 2024-03-19 core-group
  + 2024-03-18 core-group
    2024-04-05 plan-ended reason=moved

core-group-quorum = { agencies = ["social-care"], others = 2 }
  - 2024-02-05 core-group agencies=social-care;health
  + 2024-02-05 core-group agencies=social-care;health;education

conference-report-shared = "2 working days"
  - 2024-01-19 conference-report-shared with=parents
  + 2024-01-18 conference-report-shared with=parents
    2024-01-22 initial-conference outcome=plan

review-report-shared = "3 working days"
  - 2024-04-18 conference-report-shared with=parents
  + 2024-04-17 conference-report-shared with=parents
    2024-04-22 review-conference outcome=end

conference-quorum = { agencies = ["social-care", "police"] }
  - 2024-01-22 initial-conference agencies=social-care;health
  + 2024-01-22 initial-conference agencies=social-care;health;police

conference-record-circulated = "10 working days"
    2024-01-22 initial-conference
  - 2024-02-06 conference-record-circulated
  + 2024-02-05 conference-record-circulated

supervision = { every = "1 month" }
    2024-01-08 referral
  - 2024-02-09 supervision
  + 2024-02-08 supervision
    2024-03-01 case-closed

assessment-current = "12 months"
    2011-08-01 referral
  - 2011-09-09 assessment-completed type=core
  + 2011-09-10 assessment-completed type=core
    2012-09-10 supervision

recording-lag = "2 working days"
  - 2024-01-08 referral recorded=2024-01-11
  + 2024-01-08 referral recorded=2024-01-10

first-contact-after-transfer = "5 working days"
    2024-01-08 referral
    2024-01-09 allocated worker=W-07
    2024-03-04 allocated worker=W-12
  - 2024-03-12 visit child-seen=TRUE
  + 2024-03-11 visit child-seen=TRUE

escalation-resolved = "10 working days"
    2012-06-11 escalation-raised agency=health
  - 2012-06-25 escalation-resolved agency=police
  + 2012-06-25 escalation-resolved agency=health
    2012-07-02 supervision

referral-decided-by
  - 2012-06-12 referral-decided decided-by=
  + 2012-06-12 referral-decided decided-by=M-03

assessment-authorised
  - 2012-06-22 assessment-completed authorised-by=
  + 2012-06-22 assessment-completed authorised-by=M-03

assessment-child-seen
  - 2012-06-22 assessment-completed child-seen=false
  + 2012-06-22 assessment-completed child-seen=true

section-47-lead-qualified
  - 2012-06-12 section-47-started lead-qualified=no
  + 2012-06-12 section-47-started lead-qualified=yes

enquiry-child-seen
    2012-06-12 strategy-discussion decision=section-47
  - 2012-06-13 visit child-seen=false
  + 2012-06-13 visit child-seen=true
    2012-06-19 section-47-completed

enquiry-child-seen-alone
    2012-06-12 strategy-discussion decision=section-47
  - 2012-06-13 visit child-seen=true seen-alone=false
  + 2012-06-13 visit child-seen=true seen-alone=true
    2012-06-19 section-47-completed

section-47-outcome-authorised
  - 2012-06-11 management-decision
    2012-06-12 strategy-discussion decision=section-47
  + 2012-06-19 management-decision
    2012-06-19 section-47-completed

visit-recorded
  - 2012-06-13 visit child-seen=true seen-alone=
  + 2012-06-13 visit child-seen=true seen-alone=false

interpreter-not-a-child
  - 2012-06-13 visit interpreter=child
  + 2012-06-13 visit interpreter=professional

conference-participation
  - 2012-07-02 initial-conference parents-attended=true child-participation=
  + 2012-07-02 initial-conference parents-attended=true child-participation=false

report-before-conference
  - 2012-06-28 conference-report-shared with=health
  + 2012-06-28 conference-report-shared with=parents
    2012-07-02 initial-conference

plan-contingency
  - 2012-07-02 plan-started contingency=false
  + 2012-07-02 plan-started contingency=true

plan-exit-criteria
  - 2012-07-02 plan-started exit-criteria=false
  + 2012-07-02 plan-started exit-criteria=true

plan-action-recorded
  - 2012-07-02 plan-action-set owner=W-07 due=2012-08-01 measure=
  + 2012-07-02 plan-action-set owner=W-07 due=2012-08-01 measure=school-attendance

plan-action-done
    2012-07-02 plan-action-set action=A-1 due=2012-08-01
    2012-07-02 plan-action-set action=A-2 due=2012-09-03
  - 2012-08-02 plan-action-done action=A-1
  + 2012-08-01 plan-action-done action=A-1

core-group-recorded
  - 2012-07-16 core-group agencies=
  + 2012-07-16 core-group agencies=social-care

allocated-to-qualified-worker
    2012-06-11 referral
  - 2012-06-12 allocated worker=W-07 qualified=no
  + 2012-06-12 allocated worker=W-07 qualified=yes
    2012-07-02 supervision

new-information-answered = "10 working days"
    2012-06-11 new-information
  - 2012-06-26 strategy-discussion
  + 2012-06-25 strategy-discussion

probation-notice-filed = "2 working days"
    2012-06-11 probation-notice kind=release-date
  - 2012-06-14 information-filed
  + 2012-06-13 information-filed

marac-filed = "5 working days"
    2012-06-11 marac
  - 2012-06-19 information-filed
  + 2012-06-18 information-filed

mappa-filed = "5 working days"
    2012-06-11 mappa
  - 2012-06-19 information-filed
  + 2012-06-18 information-filed

information-received = "5 working days"
    2012-06-11 information-requested agency=health
    2012-06-13 information-received agency=education
  - 2012-06-19 information-received agency=health
  + 2012-06-18 information-received agency=health

chronology-current
    2012-06-11 referral
  - 2012-06-12 chronology-updated
    2012-06-13 strategy-discussion
  + 2012-06-14 chronology-updated
    2012-07-02 supervision

closure-authorised
    2012-06-11 referral
  - 2012-06-12 management-decision
    2012-06-22 assessment-completed
  + 2012-06-25 management-decision
    2012-06-25 case-closed reason=needs-met

closed-with-nothing-open
    2012-06-11 referral
    2012-06-18 escalation-raised agency=police
  + 2012-06-20 escalation-resolved agency=police
    2012-06-25 case-closed reason=needs-met

audit-action-done
    2012-07-02 audit-action-set action=Q-1 due=2012-08-01
  - 2012-08-02 audit-action-done action=Q-1
  + 2012-08-01 audit-action-done action=Q-1
"""


Cells = tuple[str, str, dict[str, str]]


@frozen
class Tables:
    """Two files that differ in one row, which the one marked `-` has and the other not, or the reverse."""

    name: str
    figure: str
    rows: tuple[tuple[str, Cells], ...]

    @property
    def rule(self) -> str:
        return self.name.partition(":")[0]

    @property
    def broken(self) -> list[Cells]:
        return [row for mark, row in self.rows if mark != "+"]

    @property
    def kept(self) -> list[Cells]:
        return [row for mark, row in self.rows if mark != "-"]


def tables_in(text: str) -> Iterator[Tables]:
    for block in text.strip().split("\n\n"):
        head, *lines = block.splitlines()
        name, _, figure = head.partition(" = ")
        yield Tables(name, figure, tuple(map(_row, lines)))


def _row(line: str) -> tuple[str, Cells]:
    mark, (at, kind, *cells) = line[:4].strip(), line[4:].split()
    assert mark in ("", "-", "+"), line
    return mark, (at, kind, dict(cell.split("=", 1) for cell in cells))


TABLES = tuple(tables_in(TABLES_AS_TEXT))
LOCAL = {tables.rule: tables.figure for tables in TABLES if tables.figure}
TOLD = {
    "referrer-informed": (4, 3),
    "strategy-discussion-held": (1, 1),
    "child-seen": (25, 7),
    "section-47-completion": (15, 14),
    "enquiry-after-emergency-action": (2, 1),
    "legal-planning-meeting": (15, 14),
    "letter-before-proceedings": (8, 7),
    "pre-proceedings-meeting": (22, 21),
    "proceedings-issued": (93, 92),
    "new-information-answered": (15, 14),
    "probation-notice-filed": (3, 2),
    "marac-filed": (8, 7),
    "mappa-filed": (8, 7),
    "information-received": (8, 7),
}
"""How many days the two tables tell of a duty that the law leaves without a number."""

every_pair = pytest.mark.parametrize("tables", TABLES, ids=lambda tables: tables.name.replace(" ", "-"))


@pytest.fixture(scope="module")
def law(tmp_path_factory: pytest.TempPathFactory) -> cp.Rulebook:
    """The law with every example figure laid over it, from a profile on disk; and with the Act of 2026 in force."""
    lines = ['id = "ANYTOWN"', 'authority = "Anytown"', "practice = true", "[commencing]", "CWSA2026-1 = 2027-01-04"]
    for rule, figure in LOCAL.items():
        lines += ["[[rule]]", f'id = "{rule}"', "from = 2006-04-01", f"requires = {figure}", "illustrative = true"]
    path = tmp_path_factory.mktemp("profile") / "anytown.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    book: cp.Rulebook = england.rulebook | Profile.load(path, book=england.rulebook)
    return book


def found_in(path: Path, rule: str, book: cp.Rulebook) -> list[cp.Finding]:
    (report,) = judged(path, book=book)[1].values()
    return [finding for finding in report.findings if finding.rule == rule]


def told(path: Path, rule: str) -> list[str]:
    return statuses(judged(path)[1].values(), rule)


def broken(found: list[str]) -> bool:
    return not {"late", "overdue", "breached"}.isdisjoint(found)


def test_every_rule_of_the_book_has_its_tables() -> None:
    assert {tables.rule for tables in TABLES} == set(BOOK)
    assert len({tables.name for tables in TABLES}) == len(TABLES)


def test_a_figure_is_given_to_the_rules_without_a_national_number_and_to_no_other() -> None:
    unnumbered = {rule.id for rule in BOOK.rules if isinstance(rule, Duty)}
    assert set(LOCAL) == unnumbered | {rule.id for rule in BOOK.rules if not rule.versions}
    assert set(TOLD) == {rule for rule in unnumbered if BOOK[rule].versions}


@every_pair
def test_a_rule_fires_from_a_table_on_disk(tables: Tables, law: cp.Rulebook, tmp_path: Path) -> None:
    found = found_in(write_table(tmp_path / "broken.csv", *tables.broken), tables.rule, law)
    assert [finding.is_breach for finding in found].count(True) == 1
    assert not any(finding.status is cp.Status.CANNOT_TELL for finding in found)


@every_pair
def test_a_rule_that_is_kept_does_not_fire_from_a_table_on_disk(
    tables: Tables, law: cp.Rulebook, tmp_path: Path
) -> None:
    found = {finding.status for finding in found_in(write_table(tmp_path / "kept.csv", *tables.kept), tables.rule, law)}
    assert cp.Status.MET in found
    assert found <= {cp.Status.MET, cp.Status.DISCHARGED, cp.Status.PENDING}


@every_pair
def test_a_table_differs_from_its_pair_in_one_row(tables: Tables) -> None:
    """So that nothing but what the rule is about can have made the difference."""
    marks = [mark for mark, _ in tables.rows if mark]
    assert sorted(marks) in (["+"], ["+", "-"])


@every_pair
def test_the_same_rows_say_the_same_as_json_lines(tables: Tables, law: cp.Rulebook, tmp_path: Path) -> None:
    for rows in (tables.broken, tables.kept):
        table = found_in(write_table(tmp_path / "rows.csv", *rows), tables.rule, law)
        lines = write_lines(
            tmp_path / "rows.jsonl", *({"child": "C-1", "at": at, "event": event} | facts for at, event, facts in rows)
        )
        assert [str(finding) for finding in found_in(lines, tables.rule, law)] == [str(finding) for finding in table]


@pytest.mark.parametrize("rule", LOCAL)
def test_nothing_is_judged_without_a_number_and_an_example_of_one_is_called_so(
    rule: str, law: cp.Rulebook, tmp_path: Path
) -> None:
    (tables,) = (tables for tables in TABLES if tables.rule == rule)
    path = write_table(tmp_path / "broken.csv", *tables.broken)
    assert found_in(path, rule, BOOK) == []
    found = found_in(path, rule, law)
    assert {finding.version and finding.version.edition for finding in found} == {"ANYTOWN"}
    assert all("The figure is an illustration" in finding.because for finding in found)


@pytest.mark.parametrize("rule", TOLD)
def test_how_long_a_duty_without_a_number_took_is_told(rule: str, tmp_path: Path) -> None:
    (tables,) = (tables for tables in TABLES if tables.rule == rule)
    days = []
    for rows in (tables.broken, tables.kept):
        (report,) = judged(write_table(tmp_path / "rows.csv", *rows), book=BOOK)[1].values()
        days += [entry.days for entry in report.elapsed if entry.rule == rule]
    assert tuple(days) == TOLD[rule]


def test_the_act_of_2026_is_not_judged_before_it_is_in_force(law: cp.Rulebook, tmp_path: Path) -> None:
    rule = "family-group-meeting-offered"
    letter = ("letter-before-proceedings", {"family-group-meeting-offered": "false"})
    days = {day: write_table(tmp_path / f"{day}.csv", (day, *letter)) for day in ("2027-01-01", "2027-01-04")}
    assert [len(found_in(path, rule, BOOK)) for path in days.values()] == [0, 0]
    assert [len(found_in(path, rule, law)) for path in days.values()] == [0, 1]


S47 = "2023-06-01"
ENQUIRED = tags(S47ActualStartDate=S47, InitialCPCtarget="2023-06-22")
HELD = "2023-06-22"


def enquiry(**values: str) -> str:
    return f"<Section47>{ENQUIRED}{tags(**values)}<ICPCnotRequired>false</ICPCnotRequired></Section47>"


def plan(*reviews: str, start: str = HELD, end: str = "", category: str = "NEG") -> str:
    told = tags(CPPstartDate=start, CPPendDate=end, InitialCategoryOfAbuse=category)
    return f"<ChildProtectionPlans>{told}<Reviews>{tags(CPPreviewDate=reviews)}</Reviews></ChildProtectionPlans>"


def referred(day: str, *more: str, nfa: str = "0", closed: str = "") -> str:
    end = tags(CINclosureDate=closed, ReasonForClosure="RC7") if closed else ""
    return f"{tags(CINreferralDate=day)}{end}{''.join(more)}{tags(ReferralNFA=nfa)}"


def assessed(start: str, end: str) -> str:
    return f"<Assessments>{tags(AssessmentActualStartDate=start, AssessmentAuthorisationDate=end)}</Assessments>"


CONFERRED = enquiry(DateOfInitialCPC=HELD)
CENSUSES: dict[str, tuple[str, str]] = {
    "single-assessment": (
        referred("2023-05-02", assessed("2023-05-02", "2023-07-07")),
        referred("2023-05-02", assessed("2023-05-02", "2023-07-06")),
    ),
    "initial-assessment": (referred("2011-09-01", nfa="false"), referred("2011-09-01", nfa="true")),
    "initial-conference": (
        referred("2023-05-02", enquiry(DateOfInitialCPC="2023-06-23")),
        referred("2023-05-02", enquiry(DateOfInitialCPC=HELD)),
    ),
    "plan-from-conference": (
        referred("2023-05-02", enquiry(DateOfInitialCPC=HELD), plan(start="2023-06-20")),
        referred("2023-05-02", enquiry(DateOfInitialCPC=HELD), plan()),
    ),
    "plan-category": (
        referred("2023-05-02", CONFERRED, plan(category="")),
        referred("2023-05-02", CONFERRED, plan(category="PHY")),
    ),
    "first-review-conference": (
        referred("2023-05-02", CONFERRED, plan("2023-09-23")),
        referred("2023-05-02", CONFERRED, plan("2023-09-22")),
    ),
    "review-conference": (
        referred("2023-05-02", CONFERRED, plan("2023-09-22", "2024-03-23")),
        referred("2023-05-02", CONFERRED, plan("2023-09-22", "2024-03-22")),
    ),
    "closed-with-open-work": (
        referred("2023-05-02", CONFERRED, plan(), closed="2023-12-01"),
        referred("2023-05-02", CONFERRED, plan(end="2023-12-01"), closed="2023-12-01"),
    ),
}
NOT_HELD = set(BOOK) - set(CENSUSES)
"""The census has no place for decisions on referrals, core groups, who took part, types, outcomes or reasons."""


def reference(rule: str) -> str:
    """The day as at which the census speaks: of the year of the referral, since older assessments may be missing."""
    return "2012-03-31" if rule == "initial-assessment" else "2024-03-31"


@pytest.mark.parametrize("rule", CENSUSES)
def test_a_rule_fires_from_a_census_on_disk(rule: str, tmp_path: Path) -> None:
    made = write_census(tmp_path / "broken.xml", census_child(CENSUSES[rule][0]), reference=reference(rule))
    assert broken(told(made, rule))


@pytest.mark.parametrize("rule", CENSUSES)
def test_a_rule_that_is_kept_does_not_fire_from_a_census_on_disk(rule: str, tmp_path: Path) -> None:
    made = write_census(tmp_path / "kept.xml", census_child(CENSUSES[rule][1]), reference=reference(rule))
    found = told(made, rule)
    assert found
    if rule == "closed-with-open-work":  # the census has no discussions, and one may have decided on an enquiry
        assert found == ["cannot-tell"]
        return
    assert set(found) <= {"met", "pending", "discharged"}
    assert rule == "initial-assessment" or "met" in found


def test_what_a_census_cannot_hold_is_never_judged_from_one(tmp_path: Path) -> None:
    """Not even where everything that it does hold is there: never met, late, overdue or breached."""
    examples = Path(__file__).parent.parent / "examples" / "data" / "census.xml"
    made = [census_child(text, name=f"C-{n}") for n, pair in enumerate(CENSUSES.values()) for text in pair]
    for path in (examples, write_census(tmp_path / "all.xml", *made)):
        reports = judged(path)[1].values()
        for rule in NOT_HELD:
            assert set(statuses(reports, rule)) <= {"cannot-tell"}, rule
        assert statuses(reports, "first-core-group")
        assert statuses(reports, "referral-decision")


def test_the_format_is_told_by_the_content_and_not_by_the_name(tmp_path: Path) -> None:
    table = write_table(tmp_path / "records.xml", *TABLES[0].broken)
    census = write_census(tmp_path / "records.csv", census_child(CENSUSES["plan-category"][0]))
    assert read(str(table)).format == "event-table"
    assert read(str(census)).format == "cin-census"
