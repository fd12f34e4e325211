"""Files of 100,000 rows, in and out, in a process of their own: python -m tests.bench.stock_files [ROWS].

Prints seconds and the largest memory in MB: of the process, and of the one that reads workbooks for it.
"""

import os
import subprocess
import sys
from collections.abc import Iterable

from app.config import ROOT
from app.kernel.table_files import FORMATS, Cell, write_table
from tests.bench.seed import as_in_a_shop
from tests.instance import environment_of
from tests.servers import running_servers, temporary_folder

SETTINGS = {"fsync": "on", "synchronous_commit": "on"}
ROWS, SITES, BINS = 100_000, ("RNO1", "CMH1", "DFW1"), 2_000
STEPS = (
    ("products", "import"),
    ("prices", "import"),
    ("bins", "import"),
    ("stock", "import"),
    ("counts", "import"),
    ("products", "export"),
    ("places", "export"),
    ("ledger", "export"),
)
IMPORT = """
import sys
from app.cli.importing import check, take_in
from app.kernel import uow
from app.kernel.files import FolderStore
from app.imports import lifecycle
from app.workflows.start_import import Upload
with open(sys.argv[2], "rb") as stream:
    row_id = check(Upload(kind=sys.argv[1], name="bench", stream=stream), FolderStore(runtime.config.files_dir))
checked = time.perf_counter()
take_in(row_id)
row = uow.run(lambda session: lifecycle.get(session, row_id))
print("check", round(checked - began, 1), "run", round(time.perf_counter() - checked, 1), row.state, row.tally["run"])
"""
EXPORT = """
import sys
from app.exports.asked import asked
from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.workflows.make_export import write_export
with open(sys.argv[2], "wb") as target:
    what = asked(sys.argv[1], sys.argv[2].rpartition(".")[2], {})
    print(uow.run(lambda session: write_export(session, what, target, actor=SYSTEM)), "rows")
"""
FRAME = """
import resource, time
from types import SimpleNamespace
from app import bootstrap
from app.config import Config
runtime = SimpleNamespace(config=Config.from_environment())
bootstrap.start(runtime.config)
began = time.perf_counter()
{body}
took = time.perf_counter() - began
[peak] = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
reader = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print("took", round(took, 1), "MB", int(peak) // 1024, "reader", reader // 1024)
"""
SET_UP = """
from app.kernel import uow
from app.workflows.set_up_company import set_up_company
from tests.factories.house import COMPANY
uow.run(lambda session: set_up_company(session, COMPANY))
"""


def table(kind: str, rows: int) -> tuple[list[str], Iterable[list[Cell]]]:
    """A quarter of the SKUs have lots; stock lies at three sites in two thousand bins each."""
    numbers = range(rows)
    tables: dict[str, tuple[list[str], Iterable[list[Cell]]]] = {
        "products": (
            ["SKU", "Name", "Category", "Weight in grams", "Tracking", "Removal", "Unit cost", "Unit price, net"],
            (
                [_sku(n), f"Article number {n}", f"Group {n % 40}", 100 + n % 900, _tracking(n), "fefo", 4, 9]
                for n in numbers
            ),
        ),
        "prices": (["Price list", "SKU", "Price"], (["standard", _sku(n), 10 + n % 90] for n in numbers)),
        "bins": (
            ["Site", "Bin", "Zone", "Pick sequence"],
            ([site, _bin(n), "A", n] for site in SITES for n in range(BINS)),
        ),
        "stock": (
            ["SKU", "Site", "Quantity", "Bin", "Lot", "Expires on"],
            (
                [_sku(n), SITES[n % 3], 1 + n % 50, _bin(n % BINS), _lot(n), "2027-06-30" if _lot(n) else ""]
                for n in numbers
            ),
        ),
        "counts": (
            ["SKU", "Site", "Bin", "Lot", "Counted"],
            ([_sku(n), SITES[n % 3], _bin(n % BINS), _lot(n), 1 + (n + n % 2) % 50] for n in numbers),
        ),
    }
    return tables[kind]


def main(rows: int) -> None:
    with (
        running_servers({"fsync": "on", "synchronous_commit": "on"}) as servers,
        temporary_folder(on_disk=True) as folder,
    ):
        for format in FORMATS:
            database = as_in_a_shop(servers, f"stock_files_{format}")
            environment = environment_of(database, servers.valkey.url, folder, {})
            _run(environment, SET_UP, [])
            for kind, direction in STEPS:
                file = folder / f"{kind}-{direction}.{format}"
                if direction == "import":
                    with file.open("wb") as target:
                        write_table(target, format, *table(kind, rows))
                print(f"{direction} {kind}.{format}:", end=" ", flush=True)
                print(_run(environment, IMPORT if direction == "import" else EXPORT, [kind, str(file)]))


def _run(environment: dict[str, str], body: str, words: list[str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", FRAME.format(body=body), *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return " ".join(done.stdout.split())


def _sku(number: int) -> str:
    return f"SKU-{number:06d}"


def _tracking(number: int) -> str:
    return "none" if number % 4 else "lot"


def _lot(number: int) -> str:
    return "" if number % 4 else f"L{number % 97}"


def _bin(number: int) -> str:
    return f"A-{number // 100:02d}-{number % 100:02d}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
