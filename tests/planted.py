"""Files with recognisable personal values wherever a file can hold them, in good rows and in bad ones."""

import csv
import importlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.on_disk import census_child, tags, write_census, write_lines

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
    {"event": "core-group", "at": "2023-07-21", "ref": "C-1-r1", "agencies": "Ottoline"},
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


def table(folder: Path) -> Path:
    path = folder / "table.csv"
    rows = [row(told) for told in GOOD + BAD] + [row(told, "C-2") for told in GOOD[:7]]
    path.write_text(csv_text(rows, *SHIFTED), encoding="utf-8")
    return path


def lines(folder: Path) -> Path:
    rows: list[dict[str, object]] = [
        *(dict[str, object](row(told)) for told in GOOD + BAD),
        *(dict[str, object](row(told, "C-2")) for told in GOOD[:7]),
        {**row(GOOD[0]), "at": {"born": "2017-11-23"}, "event": [NAME]},
        {**row(GOOD[0]), "outcome": {"name": NAME}, "agencies": [{"name": NAME}, "police"]},
        {**row(GOOD[6]), "outcome": [NAME]},
    ]
    path = write_lines(folder / "lines.jsonl", *rows)
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


def census(folder: Path) -> Path:
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
    return write_census(folder / "census.xml", *(child.replace("NOBT", "MWBA") for child in children))


def parquet(folder: Path) -> Path:
    """The good rows of the table, in Parquet."""
    pa, pq = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    rows = [row(told, child) for child in ("C-1", "C-2") for told in GOOD]
    path = folder / "table.parquet"
    pq.write_table(pa.table({name: [cells.get(name) for cells in rows] for name in HEADER}), path)
    return path


def api(folder: Path) -> Path:
    """A payload of the daily API, with good and bad records."""
    details = {
        "unique_pupil_number": "X817200110042",
        "former_unique_pupil_number": "Q993300220053",
        "first_name": "Zebedee",
        "surname": "Quartermaine",
        "date_of_birth": "2017-11-23",
        "ethnicity": "MWBA",
        "disabilities": ["HAND"],
        "postcode": "ZZ9 9ZZ",
    }
    episode: dict[str, object] = {
        "social_care_episode_id": "kerosene-1",
        "referral_date": "2023-05-02",
        "referral_source": "Mrs Quartermaine",
        "care_worker_details": [{"worker_id": "Ottoline Featherstonehaugh", "start_date": "2023-05-03"}],
        "child_and_family_assessments": [{"start_date": "2023-05-04", "factors": ["kerosene"]}],
        "section_47_assessments": [
            {"start_date": "2023-05-08", "icpc_required_flag": True, "icpc_date": "2023-06-30", "end_date": "Ottoline"}
        ],
        "child_protection_plans": [{"child_protection_plan_id": NAME, "start_date": "2023-06-30"}],
        "child_looked_after_placements": [{"start_date": "07700 900461", "postcode": "ZZ99ZZ"}],
    }
    bad: list[dict[str, object]] = [
        {**episode, "referral_date": NAME},
        {**episode, "closure_date": "23/11/2017", "closure_reason": "Quartermaine"},
        {**episode, "referral_no_further_action_flag": "ask Ottoline"},
        {**episode, "section_47_assessments": NAME},
    ]
    children: list[object] = [
        {"la_child_id": f"C-{n}", "mis_child_id": NAME, "child_details": details, "social_care_episodes": [told]}
        for n, told in enumerate([episode, *bad], start=1)
    ]
    children.append({"la_child_id": {"name": NAME}, "child_details": {**details, "date_of_birth": "born 2017-11-23"}})
    path = folder / "payload.json"
    path.write_text(json.dumps(children), encoding="utf-8")
    return path


_PERSON = {"pers_person_id": "C-1", "pers_dob": "2017-11-23", "pers_death_date": "2023-08-19", "pers_ethnicity": "MWBA"}
_TABLES: dict[str, list[dict[str, str]]] = {
    "ssd_person": [
        {**_PERSON, "pers_forename": "Zebedee", "pers_surname": "Quartermaine", "pers_upn": "X817200110042"},
        {**_PERSON, "pers_person_id": "C-2", "pers_dob": "born 2017-11-23", "pers_death_date": "19 Aug 2023"},
    ],
    "ssd_cin_episodes": [
        {"cine_referral_date": "2023-05-02", "cine_referral_worker_name": "Ottoline", "cine_close_reason": "kerosene"},
        {"cine_referral_date": NAME, "cine_referral_nfa": "ask Ottoline", "cine_close_date": "23/11/2017"},
        {"cine_referral_date": "2023-05-02", "cine_referral_outcome_json": f'{{"COMMENTS": "{NAME}"}}'},
    ],
    "ssd_cin_assessments": [
        {"cina_assessment_start_date": "2023-05-04", "cina_assessment_worker_name": "O. Featherstonehaugh"},
        {"cina_assessment_start_date": "07700 900461", "cina_assessment_child_seen": "with Zebedee"},
    ],
    "ssd_s47_enquiry": [
        {"s47e_s47_start_date": "2023-05-08", "s47e_s47_outcome_json": f'{{"OUTCOME_COMMENTS": "{NAME}"}}'},
        {"s47e_s47_start_date": "2023-05-08", "s47e_s47_end_date": "Ottoline", "s47e_s47_nfa": "Featherstonehaugh"},
    ],
    "ssd_cp_plans": [
        {"cppl_cp_plan_start_date": "2023-06-30", "cppl_cp_plan_initial_category": "kerosene"},
        {"cppl_cp_plan_start_date": "ZZ9 9ZZ", "cppl_cp_plan_ola": "943 476 5919"},
    ],
}


def ssd(folder: Path) -> Path:
    """A folder of tables of the Standard Safeguarding Dataset, with good and bad rows."""
    path = folder / "ssd"
    path.mkdir()
    for name, told in _TABLES.items():
        prefix = min(min(entry) for entry in told).partition("_")[0]
        rows = [{f"{prefix}_person_id": f"C-{n}", **entry} for n, entry in enumerate(told, start=1)]
        columns = dict.fromkeys(column for entry in rows for column in entry)
        with (path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(columns), restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return path


FORMATS: Mapping[str, Callable[[Path], Path]] = {
    "table": table,
    "lines": lines,
    "census": census,
    "parquet": parquet,
    "api": api,
    "ssd": ssd,
}
"""Every format that can hold something personal, and how such a file is written to a folder."""


def text_of(path: Path) -> str:
    """All that a file or a folder holds, as far as it is text."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return "\n".join(file.read_bytes().decode("utf-8", "replace") for file in files)
