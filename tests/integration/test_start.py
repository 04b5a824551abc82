"""A start waits for a PostgreSQL that is starting itself, and not for ever."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from libs.common.core.clock import SystemClock
from libs.common.messaging.bus.local import LocalBus
from libs.common.runtime.manifest import Surroundings
from libs.common.runtime.service import System
from libs.common.security import DemoIssuer, TokenChecker
from services.survey.service import SERVICE
from tests.proof.faults.proxy import Mode, Proxy
from tests.worlds import REAL, databases
from tests.written import written_logs

pytestmark = pytest.mark.real


def system_at(url: str, port: int, folder: Path, start_seconds: float) -> System:
    proxied = make_url(url).set(port=port).render_as_string(hide_password=False)
    around = Surroundings(
        database_urls={SERVICE.name: proxied},
        bus=LocalBus(str(folder / "bus.db")),
        tokens=TokenChecker(DemoIssuer(folder).settings),
        clock=SystemClock(),
        upgrade=False,
        start_seconds=start_seconds,
    )
    return System([SERVICE], around)


@pytest.mark.parametrize("comes_back", [True, False])
async def test_a_start_waits_for_a_database_that_is_starting_too(
    tmp_path: Path, comes_back: bool
) -> None:
    async with databases(REAL, tmp_path, [SERVICE]) as urls:
        port = make_url(urls[SERVICE.name]).port
        assert port is not None
        async with Proxy(port) as proxy:
            proxy.become(Mode.REFUSE)
            system = system_at(urls[SERVICE.name], proxy.port, tmp_path, 60 if comes_back else 0.5)
            with written_logs() as stream:
                starting = asyncio.create_task(_started(system))
                async with asyncio.timeout(30):
                    while "start-waits" not in stream.getvalue():
                        await asyncio.sleep(0.05)
                    if comes_back:
                        proxy.become(Mode.PASS)
                        await starting
                        return
                    with pytest.raises((ConnectionError, DBAPIError)):
                        await starting
            assert "start-failed" in stream.getvalue()


async def _started(system: System) -> None:
    async with system.lifespan():
        pass
