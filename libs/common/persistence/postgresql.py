"""PostgreSQL: how its URL is written, what is refused of one, and the one way to connect.

The parameters are libpq's, and asyncpg alone reads them: for the services' engines, the heartbeat,
the tools and the tests alike.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, urlsplit
from weakref import WeakSet

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from libs.common.core.tls_files import authority_fault, certificate_fault, key_fault, secret_fault

FORM: Final = "a database is sqlite:PATH or postgresql://HOST/NAME"
MODES: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_PARAMETERS: Final = ("host", "passfile", "sslcert", "sslkey", "sslmode", "sslrootcert")
_OURS_ALONE: Final = 0o077
"""What may not be set of a password file's mode: the driver passes one over that is open."""


async def connect(url: str, **options: Any) -> asyncpg.Connection:
    """Connect to the PostgreSQL at a URL; ``options`` are asyncpg's own.

    Raises OSError (a certificate that does not hold is one), TimeoutError, and asyncpg's errors.
    """
    return await asyncpg.connect(url, **options)


def engine(url: URL, connected: Callable[..., Awaitable[Any]], schema: str | None) -> AsyncEngine:
    """Return a pool of connections that are made by ``connected``; ``schema`` holds plain names."""
    settings = {
        "statement_timeout": "30s",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "60s",
        "timezone": "UTC",
        **({"search_path": schema} if schema else {}),
    }
    return create_async_engine(
        url,
        async_creator=partial(connected, server_settings=settings, timeout=2),
        pool_size=20,
        max_overflow=0,  # what overflows is connected and thrown away for each transaction
        pool_timeout=2,
    )


def watched(engine: AsyncEngine) -> WeakSet[Any]:
    """Return the set in which the driver's open connections are, as they come and go.

    One that was ended while it lay in the pool is replaced when it is taken out.
    """
    open_: WeakSet[Any] = WeakSet()

    @event.listens_for(engine.sync_engine, "connect")
    def _add(connection: Any, _: Any) -> None:
        open_.add(connection.driver_connection)

    @event.listens_for(engine.sync_engine, "checkout")
    def _check(connection: Any, _: Any, __: Any) -> None:
        if connection.driver_connection.is_closed():
            raise DisconnectionError

    return open_


def is_well_formed(text: str) -> bool:
    """Say whether a text is `postgresql://` with one host, or with a socket's folder."""
    try:
        parts = urlsplit(text)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    one = parts.netloc.count("@") <= 1 and "," not in parts.netloc
    socket = dict(parse_qsl(parts.query)).get("host")
    return parts.scheme == "postgresql" and one and (named or bool(socket)) and not parts.fragment


def url_faults(text: str) -> Iterator[str]:
    """Yield what is wrong with the parameters of a well-formed URL, never with a value of it."""
    parts = urlsplit(text)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    given = dict(pairs)
    if "ssl" in given:
        yield "takes sslmode=verify-full, as libpq does, where it says ssl="
    if given.keys() - {*_PARAMETERS, "ssl"}:
        yield f"has a parameter that is none of {', '.join(_PARAMETERS)}"
    if len(pairs) != len(given) or "" in given.values() or (parts.query and not pairs):
        yield "has a parameter twice, or one without a value"
    if "host" in given and (parts.hostname or not given["host"].startswith("/")):
        yield "has a host= that is not a socket's folder, or a host before it as well"
    yield from _tls_faults(given)


def _tls_faults(given: Mapping[str, str]) -> Iterator[str]:
    mode = given.get("sslmode", "prefer")
    if mode not in MODES:
        yield f"has an sslmode that is none of {', '.join(MODES)}"
        return
    if mode.startswith("verify-") and "sslrootcert" not in given:
        yield "needs sslrootcert=FILE, the authority that sslmode=verify-… believes"
    files = given.keys() & {"sslrootcert", "sslcert", "sslkey"}
    if files and MODES.index(mode) < MODES.index("require"):
        yield "names certificates, of which sslmode makes no use: say sslmode=verify-full"
    if ("sslcert" in given) != ("sslkey" in given):
        yield "needs both of sslcert=FILE and sslkey=FILE, or neither"


def production_faults(text: str) -> Iterator[str]:
    """Yield what the production profile refuses of a URL that is right otherwise."""
    parts = urlsplit(text)
    given = dict(parse_qsl(parts.query))
    if not _is_here(parts) and given.get("sslmode") != "verify-full":
        yield (
            "must have sslmode=verify-full&sslrootcert=FILE in the production profile: "
            "the database is on another machine"
        )


def file_faults(text: str) -> Iterator[str]:
    """Yield what is wrong with the files that a URL names, by parameter."""
    given = {name: Path(value) for name, value in parse_qsl(urlsplit(text).query)}
    faults: dict[str, str | None] = {}
    if "sslrootcert" in given:
        faults["sslrootcert"] = authority_fault(given["sslrootcert"])
    if "sslcert" in given:
        faults["sslcert"] = certificate_fault(given["sslcert"])
    if "sslkey" in given:
        faults["sslkey"] = key_fault(given["sslcert"], given["sslkey"])
    if "passfile" in given:
        faults["passfile"] = secret_fault(given["passfile"], _OURS_ALONE)
    for name, fault in sorted(faults.items()):
        if fault:
            yield f"{name} {fault}"


def _is_here(parts: SplitResult) -> bool:
    """Say whether the database is on this machine: at a socket, or on the loopback interface."""
    host = parts.hostname
    if host is None or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
