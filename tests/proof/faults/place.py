"""Where a trial happens: databases and a bus of its own, which outlive the process on trial."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from libs.common.messaging.bus.base import Bus
from libs.common.messaging.bus.kafka import KafkaBus
from libs.common.messaging.bus_address import BusAddress
from libs.common.messaging.consumer import ReadingLimits
from libs.common.runtime.process import bus_of
from services.reporting.service import SERVICE as REPORTING
from services.survey.service import SERVICE as SURVEY
from tests.worlds import bus_in, databases

SERVICES = (SURVEY, REPORTING)
"""One that publishes and one that listens."""


@dataclass(frozen=True)
class Place:
    """The addresses that a process on trial is given."""

    folder: Path
    database_urls: Mapping[str, str]
    bus_url: str
    reading: ReadingLimits = field(default_factory=ReadingLimits)

    def socket(self, process: str) -> Path:
        """Where a process answers: a file, so that no two trials are ever at one port."""
        return self.folder / f"{process}.socket"

    def bus(self) -> Bus:
        """Return a bus at the place's address."""
        return bus_of(BusAddress.parse(self.bus_url))


@asynccontextmanager
async def place_in(kind: str, folder: Path) -> AsyncIterator[Place]:
    """Make a place in either world, and leave nothing of it."""
    async with databases(kind, folder, SERVICES) as urls, bus_in(kind, folder) as bus:
        await bus.stop()
        yield Place(folder, urls, _url_of(bus, folder))


def _url_of(bus: Bus, folder: Path) -> str:
    if isinstance(bus, KafkaBus):
        return f"kafka://{bus._servers}?prefix={bus._prefix}"
    return f"local:{folder / 'bus.db'}"
