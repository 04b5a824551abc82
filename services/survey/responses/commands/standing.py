"""Which of a recipient's responses counts, and what a wave that is put right changes of that."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from libs.common.contracts.survey import Standing
from libs.common.persistence.uow import UnitOfWork
from services.survey.responses.domain import Deadline, Response, standings
from services.survey.waves.domain import Wave


async def stand_anew(
    uow: UnitOfWork, wave: Wave, one: Response, told: Response | None = None
) -> Standing:
    """Decide again which of the responses of one's recipient counts, and publish what changed.

    One of nobody stands by itself. ``told`` is the one whose own event says how it stands, which
    is returned. Nobody else records one of the recipient meanwhile: the caller holds a lock.
    """
    theirs = one.recipient_id
    mine = await uow.all(Response, recipient_id=theirs, unseen=True) if theirs else [one]
    return _publish(uow, wave, mine, told)


async def stand_anew_in(uow: UnitOfWork, wave: Wave) -> None:
    """Decide it again for all who answered a wave."""
    theirs: dict[UUID, list[Response]] = defaultdict(list)
    for response in await uow.all(Response, wave_id=wave.id, unseen=True):
        theirs[response.recipient_id or response.id].append(response)
    for responses in theirs.values():
        _publish(uow, wave, responses, None)


def _publish(
    uow: UnitOfWork, wave: Wave, responses: Sequence[Response], told: Response | None
) -> Standing:
    own: Standing = "counted"
    for response, standing, first in standings(
        responses, Deadline(wave.closes_on, wave.grace_days)
    ):
        changed = response.stand(standing, first)
        if response is told:
            own = standing
        elif changed is not None:
            uow.emit(response, changed)
    return own
