"""What the field calls an event, where it is no name of ours: which kinds are then in doubt, from files on disk."""

from collections.abc import Set as AbstractSet
from datetime import date
from pathlib import Path

import pytest
from tests.on_disk import judged, write_table

from childprotect import tables
from childprotect.errors import UnreadableInput
from childprotect.other_names import MEANINGS, may_mean
from childprotect.records import read
from childprotect.records.event_table_writer import write_event_table
from childprotect.rulebooks import england
from childprotect.vocabulary import STANDARD

AS_AT = "2024-08-31"
HEADER = "child,event,at,outcome\n"
TWO_CHILDREN = f"""{HEADER}C-101,referral,2024-03-01,
C-101,referral-decided,2024-03-01,assessment
C-101,assessment-completed,2024-03-20,
C-101,S47,2024-04-01,
C-101,case-closed,2024-05-01,
C-102,section-47-started,2024-03-04,
C-102,ICPC,2024-03-20,plan
C-102,plan-started,2024-03-20,
"""
CONFERENCES = {"initial-conference", "pre-birth-conference", "transfer-in-conference"}
SECTION_47 = {"section-47-started", "section-47-completed"}
ORDER = {f"emergency-protection-order-{end}" for end in ("made", "extended", "ended")}
COURT = {"legal-planning-meeting", "letter-before-proceedings", "pre-proceedings-meeting", "proceedings-issued"}
LOOKED_AFTER = {"looked-after-started", "looked-after-ended", "placement-started"}
PLAN = {"plan-started", "plan-ended"}

MEANT: dict[str, AbstractSet[str]] = {
    **dict.fromkeys(("S47", "s.47", "S 47", "Section 47", "Sec. 47", "section47", "47", "S47s"), SECTION_47),
    **dict.fromkeys(("Enquiry", "enquiries", "Investigation", "s47enquiry", "Inquiry"), SECTION_47),
    **dict.fromkeys(
        ("ICPC", "icpcs", "I.C.P.C.", "ICPC held", "CPC", "Conf", "confrence", "CPConference"), CONFERENCES
    ),
    **dict.fromkeys(("RCPC", "RCPC1", "CPR", "CP review", "Review CPC", "IRO"), frozenset({"review-conference"})),
    **dict.fromkeys(("CPP", "CPP opened", "CP plan", "CPPlanStart", "CP", "C.P. plan", "child protection"), PLAN),
    **dict.fromkeys(("Registered", "De-registration"), frozenset({"plan-ended"})),
    **dict.fromkeys(("CIN", "CiN Plan", "ChIN", "S17", "Section 17"), frozenset({"child-in-need-plan-started"})),
    **dict.fromkeys(
        ("strat", "Strats", "strat mtg", "Strategy meeting", "discussion", "mtg"), frozenset({"strategy-discussion"})
    ),
    **dict.fromkeys(("core grp", "CGM", "coregrps"), frozenset({"core-group"})),
    **dict.fromkeys(("C&F", "CFA", "Asmt", "asessments", "Reassessment", "C&FA"), frozenset({"assessment-started"})),
    **dict.fromkeys(("LAC", "CLA", "CiC", "S20", "Accommodated", "UASC", "care"), LOOKED_AFTER),
    **dict.fromkeys(("EPO", "s44"), ORDER),
    **dict.fromkeys(
        ("PPO", "s46", "Powers of protection"), frozenset({"police-protection-started", "police-protection-ended"})
    ),
    **dict.fromkeys(("ICO", "s38", "Care proceedings", "Court"), frozenset({"interim-care-order-made"})),
    **dict.fromkeys(("PLO", "PLO started"), COURT),
    **dict.fromkeys(("LPM", "LPMs", "Gateway panel"), frozenset({"legal-planning-meeting"})),
    "LBP": {"letter-before-proceedings"},
    "MARAC": {"marac"},
    "our mappa": {"mappa"},
    **dict.fromkeys(("closure", "Closed", "Case ceased", "Step down", "died"), frozenset({"case-closed"})),
    "NFA": {"referral-decided", "assessment-completed", "section-47-completed", "strategy-discussion", "case-closed"},
    **dict.fromkeys(("Case opened", "Referred", "MASH", "Refferals"), frozenset({"referral"})),
    **dict.fromkeys(("homevisit", "visited", "CPV", "Child seen", "stat vis"), frozenset({"visit"})),
    **dict.fromkeys(("Started", "begun", "Opened"), frozenset({"plan-started", "section-47-started"})),
    **dict.fromkeys(("End", "ceased"), frozenset({"plan-ended", "case-closed"})),
    "police-protection": {"police-protection-started", "police-protection-ended"},
    "child-in-need-plan": {"child-in-need-plan-started", "child-in-need-plan-ended"},
    "emergency-protection-order-lapsed": ORDER,
    "RHI": {"return-interview", "return-interview-offered"},
    "Misper": {"missing"},
    "chron": {"chronology-updated"},
}


