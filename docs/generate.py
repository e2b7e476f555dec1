"""Write what is made from the values, so that it cannot drift from the code: pages, pictures, the golden rulebooks.

`python docs/generate.py` writes them; with `--check` it changes nothing and exits with 1 if one is out of date.
"""

import json
import re
import sys
import tomllib
from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from childprotect.authority import Evidence
from childprotect.coverage import Decidable, decidable, why_not
from childprotect.meanings import FACTS, MEANINGS
from childprotect.measures import MEASURES, NOT_COUNTED, Kind, Measure
from childprotect.profile_schema import profile_schema
from childprotect.records import FORMATS
from childprotect.records.census_elements import ELEMENTS, FIRST_YEAR, LAST_YEAR
from childprotect.records.keeping import COMPARED, PRESENCE, STAFF
from childprotect.rulebooks import england
from childprotect.vocabulary import NEAR, STANDARD, Form, form_of, values_of
from childprotect.wording import day_in_words, listed

DOCS = Path(__file__).parent
README = DOCS.parent / "README.md"
SCHEMA = DOCS.parent / "src" / "childprotect" / "profile.schema.json"
GOLDEN = DOCS.parent / "tests" / "golden"
"""The rulebooks as they stand: a change of law is a visible difference in these files."""
_BEGIN, _END = "<!-- picture: made by docs/generate.py -->", "<!-- end of picture -->"
_MADE = "<!-- made by docs/generate.py -->\n\n"


