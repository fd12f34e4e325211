"""Floor A: pgbench places one order per transaction, eight clients."""

import os
import re
import subprocess
from urllib.parse import unquote, urlsplit

from app.embedded.programs import postgres_program
from tests.bench.baseline.sql import PLACE, SITES
from tests.bench.case import Lab, Sample
from tests.bench.meters import metering, sample_of
from tests.bench.seed import SKUS

CLIENTS, THREADS = 8, 2
# Three different SKUs, in ascending order: two orders can never wait for each other in a circle.
SPREAD = f"""\
\\set a random(1, {SKUS // 3})
\\set b random({SKUS // 3 + 1}, {SKUS // 3 * 2})
\\set c random({SKUS // 3 * 2 + 1}, {SKUS})
\\set site random(1, {SITES})
\\set n random(1, 1000000000)
"""
HOT = SPREAD.replace(f"\\set a random(1, {SKUS // 3})", "\\set a 1").replace(f"random(1, {SITES})", "1")
STATEMENT = PLACE.format(
    skus="ARRAY['TEA-' || :a::text, 'TEA-' || :b::text, 'TEA-' || :c::text]",
    quantities="ARRAY[1, 2, 1]",
    site=":site::int",
    email="'p' || :n::text || '@example.com'",
)


def pgbench(lab: Lab, *, hot: bool = False) -> Sample:
    """Latencies come from pgbench's own log of transactions."""
    script = lab.folder / "order.pgbench"
    script.write_text((HOT if hot else SPREAD) + STATEMENT.strip() + ";\n")
    for old in lab.folder.glob("pgbench_log.*"):
        old.unlink()
    with metering(lab) as spent:
        printed = _run(lab, str(script))
    [orders] = re.findall(r"number of transactions actually processed: (\d+)", printed)
    [rate] = re.findall(r"tps = ([\d.]+)", printed)
    return sample_of(spent, int(orders), rate=float(rate), times_ms=_times(lab))


def _run(lab: Lab, script: str) -> str:
    program = postgres_program(lab.servers.postgres.place, "pgbench")
    url = urlsplit(lab.database.url)
    done = subprocess.run(
        [
            *(str(program), "-h", str(lab.servers.postgres.place.sockets), "-U", str(url.username), "-n"),
            *("-M", "prepared", "-c", str(CLIENTS), "-j", str(THREADS), "-T", str(max(1, round(lab.seconds)))),
            *("-l", "--log-prefix", str(lab.folder / "pgbench_log"), "-f", script, lab.database.name),
        ],
        env={**os.environ, "PGPASSWORD": unquote(url.password or "")},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"pgbench failed:\n{done.stderr[-2000:]}")
    return done.stdout


def _times(lab: Lab) -> list[float]:
    """Milliseconds; the third word of a line is microseconds."""
    logs = lab.folder.glob("pgbench_log.*")
    return [int(line.split()[2]) / 1000 for log in logs for line in log.read_text().splitlines()]
