"""Jobs in several threads: their order, what goes wrong in one, how many wait."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from threading import Event, Timer, get_ident

import pytest

from smartcity_case.threads import side_by_side


def test_jobs_that_are_not_wanted_any_more_are_not_begun() -> None:
    begun = []

    def job(number: int) -> int:
        begun.append(number)
        return number

    made = side_by_side((partial(job, n) for n in range(100)), 2)
    assert next(iter(made)) == 0
    assert isinstance(made, Generator)
    made.close()
    assert len(begun) < 10


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_jobs_come_in_order(threads: int) -> None:
    jobs = (partial(int, str(n)) for n in range(20))
    assert list(side_by_side(jobs, threads)) == list(range(20))


def test_a_single_job_or_a_single_thread_needs_no_other_thread() -> None:
    assert list(side_by_side([get_ident], 5)) == [get_ident()]
    assert set(side_by_side([get_ident] * 3, 1)) == {get_ident()}


def test_the_caller_does_what_the_other_threads_have_no_time_for() -> None:
    here, begun, done = get_ident(), Event(), Event()

    def first() -> int:
        begun.set()
        assert done.wait(10)
        return get_ident()

    def last() -> int:
        done.set()
        return get_ident()

    by = list(side_by_side([first, get_ident, get_ident, last], 2))
    assert begun.is_set()
    assert by[0] != here
    assert by[2:] == [here] * 2


def test_what_goes_wrong_in_a_job_is_raised_in_its_turn() -> None:
    def fail() -> int:
        raise ValueError("so it is")

    def one() -> int:
        return 1

    for before in (1, 5):
        for threads in (1, 2, 4):
            made = side_by_side([one] * before + [fail], threads)
            assert [next(made) for _ in range(before)] == [1] * before
            with pytest.raises(ValueError, match=r"^so it is$"):
                next(made)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_an_interruption_does_not_wait_for_its_turn(threads: int) -> None:
    here, go = get_ident(), Event()

    def job() -> int:
        if get_ident() == here:
            go.set()
            raise KeyboardInterrupt
        assert go.wait(10)
        return 0

    with pytest.raises(KeyboardInterrupt):
        next(side_by_side([job] * 9, threads))


@pytest.mark.parametrize("threads", [2, 3])
def test_few_results_wait_for_their_turn(threads: int) -> None:
    begun: list[int] = []
    go = Event()

    def slow() -> int:
        assert go.wait(10)
        return 0

    def fast() -> int:
        begun.append(1)
        return 1

    results = side_by_side([slow] + [fast] * 50, threads)
    Timer(0.2, go.set).start()
    assert next(results) == 0
    assert len(begun) <= 2 * threads
    assert len(list(results)) == 50


def test_two_jobs_are_done_at_one_time() -> None:
    first, second = Event(), Event()

    def meet(mine: Event, other: Event) -> bool:
        mine.set()
        return other.wait(10)

    assert list(side_by_side([partial(meet, first, second), partial(meet, second, first)], 2)) == [
        True,
        True,
    ]