def readme() -> str:
    """The README with the picture of the journey as it is now."""
    before, _, rest = README.read_text(encoding="utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    return f"{before}{_BEGIN}\n\n```mermaid\n{england.journey_picture()}```\n\n{_END}{after}"


def charts() -> str:
    """Every chart with its picture."""
    parts = [
        _MADE,
        "# Charts\n\nWhat may follow what, strand by strand. A child stands somewhere in each strand at once. ",
        "`childprotect chart STRAND` prints a chart; `--format dot` prints it for Graphviz.\n",
    ]
    for chart in england.charts.values():
        final = listed(f"`{state}`" for state in chart.final)
        parts.append(f"\n## {chart.title}\n\nStrand `{chart.strand}`; nothing is left open at {final}.\n\n")
        parts.append(f"```mermaid\n{chart.mermaid()}```\n")
    return "".join(parts)


def rules() -> str:
    """Every rule with its versions, sources and grades, and what is not assessed."""
    parts = [
        _MADE,
        "# Rules\n\nEvery rule of the national rulebook, with each dated version, its force and its evidence. ",
        "The day of the trigger chooses the version. `childprotect rules --on 2012-09-19` prints the law of a day.\n\n",
        *(f"* **{grade.letter}** ({grade.value}): {grade.meaning}\n" for grade in Evidence),
        "\n## Instruments\n\n| id | title | from | to | what is uncertain |\n|---|---|---|---|---|\n",
    ]
    for one in england.instruments:
        since = day_in_words(one.in_force) if one.in_force else "not in force"
        until = day_in_words(one.until) if one.until else "now" if one.in_force else ""
        parts.append(f"| {one.id} | {one.title} | {since} | {until} | {one.dated_note} |\n")
    parts += ["\n", england.rulebook.export("markdown")]
    parts.append(
        "\n# Practice\n\nWhat inspectors asked of the record in September 2012: no law of its own, and applied on "
        "request, with `--practice` or `england.rulebook.with_practice()`.\n\n"
    )
    parts.append(england.practice.export("markdown"))
    unverified = england.rulebook.unverified()
    parts.append(f"\n# What rests on less than a named source\n\n{len(unverified)} versions of rules.\n\n")
    parts.append("| rule | edition | why |\n|---|---|---|\n")
    parts += [f"| `{entry.rule.id}` | {entry.version.edition} | {entry.because} |\n" for entry in unverified]
    parts.append("\n# Not assessed\n\n| what | why |\n|---|---|\n")
    parts += [f"| `{entry.id}` | {entry.because} |\n" for entry in england.rulebook.not_assessed]
    return "".join(parts)


_JUDGED = {"whole": "yes", "part": "in part", "none": "no"}


def inspection() -> str:
    """Every row of the inspection and of the reference of timescales, with what answers it."""
    rows = england.inspection()
    counts = listed(f"{sum(row.judged == how for row in rows)} {words}" for how, words in _JUDGED.items())
    parts = [
        _MADE,
        "# The inspection of 2012, row by row\n\nWhat Ofsted found in Herefordshire in September 2012, bullet by "
        "bullet (I, T and S: immediately, within three and within six months) and paragraph by paragraph, in a few "
        "words of ours, and what the library answers it with. ",
        f"Of {len(rows)} rows a computer can settle: {counts}.\n\n",
        "| row | finding | settled by dates and records | rules | records | what is left |\n",
        "|---|---|---|---|---|---|\n",
    ]
    for row in rows:
        cells = (row.id, row.finding, _JUDGED[row.judged], _code(row.rules), _code(row.records), row.because)
        parts.append(f"| {' | '.join(cells)} |\n")
    parts.append(
        "\n# The reference of timescales, row by row\n\nThe rules were written from a reference of the timescales in "
        "every edition. Each of its rows is carried by a rule, or by facts of the vocabulary, or it is left out for a "
        "reason.\n\n"
        "| section | row | rules | vocabulary | why left out |\n|---|---|---|---|---|\n"
    )
    for line in england.timescales():
        cells = (line.section, line.id, _code(line.rules), _code(line.vocabulary), line.left_out)
        parts.append(f"| {' | '.join(cells)} |\n")
    return "".join(parts)


def census() -> str:
    """Every element of the census, by year, and what the reader does with it."""
    parts = [
        _MADE,
        f"# The elements of the census\n\nEvery element of the children in need census from {FIRST_YEAR} to "
        f"{LAST_YEAR}, where it stands, and what becomes of it. No official schema is published: the table follows "
        "hand-kept ones, and sample returns where they hold more. The year is that in which the census is collected; "
        "what a census had before 2017 is not told. An element is read in every year, and whatever its capitals "
        "(`CINplanDates` and `PreProceedingsAndFGDM` occur too).\n\n"
        "An element that is not in this table is counted, and named in the report. One that is read, but not where "
        "it stands, leaves all findings of that child in doubt.\n\n",
        "| within | element | years | | what it becomes, or is |\n|---|---|---|---|---|\n",
    ]
    for one in ELEMENTS:
        years = f"{one.since}–{one.until}" if one.since != one.until else str(one.since)
        source = "" if one.schema else " (in sample returns only)"
        within = f"`{one.parent}`" if one.parent else ""
        parts.append(f"| {within} | `{one.name}` | {years}{source} | {one.use.value} | {one.what} |\n")
    return "".join(parts)


def kinds() -> str:
    """Every kind of event with its facts, and every fact with its values."""
    parts = [
        _MADE,
        "# Kinds of event and their facts\n\nWhat may stand in the column `event` of ",
        "[an event table](records-in.md#event-table), and in the columns of facts. Where your system has other words, ",
        "[a mapping](records-in.md#columns-with-other-names) says which of these they are. The kinds are in the order ",
        "of the process, which decides between events of one day whose times are not known. The third column names ",
        "who does it, where that is always the same. Values in brackets are all that there are with that event: a ",
        "row with another is rejected. A fact may stand with another event than here too: it is kept, and no national ",
        "rule asks for it.\n\n| event | what happened | by | facts |\n|---|---|---|---|\n",
    ]
    for kind in STANDARD.kinds:
        meaning = MEANINGS[kind.name]
        facts = ", ".join(_fact(name, kind.values.get(name, ())) for name in meaning.facts)
        parts.append(f"| `{kind.name}` | {meaning.sentence} | {meaning.by} | {facts} |\n")
    parts.append(
        "\n## Facts\n\nValues are those that are ours, whichever event has the fact. Where an event does not say in "
        f"brackets which there are, others are kept too; but in {listed(f'`{name}`' for name in sorted(NEAR))} what is "
        "close to one of ours counts as misspelt, and its row is rejected.\n\n"
        "| fact | says | is | values |\n|---|---|---|---|\n"
    )
    for name, says in FACTS.items():
        values = ", ".join(sorted(values_of(name)))
        parts.append(f"| `{name}` | {says} | {_FORMS[form_of(name)]}{_kept(name)} | {values} |\n")
    return "".join(parts)


_FORMS = {form: form.value for form in Form} | {Form.SET: "names separated by `;`"}


def _fact(name: str, values: tuple[str, ...]) -> str:
    return f"`{name}` ({' / '.join(values)})" if values else f"`{name}`"


def _kept(fact: str) -> str:
    """What becomes of a text that somebody wrote."""
    if fact in PRESENCE:
        return ", of which only is kept that there is one"
    if fact in COMPARED:
        return ", of which a digest is kept"
    named = "a team" if fact == "team" else "a member of staff"
    return f", the name of {named}" if fact in STAFF else ""


def _code(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _cell(how: Decidable) -> str:
    return how.value.replace("-", " ")


def coverage() -> str:
    """Every rule by every source: whether the source can decide it, and why not."""
    book = england.rulebook.with_practice()
    rules = [rule for rule in book.rules if rule.versions]
    sources = {reader.format: reader for reader in FORMATS}
    parts = [
        _MADE,
        "# Which source decides which rule\n\n",
        *(f"* **{_cell(how)}**: {how.meaning}.\n" for how in Decidable),
        "\nThis is what a source can hold at most; a table, a file or a database that lacks some of it decides less. ",
        "An event table has a place for every kind of event, and for every fact that has a column.\n\n",
        f"| rule | {' | '.join(sources)} |\n|---|{'---|' * len(sources)}\n",
    ]
    for rule in rules:
        cells = [_cell(decidable(rule, reader.covers)) for reader in sources.values()]
        parts.append(f"| `{rule.id}` | {' | '.join(cells)} |\n")
    parts.append(
        "\nRules for which no version is in the rulebook wait for a local profile, and are left out. That every worked "
        "case of law, seen through each source, comes to what stands here is tested.\n"
    )
    parts.append(_differences())
    for reader in sources.values():
        reasons = [(rule, why_not(rule, reader.covers)) for rule in rules]
        if any(why for _, why in reasons):
            parts.append(f"\n## {reader.title}: why not\n\n| rule | decided | because |\n|---|---|---|\n")
            parts += [
                f"| `{rule.id}` | {_cell(decidable(rule, reader.covers))} | {why} |\n" for rule, why in reasons if why
            ]
    return "".join(parts)


def _differences() -> str:
    """What is said through a source, and the full record says otherwise."""
    told = tomllib.loads((DOCS / "differences.toml").read_text(encoding="utf-8"))["said"]
    rows = [
        f"| `{one['rule']}` | {one['full'].replace('-', ' ')} | {one['seen'].replace('-', ' ')} "
        f"| {', '.join(f'`{source}`' for source in one['sources'])} | {one['because']} |\n"
        for one in told
    ]
    return (
        "\n## What a source makes another thing of\n\n"
        "A source does not only leave out: it tells some things in another way. So there are findings that are settled "
        "by what it holds, and that the full record would settle otherwise, or not at all. None of these is right. "
        "They stay because to doubt each of them would leave nothing met, or nothing overdue: no record of councils "
        "has the types of assessments, and none but an event table tells a discussion from its enquiry. These are all "
        "that the worked cases of law bring to light:\n\n"
        "| rule | full record | by the source | sources | because |\n|---|---|---|---|---|\n" + "".join(rows)
    )


_HOW_TO_MEASURE = """# Measures

What an authority does, as figures: the published indicators as DfE counts them, those of 2012, and what an inspection
asks. Each measure is a value that says what is counted, of what, what is left out, who defined it so and how well that
is known; and every figure comes with the cases behind it.

```python
from datetime import date
import polars as pl
from childprotect.measures import Told, behind, measure, measured

events = pl.DataFrame({
    "child": ["C-1", "C-1", "C-1", "C-2", "C-2", "C-3", "C-3"],
    "event": ["allocated"] + ["section-47-started", "initial-conference"] * 3,
    "at": [date(2024, 1, 5), date(2024, 1, 8), date(2024, 1, 29), date(2024, 1, 8), date(2024, 1, 30),
           date(2024, 3, 11), date(2024, 3, 8)],
    "team": ["North", None, None, None, None, None, None],
})
told = Told.of(events, as_at=date(2024, 3, 31))
in_15 = measure("conferences-in-15-days")
for figure in measured(in_15, told, date(2024, 1, 1), date(2024, 3, 31), by="team"):
    print(figure.group, figure.numerator, "of", figure.denominator, figure.text("share"), figure.left_out, "left out")
print(behind(in_15, told, date(2024, 1, 1), date(2024, 3, 31)).sort("child").rows())
```

```text
None 1 of 2 50.0% 1 left out
 0 of 1 0.0% 1 left out
North 1 of 1 100.0% 0 left out
[('C-1', datetime.date(2024, 1, 29), True, 15, None), ('C-2', datetime.date(2024, 1, 30), False, 16, None), \
('C-3', datetime.date(2024, 3, 8), None, None, 'it was held before its section 47 enquiry')]
```

`Told.of` takes an event table, a path, or, as `Told.of_chronologies`, children who were read one by one. With
`rulebook=england.rulebook` the records are checked too, and **every rule is a measure**: `of_rule(rule)` counts how
many of its duties were met, of those that fell due in the period, so that what is overdue and was never done is seen,
which figures of what was done leave out. Of a rule without a number `of_duty(rule)` counts how much of what arose was
done by the last day, and how long it took: that is told and not judged, and only children who were read one by one
with a `rulebook` tell it. A period is from any day to any other, both included.

* **A denominator of zero** gives no share, and `because` says so. Of cases that the records cannot settle nobody
  can tell: they are counted as that, in neither numerator nor denominator, and so is everything that turns on a
  kind of event of which not one is on record, or on a child of whom something could not be read. `since` says when
  the records begin: what looks back further is not told.
* **Shares** come with Wilson's interval, which holds the true share in 95 of 100.
* **Groups.** `by="team"` and `by="worker"` part the cases by who had them on their day: the latest `allocated`
  event on or before it that no `deallocated` event, and no closing of the case, has ended since. Any other name is
  a column of the table. The group `""` are cases of which none is known; groups add up to the whole. A case counts
  for who had it on that day, whoever had it before.
* **Small numbers.** With `suppress=True` counts from 1 to 5 are left out, and `text` writes `c` in their place, as
  DfE does in its tables (data guidance of the 2020 release). How DfE chooses what else to hide is not published:
  here cells are hidden, the smallest first, until every hidden small number could be another one and all sums still
  be right. `small=` is another limit. A table is looked at by itself: what two tables tell together is not.
* **Trends.** `trend` and `trends` give a measure by month, quarter or year with a control chart, so that nobody is
  sent after chance: a p-chart for shares (and a point beyond its limits counts only if the binomial distribution
  agrees, as the limits are too narrow for few cases), a chart of individual values for counts, rates and medians
  (the mean, and 2.66 times the mean difference of neighbours). A signal is a point beyond the limits, or eight in a
  row on one side of the middle; `verdict` says it in words. Below eight periods nobody can tell. Where a definition
  changed, each phase is judged by itself. What stands at the end of a period is shown and not judged, as most of it
  stands at the next end too. The figures of a trend are not suppressed.
* **Beside the nation.** `Measure.published_in` gives the same figure from DfE's tables, as `published` reads them.

Working days are those of England and Wales, and the day of the start is day 0. The grade is that of the
[rules](rules.md): P where the primary text was seen, S a secondary source of its time, L local, M not verified.

"""
_COMES_OUT = {
    Kind.SHARE: "a share",
    Kind.COUNT: "a count",
    Kind.RATE: "how many for 10,000 children",
    Kind.LENGTH: "the median, and bands",
}


def measures() -> str:
    """Every measure: what is counted, of what, what is left out, who says so, and what is open."""
    parts = [_MADE, _HOW_TO_MEASURE]
    parts += [_measure(one) for one in MEASURES.values()]
    parts.append("## Not counted\n\n")
    parts += [f"* `{name}`: {why}.\n" for name, why in NOT_COUNTED.items()]
    return "".join(parts)


def _measure(one: Measure) -> str:
    at_end = "; of what stands at the end of the period" if one.at_end else ""
    unit = f"; in {one.unit}" if one.unit else ""
    ways = {"higher": "higher", "lower": "lower", None: "no right value is known: reported, not judged"}
    breaks = [
        f"{day_in_words(b.on)}: {b.because}{' (in published figures only)' if b.published else ''}" for b in one.breaks
    ]
    lines = {
        "Gives": f"{_COMES_OUT[one.kind]}{unit}{at_end}",
        "Counted": one.numerator,
        "Of": one.denominator,
        "Left out": one.exclusions,
        "Source": f"{one.source} ({one.evidence.letter})",
        "Left open": one.left_open,
        "Breaks": "; ".join(breaks),
        "Better": ways[one.better],
        "Published as": _code(one.cells),
    }
    told = "".join(f"* {name}: {text.rstrip('.')}.\n" for name, text in lines.items() if text)
    return f"## {one.title}\n\n`{one.id}`\n\n{told}\n"


def schema() -> str:
    """The JSON Schema of a local profile."""
    return json.dumps(profile_schema(england.rulebook), indent=2, ensure_ascii=False) + "\n"


_SNIPPET_OR_PICTURE = re.compile(r"```python\n(.*?)```|!\[[^]]*\]\((pictures/[a-z-]+\.svg)\)", re.DOTALL)
_DRAWN_BY = re.compile(r"Matplotlib v[^,<]*")


def pictures() -> dict[Path, str]:
    """The pictures of the page on them: each is what its snippet calls `picture`."""
    made: dict[Path, str] = {}
    names: dict[str, Any] = {}
    page = (DOCS / "pictures.md").read_text(encoding="utf-8")
    with chdir(DOCS.parent), redirect_stdout(StringIO()):
        for snippet, path in _SNIPPET_OR_PICTURE.findall(page):
            if path:
                made[DOCS / path] = names["picture"].svg()
            else:
                exec(snippet, names)
    return made


def is_stale(path: Path, text: str) -> bool:
    """Whether a file is not what would be written. Of pictures by another Matplotlib only the words can be compared."""
    if not path.exists():
        return True
    there = path.read_text(encoding="utf-8")
    if path.suffix != ".svg" or _DRAWN_BY.findall(there) == _DRAWN_BY.findall(text):
        return there != text
    return _said(there) != _said(text)


def _said(svg: str) -> list[str]:
    return re.findall(r"<(?:title|desc) id=.*?</(?:title|desc)>", svg, re.DOTALL)


def main() -> int:
    """Write what has changed, or only say so."""
    made = {
        README: readme(),
        DOCS / "charts.md": charts(),
        DOCS / "rules.md": rules(),
        DOCS / "inspection.md": inspection(),
        DOCS / "census.md": census(),
        DOCS / "coverage.md": coverage(),
        DOCS / "kinds.md": kinds(),
        DOCS / "measures.md": measures(),
        SCHEMA: schema(),
        GOLDEN / "england.toml": england.rulebook.export("toml"),
        GOLDEN / "practice.toml": england.practice.export("toml"),
        **pictures(),
    }
    stale = [path for path, text in made.items() if is_stale(path, text)]
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"{path.name} is out of date; run docs/generate.py", file=sys.stderr)
        return int(bool(stale))
    for path in stale:
        path.parent.mkdir(exist_ok=True)
        path.write_text(made[path], encoding="utf-8")
        print(f"wrote {path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
