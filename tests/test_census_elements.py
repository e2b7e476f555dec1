"""The table of the elements of the census: what it says of every year, and what becomes of a name that is not in it."""

from collections import Counter
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring, parse

import pytest
from tests.on_disk import census_child, census_text, tags

import childprotect as cp
from childprotect.records import read
from childprotect.records.census_elements import ELEMENTS, FIRST_YEAR, KNOWN, LAST_YEAR, ROWS, Use
from childprotect.records.census_xml import OTHERS, spelt
from childprotect.vocabulary import STANDARD

XS = "{http://www.w3.org/2001/XMLSchema}"
REFERRED = tags(CINreferralDate="2023-05-02")
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)


@pytest.fixture(scope="module")
def schemas(shared: Path) -> Path:
    folder = shared / "data" / "cin_xsd"
    if not folder.is_dir():
        pytest.skip("the schemas of the census are not here: there is no directory 'shared/data/cin_xsd'")
    return folder


def declared(path: Path) -> set[tuple[str, str]]:
    """Every element that a schema declares, with the one within which it stands."""
    root = parse(path).getroot()
    types = {one.get("name"): one for one in root.iter(f"{XS}complexType") if one.get("name")}
    found: set[tuple[str, str]] = set()

    def walk(element: Element, parent: str) -> None:
        name = element.get("name") or ""
        found.add((parent, name))
        inside = types.get(element.get("type"), element.find(f"{XS}complexType"))
        for part in inside.iterfind(f"{XS}sequence/{XS}element") if inside is not None else ():
            walk(part, name)

    for element in root.iterfind(f"{XS}element"):
        walk(element, "")
    return found


@pytest.mark.parametrize("year", YEARS)
def test_the_table_has_the_elements_of_the_schema_of_a_year_and_no_others(year: int, schemas: Path) -> None:
    ours = {(one.parent, one.name) for one in ELEMENTS if one.schema and one.in_year(year)}
    assert ours == declared(schemas / f"CIN_schema_{year}.xsd")


def test_every_element_of_the_samples_is_in_the_table(shared: Path) -> None:
    folder = shared / "data" / "cin_xml"
    if not folder.is_dir():
        pytest.skip("the sample censuses are not here: there is no directory 'shared/data/cin_xml'")
    found = {
        (parent.tag, part.tag)
        for path in folder.iterdir()
        for parent in parse(path).getroot().iter()
        for part in parent
    }
    table = {(one.parent, one.name): one for one in ELEMENTS}
    assert found <= table.keys()
    in_no_schema = {place for place, one in table.items() if not one.schema}
    assert in_no_schema <= found, "what is in no schema is in a sample"


def test_an_element_is_in_the_table_once_and_stands_within_another() -> None:
    places = [(one.parent, one.name) for one in ELEMENTS]
    assert len(places) == len(set(places))
    names = {one.name for one in ELEMENTS}
    assert {one.parent for one in ELEMENTS} - names == {""}
    assert names >= ROWS


def test_what_holds_others_holds_some_and_what_is_read_holds_none() -> None:
    parents = {one.parent for one in ELEMENTS}
    for one in ELEMENTS:
        if one.use in (Use.READ, Use.HOLDS):
            assert (one.name in parents) is (one.use is Use.HOLDS), one.name


def test_what_is_read_says_what_it_becomes() -> None:
    """The kinds of event that the table names are those that the reader makes."""
    from childprotect.records.cin_census import KINDS

    first = {one.what.split()[0] for one in ELEMENTS if one.use is Use.READ}
    assert first & set(STANDARD) == KINDS - {"pre-birth-conference", "transfer-in-conference"}
    assert all(one.what for one in ELEMENTS if one.use is not Use.HOLDS)


@pytest.mark.parametrize(
    ("name", "years"),
    [
        ("GenderCurrent", range(2017, 2025)),
        ("Sex", range(2025, 2041)),
        ("CINPlanDates", range(2022, 2041)),
        ("PreProceedingsandFGDM", range(2026, 2041)),
        ("Section47", range(2017, 2041)),
    ],
)
def test_an_element_belongs_to_some_years(name: str, years: range) -> None:
    (element,) = [one for one in ELEMENTS if one.name == name]
    assert [year for year in range(2010, 2041) if element.in_year(year)] == list(years)


def test_personal_elements_are_never_read() -> None:
    personal = """UPN FormerUPN UPNunknown GenderCurrent Sex Ethnicity Disabilities Disability
        ChildCharacteristics""".split()
    assert {one.name for one in ELEMENTS if one.use is Use.PERSONAL} == set(personal)
    assert not any(KNOWN[name.casefold()] for name in personal)


# --- names that are not in the table


def source_of(tmp_path: Path, *children: str, header: str = "") -> tuple[cp.records.Source, list[cp.Chronology]]:
    text = census_text(*children).replace("<Header>", f"<Header>{header}")
    (tmp_path / "c.xml").write_text(text, encoding="utf-8")
    source = read(str(tmp_path / "c.xml"))
    return source, list(source)


