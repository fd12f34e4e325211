"""``make bench``, or one CASE of it. Ends with 1 where a reach is missed, 2 without wrk or case, 3 when void."""

import os
import sys
from importlib import import_module
from pkgutil import iter_modules

from tests.bench import cases
from tests.bench.case import Case
from tests.bench.lab import open_lab, seeded_servers
from tests.bench.load import need_wrk
from tests.bench.report import keep, table
from tests.bench.rounds import Result, Void, run_case

ROUNDS, SECONDS = 3, 10.0


def main() -> int:
    need_wrk()
    wanted = _wanted(os.environ.get("CASE", ""))
    rounds, seconds = int(os.environ.get("ROUNDS") or ROUNDS), float(os.environ.get("SECONDS_EACH") or SECONDS)
    try:
        results = _run(wanted, rounds, seconds)
    except Void as void:
        print(f"void: {void}", file=sys.stderr)
        return 3
    print("\n".join(table(results)))
    if rounds >= ROUNDS and seconds >= SECONDS:
        keep(results)
    missed = [f"{result.case.name}: {what}" for result in results for what in result.missed]
    for line in missed:
        print(f"missed: {line}", file=sys.stderr)
    return 1 if missed else 0


def _wanted(name: str) -> list[Case]:
    modules = [import_module(f"{cases.__name__}.{found.name}") for found in iter_modules(cases.__path__)]
    known = [case for module in modules for case in getattr(module, "CASES", ())]
    if name and name not in (case.name for case in known):
        print(f"there is no case {name!r}: choose {', '.join(case.name for case in known)}", file=sys.stderr)
        raise SystemExit(2)
    return [case for case in known if name in ("", case.name)]


def _run(wanted: list[Case], rounds: int, seconds: float) -> list[Result]:
    results = []
    print("Starting PostgreSQL and Valkey, seeding …", flush=True)
    with seeded_servers() as (servers, api_key):
        for case in wanted:
            print(f"{case.name}", flush=True)
            with open_lab(servers, api_key, case.name, rounds=rounds, seconds=seconds) as lab:
                results.append(run_case(case, lab))
    return results


if __name__ == "__main__":
    sys.exit(main())
