"""The demo: check a census and an event table of some 300 invented children each, and explain one child in full.

In the end the event table is checked once more, as on the last day of the inspection of Herefordshire, with what is
known of that council's own practice and with what the inspectors asked for. The children are invented all the same.
What it prints is what the command line prints; each command is shown before its output.
"""

import sys
from pathlib import Path

from childprotect.cli.app import run

EXAMPLES = Path(__file__).parent
COMMANDS = (
    "check data/census.xml --show 3",
    "check data/events.csv --show 5",
    "explain data/events.csv EX0056",
    "check data/events.csv --as-at 2012-09-19 --profile profiles/herefordshire-2012.toml --show 3",
)


def main() -> int:
    """Run each command in turn; the worst of their exit statuses."""
    worst = 0
    for command in COMMANDS:
        words = [
            (f"examples/{word}", str(EXAMPLES / word)) if "/" in word else (word, word) for word in command.split()
        ]
        print(f"\n$ childprotect {' '.join(shown for shown, _ in words)}\n", flush=True)
        worst = max(worst, run([meant for _, meant in words]))
    return worst


if __name__ == "__main__":
    sys.exit(main())
