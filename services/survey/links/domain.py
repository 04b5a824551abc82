"""A personal link: 256 random bits in a recipient's message, of which we keep a hash alone.

What the token is nobody here can say again: it stands in no row, log, event or audit. A link is
used up by the response it brought, and is no good once it ran out, another took its place or
brought a response, its recipient is cancelled or its wave takes no answers.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    Row,
    Select,
    String,
    Table,
    Uuid,
    and_,
    exists,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.errors import NotFound
from libs.common.pages.secrets import Secret
from libs.common.persistence.db import Timestamp, refers_to
from libs.common.persistence.instants import database_now
from services.survey.questionnaires.definition import Questionnaire
from services.survey.questionnaires.queries import definition_of
from services.survey.responses.domain import Deadline
from services.survey.tables import metadata
from services.survey.waves.domain import Recipient, Wave

LASTS: Final = timedelta(days=28)
"""How long a link is good for, by the database's clock, unless a campaign says otherwise."""

link = Table(
    "link",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("recipient_id", Uuid, refers_to("recipient.id"), nullable=False, index=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("made_at", Timestamp, nullable=False),
    Column("expires_at", Timestamp, nullable=False),
    Column("revoked_at", Timestamp),
    Column("started_at", Timestamp),
    Column("declined_at", Timestamp),
    Column("used_at", Timestamp),
    Column("draft", LargeBinary),  # answers not yet sent, which only the token opens
)

_NONCE: Final = 12


class NoSuchLink(NotFound):
    """One answer for a link that is wrong, ran out, was revoked or is of something that is over."""

    code = "no-such-link"
    detail = "This link does not work, or no longer works."


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link as it stands, and what it asks for."""

    id: UUID
    recipient_id: UUID
    recipient: str
    wave_id: UUID
    form: Questionnaire
    closes_on: Any
    grace_days: int
    anonymous: bool
    takes_answers: bool
    used_at: datetime | None
    declined_at: datetime | None
    draft: bytes | None

    @property
    def reference(self) -> str:
        """The reference of the response that comes by it: one, for a recipient has it once."""
        return f"link-{self.id}"


def digest_of(word: str) -> str:
    """Return by what a token or a ticket code is known again."""
    return hashlib.sha256(word.encode()).hexdigest()


def ticket_of(secret: Secret) -> str:
    """Return the code of a receipt, for a person to copy, which does not lead back."""
    return _ticket(secret.key("ticket"))


def new_ticket() -> str:
    """Return the code of a receipt that has nothing to do with the link."""
    return _ticket(secrets.token_bytes(10))


def _ticket(key: bytes) -> str:
    """Return 80 bits in letters and figures."""
    letters = base64.b32encode(key[:10]).decode()
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


async def make_link(
    connection: AsyncConnection, recipient_id: UUID, lasts: timedelta = LASTS
) -> Secret:
    """Make a recipient's new link beside those that they have; what is returned is kept nowhere."""
    now = (await connection.execute(select(database_now()))).scalar_one()
    secret = Secret.new()
    row = {"id": uuid4(), "recipient_id": recipient_id, "digest": digest_of(secret.text)}
    await connection.execute(insert(link).values(**row, made_at=now, expires_at=now + lasts))
    return secret


async def revoke_before(connection: AsyncConnection, secret: Secret) -> None:
    """Revoke the links that a recipient had before this one, which is on its way to them.

    One that was used stays, for its receipt, and one by which somebody began to answer, for them.
    """
    query = select(link).where(link.c.digest == digest_of(secret.text))
    this = (await connection.execute(query)).one()
    before = (link.c.recipient_id == this.recipient_id, link.c.made_at <= this.made_at)
    await _revoke(connection, *before, link.c.id != this.id)


async def revoke_older(connection: AsyncConnection, recipients: Select[Any]) -> None:
    """Revoke all links of recipients but the newest of each: the same are revoked and stay."""
    newer = exists().where(
        _other.c.recipient_id == link.c.recipient_id, _other.c.made_at > link.c.made_at
    )
    await _revoke(connection, link.c.recipient_id.in_(recipients), newer)


async def _revoke(connection: AsyncConnection, *which: ColumnElement[bool]) -> None:
    idle = (link.c.started_at.is_(None), link.c.used_at.is_(None), link.c.draft.is_(None))
    open_ = update(link).where(*which, *idle, link.c.revoked_at.is_(None))
    await connection.execute(open_.values(revoked_at=database_now()))


_other: Final = link.alias()
_THE_ONLY_ONE_USED: Final = ~exists().where(
    _other.c.recipient_id == link.c.recipient_id,
    _other.c.id != link.c.id,
    _other.c.used_at.is_not(None),
)
_IN_TIME: Final = and_(
    link.c.expires_at > database_now(),
    Wave.state == "issued",
    Wave.void.is_(False),
    _THE_ONLY_ONE_USED,
)


async def find_link(connection: AsyncConnection, secret: Secret | None) -> Link:
    """Return the link of a token, or raise NoSuchLink: in one query, whatever is wrong with it.

    The database leaves out what is over: to read it here would take longer than to find nothing.
    """
    word = secret.text if secret else ""
    query = (
        select(
            link,
            Recipient.reference.label("recipient"),
            Recipient.wave_id,
            Wave.questionnaire,
            Wave.questionnaire_version,
            Wave.closes_on,
            Wave.grace_days,
            Wave.anonymous,
            _IN_TIME.label("in_time"),
            database_now().label("now"),
        )
        .join(Recipient, Recipient.id == link.c.recipient_id)
        .join(Wave, Wave.id == Recipient.wave_id)
        .where(link.c.digest == digest_of(word), link.c.revoked_at.is_(None))
        .where(Recipient.cancelled_on.is_(None), or_(link.c.used_at.is_not(None), _IN_TIME))
    )
    row = (await connection.execute(query)).first()
    if row is None or (row.used_at is None and not _counts_still(row)):
        raise NoSuchLink
    form = await definition_of(connection, row.questionnaire, row.questionnaire_version)
    assert form, "what was published stays"
    return Link(
        id=row.id,
        recipient_id=row.recipient_id,
        recipient=row.recipient,
        wave_id=row.wave_id,
        form=form,
        closes_on=row.closes_on,
        grace_days=row.grace_days,
        anonymous=row.anonymous,
        takes_answers=row.in_time,
        used_at=row.used_at,
        declined_at=row.declined_at,
        draft=row.draft,
    )


def _counts_still(row: Row[Any]) -> bool:
    """Say whether answers are taken: to an anonymous wave none that come late.

    Of these few each would be told apart from all others.
    """
    late = Deadline(row.closes_on, row.grace_days).passed(row.now)
    return not (row.anonymous and late)


async def use_up(connection: AsyncConnection, one: Link) -> bool:
    """Use a link up, if it may be used still; of a recipient's several at once one alone does."""
    theirs = select(link.c.id).where(link.c.recipient_id == one.recipient_id)
    await connection.execute(theirs.order_by(link.c.id).with_for_update())
    asked = (
        select(Recipient.id)
        .join(Wave, Wave.id == Recipient.wave_id)
        .where(
            Recipient.id == link.c.recipient_id,
            Recipient.cancelled_on.is_(None),
            Wave.state == "issued",
            Wave.void.is_(False),
        )
    )
    free = and_(
        link.c.id == one.id,
        link.c.used_at.is_(None),
        link.c.revoked_at.is_(None),
        link.c.expires_at > database_now(),
        _THE_ONLY_ONE_USED,
        asked.exists(),
    )
    used = {"used_at": database_now(), "declined_at": None, "draft": None}
    return (await connection.execute(update(link).where(free).values(**used))).rowcount == 1


async def note(connection: AsyncConnection, one: Link, **said: Any) -> bool:
    """Note of a link that is not over what was done with it; return whether it was noted."""
    free = (link.c.id == one.id, link.c.used_at.is_(None), link.c.revoked_at.is_(None))
    return (await connection.execute(update(link).where(*free).values(**said))).rowcount == 1


async def forget_drafts(connection: AsyncConnection, _: date) -> None:
    """Delete the drafts that no link opens any more."""
    over = or_(link.c.revoked_at.is_not(None), link.c.expires_at <= database_now())
    kept = link.c.draft.is_not(None)
    await connection.execute(update(link).where(kept, over).values(draft=None))


def seal(secret: Secret, answers: Mapping[str, str]) -> bytes:
    """Encrypt answers that were not sent yet, so that the link alone opens them."""
    nonce = secrets.token_bytes(_NONCE)
    plain = json.dumps(dict(answers)).encode()
    return nonce + AESGCM(secret.key("draft")).encrypt(nonce, plain, None)


def unseal(secret: Secret, draft: bytes | None) -> dict[str, str]:
    """Return the answers that were kept; none where there are none that this link opens."""
    if draft is None:
        return {}
    try:
        plain = AESGCM(secret.key("draft")).decrypt(draft[:_NONCE], draft[_NONCE:], None)
    except InvalidTag:
        return {}
    found: dict[str, str] = json.loads(plain)
    return found
