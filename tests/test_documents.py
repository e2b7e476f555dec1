"""Documents: the same parts as HTML, Markdown and plain data; nothing of a record is taken for markup."""

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from childprotect.desk.documents import Column, Document, Drawn, Listed, Paragraph, Section, Table, ToJudge
from childprotect.desk.writing import html, markdown, plain
from childprotect.plots import load

GRADES = ("outstanding", "good", "adequate", "inadequate")
PICTURE = load({"cases": {date(2024, 4, 1): 3, date(2024, 4, 2): 5}}, title="Cases by day")
EVERYTHING = Document(
    "A report",
    ("as at Sunday 31 March 2024",),
    (
        Section(
            "First",
            (Paragraph("Some words."), Paragraph("Where they are from.", note=True), Listed(("one", "two"))),
            (Section("Below", (Table("Counts", (Column("what"), Column("n", number=True)), (("visits", "12"),)),)),),
        ),
        Section("Second", (Drawn(PICTURE), Drawn(PICTURE)), new_page=True),
        Section(
            "Third",
            (
                ToJudge("Is it good?", "The records show no more.", GRADES),
                ToJudge("Why?"),
                ToJudge("Was it good?", grades=GRADES, answer="adequate"),
            ),
        ),
    ),
    "Every child in this is invented.",
)


class Read(HTMLParser):
    """What a browser makes of a page: its elements in order, its words, and every id."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.ids: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in ("meta", "link", "br", "use", "path"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("use", "path"):
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)


def read(page: str) -> Read:
    """A page, parsed; every element that begins also ends."""
    found = Read()
    found.feed(page)
    assert not found.open
    return found


def test_a_page_has_one_title_headings_in_order_and_no_script() -> None:
    found = read(html(EVERYTHING))
    assert [tag for tag in found.seen if tag in ("h1", "h2", "h3", "h4")] == ["h1", "h2", "h3", "h2", "h2"]
    assert "script" not in found.seen
    assert not re.search(r'src=|@import|(href="|url\()(?!#)', html(EVERYTHING))


def test_no_two_parts_of_a_page_have_the_same_id_though_a_picture_is_there_twice() -> None:
    ids = read(html(EVERYTHING)).ids
    assert len(ids) > 20
    assert len([i for i in ids if i.startswith("drawn-")]) == len({i for i in ids if i.startswith("drawn-")})


def test_a_picture_is_told_in_words_too() -> None:
    assert PICTURE.title in "".join(read(html(EVERYTHING)).words)
    assert PICTURE.title in markdown(EVERYTHING)


def test_what_a_person_judges_has_room_or_the_answer_and_never_a_grade_of_ours() -> None:
    text = markdown(EVERYTHING)
    assert text.count("* [ ] ") == len(GRADES)
    assert "Recorded: adequate" in text
    assert "[x]" not in text


def test_markdown_as_it_is() -> None:
    assert markdown(EVERYTHING).startswith(
        "# A report\n\n> **Every child in this is invented.**\n\nas at Sunday 31 March 2024\n\n"
        "## 1 First\n\nSome words.\n\n*Where they are from.*\n\n* one\n* two\n\n"
        "### 1.1 Below\n\n**Counts**\n\n| what | n |\n|---|---:|\n| visits | 12 |\n"
    )


def test_plain_data_names_the_kind_of_each_part() -> None:
    first, second, third = plain(EVERYTHING)["sections"]
    assert [block["kind"] for block in first["blocks"]] == ["paragraph", "paragraph", "listed"]
    assert second["blocks"][0] == {"kind": "drawn", "text": PICTURE.text}
    assert third["blocks"][0]["grades"] == GRADES


def test_a_table_with_a_row_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="every row has 2 cells"):
        Table("Counts", (Column("what"), Column("n")), (("visits",),))


ODD = st.text(st.sampled_from("<>&\"'|*_`#[]\\-+1. \nabc£é"), max_size=12)


@given(ODD)
def test_whatever_a_record_says_is_text_in_html_and_one_cell_in_markdown(said: str) -> None:
    document = Document(said, (said,), (Section(said, (Paragraph(said), Table(said, (Column(said),), ((said,),)))),))
    found = read(html(document))
    assert found.seen.count("td") + found.seen.count("p") <= 4
    assert not set(found.seen) & {"a b", "b", "i", "script", "em"}
    rows = [line for line in markdown(document).splitlines() if line.startswith("| ")]
    assert [line.replace("\\|", "").count("|") for line in rows] == [2, 2]
