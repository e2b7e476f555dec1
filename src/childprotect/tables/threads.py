"""The same work on one piece after the other, in as many threads as there are processors."""

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Taken = TypeVar("Taken")
Made = TypeVar("Made")


def in_turn(work: Callable[[Taken], Made], pieces: Iterator[Taken]) -> Iterator[Made]:
    """What the work makes of each piece, in their order; few pieces are held at once."""
    threads = os.cpu_count() or 1
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[Made]] = deque()
        for piece in pieces:
            waiting.append(pool.submit(work, piece))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
