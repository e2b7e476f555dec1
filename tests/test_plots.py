"""Pictures: what is drawn is what was found, the words say the same, and a file is whole, the same, and readable."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import matplotlib
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

import childprotect as cp
from childprotect import plots
from childprotect.errors import ChildProtectError, NotDrawable, UnreadableInput, UnwritableOutput
from childprotect.findings import Finding
from childprotect.plots import canvas
from childprotect.plots.canvas import (
    ALLOWED,
    FAINT,
    GONE,
    LATE,
    LEAD,
    LINES,
    UNKNOWN,
    WAITING,
    Look,
    Page,
    end_of,
    place_of,
)
from childprotect.plots.clocks import has_clock, parts_of, rows_of, uncounted
from childprotect.plots.drawing import our_settings
from childprotect.plots.shares import Share, percent
from childprotect.plots.strands import Strand, flags, strands_of
from childprotect.records import read
from childprotect.rulebooks import england
from childprotect.statuses import Status
from childprotect.tables.measuring import shares
from childprotect.testing import chronologies
from childprotect.wording import day_in_words

AS_AT = date(2012, 10, 31)
SVG = "{http://www.w3.org/2000/svg}"
STORY = cp.Chronology.of(
    "C-101",
    events=[
        ("2012-08-13", "referral", {"source": "Ottoline Featherstonehaugh"}),
        ("2012-08-13", "referral-decided", {"outcome": "assessment"}),
        ("2012-08-20", "strategy-discussion", {"agencies": {"social-care"}, "decision": "section-47"}),
        ("2012-08-20", "section-47-started"),
        ("2012-09-04", "section-47-completed", {"outcome": "conference"}),
        ("2012-09-13", "initial-conference", {"outcome": "plan"}),
        ("2012-09-13", "plan-started", {"categories": {"neglect"}}),
        ("2012-09-20", "core-group"),
    ],
)
FINDINGS = {finding.rule: finding for finding in cp.check(STORY, england.rulebook, as_at=AS_AT).findings}


@pytest.fixture(scope="module")
def picture() -> plots.Picture:
    return plots.timeline(STORY, england.rulebook, AS_AT)


def rectangles(figure: Figure, hatch: str | None = None) -> list[tuple[float, float]]:
    """Where the bars of the first panel begin and end, those with that hatch."""
    found = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    return [(one.get_x(), one.get_x() + one.get_width()) for one in found if hatch is None or one.get_hatch() == hatch]


def heights(picture: plots.Picture, hatched: bool) -> list[float]:
    """How high the bars of a distribution are, those with or without a hatch."""
    bars = [patch for patch in picture.figure.axes[0].patches if isinstance(patch, Rectangle)]
    return [bar.get_height() for bar in bars if bool(bar.get_hatch()) is hatched]


# ---------------------------------------------------------------- a picture and its files


def test_an_svg_holds_its_words_as_title_and_description_and_no_date(picture: plots.Picture) -> None:
    root = ElementTree.fromstring(picture.svg())
    title, text = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and text is not None
    assert (title.text, text.text) == (picture.title, picture.text)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {text.get('id')}"
    assert "http://purl.org/dc/elements/1.1/}date" not in {element.tag.partition("{")[2] for element in root.iter()}
    shown = {element.text for element in root.iter(f"{SVG}text")}
    assert "Initial conference, 15 working days: due 11 Sep 2012, done 13 Sep 2012, 2 working days late" in shown


def test_a_png_holds_its_words_and_is_sharp(picture: plots.Picture) -> None:
    image = Image.open(BytesIO(picture.png()))
    assert image.width == 1600
    assert image.info["Title"] == picture.title
    assert image.info["Description"] == picture.text


_DRAW = """
import sys
from datetime import date
import childprotect as cp
from childprotect import plots
from childprotect.rulebooks import england
story = cp.Chronology.of("C-1", events=[("2012-09-03", "referral"), ("2012-09-05", "strategy-discussion")])
picture = plots.timeline(story, england.rulebook, date(2012, 10, 31))
sys.stdout.buffer.write(picture.svg().encode() + picture.png())
assert "matplotlib.pyplot" not in sys.modules
"""


def test_the_same_facts_are_the_same_bytes_in_every_process_and_nothing_global_is_used() -> None:
    drawn = {
        subprocess.run(
            [sys.executable, "-W", "error", "-c", _DRAW],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path), "HOME": "/nonexistent"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(drawn) == 1


def test_what_a_reader_has_set_changes_no_picture_and_stays_as_it_was(picture: plots.Picture) -> None:
    before = picture.svg()
    with matplotlib.rc_context({"font.size": 20, "axes.facecolor": "black", "svg.hashsalt": None}):
        theirs = dict(matplotlib.rcParams)
        again = plots.timeline(STORY, england.rulebook, AS_AT)
        assert again.svg() == before
        assert dict(matplotlib.rcParams) == theirs


@pytest.mark.parametrize("name", ["a.svg", "a.png", "A.SVG"])
def test_a_picture_is_saved_whole_and_overwrites_only_when_asked(
    picture: plots.Picture, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    picture.save(path)
    assert path.read_bytes() == (picture.png() if name.endswith("png") else picture.svg().encode())
    path.write_bytes(b"another")
    with pytest.raises(UnwritableOutput, match="it exists already"):
        picture.save(path)
    assert path.read_bytes() == b"another"
    picture.save(str(path), force=True)
    assert path.stat().st_size > 1000
    assert [one.name for one in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.svg.gz", ".svg"])
def test_a_name_that_says_no_form_is_refused_before_anything_is_written(
    picture: plots.Picture, tmp_path: Path, name: str
) -> None:
    with pytest.raises(UnwritableOutput, match=r"expected a name that ends in \.svg or \.png") as caught:
        picture.save(tmp_path / name)
    assert caught.value.path.endswith(name)
    assert list(tmp_path.iterdir()) == []


def test_a_notebook_shows_the_picture_and_a_terminal_the_words(picture: plots.Picture) -> None:
    assert picture._repr_svg_() == picture.svg()
    assert str(picture) == picture.text
    assert "C-101" not in repr(picture)


def test_without_matplotlib_it_is_said_which_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)  # as if it were not installed
    with pytest.raises(UnreadableInput, match="a picture needs matplotlib, which is not installed") as caught:
        plots.funnel({"referral": 1})
    assert caught.value.expected == "the extra plots: pip install 'childprotect[plots]'"


# ---------------------------------------------------------------- a child's timeline


def test_bars_stand_where_the_findings_are(picture: plots.Picture) -> None:
    conference = FINDINGS["initial-conference"]
    assert (conference.status, conference.due, conference.done) == (
        Status.LATE,
        date(2012, 9, 11),  # a bank holiday lies between
        date(2012, 9, 13),
    )
    start, due, done = (float(date(2012, *on).toordinal()) for on in ((8, 20), (9, 12), (9, 14)))
    assert (start, due) in rectangles(picture.figure, "")
    assert (due, done) in rectangles(picture.figure, "////")
    acknowledgement = FINDINGS["referral-acknowledgement"]
    assert acknowledgement.status is Status.OVERDUE
    assert (end_of(date(2012, 8, 14)), end_of(AS_AT)) in rectangles(picture.figure, "////")


def test_only_what_is_late_or_overdue_is_hatched(picture: plots.Picture) -> None:
    late = [one for one in FINDINGS.values() if one.is_breach and one.due is not None]
    assert len(late) == 3
    assert len(rectangles(picture.figure, "////")) == len(late)


LOCAL = england.rulebook.with_practice() | cp.Profile.load(
    Path(__file__).parent.parent / "examples" / "profiles" / "template.toml"
)


def lead(*shared: str) -> Finding:
    """A report that is needed two working days before the conference of Tuesday 11 June 2024."""
    steps: list[tuple[Any, ...]] = [("2024-05-28", "strategy-discussion"), ("2024-06-11", "initial-conference")]
    steps += [(on, "conference-report-shared", {"with": "parents"}) for on in shared]
    story = cp.Chronology.of("C-1", events=steps)
    plots.timeline(story, LOCAL, date(2024, 7, 1))
    found = cp.check(story, LOCAL, as_at=date(2024, 7, 1)).findings
    return next(one for one in found if one.rule == "conference-report-shared")


def test_what_is_needed_before_an_event_is_late_from_its_day_on_and_no_longer_than_to_the_event() -> None:
    due, held = end_of(date(2024, 6, 7)), end_of(date(2024, 6, 11))
    never, late, early = lead(), lead("2024-06-10"), lead("2024-06-03")
    assert [one.status for one in (never, late, early)] == [Status.OVERDUE, Status.LATE, Status.MET]
    assert [(part.first, part.last) for part in parts_of(never)] == [(due - 1, held), (due, held)]
    assert [(part.first, part.last) for part in parts_of(late)] == [(due - 1, held), (due, held - 1)]
    assert [(part.first, part.last, part.look) for part in parts_of(early)] == [(due - 1, held, LEAD)]
    assert list(uncounted(never, held)) == [(date(2024, 6, 8), date(2024, 6, 9))]


def test_local_rules_and_rules_of_practice_are_drawn_too() -> None:
    records = Path(__file__).parent.parent / "examples" / "data" / "events.csv"
    for story in [story for story in read(records) if story.child in ("EX0199", "EX0203", "EX0215", "EX0222")]:
        picture = plots.timeline(story, LOCAL, date(2024, 7, 31), until=date(2024, 6, 30))
        assert ", shown up to Sun 30 Jun 2024" in picture.title
        for finding in cp.check(story, LOCAL, as_at=date(2024, 7, 31)).breaches:
            assert finding.because in picture.text


def test_days_that_are_not_counted_are_shaded_for_working_days_only() -> None:
    conference, review = FINDINGS["initial-conference"], FINDINGS["first-review-conference"]
    shaded = list(uncounted(conference, end_of(date(2012, 9, 13))))
    assert shaded[0] == (date(2012, 8, 25), date(2012, 8, 27))  # with the summer bank holiday
    assert shaded[1:] == [(date(2012, 9, 1), date(2012, 9, 2)), (date(2012, 9, 8), date(2012, 9, 9))]
    assert list(uncounted(review, end_of(date(2012, 12, 13)))) == []


def test_what_cannot_be_counted_shades_nothing() -> None:
    assert list(uncounted(FINDINGS["initial-conference"], end_of(date(9000, 1, 1)))) == []


def test_the_words_of_a_timeline(picture: plots.Picture) -> None:
    lines = picture.text.splitlines()
    assert lines[0] == "Child C-101: what happened, and what was due, as at Wed 31 Oct 2012."
    assert lines[1].startswith(
        "8 events; 6 clocks: 2 overdue, 1 late, 1 pending, 2 in time; 5 duties without a clock: 1"
    )
    assert lines[2] == "Not kept:"
    assert "Summer bank holiday (Mon 27 Aug 2012)" in picture.text
    assert "- conference: initial child protection conference on Thu 13 Sep 2012." in lines


def test_no_fact_and_no_person_is_shown_but_the_identifier(picture: plots.Picture) -> None:
    assert "Ottoline" not in picture.svg() + picture.text
    assert "C-101" in picture.title


@settings(max_examples=25)
@given(chronologies(), st.integers(-30, 800))
def test_whatever_the_record_every_breach_and_every_event_is_in_the_words(story: cp.Chronology, later: int) -> None:
    as_at = (story.events[-1].day if story.events else date(2020, 1, 1)) + timedelta(days=later)
    picture = plots.timeline(story, england.rulebook, as_at)
    for finding in cp.check(story, england.rulebook, as_at=as_at).findings:
        if finding.is_breach or finding.status is Status.CANNOT_TELL:
            assert f"{finding.status.replace('-', ' ')}: {finding.because}" in picture.text
    for event in story.as_known(as_at):
        assert day_in_words(event.at) in picture.text
    assert f"as at {day_in_words(as_at)}" in picture.title


@given(chronologies(), st.integers(0, 800))
def test_a_bar_begins_with_its_clock_and_goes_past_its_end_only_when_late(story: cp.Chronology, later: int) -> None:
    as_at = (story.events[-1].day if story.events else date(2020, 1, 1)) + timedelta(days=later)
    findings = cp.check(story, england.rulebook, as_at=as_at).findings
    for finding in findings:
        parts = parts_of(finding)
        if finding.started is None or not has_clock(finding):
            assert parts == []
            continue
        assert parts[0].first == place_of(finding.started)
        assert all(one.last == two.first for one, two in pairwise(parts))
        late = [part for part in parts if part.look is LATE]
        assert bool(late) is (finding.is_breach and finding.due is not None)
        if late and finding.due is not None:
            assert late[0].first == end_of(finding.due)
            assert late[0].last >= late[0].first
        if finding.status is Status.CANNOT_TELL:
            assert {part.look for part in parts} == {UNKNOWN}
        if finding.status is Status.MET:
            assert [part.look for part in parts] == [ALLOWED]
    rows, dropped = rows_of(findings)
    drawn = [finding for row in rows for finding in row.findings]
    assert all(any(one is other for other in drawn) for one in findings if one.is_breach)
    assert not any(finding.is_breach for finding in dropped)
    assert len(drawn) + len(dropped) == sum(has_clock(one) or one.is_breach for one in findings)


def busy(days: int) -> cp.Chronology:
    """A plan with a visit every ten days."""
    first = date(2022, 1, 10)
    steps: list[tuple[Any, ...]] = [
        ("2022-01-10", "referral"),
        ("2022-01-11", "strategy-discussion", {"agencies": {"social-care", "police", "health"}}),
        ("2022-01-31", "initial-conference", {"outcome": "plan"}),
        ("2022-01-31", "plan-started", {"categories": {"neglect"}}),
        ("2022-03-01", "looked-after-started"),
        ("2022-03-01", "placement-started"),
    ]
    visits = [((first + timedelta(days=60 + 10 * n)).isoformat(), "looked-after-visit") for n in range(days)]
    return cp.Chronology.of("C-9", events=[*steps, *visits])


def test_a_long_cadence_shares_a_row_and_its_events_a_name() -> None:
    few, many = (plots.timeline(busy(n), england.rulebook, date(2024, 1, 1)) for n in (2, 60))
    assert many.figure.get_size_inches()[1] < few.figure.get_size_inches()[1] + 2
    shown = [text.get_text() for text in many.figure.axes[0].texts]
    assert "visit to the looked-after child (60 times)" in shown
    assert sum("visit to the looked-after child" in words for words in shown) == 1
    assert any(words.startswith("Visits to a looked-after child, 6") for words in shown)


def test_where_there_are_many_clocks_some_that_were_kept_are_left_to_the_words_and_no_breach() -> None:
    records = Path(__file__).parent.parent / "examples" / "data" / "events.csv"
    left = 0
    for story in read(records):
        findings = cp.check(story, england.rulebook, as_at=date(2024, 3, 31)).findings
        rows, dropped = rows_of(findings)
        drawn = [finding for row in rows for finding in row.findings]
        assert sum(one.is_breach for one in drawn) == sum(one.is_breach for one in findings)
        assert {one.status for one in dropped} <= {Status.MET, Status.DISCHARGED}
        assert not dropped or len(rows) == 14
        left += len(dropped)
    assert left >= 5


@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["core-group", "review-conference", "plan-started"]))))
def test_no_name_lies_upon_another_or_upon_the_line_to_one(told: list[tuple[int, str]]) -> None:
    events = [cp.Event(kind, date(2024, 1, 1) + timedelta(days=n)) for n, kind in sorted(told)]
    strand = Strand("plan", tuple(events))
    placed, left = flags(strand, lambda event: place_of(event.day), lambda words: float(len(words)))
    assert left + len(placed) >= len({event.kind for event in events})
    assert all(flag.level >= 0 for flag in placed)
    for one, other in combinations(placed, 2):
        first, then = sorted((one, other), key=lambda flag: flag.at)
        if first.at == then.at:
            assert first.level != then.level
        elif then.at <= first.at + len(first.words):
            assert first.level > then.level


def test_every_event_has_a_strand_and_the_strands_are_in_the_order_of_the_charts() -> None:
    strands = strands_of(busy(3).events, england.rulebook)
    assert [strand.name for strand in strands] == ["front door", "enquiry", "conference", "plan", "care"]
    assert sum(len(strand.events) for strand in strands) == len(busy(3))


def test_a_part_of_a_long_record_can_be_shown() -> None:
    part = plots.timeline(busy(60), england.rulebook, date(2024, 1, 1), since=date(2022, 5, 1), until=date(2022, 7, 31))
    first, last = part.figure.axes[0].get_xlim()
    assert (first, last) == (date(2022, 5, 1).toordinal(), date(2022, 8, 1).toordinal())
    assert part.title.endswith(", as at Mon 1 Jan 2024, shown from Sun 1 May 2022 to Sun 31 Jul 2022.")
    assert part.text.splitlines()[1].startswith("9 events; ")
    assert [line for line in part.text.splitlines() if line.startswith("- care: visit")]
    assert not [line for line in part.text.splitlines() if line.startswith("- front door")]


EMPTY = cp.Chronology.of("C-1")
ONE = cp.Chronology.of("C-1", events=[("2020-02-03", "referral")])
BESIDE_THE_POINT = cp.Chronology.of("C-1", events=[("2020-02-03", "supervision")])
FAR_OFF = cp.Chronology.of("C-1", events=[("0001-01-01", "referral"), ("9999-12-31", "visit")])
HOURS = cp.Chronology.of("C-1", events=[("2020-02-03T23:30:00+00:00", "found"), ("2020-02-04", "found")])
ODD = cp.Chronology.of("$x_1$ 漢字 <b>&\x00\ud800\n" + "q" * 99, events=[("2020-02-03", "referral")])


@pytest.mark.parametrize(
    ("story", "as_at", "says"),
    [
        (EMPTY, date(2020, 1, 1), "No event; no clock."),
        (ONE, date(2020, 1, 1), "Left out: 1 entry of a later day, or not known then."),
        (ONE, date(2020, 2, 3), "1 event; 3 clocks: 3 pending."),
        (BESIDE_THE_POINT, date(2020, 2, 3), "1 event; no clock."),
        (FAR_OFF, date.max, "2 events"),
        (HOURS, date(2020, 2, 29), "2 overdue"),
        (ODD, date(2020, 2, 3), "Child $x_1$ 漢字 <b>&"),
    ],
    ids=["empty", "before", "one", "no clock", "far off", "hours", "odd"],
)
@pytest.mark.filterwarnings("error")
def test_little_or_odd_records_are_drawn_and_said(story: cp.Chronology, as_at: date, says: str) -> None:
    picture = plots.timeline(story, england.rulebook, as_at)
    assert says in picture.text
    ElementTree.fromstring(picture.svg())
    assert picture.png().startswith(b"\x89PNG")


def test_a_name_is_no_formula_and_no_markup() -> None:
    svg = ElementTree.fromstring(plots.timeline(ODD, england.rulebook, date(2020, 2, 3)).svg())
    shown = [element.text or "" for element in svg.iter(f"{SVG}text")]
    assert any(words.startswith("Child $x_1$") and "<b>&" in words for words in shown)


def test_a_due_date_that_nobody_can_tell_is_drawn_as_unknown_up_to_the_day_of_the_check() -> None:
    story = cp.Chronology.of(
        "C-1", events=[("2020-02-03", "referral")], lost=[cp.events.Lost("referral-decided", "row 3", "no date")]
    )
    findings = cp.check(story, england.rulebook, as_at=date(2020, 2, 20)).findings
    (decision,) = [one for one in findings if one.rule == "referral-decision"]
    assert decision.status is Status.CANNOT_TELL
    assert {part.look for part in parts_of(decision)} == {UNKNOWN}
    picture = plots.timeline(story, england.rulebook, date(2020, 2, 20))
    assert "Nobody can tell:" in picture.text
    assert "?" in [text.get_text() for text in picture.figure.axes[0].texts]
    assert rectangles(picture.figure, "...")


def test_what_was_known_then_is_what_is_drawn() -> None:
    late = cp.Event("referral-decided", date(2020, 2, 4), recorded=date(2020, 3, 1))
    story = ONE.add(late)
    assert plots.timeline(story, england.rulebook, date(2020, 3, 2)).text.count("in time") == 1
    then = plots.timeline(story, england.rulebook, date(2020, 3, 2), known_at=date(2020, 2, 20))
    assert "Decision on a referral, overdue" in then.text
    assert "Left out: 1 entry" in then.text


# ---------------------------------------------------------------- in black and white


def in_grey(look: Look) -> tuple[float, float]:
    """How light an area is in grey on average, and how much that changes within it."""
    with our_settings():
        page = Page(Figure((8, 1)), 1)
        axes = page.panel(0, 0, 8, 1)
        axes.axis("off")
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.barh([0.5], [0.8], 0.15, [0.1], linewidth=0.8, **look.patch())
        image = BytesIO()
        page.figure.savefig(image, format="png", dpi=200)
    grey = np.asarray(Image.open(image).convert("L"), dtype=float)[88:112, 200:1400]
    return float(grey.mean()), float(grey.std())


def test_in_grey_what_is_late_and_what_is_unknown_differ_from_all_else_in_light_and_in_pattern() -> None:
    seen = {look: in_grey(look) for look in (ALLOWED, LATE, UNKNOWN, WAITING)}
    for one, other in combinations(seen, 2):
        assert abs(seen[one][0] - seen[other][0]) > 20, (one, other)
    hatched = {look for look, (_, changes) in seen.items() if changes > 15}
    assert hatched == {LATE, UNKNOWN}


def test_no_two_areas_and_no_two_lines_differ_in_colour_only() -> None:
    areas = [
        (look.hatch, str(look.line), look.fill == "#ffffff") for look in (ALLOWED, LATE, LEAD, UNKNOWN, WAITING, GONE)
    ]
    assert len(set(areas)) == len(areas)
    for of in zip(*LINES, strict=True):
        assert len({str(one) for one in of}) == len(LINES)


def test_letters_are_legible_at_800_pixels() -> None:
    assert canvas.SMALL / 72 * 800 / canvas.WIDTH >= 11


# ---------------------------------------------------------------- funnel


def test_a_funnel_is_as_wide_as_its_counts_and_says_the_shares() -> None:
    picture = plots.funnel({"referral": 200, "assessment": 150, "plan": 1})
    assert [bar.get_width() for bar in picture.figure.axes[0].patches if isinstance(bar, Rectangle)] == [200, 150, 1]
    assert "assessment: 150, which is 75% of the step before." in picture.text
    assert "plan: 1, which is 1% of the step before." in picture.text
    assert "From the first step to the last: under 1%." in picture.text
    shown = [text.get_text() for text in picture.figure.axes[0].texts]
    assert "75% of the step before" in shown


def test_a_step_after_nothing_has_no_share() -> None:
    text = plots.funnel({"referral": 0, "assessment": 0, "plan": 2}).text
    assert "assessment: 0 (none before)." in text
    assert "plan: 2 (more than before)." in text


def test_children_count_as_far_as_they_came() -> None:
    stories = [STORY, ONE, EMPTY, cp.Chronology.of("C-3", events=[("2012-01-05", "plan-started")])]
    assert list(plots.reached(stories, as_at=AS_AT).values()) == [2, 2, 2, 2, 2, 2]
    assert list(plots.reached(stories, as_at=date(2012, 9, 4)).values()) == [2, 2, 2, 2, 1, 1]
    assert list(plots.reached(stories, as_at=date(2021, 1, 1)).values()) == [3, 2, 2, 2, 2, 2]


@settings(max_examples=25)
@given(st.lists(chronologies(), max_size=4))
def test_fewer_and_fewer_come_so_far(stories: list[cp.Chronology]) -> None:
    counts = list(plots.reached(stories, as_at=date(2030, 1, 1)).values())
    assert counts == sorted(counts, reverse=True)
    assert counts[0] <= len(stories)


# ---------------------------------------------------------------- distribution


@settings(max_examples=40)
@given(
    st.lists(st.integers(0, 400), max_size=30),
    st.integers(1, 130),
    st.integers(0, 5),
    st.sampled_from([None, (10, 15, 20), (10, 20, 30, 40, 45, 50, 60)]),
)
def test_every_case_is_in_one_bar_and_those_past_the_limit_are_hatched(
    days: list[int], limit: int, overdue: int, bands: tuple[int, ...] | None
) -> None:
    if bands is not None:
        limit = bands[limit % len(bands)]
    picture = plots.waits(days, limit, overdue=overdue, bands=bands)
    late = sum(n > limit for n in days)
    assert sum(heights(picture, hatched=True)) == late + overdue
    assert sum(heights(picture, hatched=False)) == len(days) - late
    assert f"Past the limit: {late} done late, {overdue} not done." in picture.text
    if decided := len(days) + overdue:
        assert str(Share.of(len(days) - late, decided)) in picture.text
    first, last = picture.figure.axes[0].get_xlim()
    bars = [bar for bar in picture.figure.axes[0].patches if isinstance(bar, Rectangle)]
    assert all(first < bar.get_x() and bar.get_x() + bar.get_width() < last for bar in bars)


def test_the_limit_stands_between_its_own_day_and_the_next() -> None:
    picture = plots.waits([15, 16], 15)
    (line,) = picture.figure.axes[0].lines
    late = next(bar for bar in picture.figure.axes[0].patches if isinstance(bar, Rectangle) and bar.get_hatch())
    at = float(np.asarray(line.get_xdata())[0])
    assert late.get_x() - 0.5 < at < late.get_x()


@given(st.integers(1, 500), st.integers(0, 500))
def test_an_interval_is_that_of_the_tables(of: int, part: int) -> None:
    part = min(part, of)
    counts = {status.value: [0] for status in Status} | {"met": [part], "late": [of - part]}
    table = shares(pl.DataFrame(counts), [])
    share = Share.of(part, of)
    assert (share.low, share.high) == (table["low"][0], table["high"][0])


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_nothing_is_rounded_to_all_or_to_nothing(of: int, part: int) -> None:
    part = min(part, of)
    assert (percent(part / of) == "100%") is (part == of)
    assert (percent(part / of) == "0%") is (part == 0)


def test_what_is_pending_or_unknown_is_named_and_in_no_share() -> None:
    text = plots.waits([3, 20], 15, pending=4, cannot_tell=5).text
    assert "Within the limit: 1 of 2 (50%;" in text
    assert "In no share: 4 not done and not yet due and 5 of which nobody can tell." in text


def conferences(*days: int, as_at: date = date(2024, 6, 1)) -> Iterator[Finding]:
    """Children whose conference was so many days after the strategy discussion."""
    for n, later in enumerate(days):
        steps: list[tuple[Any, ...]] = [("2024-03-04", "strategy-discussion", {"decision": "section-47"})]
        if later >= 0:
            steps.append(((date(2024, 3, 4) + timedelta(days=later)).isoformat(), "initial-conference"))
        yield from cp.check(cp.Chronology.of(f"C-{n}", events=steps), england.rulebook, as_at=as_at).findings


def test_days_come_from_findings_with_what_is_not_done() -> None:
    waited = plots.Waited.of(conferences(0, 7, 21, 22, -1), "initial-conference")
    assert (waited.limit, waited.unit) == (15, "working-days")
    assert sorted(waited.days) == [0, 5, 15, 16]
    assert (waited.overdue, waited.pending, waited.cannot_tell) == (1, 0, 0)
    picture = waited.picture(title="Working days to the initial conference", what="conferences")
    assert "Within the limit: 3 of 5" in picture.text


@pytest.mark.parametrize(
    ("rule", "problem"),
    [("core-assessment", "they have no limit"), ("return-interview", "their limit is 72 hours")],
)
def test_findings_without_one_limit_in_days_are_no_distribution(rule: str, problem: str) -> None:
    story = cp.Chronology.of("C-1", events=[("2024-03-04T10:00:00+00:00", "found")])
    findings = cp.check(story, england.rulebook, as_at=date(2024, 6, 1)).findings
    with pytest.raises(NotDrawable, match=problem):
        plots.Waited.of(findings, rule)


def test_findings_of_two_editions_have_two_limits() -> None:
    findings = [
        *cp.check(cp.Chronology.of("C-1", events=[("2009-03-04", "referral")]), england.rulebook, as_at=AS_AT).findings,
        *cp.check(STORY, england.rulebook, as_at=AS_AT).findings,
    ]
    with pytest.raises(NotDrawable, match="they have 10 working days and 7 working days"):
        plots.Waited.of(findings, "initial-assessment")


# ---------------------------------------------------------------- caseload and scenarios

NUMBERS = st.one_of(st.integers(0, 500), st.floats(0, 500))
DAYS = st.dictionaries(st.dates(date(2020, 1, 1), date(2024, 1, 1)), NUMBERS, max_size=12)


@settings(max_examples=30)
@given(st.dictionaries(st.sampled_from(["open", "waiting", "on a plan"]), DAYS, max_size=3))
def test_lines_are_the_numbers_in_order_of_day(series: dict[str, dict[date, float]]) -> None:
    picture = plots.load(series)
    given_ = {name: [days[on] for on in sorted(days)] for name, days in series.items() if days}
    drawn = [list(line.get_ydata()) for axes in picture.figure.axes for line in axes.lines]  # type: ignore[arg-type]
    shown = [text.get_text() for axes in picture.figure.axes for text in axes.texts]
    for name, numbers in given_.items():
        assert numbers in drawn
        assert name in shown
    for name in series:
        assert not given_ or f"{name}: " in picture.text


def drawn_lines(picture: plots.Picture) -> list[list[float]]:
    return [list(line.get_ydata()) for axes in picture.figure.axes for line in axes.lines]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("many", "points", "what"),
    [(400, 400, ""), (401, 58, "Drawn is the mean of each week."), (3000, 99, "Drawn is the mean of each month.")],
)
def test_of_many_days_the_means_are_drawn_and_the_words_tell_of_the_days(many: int, points: int, what: str) -> None:
    days = {date(2023, 1, 2) + timedelta(n): n % 7 for n in range(many)}  # from a Monday on
    picture = plots.load({"open": days, "few": {date(2023, 1, 2): 3}}, limits={"open": 5})
    (line,) = (one for one in drawn_lines(picture) if len(one) > 10)
    assert len(line) == points
    assert [3] in drawn_lines(picture)
    assert "highest 6 on Sun 8 Jan 2023;" in picture.text
    assert f"above 5 on {many // 7} of {many:,} days." in picture.text
    if many == 401:
        assert line == [3.0] * 57 + [0.5]
    then = plots.beside({"open": days}, {"open": {date(2023, 1, 2): 3}})
    assert sorted(map(len, drawn_lines(then))) == [1, points, points]
    for one in (picture, then):
        assert one.text.splitlines()[-1] == what if what else "Drawn" not in one.text


def test_what_leads_to_a_name_is_not_taken_for_a_line() -> None:
    """Of a series of one day, or one that ends early, nothing but dots goes on to its name."""
    picture = plots.load({"early": {date(2024, 1, 1): 1}, "late": {date(2024, 3, 1): 2}})
    leading = [line for line in picture.figure.axes[0].lines if len(line.get_xdata()) == 3]  # type: ignore[arg-type]
    assert len(leading) == 2
    assert all(line.is_dashed() and line.get_color() == FAINT for line in leading)


def test_names_at_the_ends_of_lines_do_not_lie_upon_each_other() -> None:
    day = date(2024, 1, 1)
    picture = plots.load({f"series {n}": {day: n, day + timedelta(days=9): 5} for n in range(6)})
    places = sorted(text.get_position()[1] for text in picture.figure.axes[0].texts)
    low, high = picture.figure.axes[0].get_ylim()
    apart = [(then - first) / (high - low) * 2.9 for first, then in pairwise(places)]
    assert min(apart) > 0.15
    assert low <= places[0] and places[-1] <= high


def test_days_over_a_limit_are_counted() -> None:
    queue = {date(2024, 1, n): n for n in range(1, 11)}
    picture = plots.load({"waiting": queue, "open": {date(2024, 1, 1): 90}}, limits={"waiting": 7})
    assert "highest 10 on Wed 10 Jan 2024; on average 5.5; above 7 on 3 of 10 days." in picture.text
    assert "limit: 7" in [text.get_text() for text in picture.figure.axes[0].texts]
    assert picture.text.count("above") == 1


def test_two_scenarios_have_the_same_scale_and_the_difference_in_words() -> None:
    first = {"open": {date(2024, 1, 1): 10, date(2024, 2, 1): 14}, "waiting": {date(2024, 1, 1): 3}}
    then = {"open": {date(2024, 1, 1): 10, date(2024, 3, 1): 24}, "waiting": {date(2024, 1, 1): 3}}
    picture = plots.beside(first, then, names=("as it is", "fewer workers"))
    left, right, below, corner = picture.figure.axes
    assert left.get_ylim() == right.get_ylim() and below.get_ylim() == corner.get_ylim()
    assert len({axes.get_xlim() for axes in picture.figure.axes}) == 1
    assert 'open, on average: 5 more in "fewer workers".' in picture.text
    assert 'waiting, on average: the same in "fewer workers".' in picture.text
    assert [10, 14] in [list(line.get_ydata()) for line in right.lines]  # type: ignore[arg-type]


def test_counts_stand_in_pairs_of_bars() -> None:
    picture = plots.beside({"referral": 100, "plan": 9}, {"referral": 110, "plan": 7.5})
    bars = [bar for bar in picture.figure.axes[0].patches if isinstance(bar, Rectangle)]
    assert [bar.get_width() for bar in bars] == [100, 110, 9, 7.5]
    assert [bool(bar.get_hatch()) for bar in bars] == [False, True, False, True]
    assert 'plan: 9 in "first", 7.5 in "second" (1.5 fewer).' in picture.text


@pytest.mark.parametrize(
    "picture",
    [
        plots.funnel({}),
        plots.funnel({"referral": 0}),
        plots.waits([], 15),
        plots.waits([], 15, overdue=1),
        plots.waits([10_000], 15),
        plots.load({}),
        plots.load({"queue": {}}),
        plots.load({"queue": {date(2024, 1, 1): 0}}),
        plots.beside({}, {}),
        plots.beside({"queue": {}}, {"queue": {}}),
        plots.beside({"queue": {}}, {"queue": {date(2024, 1, 1): 3}}),
        plots.beside({"a": 0}, {"a": 0}),
    ],
    ids=lambda picture: picture.text.splitlines()[-1][:40],
)
def test_nothing_or_one_is_drawn_and_said(picture: plots.Picture) -> None:
    ElementTree.fromstring(picture.svg())
    assert picture.png()
    assert picture.title


# ---------------------------------------------------------------- misuse

QUEUE = {date(2024, 1, 1): 3}
MISUSE: dict[str, Any] = {
    "negative": lambda: plots.funnel({"referral": -1}),
    "not a number": lambda: plots.funnel({"referral": float("nan")}),
    "endless": lambda: plots.load({"queue": {date(2024, 1, 1): float("inf")}}),
    "a flag": lambda: plots.funnel({"referral": True}),
    "a text for a number": lambda: plots.funnel({"referral": "12"}),  # type: ignore[dict-item]
    "no mapping": lambda: plots.funnel([("referral", 1)]),  # type: ignore[arg-type]
    "a name that is none": lambda: plots.funnel({1: 1}),  # type: ignore[dict-item]
    "a part of a day": lambda: plots.waits([1.5], 15),  # type: ignore[list-item]
    "negative days": lambda: plots.waits([-1], 15),
    "a text for days": lambda: plots.waits("123", 15),  # type: ignore[arg-type]
    "no limit": lambda: plots.waits([1], 0),
    "another unit": lambda: plots.waits([1], 15, unit="weeks"),
    "bands that fall": lambda: plots.waits([1], 15, bands=(15, 10)),
    "a limit within a band": lambda: plots.waits([1], 15, bands=(10, 20)),
    "a moment for a day": lambda: plots.load({"queue": {datetime(2024, 1, 1): 1}}),  # noqa: DTZ001
    "a text for a day": lambda: plots.load({"queue": {"2024-01-01": 1}}),  # type: ignore[dict-item]
    "a list for days": lambda: plots.load({"queue": [1, 2]}),  # type: ignore[dict-item]
    "too many lines": lambda: plots.load({str(n): QUEUE for n in range(7)}),
    "a limit of nothing": lambda: plots.load({"queue": QUEUE}, limits={"quwue": 3}),
    "other names": lambda: plots.beside({"a": 1}, {"b": 1}),
    "series and counts": lambda: plots.beside({"a": 1}, {"a": QUEUE}),
    "three scenarios": lambda: plots.beside({"a": 1}, {"a": 1}, names=("a", "b", "c")),  # type: ignore[arg-type]
    "a limit of counts": lambda: plots.beside({"a": 1}, {"a": 1}, limits={"a": 3}),
    "too many panels": lambda: plots.beside({str(n): QUEUE for n in range(7)}, {str(n): QUEUE for n in range(7)}),
    "no chronology": lambda: plots.timeline([], england.rulebook, AS_AT),  # type: ignore[arg-type]
    "no rulebook": lambda: plots.timeline(STORY, england, AS_AT),  # type: ignore[arg-type]
    "a moment to ask": lambda: plots.timeline(STORY, england.rulebook, datetime(2024, 1, 1)),  # noqa: DTZ001
    "a window that ends first": lambda: plots.timeline(
        STORY, england.rulebook, AS_AT, since=date(2024, 1, 2), until=date(2024, 1, 1)
    ),
    "no chronologies": lambda: plots.reached([1], as_at=AS_AT),  # type: ignore[list-item]
}


@pytest.mark.parametrize("misuse", MISUSE.values(), ids=MISUSE)
def test_misuse_is_an_error_of_ours_that_says_what_was_expected(misuse: Any) -> None:
    with pytest.raises(NotDrawable, match="; expected ") as caught:
        misuse()
    assert isinstance(caught.value, ChildProtectError | ValueError)
    assert caught.value.what and caught.value.problem and caught.value.expected


def test_numbers_of_numpy_are_numbers() -> None:
    counts = {"referral": np.int64(12), "plan": np.float64(2.5)}
    assert "plan: 2.5, which is 21% of the step before." in plots.funnel(counts).text  # type: ignore[arg-type]
    assert "2 done" in plots.waits(np.array([3, 20]), 15).text
