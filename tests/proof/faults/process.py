"""The process on trial: both services, started by fork from a parent that has imported all."""

import asyncio
import faulthandler
import multiprocessing
import os
import signal
import ssl
import sys
from collections.abc import Sequence
from multiprocessing.context import ForkServerProcess

import httpx
import uvicorn

from libs.common.core.clock import SystemClock
from libs.common.core.failpoints import arm
from libs.common.http.limits import Limits
from libs.common.runtime.manifest import Surroundings
from libs.common.runtime.process import EXIT_SOFTWARE, Stop, run_until_done
from libs.common.runtime.service import System
from libs.common.security import DemoIssuer, TokenChecker
from tests.proof.faults.cancelling import Cancelling
from tests.proof.faults.place import SERVICES, Place
from tests.proof.faults.tracing import may_be_traced
from tests.worlds import GENEROUS

NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Nobody is asked over TLS here."""
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["tests.proof.faults.process", "tests.proof.faults.jobs"])


def serve(
    place: Place, name: str, services: Sequence[str], failpoint: str | None, limits: Limits
) -> None:
    """Be the process: serve until asked to stop, or until the failpoint."""
    quiet = os.open(place.folder / "output", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    may_be_traced()
    _tells_where_it_is()
    arm(failpoint)
    stop = Stop()
    around = Surroundings(
        database_urls=place.database_urls,
        bus=place.bus(),
        tokens=TokenChecker(DemoIssuer(place.folder).settings),
        clock=SystemClock(),
        limits=limits,
        upgrade=False,
        stop=stop,
        reading=place.reading,
    )
    system = System([one for one in SERVICES if one.name in services], around)
    stop.server = uvicorn.Server(
        uvicorn.Config(
            Cancelling(system.app),
            uds=str(place.socket(name)),
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=5,
        )
    )
    run_until_done(stop.server.serve())
    sys.exit(EXIT_SOFTWARE if system.failure else 0)


def _tells_where_it_is() -> None:
    """At the signal, write where every thread and every task of the loop is."""
    signal.signal(signal.SIGUSR1, _print_tasks)
    faulthandler.register(signal.SIGUSR1, all_threads=True, chain=True)


def _print_tasks(*_: object) -> None:
    for task in asyncio.all_tasks():
        task.print_stack()


class Process:
    """One run of services at a place: of both, unless it is named after the one it runs."""

    def __init__(
        self,
        place: Place,
        failpoint: str | None = None,
        name: str = "both",
        limits: Limits = GENEROUS,
    ) -> None:
        self._place = place
        self._name = name
        self._output = place.folder / "output"
        known = [service.name for service in SERVICES]
        self.services = [one for one in known if name.startswith(one)] or known
        arguments = (place, name, self.services, failpoint, limits)
        self._process: ForkServerProcess = SERVER.Process(target=serve, args=arguments)

    async def __aenter__(self) -> "Process":
        """Start it, and wait until it answers or has ended."""
        self._place.socket(self._name).unlink(missing_ok=True)
        self._process.start()
        async with asyncio.timeout(60), client(self._place, self._name) as http:
            while self.is_alive:
                try:
                    await http.get(f"/{self.services[0]}/health/live")
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.01)
        return self

    async def __aexit__(self, *_: object) -> None:
        """End it, whatever state it is in."""
        if self.is_alive:
            self.kill()
        await self.ended(10)
        self._process.close()

    @property
    def pid(self) -> int:
        """Its number."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process.is_alive()

    async def ended(self, within: float) -> int | None:
        """Return its exit code once it has ended, or None if it has not in time."""
        return await exit_code(self._process, within)

    def kill(self) -> None:
        """Kill it at once."""
        self._process.kill()

    async def stop(self) -> int | None:
        """Ask it to stop and return its exit code; if it does not, fail with where it is."""
        os.kill(self.pid, signal.SIGTERM)
        code = await self.ended(15)
        if code is None:
            os.kill(self.pid, signal.SIGUSR1)
            await self.ended(1)
            raise AssertionError(f"it does not stop: {self._output.read_text()}")
        return code


async def exit_code(process: ForkServerProcess, within: float) -> int | None:
    """Return a process's exit code once it has ended, or None if it has not in time.

    It is asked again and again, for it can be read once: starting another process asks after all,
    and a thread that joined this one at that moment would find nothing and make 255 of it.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + within
    while process.exitcode is None and loop.time() < until:
        await asyncio.sleep(0.01)
    return process.exitcode


def transport_to(place: Place, name: str) -> httpx.AsyncHTTPTransport:
    """Return the way to a process at a place; to read certificates for each takes as long as it."""
    return httpx.AsyncHTTPTransport(uds=str(place.socket(name)), verify=NO_CERTIFICATES)


def client(place: Place, name: str = "both") -> httpx.AsyncClient:
    """Return a client of a process at a place."""
    transport = transport_to(place, name)
    return httpx.AsyncClient(transport=transport, base_url="http://trial", timeout=10)
