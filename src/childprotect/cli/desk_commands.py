"""The commands of the desk: cases to audit, what to do, the report on an authority; what they need is loaded late."""

from typing import Annotated, Literal

from cyclopts import Parameter

from childprotect.cli.inputs import PLAIN, AsAt, How, KnownAt, possible, tell_broken
from childprotect.cli.options import Force, ProfileFile, Records, law
from childprotect.cli.reporting import form_of
from childprotect.errors import UnreadableInput
from childprotect.records.safely import refuse_input


def due(
    *files: Records,
    as_at: AsAt = None,
    within: Annotated[str, Parameter(help="List what is due within this period too.")] = "10 working days",
    by: Annotated[
        Literal["team", "worker", "manager", "child"] | None, Parameter(help="A list for each of these, with the name.")
    ] = None,
    known_at: KnownAt = None,
    profile: ProfileFile = None,
    law_only: Annotated[bool, Parameter(negative=(), help="Leave out what only inspectors asked for.")] = False,
    format: Annotated[
        Literal["text", "csv", "ics", "json"] | None, Parameter(help="What to print: text if nothing is said.")
    ] = None,
    out: Annotated[str | None, Parameter(help="Write the list to this file: .txt, .csv, .ics or .json.")] = None,
    force: Force = False,
    show: Annotated[int | None, Parameter(help="How many tasks to print as text, the gravest first; else all.")] = None,
    how: How = PLAIN,
) -> int:
    """Say what is to be done: overdue, due today, due soon, and what nobody can tell; the gravest first.

    As at the reference date of a census, or else the last date of the file, unless `--as-at` is given: never today.
    """
    from childprotect.cli import listing

    if not files:
        raise UnreadableInput("due", "", "no file was named", "one or more files of records")
    possible(as_at)
    form = form_of(format, out, force, listing.FORMS)
    for read in (*files, profile, how.columns, how.pseudonymise):
        refuse_input(out or "", read or "")
    horizon = listing.horizon_of(within)
    tell_broken()
    asked = listing.Asked(files, how, law(profile, not law_only), horizon, as_at, known_at)
    listing.tell(asked, form=form, by=by, out=out, force=force, show=show)
    return 0


def report(
    file: Records,
    out: Annotated[str, Parameter(help="The file to write: .html, .md or .json.")],
    *,
    as_at: AsAt = None,
    period: Annotated[
        str, Parameter(help="Tell of the duties and figures of this period, up to that day.")
    ] = "12 months",
    plan: Annotated[
        str | None, Parameter(help="An improvement plan in TOML; else the areas of September 2012.")
    ] = None,
    population: Annotated[int | None, Parameter(help="How many children live in the area: rates need it.")] = None,
    training: Annotated[str | None, Parameter(help="Attendance at training: CSV of agency, invited, attended.")] = None,
    judgements: Annotated[
        str | None, Parameter(help="What people judged, in TOML: it is shown, and never made.")
    ] = None,
    name: Annotated[str, Parameter(help="Whose records these are, as the report is to say.")] = "",
    warning: Annotated[str, Parameter(help="What is to stand above everything, such as that all is invented.")] = "",
    known_at: KnownAt = None,
    profile: ProfileFile = None,
    law_only: Annotated[bool, Parameter(negative=(), help="Leave out what only inspectors asked for.")] = False,
    force: Force = False,
    how: How = PLAIN,
) -> int:
    """Write a report on an authority in the sections of the inspection of 2012, answered from its records.

    What dates and records settle is answered by figures and cases; what they do not is left for a person.
    """
    from childprotect.cli import inspecting

    possible(as_at)
    form = form_of(None, out, force, inspecting.FORMS)
    for read in (file, plan, training, judgements, profile, how.columns, how.pseudonymise):
        refuse_input(out, read or "")
    tell_broken()
    wanted = inspecting.Wanted(
        book=law(profile, not law_only),
        period=period,
        plan=plan,
        population=population,
        training=training,
        judgements=judgements,
        name=name,
        warning=warning,
    )
    inspecting.report(file, out, form=form, how=how, wanted=wanted, as_at=as_at, known_at=known_at, force=force)
    return 0


def audit(
    file: Records,
    *,
    out: Annotated[str, Parameter(help="Where the sheets go: a folder, or one file, .html or .md.")],
    as_at: AsAt = None,
    closed: Annotated[str | None, Parameter(help="All that were closed within this time, such as '3 months'.")] = None,
    current: Annotated[bool, Parameter(negative=(), help="All that are open.")] = False,
    sample: Annotated[int | None, Parameter(help="So many drawn at random, of these or of all.")] = None,
    seed: Annotated[int, Parameter(help="The same seed draws the same sample, on every machine.")] = 0,
    by: Annotated[
        Literal["team", "worker", "manager", "standing"] | None,
        Parameter(help="Share the sample out among these, in proportion; standing is where a child stands."),
    ] = None,
    riskiest: Annotated[int | None, Parameter(help="So many for which most speaks, of these or of all.")] = None,
    audits: Annotated[
        tuple[str, ...], Parameter(help="A table of audits that was filled in, to stand beside the records.")
    ] = (),
    holder: Annotated[bool, Parameter(negative=(), help="Say on the sheet who holds the case.")] = False,
    known_at: KnownAt = None,
    profile: ProfileFile = None,
    law_only: Annotated[bool, Parameter(negative=(), help="Leave out what only inspectors asked for.")] = False,
    force: Force = False,
    how: How = PLAIN,
) -> int:
    """Select cases to audit, and write a sheet for each, with room for the grades that only a person can give.

    As at the reference date of a census, or else the last date of the file, unless `--as-at` is given: never today.
    """
    from childprotect.cli import auditing

    possible(as_at)
    tell_broken()
    auditing.audit(
        file,
        auditing.Choice(closed, current, sample, seed, by, riskiest),
        law(profile, not law_only),
        out=out,
        audits=audits,
        as_at=as_at,
        known_at=known_at,
        holder=holder,
        force=force,
        how=how,
    )
    return 0
