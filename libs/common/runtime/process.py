"""From the environment to a running process: the one place where the parts are put together."""

import asyncio
import errno
import fcntl
import gc
import logging
import os
import socket
import sys
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, TypeVar

import uvicorn

from libs.common.audit.chain import AuditFiles, AuditKeyRefused, make_key, read_key
from libs.common.core.clock import SystemClock
from libs.common.core.private import keep_private
from libs.common.core.public_url import HERE
from libs.common.http.wire import BACKLOG, Connection, Connections
from libs.common.messages.settings import transport_of
from libs.common.messaging.bus.base import Bus
from libs.common.messaging.bus.kafka import KafkaBus
from libs.common.messaging.bus.local import LocalBus
from libs.common.messaging.bus_address import HIGHEST_PORT, BusAddress
from libs.common.observability import logs
from libs.common.pages.code_flow import CodeFlow
from libs.common.pages.people import DemoPeople
from libs.common.pages.signing_in import SignInSettings
from libs.common.persistence.db import Database
from libs.common.persistence.migrations import upgrade
from libs.common.runtime.manifest import Service, Surroundings
from libs.common.runtime.service import System
from libs.common.runtime.settings import (
    CommonSettings,
    SettingsError,
    exit_on_settings_error,
    load_all,
)
from libs.common.security import DEMO_ISSUER, DemoIssuer, TokenChecker

T = TypeVar("T")

EXIT_SOFTWARE: Final = 70
"""The exit code of a process in which something ended that never should."""
_NO_LISTENING: Final = {
    errno.EADDRINUSE: "Port {port} is in use by another process. Stop that one, or choose another"
    " port: PORT={other}",
    errno.EACCES: "Port {port} is for the machine's own services. Choose one above 1023: PORT=8000",
    errno.EADDRNOTAVAIL: "HOST is no address of this machine.",
}
GRACE_SECONDS: Final = 10


def bus_of(address: BusAddress, public_url: str = HERE) -> Bus:
    """Return the bus at an address; what it carries has its schemas under ``public_url``."""
    if address.kind == "local":
        return LocalBus(str(address.path), public_url)
    return KafkaBus(",".join(address.servers), address.prefix, address.security, public_url)


