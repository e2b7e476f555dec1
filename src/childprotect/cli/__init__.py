"""The command line: `childprotect check`, `explain`, `chart`. Needs the extra `cli`."""

import gc
import os
import signal
import sys
from io import TextIOWrapper
from types import FrameType


def leave_on_terminate() -> None:
    """Leave as after an error when told to terminate, or when the terminal closes.

    So a file that is being written leaves nothing behind.
    """

    def leave(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, leave)
    hang_up = getattr(signal, "SIGHUP", None)  # not every system has it
    if hang_up is not None and signal.getsignal(hang_up) is signal.SIG_DFL:  # nohup ignores it
        signal.signal(hang_up, leave)


def main() -> None:
    """Run the command line and leave with its exit status."""
    try:
        _run()
    except KeyboardInterrupt:  # while it is being loaded; after that it is told where the work is
        print("childprotect: interrupted", file=sys.stderr)
        sys.exit(128 + signal.SIGINT)


def _run() -> None:
    try:
        from childprotect.cli.app import run
    except ModuleNotFoundError as error:
        print(f"childprotect: {error.name} is not installed; install childprotect[cli]", file=sys.stderr)
        sys.exit(2)
    if sys.stdout is None or sys.stderr is None:  # whoever started us closed them
        sys.stdout, sys.stderr = (
            stream or open(os.devnull, "w")  # noqa: SIM115 (until the process ends)
            for stream in (sys.stdout, sys.stderr)
        )
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # a character that a terminal does not have is written as its escape
            stream.reconfigure(errors="backslashreplace")
    leave_on_terminate()
    # what is loaded by now stays: collecting garbage without a look at it saves a seventh of a check of 10,000 children
    gc.freeze()
    sys.exit(run(sys.argv[1:]))
