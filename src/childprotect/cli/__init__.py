"""The command line: `childprotect check`, `explain`, `chart`. Needs the extra `cli`."""

import sys
from io import TextIOWrapper


def main() -> None:
    """Run the command line and leave with its exit status."""
    try:
        from childprotect.cli.app import run
    except ModuleNotFoundError as error:
        print(f"childprotect: {error.name} is not installed; install childprotect[cli]", file=sys.stderr)
        sys.exit(2)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # a character that a terminal does not have is written as its escape
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))
