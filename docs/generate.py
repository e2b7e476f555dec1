"""Write the pages and the picture that are made from the values, so that they cannot drift from the code.

`python docs/generate.py` writes them; with `--check` it changes nothing and exits with 1 if one is out of date.
"""

import sys
from pathlib import Path

from childprotect.authority import Evidence
from childprotect.explaining import required
from childprotect.rulebooks import england
from childprotect.rules import Rule
from childprotect.versions import Version
from childprotect.wording import day_in_words, listed

DOCS = Path(__file__).parent
README = DOCS.parent / "README.md"
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
        "The day of the trigger chooses the version.\n\n",
        *(f"* **{grade.letter}** ({grade.value}): {grade.meaning}\n" for grade in Evidence),
        "\n## Editions\n\n| id | title | from | to | what is uncertain |\n|---|---|---|---|---|\n",
    ]
    for edition in england.editions:
        until = day_in_words(edition.until) if edition.until else "now"
        parts.append(
            f"| {edition.id} | {edition.title} | {day_in_words(edition.in_force)} | {until} | {edition.dated_note} |\n"
        )
    parts += [_rule(rule) for rule in england.rulebook.values()]
    parts.append("\n## Not assessed\n\n| what | why |\n|---|---|\n")
    parts += [f"| `{entry.id}` | {entry.because} |\n" for entry in england.rulebook.not_assessed]
    return "".join(parts)


def _rule(rule: Rule) -> str:
    kind = type(rule).__name__
    lines = [f"\n## `{rule.id}`\n\n{rule.title[0].upper()}{rule.title[1:]}. Kind: {kind}.\n\n", *_shape(rule)]
    lines.append("\n| edition | requires | force | evidence | seen at | note |\n|---|---|---|---|---|---|\n")
    lines += [_version(rule, version) for version in rule.versions]
    for absence in rule.absent:
        until = f"to {day_in_words(absence.until)}" if absence.until else "on"
        lines.append(f"\nNone from {day_in_words(absence.since)} {until}: {absence.because}.\n")
    return "".join(lines)


def _shape(rule: Rule) -> list[str]:
    names = ("start", "end", "discharge", "event", "again", "stops", "then", "first", "since", "pairing")
    found = [(name, getattr(rule, name, None)) for name in names]
    lines = [f"* {name}: {value}\n" for name, value in found if value is not None and str(value)]
    if spells := getattr(rule, "closed", ()):
        lines.append(f"* never while open: {listed([spell.name for spell in spells], 'or')}\n")
    return lines


def _version(rule: Rule, version: Version) -> str:
    seen = ", ".join(citation.url for citation in version.citations) or "nowhere"
    what = required(rule, version).removeprefix(f"{rule.title}: ")
    return (
        f"| {version.edition} | {what} | {version.force.value.replace('-', ' ')} | {version.grade} | {seen} | "
        f"{version.note} |\n"
    )


def main() -> int:
    """Write what has changed, or only say so."""
    made = {README: readme(), DOCS / "charts.md": charts(), DOCS / "rules.md": rules()}
    stale = [path for path, text in made.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"{path.name} is out of date; run docs/generate.py", file=sys.stderr)
        return int(bool(stale))
    for path in stale:
        path.write_text(made[path], encoding="utf-8")
        print(f"wrote {path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
