"""What a person must judge in one case: questions that no date or record settles, each with the findings behind it.

Each stands for rows of the inspection of September 2012 (`england.inspection()`) that a computer settles in part or not
at all. `NOT_OF_ONE_CASE` names the rows that are about the organisation. A grade is never computed.
"""

from collections.abc import Collection, Iterator
from functools import cache

from attrs import field, frozen

from childprotect.desk.documents import ToJudge
from childprotect.rulebooks import england
from childprotect.rulebooks.england.inspection import Row
from childprotect.vocabulary import STANDARD
from childprotect.wording import listed, sentence

GRADES = STANDARD["case-audited"].values["grade"]
"""The four-point scale of the inspection, from outstanding to inadequate."""


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@frozen
class Question:
    """A question on one case: the rows of the inspection behind it, and the kinds of event that call for it.

    Without kinds it is asked of every case. `lines` leaves room for words.
    """

    asks: str
    rows: tuple[str, ...] = field(converter=_names)
    kinds: tuple[str, ...] = field(default="", converter=_names)
    lines: int = 0

    def to_judge(self) -> Iterator[ToJudge]:
        """As boxes to fill in: a grade, and room for words where there is any."""
        rows = [_rows()[name] for name in self.rows]
        reasons = dict.fromkeys(row.because for row in rows)
        because = f"{' '.join(map(sentence, reasons))} Inspection of September 2012: {listed(self.rows)}."
        yield ToJudge(self.asks, because, grades=GRADES)
        if self.lines:
            yield ToJudge(f"In words: {self.asks[:1].lower()}{self.asks[1:]}", lines=self.lines)


@cache
def _rows() -> dict[str, Row]:
    return {row.id: row for row in england.inspection()}


_CONFERENCES = "initial-conference pre-birth-conference transfer-in-conference review-conference"
_PLANS = "plan-started child-in-need-plan-started"

OF_THE_CHILD: tuple[Question, ...] = (
    Question("What is life like for this child, and what does the child say?", "12b 13b 34a", lines=5),
    Question("What has become better or worse for the child through this work?", "17g", lines=5),
    Question("Is the child safe now, and is the risk to the child understood?", "I1 17a"),
    Question("Are the child's culture, religion and language understood?", "23b"),
)
"""Asked first, and of every case: audits that looked at process only led nowhere (paragraph 44)."""

OF_THE_WORK: tuple[Question, ...] = (
    Question("Was the risk in the referral rightly weighed, and given its priority?", "T10 28", "referral"),
    Question(
        "Was the threshold rightly applied?",
        "T1 12c 29b 30d 43a 43c",
        "referral referral-decided strategy-discussion section-47-started plan-started",
    ),
    Question(
        "How good were the decisions of managers?",
        "T2 12a 13d 27c 30f",
        "referral-decided management-decision section-47-completed case-closed",
    ),
    Question("Is the assessment analytical and thorough?", "T4 31a 40b", "assessment-started assessment-completed"),
    Question("Did new information lead to what it called for?", "T5 13c 31c 32", "new-information"),
    Question("Did assessments make use of what MAPPA and MARAC meetings said?", "21c", "marac mappa information-filed"),
    Question(
        "Was information that mattered asked for and shared in time?",
        "26b",
        "information-requested information-received strategy-discussion",
    ),
    Question("Was it right to end the section 47 enquiry as it ended?", "17b", "section-47-completed"),
    Question("Were the parents and the child truly involved in conferences?", "T6 36d", _CONFERENCES),
    Question("Had the child an advocate at the conference, if one was wanted?", "34b", _CONFERENCES),
    Question("Was what health and adult services brought to meetings enough?", "22b 22c", _CONFERENCES),
    Question("Does the plan meet the child's needs, and say what happens if it fails?", "T7 37a 18g", _PLANS),
    Question("Do the parents understand what must change for the plan to end?", "25b", "plan-started"),
    Question("Were core groups rigorous?", "36g", "core-group"),
    Question("Did the work on the plan have a purpose, and come in time for the child?", "18f 33d", _PLANS),
    Question("Did the family wait for services?", "25c", _PLANS),
    Question(
        "Was legal advice sought when it should have been?",
        "I4 37b",
        "plan-started legal-advice-sought legal-planning-meeting letter-before-proceedings proceedings-issued",
    ),
    Question("How good is the direct work with the child?", "S1", "allocated visit"),
    Question("Was supervision reflective, with challenge, and were its actions done?", "T3 38b 38c", "supervision"),
    Question("Did anybody escalate where somebody should have?", "T12 16b", f"strategy-discussion {_CONFERENCES}"),
    Question(
        "Was what the child, the parents and agencies said of the service used?", "S3 25a 44b", "feedback-received"
    ),
    Question("Was it right to close the case?", "17h", "case-closed"),
    Question(
        "Did the child come to further harm after a decision to do no more?",
        "17d",
        "referral-decided section-47-completed case-closed",
    ),
)
"""Asked where the record has what they are about."""

NOT_OF_ONE_CASE = frozenset("T9 T11 S2 S4 12d 14 15 16a 19 20 21a 36f 39 41 42 44a 44c 45b 45c 45e 46 record".split())
"""Rows that are about the organisation, its audits or its board: they are for the report on an authority."""


def questions_on(kinds: Collection[str]) -> tuple[Question, ...]:
    """The questions on the work that a record with these kinds of event calls for."""
    return tuple(question for question in OF_THE_WORK if not set(question.kinds).isdisjoint(kinds))