def _lost(path: Path) -> set[str | None]:
    (story,) = read(str(path))
    return {lost.kind for lost in story.lost}


@pytest.mark.parametrize("name", MEANT)
def test_what_the_field_calls_an_event_puts_all_in_doubt_that_it_may_mean(name: str, tmp_path: Path) -> None:
    path = write_table(tmp_path / "t.csv", ("2024-01-02", "contact"), ("2024-01-03", name))
    assert _lost(path) >= MEANT[name]
    (rejection,) = read_whole(path)
    assert rejection.startswith("unknown event")
    assert any(repr(kind) in rejection for kind in may_mean(name))


def read_whole(path: Path) -> list[str]:
    """Why rows of a file were rejected."""
    source = read(str(path))
    list(source)
    return [rejection.because for rejection in source.rejections]


PRECISE = {
    "RCPC": {"review-conference"},
    "ICPC": CONFERENCES,
    "EPO": ORDER,
    "S47": SECTION_47,
    "LPM": {"legal-planning-meeting"},
    "strat": {"strategy-discussion"},
    "Review Conference": {"review-conference"},
    "assesment_started": {"assessment-started"},
    "case note": {"case-audited", "case-closed"},
}


@pytest.mark.parametrize("name", PRECISE)
def test_nothing_else_is_in_doubt(name: str, tmp_path: Path) -> None:
    path = write_table(tmp_path / "t.csv", ("2024-01-02", "contact"), ("2024-01-03", name))
    assert _lost(path) == PRECISE[name]


@pytest.mark.parametrize(
    "name", "phone call|Phone call made|email sent|TAF|dentist|school started|???|é|health check|with the".split("|")
)
def test_a_name_that_shares_no_word_of_meaning_is_only_listed(name: str, tmp_path: Path) -> None:
    path = write_table(tmp_path / "t.csv", ("2024-01-02", "contact"), ("2024-01-03", name))
    assert (read_whole(path), _lost(path)) == (["unknown event, like no name that we have"], set())


SAID = {
    "RCPC": "unknown event, which may be 'review-conference'",
    "S47": "unknown event, which may be 'section-47-completed' or 'section-47-started'",
    "ICPC": "unknown event, which may be 'initial-conference', 'pre-birth-conference' or 'transfer-in-conference'",
    "CPC": (
        "unknown event, which may be 'conference-record-circulated', 'conference-report-shared', "
        "'conference-requested' or 4 more of ours"
    ),
    "visit 20": "unknown event; perhaps 'visit' was meant, or one of 2 more of ours",
    "vist": "unknown event; perhaps 'visit' was meant",
}


@pytest.mark.parametrize("name", SAID)
def test_the_rejection_says_what_it_may_be_and_not_what_was_written(name: str, tmp_path: Path) -> None:
    path = write_table(tmp_path / "t.csv", ("2024-01-02", "contact"), ("2024-01-03", name))
    assert read_whole(path) == [SAID[name]]


