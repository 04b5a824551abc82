"""Who is signed in at a service's pages: a row for each browser, which only its cookie opens."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    String,
    Table,
    delete,
    insert,
    or_,
    select,
    update,
)

from libs.common.pages.secrets import Secret
from libs.common.persistence.db import Database, Timestamp, tables

IDLE: Final = timedelta(minutes=30)
"""How long a session lasts without a request."""
LONGEST: Final = timedelta(hours=10)
"""How long a session lasts at most."""
NOTED_EVERY: Final = timedelta(minutes=1)
"""How often a request is noted: a write for each would cost more than the page."""
CLAIM: Final = timedelta(seconds=10)
"""How long one request may take to renew the tokens before another may try."""

metadata = tables()

# `id` and the key of `sealed` are made from the cookie's secret, which is kept nowhere.
session = Table(
    "session",
    metadata,
    Column("id", String(43), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("began_at", Timestamp, nullable=False),
    Column("seen_at", Timestamp, nullable=False),
    Column("renewing_at", Timestamp),
)


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """What the provider gave for somebody: their tokens, until when, and what they are called."""

    access: str
    expires_at: datetime
    name: str
    refresh: str | None = None
    identity: str | None = None

    def seal(self, secret: Secret) -> bytes:
        """Encrypt them so that only the secret opens them."""
        plain = json.dumps(asdict(self) | {"expires_at": self.expires_at.isoformat()}).encode()
        nonce = Secret.new().value[:12]
        return nonce + AESGCM(secret.key("tokens")).encrypt(nonce, plain, _id(secret).encode())

    @classmethod
    def open(cls, sealed: bytes, secret: Secret) -> Self:
        """Decrypt them."""
        key = AESGCM(secret.key("tokens"))
        held = json.loads(key.decrypt(sealed[:12], sealed[12:], _id(secret).encode()))
        return cls(**held | {"expires_at": datetime.fromisoformat(held["expires_at"])})


def _id(secret: Secret) -> str:
    return secret.word("session id")


class Sessions:
    """The sessions in one service's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, tokens: Tokens, now: datetime) -> Secret:
        """Keep tokens under a new secret, and delete sessions that are over."""
        secret = Secret.new()
        row = {"id": _id(secret), "sealed": tokens.seal(secret), "began_at": now, "seen_at": now}
        async with self._database.writing() as connection:
            await connection.execute(delete(session).where(_over(now)))
            await connection.execute(insert(session).values(row))
        return secret

    async def find(self, secret: Secret, now: datetime) -> Tokens | None:
        """Return the tokens kept under a secret, or None where the session is over."""
        query = select(session).where(session.c.id == _id(secret), ~_over(now))
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        if now - row.seen_at >= NOTED_EVERY:
            await self._set(secret, seen_at=now)
        return Tokens.open(row.sealed, secret)

    async def claim(self, secret: Secret, now: datetime) -> bool:
        """Say whether the tokens are this request's to renew: a refresh token is used once."""
        free = or_(session.c.renewing_at.is_(None), session.c.renewing_at < now - CLAIM)
        query = update(session).where(session.c.id == _id(secret), free).values(renewing_at=now)
        async with self._database.writing() as connection:
            return (await connection.execute(query)).rowcount == 1

    async def is_being_renewed(self, secret: Secret, now: datetime) -> bool:
        """Say whether another request has claimed the tokens and is not done."""
        claimed = session.c.renewing_at >= now - CLAIM
        query = select(session.c.id).where(session.c.id == _id(secret), claimed)
        async with self._database.reading() as connection:
            return (await connection.execute(query)).one_or_none() is not None

    async def keep(self, secret: Secret, tokens: Tokens | None) -> None:
        """End a claim, with the new tokens if there are any."""
        new = {"sealed": tokens.seal(secret)} if tokens else {}
        await self._set(secret, renewing_at=None, **new)

    async def end(self, secret: Secret) -> None:
        """Forget a session."""
        async with self._database.writing() as connection:
            await connection.execute(delete(session).where(session.c.id == _id(secret)))

    async def _set(self, secret: Secret, **values: datetime | bytes | None) -> None:
        query = update(session).where(session.c.id == _id(secret)).values(**values)
        async with self._database.writing() as connection:
            await connection.execute(query)


def _over(now: datetime) -> ColumnElement[bool]:
    return or_(session.c.began_at <= now - LONGEST, session.c.seen_at <= now - IDLE)
