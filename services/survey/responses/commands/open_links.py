"""Responses that come by an open link: nobody was asked for them."""

from uuid import UUID, uuid4

from libs.common.persistence.uow import UnitOfWork
from services.survey.responses.commands.responses import (
    FilledIn,
    add_response,
    read_sheet,
    take_in,
)
from services.survey.responses.domain import OPEN_LINK, Response
from services.survey.waves.domain import Wave


async def record_open_response(
    uow: UnitOfWork, wave_id: UUID, command: FilledIn, ticket: str
) -> Response:
    """Record what came by a wave's open link: it is counted apart from what was asked for.

    As with others, the wave is not closed meanwhile.
    """
    wave = await uow.get(Wave, wave_id, lock="share")
    wave.check_open()
    sheet = await read_sheet(uow, wave, command)
    response = add_response(uow, wave, None, 1, f"{OPEN_LINK}-{uuid4()}")
    response.ticket = ticket
    await take_in(uow, wave, response, command, sheet)
    return response