def test_a_long_text_in_the_place_of_a_name_is_looked_up_as_it_stands(tmp_path: Path) -> None:
    words = " ".join(f"xq{n:03}confrenceq" for n in range(40))
    for name, expected in ((words, set()), (f"{words} ICPC", CONFERENCES)):
        path = write_table(tmp_path / "t.csv", ("2024-01-02", "contact"), ("2024-01-03", name))
        assert _lost(path) == expected


def test_every_other_name_stands_for_kinds_of_ours() -> None:
    assert {name for name in MEANINGS if not may_mean(name)} == set()
    assert {kind for name in MEANINGS for kind in may_mean(name)} <= STANDARD.keys()


# --- the findings that it could have changed

DOUBTED = {
    "C-101": {
        "closed-with-open-work": "cannot-tell",
        "single-assessment": "met",
        "referral-acknowledgement": "overdue",
    },
    "C-102": {"initial-conference": "cannot-tell", "plan-from-conference": "cannot-tell"},
}


def _by_rule(path: Path) -> dict[str, dict[str, str]]:
    reports = judged(path, AS_AT)[1]
    return {child: {f.rule: f.status.value for f in report.findings} for child, report in reports.items()}


def _in_columns(path: Path) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    rows = tables.check(str(path), england.rulebook, as_at=date.fromisoformat(AS_AT)).collect()
    for child, rule, status in rows.select("child", "rule", "status").rows():
        found.setdefault(child, {})[rule] = status
    return found


def _two(tmp_path: Path, text: str = TWO_CHILDREN) -> Path:
    path = tmp_path / "two.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_enquiry_or_a_conference_under_another_name_makes_no_finding_met_or_breached(tmp_path: Path) -> None:
    found = _by_rule(_two(tmp_path))
    for child, expected in DOUBTED.items():
        assert {rule: found[child][rule] for rule in expected} == expected
    # without the rows there is no doubt: it is they that make it
    plain = "".join(line for line in TWO_CHILDREN.splitlines(keepends=True) if "S47" not in line and "ICPC" not in line)
    assert _by_rule(_two(tmp_path, plain))["C-101"]["closed-with-open-work"] == "met"


def test_columns_say_the_same(tmp_path: Path) -> None:
    path = _two(tmp_path)
    assert _in_columns(path) == _by_rule(path)
    names = [name for name in (*MEANT, "phone call") if "," not in name]
    rows = [f"C-{n},{event},2024-03-{4 + k:02},\n" for n, name in enumerate(names) for k, event in enumerate(KNOWN)]
    rows += [f"C-{n},{name},2024-04-02,\n" for n, name in enumerate(names)]
    path = _two(tmp_path, HEADER + "".join(rows))
    assert _in_columns(path) == _by_rule(path)


KNOWN = ("referral", "section-47-started", "plan-started", "case-closed")


@pytest.mark.parametrize("format", ["csv", "json-lines", "parquet", "arrow"])
def test_a_table_that_was_converted_is_read_back_in_the_same_doubt(format: str, tmp_path: Path) -> None:
    """Also a child of whom only an event like none of ours is told."""
    path = _two(tmp_path, TWO_CHILDREN + "C-103,phone call,2024-04-01,\n")
    out = tmp_path / "out"
    write_event_table(read(str(path)), str(out), format)  # type: ignore[arg-type]
    back = {story.child: {lost.kind for lost in story.lost} for story in read(str(out))}
    assert back == {"C-101": SECTION_47, "C-102": CONFERENCES, "C-103": {None}}
    assert _by_rule(out) == _by_rule(path)
    assert _in_columns(out) == _in_columns(path)


def test_a_table_of_none_but_other_names_is_refused_with_what_the_first_may_be(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="which may be 'review-conference'"):
        read(str(write_table(tmp_path / "t.csv", ("2024-01-03", "RCPC"))))
