"""``make bench``: how fast Waybill is, against two floors on the same machine in the same minutes.

One case is one module in ``tests/bench/cases``; every module there with a ``CASES`` tuple is found. A case is a value:

    CASES = (
        Case(
            name="api-spread",
            goals=(Goal("rate ÷ B", lambda m: m["Waybill"].rate / m["B"].rate, reach=0.7, aim=1.1),),
            open=_open,
            check=_check,
        ),
    )

``open(lab)`` is a context manager: it prepares (the servers run already, ``lab.database`` is a fresh copy of the seeded
one: 10,000 SKUs × 4 sites, see ``seed.py``) and yields the sides of a round in their order, by the name that the table
shows, each a function without arguments that measures once, for about ``lab.seconds``, and answers a ``Sample``:

    @contextmanager
    def _open(lab: Lab) -> Iterator[Sides]:
        with running_web(lab) as ours:
            yield {"Waybill": lambda: placed_by_clients(lab, ours, clients=32)}

The harness runs all sides ``lab.rounds`` times, interleaved, each under the storage probe (``probe.py``), and repeats
what the storage spoilt. ``check(lab)`` then asserts what must be in the database (``checks.py``), still with everything
up; after ``open`` has ended, ``flask verify`` is run on the database. Goals see the medians of each side over the
rounds. ``limit=True`` turns a goal round: the value may be at most so high.

What helps: ``meters.metering(lab, pids)`` yields a ``Spent`` that holds, after the block, CPU seconds of these process
trees and of PostgreSQL, seconds, and bytes of WAL; ``web.running_web``, ``web.running_baseline``, ``load.wrk``;
``tests.instance.running_instance`` for relay and workers; ``lab.config`` for ``bootstrap.start`` in this process.
Figures that only your case has go into ``Sample.extra``; name those to be shown in ``Case.shows``.
A case whose ``open`` takes long or that measures once sets ``rounds=1``.

Run one: ``make bench CASE=api-spread``; ``ROUNDS=1`` and ``SECONDS_EACH=3`` while you work on it. With three rounds the
table in docs/performance.md is brought up to date.
"""
