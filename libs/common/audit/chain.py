"""How one audit row is sealed: its MAC over the MAC before it, its place, and all its columns."""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Row

from libs.common.core.private import make_once
from libs.common.persistence.tables import audit

_BYTES: Final = 32
_OTHERS: Final = 0o077
_NAMES: Final = tuple(audit.columns.keys())
_JSON: Final = json.JSONEncoder(
    sort_keys=True,
    separators=(",", ":"),
    default=lambda instant: instant.astimezone(UTC).isoformat(timespec="microseconds"),
)
_values = attrgetter(*_NAMES)


class AuditKeyRefused(Exception):
    """The file of the audit's key is missing, can be read by others, or holds no key."""


@dataclass(frozen=True, kw_only=True)
class AuditFiles:
    """What one service's seals need beside its database: the key, and where heads are anchored."""

    key: bytes = field(repr=False)
    heads: Path


@dataclass(frozen=True, slots=True)
class Head:
    """The last seal of a chain: its number, counted from 1, and its MAC."""

    seal: int
    mac: bytes


class Chain:
    """One service's chain of seals: what the next MAC is, given the one before.

    The first seal follows a MAC of the service's name, so that no chain passes for another's.
    """

    def __init__(self, service: str, key: bytes) -> None:
        self._key = key
        self.start = Head(0, self._mac(f"sssen audit of {service}, chain 1".encode()))

    def follow(self, before: bytes, seal: int, row: Row[Any]) -> bytes:
        """Return the MAC that seals a row of the audit at a place in the chain."""
        return self._mac(before + seal.to_bytes(8, "big", signed=True) + canonical(row))

    def _mac(self, message: bytes) -> bytes:
        return hmac.digest(self._key, message, hashlib.sha256)


def canonical(row: Row[Any]) -> bytes:
    """Return every column of an audit row as bytes that are the same on every database.

    A column without a value is left out, so that one added later leaves old seals as they are.
    """
    values = zip(_NAMES, _values(row), strict=True)
    return _JSON.encode({name: value for name, value in values if value is not None}).encode()


def secret_of(files: AuditFiles | None) -> bytes:
    """Return the secret of which a service makes keys of its own (`private.key_for`).

    It lasts as long as the audit's key; without audit files it is this process's own.
    """
    return files.key if files else secrets.token_bytes(_BYTES)


def make_key(path: Path) -> None:
    """Write a new key to a file that is not there yet; of several makers at once, one wins."""
    make_once(path, f"{secrets.token_hex(_BYTES)}\n".encode())


def read_key(path: Path) -> bytes:
    """Return the key a file holds, 64 hexadecimal digits; raises AuditKeyRefused.

    The refusal says what is wrong and never repeats what the file holds.
    """
    try:
        if path.stat().st_mode & _OTHERS:
            raise AuditKeyRefused("can be read by others: set its mode to 0600")
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except OSError:
        raise AuditKeyRefused("is missing or cannot be read") from None
    except ValueError:
        raise AuditKeyRefused("holds no key of 64 hexadecimal digits") from None
    if len(key) != _BYTES:
        raise AuditKeyRefused("holds no key of 64 hexadecimal digits")
    return key
