"""Work in several threads, its results in order."""

from __future__ import annotations

from collections import deque
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

T = TypeVar("T")


def side_by_side(jobs: Iterable[Callable[[], T]], threads: int) -> Iterator[T]:
    """The results of jobs, in their order, made in some threads; few wait at a time.

    The caller's thread is one of them: one more than there are processors
    would now and then be stopped while all others wait for it.
    """
    iterator = iter(jobs)
    first = list(islice(iterator, 2))
    jobs = chain(first, iterator)
    if threads == 1 or len(first) < 2:
        for job in jobs:
            yield job()
        return
    from concurrent.futures import ThreadPoolExecutor  # a slow import, not for small tables

    with ThreadPoolExecutor(threads - 1) as pool:
        waiting: deque[tuple[Future[T], Callable[[], T]]] = deque()
        try:
            for job in jobs:
                # The others have one job each, and one of them another to go on with.
                busy = sum(not future.done() for future, _ in waiting)
                future = pool.submit(job) if busy < threads else _done_here(job)
                waiting.append((future, job))
                while waiting and (waiting[0][0].done() or len(waiting) > threads + 1):
                    yield waiting.popleft()[0].result()
            for place, (future, job) in enumerate(waiting):
                if future.cancel():  # nobody has begun with it
                    waiting[place] = _done_here(job), job
            while waiting:
                yield waiting.popleft()[0].result()
        finally:
            for future, _ in waiting:
                future.cancel()


def _done_here(job: Callable[[], T]) -> Future[T]:
    from concurrent.futures import Future

    future: Future[T] = Future()
    try:
        future.set_result(job())
    except Exception as error:  # an interruption is not to wait for its turn
        future.set_exception(error)
    return future
