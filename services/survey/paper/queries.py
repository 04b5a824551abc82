"""How far the papers of a wave are keyed, by count."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from libs.common.persistence.uow import ReadTransaction
from services.survey.paper.domain import PaperCode, PaperForm
from services.survey.waves.domain import Recipient, Wave


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyed:
    """How many papers of a wave were printed and keyed; void keyings are left out.

    ``compared`` are those that two people keyed, ``differed`` those of them typed otherwise.
    """

    twice_percent: int
    printed: int
    keyed_once: int
    differs: int
    recorded: int
    compared: int
    differed: int


async def unsettled_in(read: ReadTransaction, wave_id: UUID) -> int:
    """Return how many forms of a wave were keyed, and neither recorded nor withdrawn."""
    open_ = (PaperForm.state != "recorded", PaperForm.void.is_(False))
    query = select(func.count()).where(PaperForm.wave_id == wave_id, *open_)
    return (await read.connection.execute(query)).scalar_one()


async def keyed_in(read: ReadTransaction, wave: Wave) -> Keyed:
    """Return how far a wave's papers are keyed."""
    theirs = PaperCode.recipient_id.in_(select(Recipient.id).where(Recipient.wave_id == wave.id))
    printed = await read.connection.execute(select(func.count()).where(theirs))
    compared, chosen = PaperForm.second_by.is_not(None), PaperForm.resolved_by.is_not(None)
    by = (PaperForm.state, compared, chosen)
    forms = select(*by, func.count()).where(PaperForm.wave_id == wave.id, PaperForm.void.is_(False))
    rows = (await read.connection.execute(forms.group_by(*by))).all()

    def number(state: str) -> int:
        return sum(one[3] for one in rows if one[0] == state)

    differs = number("differs")
    return Keyed(
        twice_percent=wave.twice_percent,
        printed=printed.scalar_one(),
        keyed_once=number("keyed-once"),
        differs=differs,
        recorded=number("recorded"),
        compared=sum(one[3] for one in rows if one[1]),
        differed=differs + sum(one[3] for one in rows if one[2]),
    )
