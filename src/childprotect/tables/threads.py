"""The same work on one piece after the other, in as many threads as there are processors."""

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Taken = TypeVar("Taken")
Made = TypeVar("Made")


def in_turn(work: Callable[[Taken], Made], pieces: Iterator[Taken]) -> Iterator[Made]:
    """What the work makes of each piece, in their order; few pieces are held at once.

    After an error or an interrupt no other piece is begun, and nobody waits for those that are.
    """
    threads = os.cpu_count() or 1
    pool = ThreadPoolExecutor(threads)
    waiting: deque[Future[Made]] = deque()
    try:
        for piece in pieces:
            waiting.append(pool.submit(work, piece))
            while waiting and (len(waiting) > threads or waiting[0].done()):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
