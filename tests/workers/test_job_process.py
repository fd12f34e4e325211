"""The process beside a worker: the same for one job after another, a new one when it died or has done enough."""

import os

import pytest

from workers import job_process


@pytest.fixture
def answers():
    """Where the processes write what they did; reads what is there by now."""
    reading, writing = os.pipe()
    yield writing, lambda: os.read(reading, 4096).decode().split()
    os.close(reading)
    os.close(writing)


@pytest.fixture
def process(answers):
    writing, _ = answers

    def serve(jobs, say_done):
        for [job] in jobs:
            if job == "die":
                os._exit(3)
            os.write(writing, f"{job}:{os.getpid()} ".encode())
            say_done()

    forked = job_process.fork(serve)
    yield forked
    forked.line.close()


def test_one_process_does_one_job_after_another(process, answers):
    for job in ("first", "second"):
        assert process.take(job)
        assert process.has_done()

    assert answers[1]() == [f"first:{process.pid}", f"second:{process.pid}"]
    assert process.pid != os.getpid()


def test_a_process_that_dies_in_a_job_has_not_done_it_and_takes_no_other(process):
    process.take("die")

    assert not process.has_done()
    assert not process.take("next")


def test_a_process_that_has_done_enough_is_to_be_replaced_and_ends(process, monkeypatch):
    monkeypatch.setattr(job_process, "MOST_JOBS", 1)
    process.take("only")
    process.has_done()

    assert not process.take("one too many")
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)
