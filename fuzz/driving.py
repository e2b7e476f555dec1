"""One process at work on one target: input after input, with a limit on each, and what shows a fault made small.

What it has counted stands in memory that another process can read, so that nothing is lost if this one dies.
"""

import gc
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, MutableSequence
from functools import _lru_cache_wrapper
from pathlib import Path
from types import FrameType

from attrs import frozen

import childprotect
from fuzz.targets import Target
from fuzz.truths import Fault

_PACKAGE = Path(childprotect.__file__).parent
LIMIT = 5.0
"""Seconds of processor time that one input, of 256 kB at most, may take: more is a hang."""
MEMORY = 3 * 1024**3
"""Bytes that the process may ask for: more is a fault of the input that asked."""
WARM = 2000
"""Inputs after which memory is measured for the first time, or a tenth of them where there are fewer."""
KEPT = 0.05
"""Blocks of memory that may be kept for each input after that, with 20 000 for what is made once."""
_SHRINKING = 20.0
"""Seconds given to making an input smaller."""

N, STARTED, ACCEPTED, REFUSED, WORST, WORST_N, WARM_N, WARM_BLOCKS, END_BLOCKS, WARM_PEAK, PEAK = range(11)
"""The places of a tally."""
PLACES = 11
Tally = MutableSequence[float]


class TooLong(BaseException):
    """The input has taken longer than it may. No handler of errors catches it."""


@frozen
class Found:
    """A fault: the number of the input, where it came from, the trace, and the smallest input that shows it."""

    n: int
    where: str
    trace: str
    data: bytes


def location(error: BaseException) -> str:
    """Where an error came from: the innermost line of the library. Two of one place are one fault."""
    if isinstance(error, TooLong):
        return f"takes more than {LIMIT:g} seconds"
    if isinstance(error, Fault):
        return error.what
    steps = traceback.extract_tb(error.__traceback__)
    ours = [step for step in steps if Path(step.filename).is_relative_to(_PACKAGE)] or steps
    return f"{type(error).__name__} at {Path(ours[-1].filename).name}:{ours[-1].lineno}"


def _stop(signum: int, frame: FrameType | None) -> None:
    raise TooLong


def attempt(target: Target, path: Path, data: bytes, limit: float = LIMIT) -> bool:
    """Try one input in the time that it has; whether it was accepted. Raises whatever is wrong."""
    path.write_bytes(data)
    signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, limit)
    try:
        return target.attempt(path)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def drive(
    target: Target,
    seed: int,
    numbers: range,
    path: Path,
    tally: Tally,
    report: Callable[[Found], None],
    until: float = float("inf"),
    limit: float = LIMIT,
) -> None:
    """Try these inputs until the clock says stop, and report each fault once for each place that it comes from."""
    known: set[str] = set()
    warm = numbers.start + min(WARM, len(numbers) // 10)
    for n in numbers:
        data = target.input(seed, n)
        if n == warm:
            _measure(tally, n)
        if time.monotonic() > until:
            break
        tally[N], tally[STARTED] = n, time.monotonic()
        start = time.process_time()
        where = trace = ""
        try:
            tally[ACCEPTED if attempt(target, path, data, limit) else REFUSED] += 1
        except (Exception, TooLong) as error:
            where, trace = location(error), "".join(traceback.format_exception(error, limit=-4, chain=False))
        taken = time.process_time() - start
        if taken > tally[WORST]:
            tally[WORST], tally[WORST_N] = taken, n
        if where and where not in known:
            known.add(where)
            report(Found(n, where, trace, _smaller(target, path, data, where, tally, limit)))
    tally[STARTED] = 0
    _empty()
    tally[END_BLOCKS], tally[PEAK] = sys.getallocatedblocks(), _peak()


def _empty() -> None:
    """Give back what is no longer held, and what is remembered within bounds, which takes a while to be full."""
    for held in gc.get_objects():
        if isinstance(held, _lru_cache_wrapper) and str(held.__module__).startswith(_PACKAGE.name):
            held.cache_clear()
    gc.collect()


def _measure(tally: Tally, n: int) -> None:
    _empty()
    tally[WARM_N], tally[WARM_BLOCKS], tally[WARM_PEAK] = n, sys.getallocatedblocks(), _peak()


def _peak() -> float:
    """The most memory that the process has had, in MiB."""
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def keeps(tally: Tally) -> float:
    """Blocks of memory that were kept since the process was warm, for each input."""
    if not tally[WARM_BLOCKS]:
        return 0.0
    return max(tally[END_BLOCKS] - tally[WARM_BLOCKS] - 20_000, 0) / max(tally[N] - tally[WARM_N], 1)


def _smaller(target: Target, path: Path, data: bytes, where: str, tally: Tally, limit: float) -> bytes:
    """The data with everything taken out that the fault does not need, as far as a few seconds go."""
    end = time.monotonic() + _SHRINKING
    size = len(data) // 2
    while size and time.monotonic() < end:
        place = 0
        while place < len(data) and time.monotonic() < end:
            tally[STARTED] = time.monotonic()
            rest = data[:place] + data[place + size :]
            if _shows(target, path, rest, where, limit):
                data = rest
            else:
                place += size
        size //= 2
    return data


def _shows(target: Target, path: Path, data: bytes, where: str, limit: float) -> bool:
    try:
        attempt(target, path, data, limit)
    except (Exception, TooLong) as error:
        return location(error) == where
    return False


def set_limits() -> None:
    """Let the process have no more memory than it may."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
