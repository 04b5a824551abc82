"""``python -m tests.bench [P1 P2 …] [--minutes M]``: measure, print the table, keep the samples."""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg
from rich.console import Console
from rich.table import Table

from libs.common.runtime.process import run_until_done
from tests.bench import (
    costs,
    p1_apply,
    p2_commands,
    p3_report,
    p4_freshness,
    p5_rebuild,
    p6_import,
    p7_start,
    p8_overload,
    p9_relay,
    p10_people,
    p11_lists,
)
from tests.bench.measured import Measured
from tests.bench.surroundings import Surroundings

FIGURES: dict[str, Callable[[Surroundings], Awaitable[list[Measured]]]] = {
    "P1": p1_apply.measure,
    "P2": p2_commands.measure,
    "P3": p3_report.measure,
    "P4": p4_freshness.measure,
    "P5": p5_rebuild.measure,
    "P6": p6_import.measure,
    "P7": p7_start.measure,
    "P8": p8_overload.measure,
    "P9": p9_relay.measure,
    "P10": p10_people.measure,
    "P11": p11_lists.measure,
    "COST": costs.measure,
}
RESULTS = Path("bench-results")


def main(arguments: Sequence[str]) -> int:
    """Measure the figures asked for, all of them if none is named."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("figures", nargs="*", metavar="|".join(FIGURES), default=[])
    parser.add_argument("--minutes", type=float, default=1.0, help="how long P10's people work")
    chosen = parser.parse_args(arguments)
    if unknown := [name for name in chosen.figures if name not in FIGURES]:
        parser.error(f"there is no {', '.join(unknown)}")
    if missing := [name for name in ("POSTGRES_URL", "BUS_URL") if name not in os.environ]:
        parser.error(f"{' and '.join(missing)} not set: start this by `make bench`")
    run_until_done(_measure_all(chosen.figures or list(FIGURES), chosen.minutes))
    return 0


async def _measure_all(figures: Sequence[str], minutes: float) -> None:
    console = Console(stderr=True)
    measured: list[Measured] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with Surroundings.opened(Path(folder), minutes) as around:
            try:
                for name in figures:
                    console.print(f"measuring {name} …")
                    measured += await FIGURES[name](around)
            finally:  # one that fails takes nothing of the others with it
                conditions = await _conditions()
                _print(measured, conditions)
                _keep(measured, conditions)


async def _conditions() -> dict[str, Any]:
    """Return what the absolute figures depend on; of these, the ratios should not."""
    connection = await asyncpg.connect(os.environ["POSTGRES_URL"])
    try:
        fsync = await connection.fetchval("SHOW fsync")
    finally:
        await connection.close()
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "database": os.environ.get("WORLD_DATABASE", ""),
        "fsync": fsync,
        "broker": os.environ.get("WORLD_BROKER", ""),
    }


def _print(measured: Sequence[Measured], conditions: dict[str, Any]) -> None:
    console = Console(width=None if sys.stdout.isatty() else 140)
    table = Table(caption=", ".join(f"{name} {value}" for name, value in conditions.items()))
    for heading in ("id", "what", "unit"):
        table.add_column(heading, overflow="fold")
    for heading in ("ours", "floor", "ratio", "target", "met"):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in measured:
        table.add_row(
            one.id,
            one.what,
            one.unit,
            _number(median(one.ours)),
            _number(median(one.floor)) if one.floor else "-",
            "-" if one.ratio is None else f"{one.ratio:.2f}",
            str(one.target or "-"),
            {True: "met", False: "NOT MET", None: "-"}[one.met],
        )
    console.print(table)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _keep(measured: Sequence[Measured], conditions: dict[str, Any]) -> None:
    RESULTS.mkdir(exist_ok=True)
    name = conditions["at"].replace(":", "").replace("+0000", "Z")
    document = {"conditions": conditions, "figures": [one.document() for one in measured]}
    (RESULTS / f"{name}.json").write_text(json.dumps(document, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
