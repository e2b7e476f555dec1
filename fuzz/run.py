"""Many odd inputs for everything that reads a file: `python fuzz/run.py --inputs 20000`.

Every input is known by its target, its seed and its number, so a run can be repeated. Each target has a process of its
own, which is watched: one that hangs or dies is replaced. A fault is written to `fuzz/failures` with the smallest input
that shows it, and the run exits with 1.
"""

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from fuzz import driving  # noqa: E402
from fuzz.driving import Found, Tally  # noqa: E402
from fuzz.targets import TARGETS, Target  # noqa: E402

FAILURES = Path(__file__).parent / "failures"
_PATIENCE = 60.0
"""Seconds after which a process that nothing interrupts is ended."""
_DEATHS = 5
"""How many processes of one target may die before it is given up."""
_HEADING = (
    f"{'target':<12}{'inputs':>9}{'accepted':>10}{'refused':>9}{'faults':>8}{'worst':>20}{'peak MiB':>14}{'kept':>8}"
)


def _work(name: str, seed: int, numbers: range, folder: str, tally: Tally, channel: Connection, until: float) -> None:
    """What the process does."""
    driving.set_limits()
    target = TARGETS[name]
    driving.drive(target, seed, numbers, Path(folder) / f"input{target.suffix}", tally, channel.send, until)
    channel.send(None)


def fuzz(target: Target, seed: int, count: int, until: float) -> tuple[Tally, list[Found]]:
    """Try the first `count` inputs of a target in a process that is watched."""
    context = multiprocessing.get_context("spawn")
    tally: Tally = context.Array("d", driving.PLACES, lock=False)
    found: list[Found] = []
    first = 0
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(_DEATHS):
            ours, theirs = context.Pipe()
            numbers = range(first, count)
            tally[driving.STARTED] = 0
            process = context.Process(target=_work, args=(target.name, seed, numbers, folder, tally, theirs, until))
            process.start()
            theirs.close()
            trouble = watched(process, ours, tally, found)
            if not trouble:
                break
            n = int(tally[driving.N])
            found.append(Found(n, trouble, "", target.input(seed, n)))
            first = n + 1
    return tally, found


def watched(process: multiprocessing.process.BaseProcess, ours: Connection, tally: Tally, found: list[Found]) -> str:
    """Take in what the process finds until it is done; or else, in words, what became of it."""
    try:
        while True:
            if ours.poll(0.2):
                message = ours.recv()
                if message is None:
                    process.join()
                    return ""
                found.append(message)
            elif tally[driving.STARTED] and time.monotonic() - tally[driving.STARTED] > _PATIENCE:
                process.kill()
                process.join()
                return f"hangs for more than {_PATIENCE:g} seconds"
    except EOFError:
        process.join()
        return f"the process died with {process.exitcode}"


def _row(name: str, tally: Tally, faults: int) -> str:
    accepted, refused = int(tally[driving.ACCEPTED]), int(tally[driving.REFUSED])
    worst = f"{tally[driving.WORST] * 1000:.0f} ms (#{tally[driving.WORST_N]:.0f})"
    peak = f"{tally[driving.WARM_PEAK]:.0f} to {tally[driving.PEAK]:.0f}"
    kept = f"{driving.keeps(tally):.3f}"
    return f"{name:<12}{accepted + refused:>9}{accepted:>10}{refused:>9}{faults:>8}{worst:>20}{peak:>14}{kept:>8}"


def _written(target: Target, seed: int, found: Found) -> Path:
    FAILURES.mkdir(exist_ok=True)
    path = FAILURES / f"{target.name}-{seed}-{found.n}{target.suffix}"
    path.write_bytes(found.data)
    return path


def _told(target: Target, seed: int, faults: Iterable[Found]) -> None:
    for found in faults:
        path = _written(target, seed, found)
        print(f"  input {found.n}: {found.where}\n  python fuzz/run.py --target {target.name} --replay {path}")
        print("".join(f"    {line}\n" for line in found.trace.splitlines()[-12:]), end="", flush=True)


def _replayed(target: Target, path: Path) -> int:
    """Try the input in a file, here and now; whatever is wrong is raised."""
    with tempfile.TemporaryDirectory() as folder:
        accepted = driving.attempt(target, Path(folder) / f"input{target.suffix}", path.read_bytes())
    print("accepted" if accepted else "refused, as it should be")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=20_000, help="how many inputs in all")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="how long at most, in all")
    parser.add_argument("--target", action="append", choices=list(TARGETS), help="this one only; may be repeated")
    parser.add_argument("--seed", type=int, default=0, help="another seed makes other inputs")
    parser.add_argument("--replay", type=Path, help="try the input in a file, with one --target")
    options = parser.parse_args(arguments)
    targets = [TARGETS[name] for name in options.target or TARGETS]
    if options.replay is not None:
        return _replayed(targets[0], options.replay)
    failed = False
    end = time.monotonic() + options.seconds
    print(_HEADING, flush=True)
    whole = sum(target.share for target in targets)
    for n, target in enumerate(targets):
        until = time.monotonic() + (end - time.monotonic()) / (len(targets) - n)
        tally, found = fuzz(target, options.seed, round(options.inputs * target.share / whole), until)
        print(_row(target.name, tally, len(found)), flush=True)
        _told(target, options.seed, found)
        if (kept := driving.keeps(tally)) > driving.KEPT:
            print(f"  memory grows: {kept:.3f} blocks an input, where {driving.KEPT} are allowed")
        failed = failed or bool(found) or kept > driving.KEPT
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
