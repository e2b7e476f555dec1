"""What the tests let pass when the library is broken on purpose: figures and survivors of the last `mutmut run`.

mutmut changes the source in one place at a time (an operator, a number, an argument left out) and runs the tests that
reach it. A change that no test tells is a survivor. Each is either killed by a new test or stands in `survivors.toml`
with the reason why nobody could tell it.

    python proof/mutation.py [--write docs/mutated.md]
"""

import argparse
import json
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "mutants" / "src" / "childprotect"
EXPLAINED = Path(__file__).with_name("survivors.toml")
LEAST = 0.95
"""The share of the changes that must be told, all modules together."""
_TOLD = {1: "by a test", 3: "by a test", 37: "by a test"}
_ENDLESS = {24, -24, 36, 152, 255}
"""Exit codes of a run that was ended because it took too long."""


@frozen(order=True)
class Survivor:
    """A change that no test told: where it is, the lines as they are and the lines as they were changed."""

    module: str
    function: str
    was: str
    became: str


def results() -> dict[str, dict[str, int | None]]:
    """The exit code of every change, by module."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py.meta")):
        module = path.relative_to(SOURCE).as_posix().removesuffix(".py.meta").removesuffix("/__init__")
        codes = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
        if codes:
            found[module.replace("/", ".")] = codes
    return found


def survivor(module: str, name: str) -> Survivor:
    """The change of that name."""
    told = subprocess.run(
        [Path(sys.executable).with_name("mutmut"), "show", name], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    lines = [line for line in told if not line.startswith(("---", "+++"))]
    was, became = ("\n".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
    function = name.rpartition("__mutmut_")[0].rpartition(".")[2].removeprefix("x_").removeprefix("xǁ")
    return Survivor(module, function.replace("ǁ", "."), was, became)


def explained() -> dict[Survivor, str]:
    """The survivors that are known, each with the reason why nothing can tell it."""
    entries = tomllib.loads(EXPLAINED.read_text(encoding="utf-8")).get("survivor", [])
    return {
        Survivor(entry["module"], entry["function"], entry["was"], entry["became"]): entry["because"]
        for entry in entries
    }


def page(codes: dict[str, dict[str, int | None]], survivors: dict[Survivor, str | None]) -> Iterator[str]:
    """The figures and the survivors as Markdown."""
    yield "---\norphan: true\n---\n"
    yield "# Broken on purpose: the last run\n"
    yield "Changes of the library, one at a time, and what became of each: see [How we know](how-we-know.md).\n"
    yield "| module | changes | told by a test | never ends | survive | told |"
    yield "|---|--:|--:|--:|--:|--:|"
    total: Counter[str] = Counter()
    for module, found in codes.items():
        counts = Counter(_status(code) for code in found.values())
        total += counts
        yield _row(f"`{module}`", counts)
    yield _row("all", total)
    yield "\n## Survivors, with the reason why no test could tell them\n"
    module = function = ""
    for one, because in sorted(survivors.items(), key=lambda pair: pair[0]):
        if (one.module, one.function) != (module, function):
            module, function = one.module, one.function
            yield f"* `{module}`, `{function}`"
        yield f"    * `{_line(one.was)}` → `{_line(one.became)}`: {because or '**not explained**'}"


def _status(code: int | None) -> str:
    return "told" if code in _TOLD else "endless" if code in _ENDLESS else "survive"


def _row(name: str, counts: Counter[str]) -> str:
    told, endless, survive = counts["told"], counts["endless"], counts["survive"]
    share = (told + endless) / (told + endless + survive)
    return f"| {name} | {told + endless + survive:,} | {told:,} | {endless:,} | {survive:,} | {share:.1%} |"


def _line(lines: str) -> str:
    return " ⏎ ".join(lines.splitlines()) or "nothing"


def main() -> int:
    """Tell what survived; fail where a survivor has no reason, or too many survive."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path, help="write the figures as this page")
    asked = parser.parse_args()
    codes = results()
    left = [name for found in codes.values() for name, code in found.items() if code is None]
    if left or not codes:
        print(f"{len(left)} changes were not tried: run mutmut first")
        return 1
    known = explained()
    survivors = {
        one: known.get(one)
        for module, found in codes.items()
        for name, code in found.items()
        if _status(code) == "survive"
        for one in [survivor(module, name)]
    }
    text = "\n".join([*page(codes, survivors), ""])
    print(text)
    if asked.write:
        asked.write.write_text(text, encoding="utf-8")
    total = Counter(_status(code) for found in codes.values() for code in found.values())
    unexplained = sum(because is None for because in survivors.values())
    for one in sorted(set(known) - set(survivors)):
        print(f"{EXPLAINED.name} explains a change that is told now: {one.module} {one.function}: {_line(one.became)}")
    print(f"{unexplained} survivors are not explained")
    return 1 if unexplained or total["survive"] > (1 - LEAST) * total.total() else 0


if __name__ == "__main__":
    sys.exit(main())
