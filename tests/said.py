"""What the worked cases of law make the library say, word for word: `golden/said/*.txt`.

The worked cases themselves hold figures and dates. These files hold the sentences, so that no word of a finding changes
without somebody having read the new one: `make said` writes them again, and the difference is there to be read.
"""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import childprotect as cp

SAID = Path(__file__).parent / "golden" / "said"


def said(findings: Iterable[cp.Finding], report: cp.Report) -> list[str]:
    """What a report says of one rule, and of what is odd in the record: a line each.

    A step that is out of order is left out: the small story of a case is a fragment, in which most steps are.
    """
    return [
        *(str(finding) + _lacking(finding) for finding in findings),
        *(f"{odd.code}, {odd.at}: {odd.because}" for odd in report.irregularities if odd.code != "out-of-order"),
    ]


def _lacking(finding: cp.Finding) -> str:
    return f" [{', '.join(finding.missing)}]" if finding.missing else ""


def on_disk() -> dict[str, list[str]]:
    """What was said when the files were written last, by the name of the case."""
    told: dict[str, list[str]] = {}
    for path in sorted(SAID.glob("*.txt")):
        for block in path.read_text("utf-8").split("\n\n"):
            name, *lines = block.rstrip("\n").split("\n")
            told[name] = [line.strip() for line in lines]
    return told


def write() -> None:
    """Write the files again."""
    from tests.test_law import CASES

    by_rule: defaultdict[str, list[str]] = defaultdict(list)
    for case in CASES:
        report = case.report
        lines = "".join(f"  {line}\n" for line in said(case.findings_in(report), report))
        by_rule[case.rule.id].append(f"{case.id}\n{lines}")
    SAID.mkdir(parents=True, exist_ok=True)
    for path in SAID.glob("*.txt"):
        path.unlink()
    for rule, told in by_rule.items():
        (SAID / f"{rule}.txt").write_text("\n".join(told), encoding="utf-8")


if __name__ == "__main__":
    write()
