"""Nothing personal gets out: of all that a file holds, only the child's identifier and the dates of the process.

Recognisable values are planted wherever a file can hold them, in good rows and in bad ones. Everything that the
library and the command line can print is then searched for them.
"""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from tests.on_disk import census_child, tags, write_census, write_lines

import childprotect as cp
from childprotect.cli.app import run
from childprotect.records import read
from childprotect.rulebooks import england

PERSONAL = (
    "Zebedee",  # first names, of children, parents and workers
    "Quartermaine",  # surnames
    "Ottoline",
    "Featherstonehaugh",
    "X817200110042",  # unique pupil numbers
    "Q993300220053",
    "2017-11-23",  # the child's birth
    "23/11/2017",
    "23 Nov 2017",
    "2023-08-19",  # and death
    "19 Aug 2023",
    "MWBA",  # ethnicity
    "HAND",  # disability
    "ZZ9 9ZZ",  # postcode
    "ZZ99ZZ",
    "07700 900461",  # telephone
    "943 476 5919",  # number of the health service
    "kerosene",  # out of a note
)


def leaks(text: str) -> list[str]:
    folded = " ".join(text.split()).casefold()
    return [value for value in PERSONAL if value.casefold() in folded]


HEADER = """child event at recorded ref withdrawn agencies decision outcome type reason categories conference-required
child-seen worker manager chair name upn born died ethnicity postcode phone note source""".split()
NAME = "Zebedee Quartermaine"
ABOUT = {
    "worker": "Ottoline Featherstonehaugh",
    "manager": "O. Featherstonehaugh",
    "chair": "Ottoline F",
    "name": NAME,
    "upn": "X817200110042",
    "born": "2017-11-23",
    "died": "2023-08-19",
    "ethnicity": "MWBA",
    "postcode": "ZZ9 9ZZ",
    "phone": "07700 900461",
    "note": "smelt of kerosene; told by Zebedee's mother",
    "source": "Mrs Quartermaine",
}
Fields = dict[str, str]
GOOD: list[Fields] = [
    {"event": "referral", "at": "2023-05-02"},
    {"event": "referral-decided", "at": "2023-05-03", "outcome": "assessment"},
    {"event": "allocated", "at": "2023-05-03"},
    {"event": "assessment-started", "at": "2023-05-04", "type": "single"},
    {
        "event": "strategy-discussion",
        "at": "2023-05-08",
        "decision": "section-47",
        "agencies": "social-care;PC Quartermaine;Ottoline (health)",
    },
    {"event": "visit", "at": "2023-05-09", "child-seen": "true"},
    {"event": "initial-conference", "at": "2023-06-30", "outcome": "plan", "agencies": "Zebedee's school;police"},
    {"event": "plan-started", "at": "2023-06-30", "categories": "neglect;kerosene"},
    {"event": "core-group", "at": "2023-07-21", "ref": "r1", "agencies": "Ottoline"},
    {"event": "review-conference", "at": "2023-12-01"},
    {"event": "case-closed", "at": "2024-01-12", "reason": "needs-met"},
]
BAD: list[Fields] = [
    {"event": NAME, "at": "2023-05-02"},
    {"event": "referral", "at": NAME},
    {"event": "2023-05-02", "at": "referral"},
    {"event": "referral Zeb", "at": "2023-05-02"},
    {"event": "Quartermaine referral", "at": "2023-05-02"},
    {"event": "referral", "at": "23/11/2017"},
    {"event": "referral", "at": "07700 900461"},
    {"event": "referral", "at": "943 476 5919"},
    {"event": "referral", "at": "2023-05-02", "recorded": "Ottoline"},
    {"event": "referral", "at": "2023-05-02", "withdrawn": "Ottoline says so"},
    {"event": "initial-conference", "at": "2023-05-02", "outcome": "Featherstonehaugh"},
    {"event": "assessment-started", "at": "2023-05-02", "type": "single (Ottoline)"},
    {"event": "section-47-completed", "at": "2023-05-02", "conference-required": "ask Ottoline"},
    {"event": "visit", "at": "2023-05-02", "child-seen": "with Zebedee"},
    {"event": "visit", "at": "2023-05-02", "note": "kerosene\0"},
    {"event": "", "at": "2023-05-02"},
    {"event": "referral", "at": ""},
]


