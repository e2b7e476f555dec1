"""`childprotect report`: the report on an authority, as one page of HTML, as Markdown, or as JSON with every case."""

import json
from collections.abc import Callable
from datetime import date
from typing import Literal

from attrs import frozen

from childprotect.cli.inputs import How, chronologies
from childprotect.cli.screens import Page, as_read
from childprotect.desk.board import read_training
from childprotect.desk.improving import load_plan
from childprotect.desk.judgements import load_judgements
from childprotect.desk.laying_out import document_of
from childprotect.desk.report import AuthorityReport, authority_report, plain_report
from childprotect.desk.writing import html, markdown
from childprotect.errors import UnreadableInput
from childprotect.periods import Period
from childprotect.records import Source
from childprotect.records.safely import written_text
from childprotect.rulebook import Rulebook

Form = Literal["html", "md", "json"]
FORMS: dict[str, Form] = {".html": "html", ".md": "md", ".json": "json"}
"""What a report is written as, by the end of the name."""


@frozen(kw_only=True)
class Wanted:
    """What a report is to hold beside the records."""

    book: Rulebook
    period: str
    plan: str | None = None
    population: int | None = None
    training: str | None = None
    judgements: str | None = None
    name: str = ""
    warning: str = ""


def report(
    file: str,
    out: str,
    *,
    form: Form,
    how: How,
    wanted: Wanted,
    as_at: date | None,
    known_at: date | None,
    force: bool,
) -> None:
    """Make the report and write it, whole or not at all. Raises `UnreadableInput` and `UnwritableOutput`."""
    if wanted.population is not None and wanted.population < 1:
        why = f"{wanted.population} is no number of children"
        raise UnreadableInput("--population", "", why, "a whole number, 1 or more")
    plan = load_plan(wanted.plan, wanted.book) if wanted.plan is not None else None
    training = read_training(wanted.training) if wanted.training is not None else ()
    judgements = load_judgements(wanted.judgements) if wanted.judgements is not None else None
    period = _period(wanted.period)
    sources: list[Source] = []
    stories = [story for _, story in chronologies(file, how, sources, as_at)]
    source = sources[0]
    if not stories:
        raise UnreadableInput(source.path, "", "there is no child in it", "records of at least one")
    if plan is not None and plan.since > source.as_at:
        why = f"the plan began on {plan.since}, after {source.as_at}"
        raise UnreadableInput("--plan", "", why, "a plan that began before the day of the report")
    made = authority_report(
        stories,
        source.as_at,
        known_at=known_at,
        rulebook=wanted.book,
        period=period,
        plan=plan,
        population=wanted.population,
        training=training,
        judgements=judgements,
        name=wanted.name or source.path,
        warning=wanted.warning,
        account=source.account,
    )
    with written_text(out, force=force) as text:
        text.write(_WRITERS[form](made))
    page = Page()
    as_read(page, source)
    page.print(f"wrote {out}")


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError:
        expected = "a period such as '12 months' or '26 weeks'"
        raise UnreadableInput("--period", "", f"{text!r} is no period", expected) from None


_WRITERS: dict[Form, Callable[[AuthorityReport], str]] = {
    "html": lambda made: html(document_of(made)),
    "md": lambda made: markdown(document_of(made)),
    "json": lambda made: json.dumps(plain_report(made), indent=2, ensure_ascii=False) + "\n",
}
