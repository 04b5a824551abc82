"""Answers that come by a link: sent once, changed until the wave closes, or declined."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func

from libs.common.core.errors import Conflict
from libs.common.pages.secrets import Secret
from libs.common.persistence.instants import database_now
from libs.common.persistence.uow import UnitOfWork
from services.survey.asking.questions import Helped
from services.survey.links.domain import (
    Link,
    NoSuchLink,
    digest_of,
    find_link,
    link,
    new_ticket,
    note,
    ticket_of,
    use_up,
)
from services.survey.responses.answers import Answered
from services.survey.responses.commands import (
    FilledIn,
    RecordResponse,
    fill_in_again,
    hold,
    record_response,
)
from services.survey.responses.domain import Deadline, Response

METHOD: Final = "link"
BY_THEMSELVES: Final = "changed-by-respondent"
"""Why a response that came by a link was changed by it."""


def may_change(one: Link, now: datetime) -> bool:
    """Say whether answers that were sent may be sent anew: until the last day they count on.

    Those to an anonymous wave may not: nobody knows which they are.
    """
    deadline = Deadline(one.closes_on, one.grace_days)
    found = one.used_at is not None and not one.anonymous
    return found and one.takes_answers and not deadline.passed(now)


async def begin(uow: UnitOfWork, one: Link) -> None:
    """Note that somebody has begun to answer."""
    uow.concerns(f"Link:{one.id}")
    await note(uow.connection, one, started_at=func.coalesce(link.c.started_at, database_now()))


async def keep_draft(uow: UnitOfWork, one: Link, draft: bytes) -> None:
    """Keep answers that were not sent yet; how long the link lasts stays as it is.

    Whoever had declined does not any more. Raises NoSuchLink where the link is over meanwhile.
    """
    uow.concerns(f"Link:{one.id}")
    if not await note(uow.connection, one, draft=draft, declined_at=None):
        raise NoSuchLink


async def decline(uow: UnitOfWork, one: Link) -> None:
    """Note that somebody does not want to answer; they may still."""
    uow.concerns(f"Link:{one.id}")
    await note(uow.connection, one, declined_at=database_now(), draft=None)


async def send(
    uow: UnitOfWork,
    secret: Secret,
    answers: Sequence[Answered],
    helped: Helped,
    *,
    changing: bool,
) -> str | None:
    """Record the answers as the one response of a link, or put others in their place.

    The link is used up in the same transaction: of several at once one is recorded, and the others
    find it there. Answers to an anonymous wave go into its pool: the code of their receipt, which
    is kept nowhere, is returned this once. Raises NoSuchLink where it may be used no longer.
    """
    one = await find_link(uow.connection, secret)
    uow.concerns(f"Link:{one.id}")
    said = {
        "channel": METHOD,
        "assisted_by": helped.by,
        "help": helped.how,
        "answers": tuple(answers),
    }
    try:
        if await use_up(uow.connection, one):
            if one.anonymous:
                return await _hold(uow, one, said)
            await _record(uow, one, secret, said)
        elif changing:
            await _change(uow, one, said)
        else:
            await _check_used(uow, secret)
    except Conflict as refusal:  # closed meanwhile, or the response was voided
        raise NoSuchLink from refusal
    return None


async def _hold(uow: UnitOfWork, one: Link, said: Mapping[str, object]) -> str:
    ticket = new_ticket()
    filled_in = FilledIn.model_validate({**said, "received_at": uow.recorded_at})
    await hold(uow, one.wave_id, filled_in, digest_of(ticket))
    return ticket


async def _record(uow: UnitOfWork, one: Link, secret: Secret, said: Mapping[str, object]) -> None:
    told = {"reference": one.reference, "recipient": one.recipient, **said}
    command = RecordResponse.model_validate({**told, "received_at": uow.recorded_at})
    response, _ = await record_response(uow, one.wave_id, command)
    response.ticket = digest_of(ticket_of(secret))


async def _change(uow: UnitOfWork, one: Link, said: Mapping[str, object]) -> None:
    """Put other answers in the place of those sent; when they were received stays as it was."""
    if not may_change(one, uow.recorded_at):
        raise NoSuchLink
    response = await uow.find(Response, recipient_id=one.recipient_id, reference=one.reference)
    assert response, "a link that is used up has its response"
    command = FilledIn.model_validate({**said, "received_at": response.received_at})
    await fill_in_again(uow, response.id, command, response.row_version, BY_THEMSELVES)


async def _check_used(uow: UnitOfWork, secret: Secret) -> None:
    """Have the same form again be answered as it was the first time."""
    if (await find_link(uow.connection, secret)).used_at is None:
        raise NoSuchLink