def test_unknown_elements_are_counted_by_name_and_change_nothing(tmp_path: Path) -> None:
    extra = "<Mood>good</Mood><Box><Mood/><Ethnicity>X</Ethnicity></Box>"
    identified = "<ChildIdentifiers><LAchildID>C-2</LAchildID><Nickname>Al</Nickname></ChildIdentifiers>"
    plain, expected = source_of(tmp_path, census_child(REFERRED), census_child(REFERRED, name="C-2"))
    source, stories = source_of(
        tmp_path,
        census_child(REFERRED + extra),
        f"<Child>{identified}<CINdetails>{REFERRED}{extra}</CINdetails></Child>",
        header="<Printer/>",
    )
    assert stories == expected
    assert (source.account.rows, source.rejections) == (plain.account.rows, [])
    assert plain.account.unused == {}
    assert source.account.unused == {"Mood": 4, "Box": 2, "Nickname": 1, "Printer": 1}


def test_what_stands_beside_the_children_is_counted(tmp_path: Path) -> None:
    text = census_text(census_child(REFERRED)).replace("<Children>", "<Box><Child/></Box><Children>")
    (tmp_path / "c.xml").write_text(text.replace("</Message>", "<Header/><Box/></Message>"), encoding="utf-8")
    source = read(str(tmp_path / "c.xml"))
    assert [story.child for story in source] == ["C-1"]
    assert source.account.unused == {"Box": 2, "Header": 1}


def test_children_in_the_header_are_counted_and_not_read(tmp_path: Path) -> None:
    source, stories = source_of(tmp_path, census_child(REFERRED), header="<Children><Child/></Children>")
    assert [story.child for story in stories] == ["C-1"]
    assert source.account.unused == {"Children": 1}


def test_at_most_sixty_names_are_listed_and_no_unusual_one(tmp_path: Path) -> None:
    many = "".join(f"<N{n}/>" for n in range(70)) + "<N3/><N69/>"
    source, _ = source_of(tmp_path, census_child(REFERRED + many))
    assert source.account.unused == {**{f"N{n}": 1 for n in range(60)}, "N3": 2, OTHERS: 11}
    source, _ = source_of(tmp_path, census_child(f"{REFERRED}<Zo\u00eb/><{'x' * 41}/><ok/>"))
    assert source.account.unused == {"ok": 1, OTHERS: 2}


def test_an_element_may_be_written_in_other_capitals(tmp_path: Path) -> None:
    _, plain = source_of(
        tmp_path,
        census_child(
            REFERRED
            + "<Section47>"
            + tags(S47ActualStartDate="2023-06-01", InitialCPCtarget="2023-06-22")
            + "</Section47>"
        ),
    )
    shouted = census_child(
        "<CINREFERRALDATE>2023-05-02</CINREFERRALDATE><SECTION47><s47actualstartdate>2023-06-01</s47actualstartdate><INITIALCPCTARGET>2023-06-22</INITIALCPCTARGET></SECTION47>"
    )
    source, stories = source_of(
        tmp_path, shouted.replace("ChildIdentifiers", "CHILDIDENTIFIERS").replace("LAchildID", "LAChildID")
    )
    assert stories == plain
    assert source.account.unused == {}


MISPLACED = {
    "an enquiry outside any episode": ("<Section47>{s47}</Section47>", ""),
    "a plan in a box": ("", "<Box><ChildProtectionPlans>{plan}</ChildProtectionPlans></Box>"),
    "a review outside the reviews": ("", "<ChildProtectionPlans>{plan}{review}</ChildProtectionPlans>"),
    "an episode in an episode": ("", "<CINdetails>{referral}<Section47>{s47}</Section47></CINdetails>"),
    "the end of a plan in the episode": ("", "<CPPendDate>2023-09-01</CPPendDate>"),
    "a child in a child": ("<Child><CINdetails>{referral}</CINdetails></Child>", ""),
}


@pytest.mark.parametrize("kind", MISPLACED)
def test_what_is_read_elsewhere_leaves_all_of_the_child_in_doubt(kind: str, tmp_path: Path) -> None:
    """A plan that stands in a wrong place is a plan; without it, a case may seem closed with nothing open."""
    from childprotect.rulebooks import england

    parts = {
        "s47": tags(S47ActualStartDate="2023-06-01"),
        "plan": tags(CPPstartDate="2023-06-22"),
        "review": tags(CPPreviewDate="2023-09-20"),
        "referral": REFERRED,
    }
    beside, within = (text.format(**parts) for text in MISPLACED[kind])
    closed = REFERRED + tags(CINclosureDate="2023-12-01", ReasonForClosure="RC7")
    child = (
        census_child(closed + within).replace("</Child>", f"{beside}</Child>", 1)
        if not beside.startswith("<Child>")
        else census_child(closed).removesuffix("</Child>") + f"{beside}</Child>"
    )
    source, (story,) = source_of(tmp_path, child)
    assert None in {lost.kind for lost in story.lost}
    report = cp.check(story, england.rulebook, as_at=source.as_at)
    assert not [finding for finding in report.findings if finding.status is cp.Status.MET]
    account = source.account
    records = sum(part.tag in ROWS for part in fromstring(child).iter())
    assert account.rows == 2 + records
    assert account.read + account.rejected == account.rows
    assert account.rejected >= 1


def test_spelling_changes_names_only_where_the_table_has_them() -> None:
    element = fromstring("<Child><cindetails><ASSESSMENTS/><upn/></cindetails><Box><cpPreviewDate/></Box></Child>")
    unused: Counter[str] = Counter()
    assert [part.tag for part in spelt(element, unused)] == ["cpPreviewDate"]
    assert [part.tag for part in element.iter()] == [
        "Child",
        "CINdetails",
        "Assessments",
        "upn",
        "Box",
        "cpPreviewDate",
    ]
    assert unused == {"Box": 1}
