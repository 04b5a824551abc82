"""Open links: made, given a code, ended, opened again; and what comes by them."""

from datetime import date
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import Field
from sqlalchemy import func, insert, select

from libs.common.core.days import PlannedDay
from libs.common.core.errors import Conflict, ValidationError
from libs.common.core.fields import Strict, StrictInt64
from libs.common.imports import CommandOutcome
from libs.common.persistence.instants import database_now
from libs.common.persistence.recorded import AlreadyRecorded, ahead, pairs, refuse_other
from libs.common.persistence.uow import UnitOfWork
from services.survey.asking.questions import Helped
from services.survey.deliveries.commands import RateDelivery, RatingForm, rate_delivery
from services.survey.deliveries.domain import Delivery, Rating
from services.survey.deliveries.keys import DeliveryId
from services.survey.links.domain import NoSuchLink, digest_of
from services.survey.open_links.domain import DAYS, MOST, Opened, OpenLink, open_form
from services.survey.open_links.queries import is_sent, opened
from services.survey.responses.answers import Answered
from services.survey.responses.commands import FilledIn, record_open_response
from services.survey.responses.domain import OPEN_LINK
from services.survey.waves.domain import Wave
from services.survey.waves.keys import WaveId

Most = Annotated[StrictInt64, Field(ge=1, le=10_000)]
FORMS_BEFORE = 100_000
"""Below are the numbers of forms on paper; who rates by a link has the next one above."""


class MakeOpenLink(Strict):
    """An open link of a wave, or of a delivery that is to be rated.

    Without ``closes_on`` that of a wave ends with it, and that of a delivery 14 days after it was
    given, or from today if that is later.
    """

    wave_id: WaveId | None = None
    delivery_id: DeliveryId | None = None
    closes_on: PlannedDay | None = None
    most: Most = MOST


class ReopenLink(Strict):
    """Until which day an open link takes forms from now on, and how many in all.

    Without ``closes_on`` that of a wave ends with it, and that of a delivery 14 days from today.
    Without ``most`` it is as many as before.
    """

    closes_on: PlannedDay | None = None
    most: Most | None = None


async def make_open_link(uow: UnitOfWork, command: MakeOpenLink) -> tuple[OpenLink, CommandOutcome]:
    """Make the open link of a wave or delivery, which has no code yet; the same changes nothing."""
    uow.faults.add(_errors_of(command) + _errors_of_day(uow, command))
    uow.faults.refuse()
    closes_on = await _last_day(uow, command)
    link = await _known(uow, command)
    if link is not None:
        stays = {"closes_on": closes_on, "most": command.most}
        told = {name: value for name, value in stays.items() if command.said(name)}
        refuse_other(AlreadyRecorded, pairs(link, told))
        return link, CommandOutcome("unchanged", link.id)
    said = command.model_dump(include={"wave_id", "delivery_id", "most"})
    link = uow.add(OpenLink(id=uuid4(), closes_on=closes_on, **said))
    return link, CommandOutcome("created", link.id)


async def _known(uow: UnitOfWork, command: MakeOpenLink) -> OpenLink | None:
    if command.wave_id is not None:
        return await uow.find(OpenLink, wave_id=command.wave_id)
    return await uow.find(OpenLink, delivery_id=command.delivery_id)


def _errors_of(command: MakeOpenLink) -> list[ValidationError]:
    if (command.wave_id is None) != (command.delivery_id is None):
        return []
    detail = "An open link is of a wave or of a delivery."
    return [ValidationError("one-of-two", detail, "/wave_id")]


def _errors_of_day(uow: UnitOfWork, command: MakeOpenLink | ReopenLink) -> list[ValidationError]:
    errors = ahead(uow, command)
    if command.closes_on is not None and command.closes_on < uow.today():
        errors.append(ValidationError("over-already", "This day is over.", "/closes_on"))
    return errors


async def _last_day(uow: UnitOfWork, command: MakeOpenLink) -> date | None:
    if command.wave_id is not None:
        (await uow.get(Wave, command.wave_id)).check_stands()
        return command.closes_on
    assert command.delivery_id, "it is of one of the two"
    delivery = await uow.get(Delivery, command.delivery_id)
    delivery.check_stands()
    return command.closes_on or max(delivery.delivered_on, uow.today()) + DAYS


async def draw_code(uow: UnitOfWork, link_id: UUID) -> str:
    """Draw a link's new code, and return it: it is said here once and kept nowhere."""
    link = await uow.get(OpenLink, link_id, lock="update")
    return link.draw_code()


async def end_open_link(uow: UnitOfWork, link_id: UUID, version: int) -> OpenLink:
    """Have a link take no more forms."""
    link = await uow.get(OpenLink, link_id, version=version)
    link.end()
    return link


async def reopen_link(
    uow: UnitOfWork, link_id: UUID, command: ReopenLink, version: int
) -> OpenLink:
    """Have a link take forms until another day, and so many in all; that it ended is over."""
    uow.faults.add(_errors_of_day(uow, command))
    link = await uow.get(OpenLink, link_id, version=version)
    of_delivery = None if link.delivery_id is None else uow.today() + DAYS
    link.reopen(command.closes_on or of_delivery, command.most or link.most)
    return link


# -- what comes by them ----------------------------------------------------------------------------


async def send_answers(
    uow: UnitOfWork,
    code: str | None,
    ticket: str,
    answers: tuple[Answered, ...],
    helped: Helped,
) -> None:
    """Record the answers to a wave's questionnaire, once for each ticket."""
    one = await _to_be_sent(uow, code, ticket)
    if one is None:
        return
    assert one.wave, "answers are to a wave"
    command = FilledIn(
        received_at=uow.recorded_at,
        channel=OPEN_LINK,
        assisted_by=helped.by,
        help=helped.how,
        answers=answers,
    )
    try:
        await record_open_response(uow, one.wave.id, command, digest_of(ticket))
    except Conflict as refusal:  # closed meanwhile
        raise NoSuchLink from refusal


async def send_rating(uow: UnitOfWork, code: str | None, ticket: str, command: RatingForm) -> None:
    """Record a rating of a delivery, once for each ticket; its number is the next that is free."""
    one = await _to_be_sent(uow, code, ticket)
    if one is None:
        return
    assert one.delivery, "what is rated is a delivery"
    delivery = await uow.get(Delivery, one.delivery.id, lock="update")
    mine = (Rating.delivery_id == delivery.id, Rating.form > FORMS_BEFORE)
    last = (await uow.connection.execute(select(func.max(Rating.form)).where(*mine))).scalar_one()
    form = (last or FORMS_BEFORE) + 1
    try:
        await rate_delivery(uow, delivery.id, RateDelivery(form=form, **command.model_dump()))
    except Conflict as refusal:  # void meanwhile
        raise NoSuchLink from refusal


async def _to_be_sent(uow: UnitOfWork, code: str | None, ticket: str) -> Opened | None:
    """Return what a form is sent to, and note that it is; None where it was sent already.

    Of one link one form is recorded at a time, so that fifty at once are one, and no more come
    than it takes. Raises NoSuchLink where it takes none.
    """
    one = await opened(uow, code, to_send=True)
    if await is_sent(uow.connection, ticket):
        return None
    if not one.takes_forms(uow.today()):
        raise NoSuchLink
    row = {"ticket": digest_of(ticket), "open_link_id": one.link.id, "sent_at": database_now()}
    await uow.connection.execute(insert(open_form).values(**row))
    return one