def row(told: Fields, child: str = "C-1") -> Fields:
    return {"child": child, **ABOUT, **told}


def csv_text(rows: list[Fields], *more: str) -> str:
    lines = [",".join(f'"{cells.get(name, "")}"' if cells.get(name) else "" for name in HEADER) for cells in rows]
    return "\n".join((",".join(HEADER), *lines, *more)) + "\n"


SHIFTED = (
    f"{NAME},C-1,referral,2023-05-02",  # a cell too many, before
    f'C-1,"{NAME}",referral,2023-05-02',
    f"C-1,referral,{NAME},2023-05-02,X817200110042",
    f"C-1,referral,2023-05-02{',' * len(HEADER)}{NAME},kerosene",  # too many cells
    f",referral,2023-05-02,,,,,,,,,,,,{NAME}",  # no child
    f'C-1,referral,2023-05-02,,,,,"{NAME}',  # a quotation mark that stays open
    f'C-1,referral,2023-05-02,"{NAME}"Zebedee,,',
    NAME,
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    rows = [row(told) for told in GOOD + BAD] + [row(told, "C-2") for told in GOOD[:7]]
    path.write_text(csv_text(rows, *SHIFTED), encoding="utf-8")
    return path


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    rows: list[dict[str, object]] = [
        *(dict[str, object](row(told)) for told in GOOD + BAD),
        *(dict[str, object](row(told, "C-2")) for told in GOOD[:7]),
        {**row(GOOD[0]), "at": {"born": "2017-11-23"}, "event": [NAME]},
        {**row(GOOD[0]), "outcome": {"name": NAME}, "agencies": [{"name": NAME}, "police"]},
        {**row(GOOD[6]), "outcome": [NAME]},
    ]
    path = write_lines(tmp_path / "lines.jsonl", *rows)
    path.write_text(
        path.read_text(encoding="utf-8") + f'{{"child": "C-1", "name": "{NAME}", "at": \n["{NAME}"]\n"{NAME}"\n',
        encoding="utf-8",
    )
    return path


IDENTIFIERS = (
    tags(UPN="X817200110042", FormerUPN="Q993300220053", PersonBirthDate="2017-11-23", Sex="F")
    + tags(PersonDeathDate="2023-08-19", Surname="Quartermaine", Forename="Zebedee", Postcode="ZZ9 9ZZ")
)  # fmt: skip
EPISODE = (
    tags(CINreferralDate="2023-05-02", ReferralSource="1A", Worker="Ottoline Featherstonehaugh", Note="kerosene")
    + "<Assessments><AssessmentActualStartDate>2023-05-04</AssessmentActualStartDate></Assessments>"
    + "<Section47>"
    + tags(S47ActualStartDate="2023-05-08", InitialCPCtarget="2023-05-20", DateOfInitialCPC="2023-06-30")
    + "</Section47><ChildProtectionPlans>"
    + tags(CPPstartDate="2023-06-30", InitialCategoryOfAbuse="NEG", Chair="Ottoline")
    + "</ChildProtectionPlans>"
)


@pytest.fixture
def census(tmp_path: Path) -> Path:
    spoilt = {
        "PersonDeathDate": "19/08/2023",
        "PersonBirthDate": "born 2017-11-23",
        "LAchildID": "",
    }
    children = [census_child(EPISODE, identifiers=IDENTIFIERS)]
    for n, (element, text) in enumerate(spoilt.items(), start=2):
        good = f"<{element}>C-{n}" if element == "LAchildID" else f"<{element}>"
        child = census_child(EPISODE, name=f"C-{n}", identifiers=IDENTIFIERS)
        head, _, tail = child.partition(good)
        children.append(f"{head}<{element}>{text}{tail[tail.index('</') :]}")
    bad_values = {
        "CINreferralDate": NAME,
        "S47ActualStartDate": "23/11/2017",
        "CPPstartDate": "07700 900461",
        "InitialCPCtarget": "Ottoline",
        "DateOfInitialCPC": "ZZ9 9ZZ",
        "InitialCategoryOfAbuse": "MWBA",
    }
    for n, (element, text) in enumerate(bad_values.items(), start=10):
        head, _, tail = EPISODE.partition(f"<{element}>")
        spoilt_episode = f"{head}<{element}>{text}{tail[tail.index('</') :]}"
        more = tags(CINclosureDate="2023-12-01", ReasonForClosure="Quartermaine", ReferralNFA="Zebedee")
        children.append(census_child(spoilt_episode + more, name=f"C-{n}", identifiers=IDENTIFIERS))
    children.append(f"<Person>{NAME}</Person>")
    return write_census(tmp_path / "census.xml", *(child.replace("NOBT", "MWBA") for child in children))


def outputs(path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[tuple[str, str]]:
    """Every output of the command line for a file, with what was asked."""
    names = [child.child for child in read(str(path))]
    commands = [["check", "--format", form, "--show", "999"] for form in ("text", "json", "csv")]
    commands += [[*commands[0], "--as-at", "2024-06-01", "--known-at", "2024-06-01"]]
    commands += [["explain", name, "--as-at", day] for name in names for day in ("2023-06-01", "2026-01-01")]
    for command in commands:
        head, *rest = command
        assert run([head, str(path), *rest]) == 0
        told = capsys.readouterr()
        yield " ".join(command), told.out + told.err


@pytest.mark.parametrize("kind", ["table", "lines", "census"])
def test_no_output_holds_anything_personal(
    kind: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    path: Path = request.getfixturevalue(kind)
    assert len(leaks(path.read_text(encoding="utf-8"))) >= 12, "the values are planted"
    for asked, text in outputs(path, capsys):
        assert "C-" in text
        assert leaks(text) == [], asked


@pytest.mark.parametrize("kind", ["table", "lines", "census"])
def test_no_object_shows_anything_personal(kind: str, request: pytest.FixtureRequest) -> None:
    source = read(str(request.getfixturevalue(kind)))
    shown: list[object] = []
    for child in source:
        report = cp.check(child, england.rulebook, as_at=date(2026, 1, 1))
        journey = cp.Journey.replay(child, england.charts)
        shown += [child, *child, *child.lost, *child.remarks, *(event.facts for event in child)]
        shown += [report, *report.findings, *report.irregularities, journey, report.to_dict()]
        shown += [finding.reason for finding in report.findings]
        shown += [finding.explain() for finding in report.findings]
    shown += [source, *source.rejections, source.to_dict()]
    assert len(source.rejections) > 5
    for thing in shown:
        assert leaks(repr(thing)) == []
        assert leaks(str(thing)) == []


UNREADABLE = {
    "a table without a header": csv_text([row(told) for told in GOOD]).split("\n", 1)[1],
    "a table of bad rows": csv_text([row(told) for told in BAD[:8]]),
    "a header with a name in it": f"{NAME},child,event,at,{NAME}\nC-1,referral,{NAME}\n",
    "lines without keys": json.dumps({"name": NAME, "upn": "X817200110042"}),
    "prose": f"{NAME} was born on 2017-11-23.\nkerosene\n",
    "a census that breaks off": f"<Message><Header><x>{NAME}</x></Header><Children><Child><{NAME}",
    "a census of another kind": f"<{NAME.replace(' ', '')}/>",
    "a census with an entity": "<Message><Header>&Zebedee;</Header></Message>",
    "a DOCTYPE": f'<!DOCTYPE Zebedee [<!ENTITY x "{NAME}">]><Zebedee/>',
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_no_error_holds_anything_personal(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "records.dat"
    path.write_text(UNREADABLE[kind], encoding="utf-8")
    for command in (["check", str(path)], ["explain", str(path), "C-1"]):
        assert run(command) == 2
        told = capsys.readouterr()
        assert told.err.startswith("childprotect: ")
        assert leaks(told.out + told.err) == []


def test_a_leak_would_be_seen() -> None:
    assert leaks("Ottoline  F.") == ["Ottoline"]
    assert leaks("born on 23\n  Nov 2017") == ["23 Nov 2017"]
    assert leaks("C-1 referral 2023-05-02") == []
