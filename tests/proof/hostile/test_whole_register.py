"""The whole national register, as large as it is published, is read in flat memory."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from time import perf_counter
from typing import Final

from deploy.demo.importing import ended
from services.referral.service import SERVICE
from tests.worlds import EMBEDDED, GENEROUS, world_of

ROWS: Final = 52_000
COLUMNS: Final = (
    "URN",
    "LA (code)",
    "EstablishmentName",
    "TypeOfEstablishment (code)",
    "EstablishmentStatus (code)",
    "PhaseOfEducation (code)",
    *(f"Other{number}" for number in range(133)),
)
MOST_MEGABYTES: Final = 100
"""How much the peak of the process may rise: less than the file has."""


async def _register() -> AsyncIterator[bytes]:
    yield ",".join(COLUMNS).encode() + b"\r\n"
    others = ",".join(f'"Invented cell {number}"' for number in range(133)).encode()
    for first in range(100_000, 100_000 + ROWS, 100):
        yield b"".join(
            b"%d,830,St Zo\xeb\x92s Invented School %d,01,1,2,%s\r\n" % (urn, urn, others)
            for urn in range(first, first + 100)
        )


def _peak_megabytes() -> float:
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024


async def test_the_whole_register_is_read_in_flat_memory(tmp_path: Path) -> None:
    async with world_of(EMBEDDED, tmp_path, [SERVICE], limits=GENEROUS) as world:
        Path("/proc/self/clear_refs").write_text("5")  # noqa: ASYNC240 - the peak begins anew
        before, began = _peak_megabytes(), perf_counter()
        sender = world.as_() | {"Content-Type": "text/csv"}
        answer = await world.client.post(
            "/referral/v1/school-extracts?snapshot_on=2018-09-01&mode=commit",
            content=_register(),
            headers=sender,
            timeout=600,
        )
        assert answer.status_code == 202, answer.text[:500]
        said = await ended(world.client, answer.headers["Location"], sender)
        assert said["created"] == said["rows"] == ROWS
        rose = _peak_megabytes() - before
        print(f"{rose:.0f} MB, {perf_counter() - began:.0f} s")  # noqa: T201
        assert rose < MOST_MEGABYTES
