"""Reads of a wave's responses, each within what the caller may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import case, func, or_, select

from libs.common.core.errors import NotFound
from libs.common.persistence.uow import ReadTransaction
from services.survey.caseload import on_caseload, records_of
from services.survey.known import KnownChild
from services.survey.responses.domain import OPEN_LINK, AnswerText, Response
from services.survey.responses.pool import in_pool
from services.survey.waves.domain import Recipient, Wave


@dataclass(frozen=True, slots=True)
class Progress:
    """How many questionnaires were issued and came back so far; void ones are left out.

    ``returned`` are all that came back, among them those with too few answers and those that wait
    in an anonymous wave's pool; what came by an open link is counted apart.
    """

    issued: int
    returned: int
    counted: int
    late: int
    duplicate: int
    open_link: int


async def progress_of(read: ReadTransaction, wave: Wave) -> Progress:
    """Return how a wave is going. Only reporting makes shares of it."""
    way = case((Response.channel == OPEN_LINK, OPEN_LINK), else_=Response.standing).label("way")
    query = (
        select(way, func.count())
        .where(Response.wave_id == wave.id, Response.void_reason.is_(None))
        .group_by("way")
    )
    counts: dict[str, int] = dict((await read.connection.execute(query)).all())
    apart = counts.pop(OPEN_LINK, 0)
    return Progress(
        issued=wave.issued or 0,
        returned=sum(counts.values()) + await in_pool(read, wave.id),
        counted=counts.get("counted", 0),
        late=counts.get("late", 0),
        duplicate=counts.get("duplicate", 0),
        open_link=apart,
    )


async def texts_of(read: ReadTransaction, response: Response) -> dict[str, str]:
    """Return a response's free text by question."""
    query = select(AnswerText.question, AnswerText.text).where(
        AnswerText.response_id == response.id, AnswerText.text != ""
    )
    return dict((await read.connection.execute(query)).all())


async def check_child_reached(read: ReadTransaction, child_id: UUID) -> None:
    """Raise NotFound for a child that the caller does not reach, and for one not known."""
    known = select(KnownChild.child_id).where(KnownChild.child_id == child_id)
    if not read.access.everything:
        known = known.where(on_caseload(read.access, child_id))
    if (await read.connection.execute(known)).first() is None:
        raise NotFound(code="not-found", detail="There is no such child.")


async def recipients_about(
    read: ReadTransaction, child_id: UUID
) -> Sequence[tuple[Recipient, Wave]]:
    """Return who was asked about a child, in whichever record of theirs, with the issued wave."""
    theirs = or_(Recipient.child_id == child_id, Recipient.child_id.in_(records_of(child_id)))
    query = select(Recipient).where(theirs, read.visible(read.access, Recipient))
    asked = await read.chosen(query)
    await read.rows.load(Wave, ("id",), [(one.wave_id,) for one in asked], None)
    waves = {one.wave_id: (await read.all(Wave, id=one.wave_id))[0] for one in asked}
    issued = [(one, waves[one.wave_id]) for one in asked]
    return [(one, wave) for one, wave in issued if wave.state != "draft" and not wave.void]


async def answers_of(
    read: ReadTransaction, asked: Sequence[tuple[Recipient, Wave]]
) -> Sequence[Response] | None:
    """Return what came back of recipients and stands; None to who may list no responses."""
    listing = read.access.taking("response.list")
    if not listing.reaches:
        return None
    ids = [recipient.id for recipient, _ in asked]
    of_them = Response.recipient_id.in_(ids) & Response.void_reason.is_(None)
    return await read.chosen(select(Response).where(of_them, read.visible(listing, Response)))
