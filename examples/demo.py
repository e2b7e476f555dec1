"""The demo: check a census and an event table of some 300 invented children each, and explain one child in full.

What it prints is what the command line prints; each command is shown before its output.
"""

import sys
from pathlib import Path

from childprotect.cli.app import run

DATA = Path(__file__).parent / "data"
COMMANDS = (
    ("check", "census.xml", "--show", "3"),
    ("check", "events.csv", "--show", "5"),
    ("explain", "events.csv", "EX0056"),
)


def main() -> int:
    """Run each command in turn; the worst of their exit statuses."""
    worst = 0
    for command, file, *rest in COMMANDS:
        print(f"\n$ childprotect {' '.join((command, f'examples/data/{file}', *rest))}\n", flush=True)
        worst = max(worst, run([command, str(DATA / file), *rest]))
    return worst


if __name__ == "__main__":
    sys.exit(main())
