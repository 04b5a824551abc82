"""Answers to an anonymous wave: held in its pool, and mixed by day into responses of nobody."""

from datetime import date, datetime
from secrets import SystemRandom
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Row, update

from libs.common.core.clock import midnight
from libs.common.persistence.uow import Access, RequestContext, UnitOfWork, Units
from libs.common.security import Actor, Reach
from services.survey.responses.commands.responses import (
    FilledIn,
    add_response,
    read_sheet,
    take_in,
)
from services.survey.responses.domain import Deadline
from services.survey.responses.pool import TOGETHER, due, pooled, put_in, take_out
from services.survey.waves.domain import Wave

MIXING: Final = "survey:mixing"
"""By whom the audit says that answers were mixed."""
_KEPT: Final = {"channel", "assisted_by", "help", "answers"}
"""What of answers waits in a pool: not when they came."""


async def hold(uow: UnitOfWork, wave_id: UUID, filled_in: FilledIn, ticket: str) -> None:
    """Put answers into their wave's pool; the wave is not closed meanwhile."""
    wave = await uow.get(Wave, wave_id, lock="share")
    wave.check_open()
    await read_sheet(uow, wave, filled_in)
    said = filled_in.model_dump(mode="json", include=_KEPT)
    await put_in(uow.connection, wave.id, said, ticket)


async def mix_answers(units: Units, today: date) -> None:
    """Mix the pools that are due, each in a transaction of its own."""
    async with units.database.reading() as connection:
        waves = await due(connection, today)
    for wave_id in waves:
        async with units.work(_context(today)) as uow:
            await _mix(uow, wave_id, today)


async def _mix(uow: UnitOfWork, wave_id: UUID, today: date) -> None:
    """Make responses of a pool's answers, in no order; what stays behind chance decides.

    While the wave may be answered some stay, so that those that come last are never few.
    """
    wave = await uow.get(Wave, wave_id, lock="update")
    rows = await pooled(uow.connection, wave_id)
    SystemRandom().shuffle(rows)
    over = wave.over(today)
    if wave.mixed_on == today or not (over or len(rows) >= 2 * TOGETHER):
        return  # meanwhile another process has mixed them, or somebody opened the wave again
    going = rows if over else rows[TOGETHER:]
    for row in going:
        await _receive(uow, wave, row, _received_at(wave, today))
    await take_out(uow.connection, going)
    # As no change of the wave's own: whoever edits it meanwhile need not read it again.
    mixed = update(Wave).where(Wave.id == wave_id).values(mixed_on=today)
    await uow.connection.execute(mixed)


async def _receive(uow: UnitOfWork, wave: Wave, row: Row[Any], received_at: datetime) -> None:
    filled_in = FilledIn.model_validate({**row.filled_in, "received_at": received_at})
    response = add_response(uow, wave, None, 1, f"mixed-{uuid4()}")
    response.ticket = row.ticket
    await take_in(uow, wave, response, filled_in, await read_sheet(uow, wave, filled_in))


def _received_at(wave: Wave, today: date) -> datetime:
    """Return for when all that are mixed together count as received: a day, and none too late."""
    return midnight(min(today, Deadline(wave.closes_on, wave.grace_days).last_day))


def _context(today: date) -> RequestContext:
    reach = frozenset({Reach.COUNTY})
    return RequestContext(Access(Actor.nobody(MIXING), "response.mix", reach, today))
