"""How the address of the bus is written, and what it says."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, Self
from urllib.parse import parse_qsl, urlsplit

from libs.common.messaging.bus_security import BusSecurity

_SERVER: Final = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\]):([0-9]{1,5})")
_BUS_PREFIX: Final = re.compile(r"[A-Za-z0-9._-]{1,100}")
_DEFAULT_PARTITIONS: Final = 4
_MOST_PARTITIONS: Final = 1000
HIGHEST_PORT: Final = 65535


@dataclass(frozen=True)
class BusAddress:
    """Where the bus is: a file on this machine, or a set of Kafka servers.

    `path` is set for "local"; `servers` ("host:port" each), `prefix` (put before every topic's
    name) and `partitions` (of a topic that is made) for "kafka"; `security` where that is over TLS.
    """

    kind: Literal["local", "kafka"]
    path: Path | None = None
    servers: tuple[str, ...] = ()
    prefix: str = ""
    partitions: int = _DEFAULT_PARTITIONS
    security: BusSecurity | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `local:PATH` or `kafka://HOST:PORT[,HOST:PORT][?prefix=NAME&partitions=N]`.

        `kafkas://` says the same of brokers that are spoken to over TLS.

        Raises ValueError, without the text, for anything else.
        """
        if text.startswith("local:") and len(text) > len("local:"):
            return cls(kind="local", path=Path(text.removeprefix("local:")))
        if text.startswith(("kafka://", "kafkas://")):
            return cls._parse_kafka(text)
        raise _bus_form()

    def with_security(self, security: BusSecurity) -> Self:
        """Return the same servers, spoken to with these credentials."""
        return replace(self, security=security)

    @classmethod
    def _parse_kafka(cls, text: str) -> Self:
        parts = urlsplit(text)
        servers = tuple(parts.netloc.split(","))
        if parts.path or parts.fragment or not all(map(_is_server, servers)):
            raise _bus_form()
        options = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        chosen = dict(options)
        if len(chosen) != len(options) or not chosen.keys() <= {"prefix", "partitions"}:
            raise _bus_form()
        return cls(
            kind="kafka",
            servers=servers,
            prefix=_prefix(chosen.get("prefix")),
            partitions=_partitions(chosen.get("partitions")),
            security=BusSecurity() if parts.scheme == "kafkas" else None,
        )


def _bus_form() -> ValueError:
    return ValueError("a bus is local:PATH, kafka://HOST:PORT[,HOST:PORT] or kafkas://… over TLS")


def _is_server(text: str) -> bool:
    match = _SERVER.fullmatch(text)
    return match is not None and 0 < int(match[1]) <= HIGHEST_PORT


def _prefix(text: str | None) -> str:
    if text is not None and not _BUS_PREFIX.fullmatch(text):
        raise _bus_form()
    return text or ""


def _partitions(text: str | None) -> int:
    if text is None:
        return _DEFAULT_PARTITIONS
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 0 < int(text) <= _MOST_PARTITIONS:
        raise _bus_form()
    return int(text)