@contextmanager
def sole_owner(shared: CommonSettings) -> Iterator[None]:
    """Hold the lock of an embedded system's files: one process writes them, a second is refused.

    In either world our files are kept to our own account.
    """
    keep_private(shared.var_dir)
    if shared.bus.kind != "local":
        yield
        return
    with (shared.var_dir / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SystemExit(
                f"Another process is using {shared.var_dir}. Stop it, or set VAR_DIR to another"
                " folder."
            ) from None
        yield


def read_settings(
    services: Sequence[Service], environ: Mapping[str, str]
) -> dict[str, CommonSettings]:
    """Read every service's settings; on any fault print them all and exit."""
    with exit_on_settings_error():
        loaded = load_all([service.name for service in services], environ)
    for line in sorted({line for one in loaded.values() for line in one.warnings}):
        sys.stderr.write(f"warning: {line}\n")
    return loaded


def shared_of(settings: Mapping[str, CommonSettings]) -> CommonSettings:
    """Return one service's settings, for what they have in common."""
    return next(iter(settings.values()))


def system_of(
    services: Sequence[Service], settings: Mapping[str, CommonSettings], *, stop: "Stop"
) -> System:
    """Put the services together as the settings say."""
    shared = shared_of(settings)
    if shared.profile != "production":
        DemoIssuer(shared.var_dir)
    around = Surroundings(
        database_urls={name: one.database_url for name, one in settings.items()},
        bus=bus_of(shared.bus, shared.address),
        public_url=shared.address,
        tokens=TokenChecker(shared),
        clock=SystemClock(),
        audit_files=audit_files(settings),
        hosts=shared.allowed_hosts,
        limits=shared,
        upgrade=shared.bus.kind == "local",
        stop=stop,
        sign_in=sign_in_of(shared),
        backdating=shared.backdating,
        origins=shared.allowed_origins,
        transport=transport_of(shared, SystemClock()),
        development=shared.profile != "production",
        alerted=shared.messages_alerts_to,
    )
    return System(services, around)


def sign_in_of(shared: CommonSettings) -> SignInSettings:
    """Return how people sign in at pages; the demo issuer's people are there in development."""
    if shared.auth_client_id and shared.auth_client_secret_file:
        return SignInSettings(provider=CodeFlow(shared), pages_url=shared.address)
    if shared.profile == "production" or shared.auth_issuer != DEMO_ISSUER:
        return SignInSettings()
    return SignInSettings(people=DemoPeople(shared.var_dir))


def audit_files(settings: Mapping[str, CommonSettings]) -> dict[str, AuditFiles]:
    """Return each service's audit files; on any fault print them all and exit.

    A key that is missing is made, but for the production profile: there it may be missing because
    a disk is, and a new one would break the chain.
    """
    found: dict[str, AuditFiles] = {}
    problems = []
    for name, one in settings.items():
        if one.profile != "production" and not one.audit_key_file.exists():
            make_key(one.audit_key_file)
        try:
            found[name] = AuditFiles(key=read_key(one.audit_key_file), heads=one.audit_heads_file)
        except AuditKeyRefused as refused:
            problems.append(f"{name.upper()}_AUDIT_KEY_FILE names a file that {refused}")
    with exit_on_settings_error():
        if problems:
            raise SettingsError(problems)
    return found


class Stop:
    """Asks the server to end, from wherever in the process that becomes necessary."""

    def __init__(self) -> None:
        self.server: uvicorn.Server | None = None

    def __call__(self) -> None:
        """Ask."""
        if self.server is not None:
            self.server.should_exit = True


def run_until_done(work: Coroutine[Any, Any, T]) -> T:
    """Run on the event loop that the server would choose: uvloop where there is one.

    What is there by now stays for as long as the process: the garbage collector need not look
    through it again and again while events are applied.
    """
    gc.collect()
    gc.freeze()
    factory = uvicorn.Config(app="", log_config=None).get_loop_factory()
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(work)


def check_port(host: str, port: int) -> None:
    """End with one sentence that says what to do if nothing can listen at a host and port.

    It is asked before anything is started, and released at once for the server to take.
    """
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        ):
            with socket.socket(family, kind, protocol) as candidate:
                candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                candidate.bind(address)
    except socket.gaierror:
        raise SystemExit("HOST names no machine that can be found.") from None
    except OSError as error:
        what = _NO_LISTENING.get(error.errno or 0)
        if what is None:
            raise
        raise SystemExit(what.format(port=port, other=port % HIGHEST_PORT + 1)) from None


def server_of(system: System, host: str, port: int) -> uvicorn.Server:
    """Return the HTTP server for a system."""
    connections = Connections(system.limits)
    for running in system.running.values():
        running.metrics.watch(connections, connections.ended)
    return uvicorn.Server(
        uvicorn.Config(
            system.app,
            ws="none",  # a service answers requests alone
            http=partial(Connection, connections),  # type: ignore[arg-type]  # called as a class is
            backlog=BACKLOG,
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # nothing here depends on what a proxy, or a caller, says it is
            timeout_graceful_shutdown=GRACE_SECONDS,
            timeout_keep_alive=system.limits.limit_idle_seconds,
        )
    )


def run(services: Sequence[Service], arguments: Sequence[str]) -> int:
    """Serve until stopped, or with ``migrate`` bring schemas up to date; return an exit code."""
    settings = read_settings(services, os.environ)
    shared = shared_of(settings)
    logs.configure(",".join(settings), shared.log_level)
    with sole_owner(shared):
        if list(arguments) == ["migrate"]:
            run_until_done(migrate(services, settings))
            return 0
        return _serve(services, settings)


def _serve(services: Sequence[Service], settings: Mapping[str, CommonSettings]) -> int:
    stop = Stop()
    shared = shared_of(settings)
    check_port(shared.host, shared.port)
    system = system_of(services, settings, stop=stop)
    stop.server = server_of(system, shared.host, shared.port)
    run_until_done(stop.server.serve())
    if system.failure is not None:
        logging.getLogger(__name__).critical("process-failed")
        return EXIT_SOFTWARE
    return 0


async def migrate(services: Sequence[Service], settings: Mapping[str, CommonSettings]) -> None:
    """Bring each service's schema up to date."""
    for service in services:
        database = Database(settings[service.name].database_url)
        try:
            await upgrade(database, service.migrations)
        finally:
            await database.close()
