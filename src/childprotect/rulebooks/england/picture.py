"""The whole journey on one page, from referral to closure, drawn from the charts and the rules.

The steps and their order are the charts' (a test holds every arrow to them); the limits on the arrows are the rules' of
one day. So a change of law changes the picture.
"""

from collections.abc import Iterator
from datetime import date

from childprotect.periods import Period
from childprotect.requirements import Cadence
from childprotect.rulebook import Rulebook
from childprotect.rulebooks.england.working_together.wt2023 import WT2023
from childprotect.rules import Every, Within
from childprotect.wording import event_in_words

STEPS = (
    ("contact", "referral"),
    ("referral", "referral-decided"),
    ("referral-decided", "assessment-started"),
    ("referral-decided", "strategy-discussion"),
    ("assessment-started", "assessment-completed"),
    ("assessment-started", "strategy-discussion"),
    ("assessment-completed", "child-in-need-plan-started"),
    ("assessment-completed", "case-closed"),
    ("strategy-discussion", "section-47-started"),
    ("section-47-started", "section-47-completed"),
    ("section-47-completed", "initial-conference"),
    ("section-47-completed", "child-in-need-plan-started"),
    ("initial-conference", "plan-started"),
    ("transfer-in-conference", "plan-started"),
    ("plan-started", "core-group"),
    ("core-group", "review-conference"),
    ("review-conference", "review-conference"),
    ("review-conference", "plan-ended"),
    ("plan-ended", "child-in-need-plan-started"),
    ("plan-ended", "case-closed"),
    ("child-in-need-plan-started", "child-in-need-plan-ended"),
    ("child-in-need-plan-ended", "case-closed"),
)
"""What usually follows what, across the strands."""


def picture(rulebook: Rulebook, format: str = "mermaid", day: date = WT2023.begins) -> str:
    """The journey as a Mermaid flowchart or a Graphviz graph, with the limits in force on `day`.

    A clock between two steps that follow each other is written on their arrow; any other has a dashed one.
    """
    clocks = {(start, end): limit for start, end, limit in _clocks(rulebook, day)}
    arrows = {step: clocks.get(step, "") for step in STEPS}
    dashed = {pair: limit for pair, limit in clocks.items() if pair not in arrows}
    names = dict.fromkeys(name for pair in (*arrows, *dashed) for name in pair)
    if format == "dot":
        lines = ["digraph journey {", "    rankdir=TB; node [shape=box, style=rounded];"]
        lines += [f'    "{name}" [label="{event_in_words(name)}"];' for name in names]
        lines += [f'    "{a}" -> "{b}" [label="{limit}"];' for (a, b), limit in arrows.items()]
        lines += [f'    "{a}" -> "{b}" [label="{limit}", style=dashed];' for (a, b), limit in dashed.items()]
        return "\n".join([*lines, "}"]) + "\n"
    lines = ["flowchart TD"]
    lines += [f'    {_node(name)}["{event_in_words(name)}"]' for name in names]
    for (a, b), limit in arrows.items():
        lines.append(f"    {_node(a)} -- {limit} --> {_node(b)}" if limit else f"    {_node(a)} --> {_node(b)}")
    lines += [f"    {_node(a)} -. {limit} .-> {_node(b)}" for (a, b), limit in dashed.items()]
    return "\n".join(lines) + "\n"


def _node(kind: str) -> str:
    return kind.replace("-", "_")


def _clocks(rulebook: Rulebook, day: date) -> Iterator[tuple[str, str, str]]:
    """Each clock of the steps as (start, end, limit), for the first kind of event that starts and ends it."""
    drawn = {name for step in STEPS for name in step} | {"referral-acknowledged", "transfer-notified"}
    for rule in rulebook.on(day).values():
        requires = rule.versions[0].requires
        if isinstance(rule, Within) and isinstance(requires, Period):
            first, then, limit = rule.start.patterns[0][0], rule.end.patterns[0][0], requires
        elif isinstance(rule, Every) and isinstance(requires, Cadence):
            first, then, limit = rule.again.patterns[0][0], rule.event.patterns[0][0], requires.then
        else:
            continue
        if {first, then} <= drawn:
            yield first, then, f"within {limit}"
