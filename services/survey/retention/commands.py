"""The returns of a year that was kept long enough are made anonymous, for good."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import (
    ColumnElement,
    String,
    cast,
    delete,
    exists,
    func,
    literal,
    not_,
    null,
    select,
    update,
)

from libs.common.core.chunks import chunked
from libs.common.core.clock import AcademicYear
from libs.common.core.errors import ValidationError
from libs.common.core.fields import Strict, StrictBool, YearLabel
from libs.common.imports.tables import import_row
from libs.common.persistence.tables import change_log
from libs.common.persistence.uow import UnitOfWork
from services.survey.campaigns.domain import message
from services.survey.concerns.commands import forget_closed_concerns
from services.survey.links.domain import link
from services.survey.paper.domain import PaperCode, PaperForm
from services.survey.paper.queries import unsettled_in
from services.survey.responses.commands import forget_whose
from services.survey.responses.domain import AnswerText, Response, in_own_words
from services.survey.responses.pool import in_pool
from services.survey.retention.domain import Anonymisation, kept_until
from services.survey.waves.domain import Recipient, Wave

_WHO: Final = ("unit_id", "parent_id", "child_id", "school_id", "address", "cancelled_by")
"""What of a recipient says who they are, beside their reference."""
_TABLES: Final = tuple(one.__tablename__ for one in (Response, AnswerText, Recipient, PaperForm))


class AnonymiseReturns(Strict):
    """Have the returns about a year say no longer whose they are; with ``dry_run`` say how many."""

    academic_year: YearLabel
    dry_run: StrictBool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OfWave:
    """How many of a wave there are: what loses whose it is, what is deleted, what stays."""

    wave_id: str
    reference: str
    recipients: int
    responses: int
    texts_deleted: int
    quotes_kept: int


@dataclass(frozen=True, slots=True)
class Done:
    """What was made anonymous, or would be, and which waves are not over and stay as they are."""

    waves: Sequence[OfWave]
    not_over: Sequence[str]
    record: Anonymisation | None


async def anonymise_returns(uow: UnitOfWork, command: AnonymiseReturns) -> Done:
    """Make the returns about a year anonymous; what was made so already stays as it is."""
    _check_due(uow, command.academic_year)
    about = await uow.all(Wave, lock="update", academic_year=command.academic_year)
    waves = [one for one in about if one.anonymised_on is None]
    over = {one.id: await _is_over(uow, one) for one in waves}
    ready = [one for one in waves if over[one.id]]
    open_ = [one.reference for one in waves if not over[one.id]]
    counts = [await _counted(uow, wave) for wave in ready]
    if command.dry_run:
        return Done(counts, open_, None)
    for wave in ready:
        await _anonymise(uow, wave)
    await forget_closed_concerns(uow)
    record = Anonymisation(
        id=uuid4(),
        academic_year=command.academic_year,
        done_at=uow.recorded_at,
        done_by=uow.actor.subject,
        waves=[asdict(one) for one in counts],
    )
    return Done(counts, open_, uow.add(record))


def _check_due(uow: UnitOfWork, label: str) -> None:
    last = kept_until(AcademicYear.parse(label))
    if uow.today() <= last:
        detail = f"Returns about this year are kept as they came until {last.isoformat()}."
        uow.faults.add([ValidationError("kept-still", detail, "/academic_year")])
    uow.faults.refuse()


async def _is_over(uow: UnitOfWork, wave: Wave) -> bool:
    """Say whether a wave takes no answers, and none wait to be mixed or keyed again.

    So is a draft: its year is long past, and it goes to nobody any more.
    """
    if wave.takes_answers or await in_pool(uow, wave.id):
        return False
    return wave.void or not await unsettled_in(uow, wave.id)


def _may_not_stand() -> ColumnElement[bool]:
    """Return the condition that what was written may not be quoted, whatever was ticked.

    It may with leave, in the words of who was asked (trap 58), in a response that is not void.
    """
    stands = (Response.id == AnswerText.response_id, Response.void_reason.is_(None))
    theirs = exists().where(*stands, in_own_words())
    return not_(AnswerText.may_quote.is_(True) & theirs)


async def _counted(uow: UnitOfWork, wave: Wave) -> OfWave:
    answered = select(Response.id).where(Response.wave_id == wave.id)
    written = (AnswerText.response_id.in_(answered), AnswerText.text != "")

    async def number(*which: ColumnElement[bool]) -> int:
        return (await uow.connection.execute(select(func.count()).where(*which))).scalar_one()

    return OfWave(
        wave_id=str(wave.id),
        reference=wave.reference,
        recipients=await number(Recipient.wave_id == wave.id),
        responses=await number(Response.wave_id == wave.id),
        texts_deleted=await number(*written, _may_not_stand()),
        quotes_kept=await number(*written, not_(_may_not_stand())),
    )


async def _anonymise(uow: UnitOfWork, wave: Wave) -> None:
    responses = await uow.all(Response, wave_id=wave.id)
    for response in responses:
        response.anonymise()
    wave.anonymised_on = uow.today()
    asked, papers = await _forget_recipients(uow, wave), await _forget_papers(uow, wave)
    ids = [response.id for response in responses]
    await _forget_texts(uow, ids)
    await forget_whose(uow, ids)
    await uow.flush()  # what it was stands in the change log after this, and goes with all
    await _forget_history(uow, [*ids, *asked, *papers])


async def _forget_texts(uow: UnitOfWork, responses: Sequence[UUID]) -> None:
    for some in chunked(responses):
        texts = delete(AnswerText).where(AnswerText.response_id.in_(some), _may_not_stand())
        await uow.connection.execute(texts)


async def _forget_recipients(uow: UnitOfWork, wave: Wave) -> Sequence[UUID]:
    """Have a list say how many it had, and nobody's name; return the ids of its rows."""
    theirs = select(Recipient.id).where(Recipient.wave_id == wave.id)
    asked = (await uow.connection.execute(theirs)).scalars().all()
    answers = exists().where(Response.recipient_id == Recipient.id, Response.void_reason.is_(None))
    nobody = {**dict.fromkeys(_WHO), "reference": _nameless(), "answered": answers}
    listed = update(Recipient).where(Recipient.wave_id == wave.id)
    await uow.connection.execute(listed.values(nobody))
    of_them = link.c.recipient_id.in_(theirs)
    await uow.connection.execute(update(link).where(of_them).values(draft=None))
    sent = update(message).where(message.c.about.in_(theirs))
    await uow.connection.execute(sent.values(provider_id=None))
    return asked


async def _forget_papers(uow: UnitOfWork, wave: Wave) -> Sequence[UUID]:
    """Delete a wave's codes and keyed forms, which lead to a response; return the forms' ids."""
    theirs = select(Recipient.id).where(Recipient.wave_id == wave.id)
    await uow.connection.execute(delete(PaperCode).where(PaperCode.recipient_id.in_(theirs)))
    keyed = PaperForm.wave_id == wave.id
    forms = (await uow.connection.execute(select(PaperForm.id).where(keyed))).scalars().all()
    await uow.connection.execute(delete(PaperForm).where(keyed))
    return forms


def _nameless() -> ColumnElement[str]:
    """Return a reference that says nothing and is no other's."""
    return literal("anonymised-") + cast(Recipient.id, String)


async def _forget_history(uow: UnitOfWork, records: Sequence[UUID]) -> None:
    """Delete what the change log and the outcomes of imports say of these."""
    for some in chunked(records):
        logged = change_log.c.record.in_([str(one) for one in some])
        of_them = logged & change_log.c.table.in_(_TABLES)
        await uow.connection.execute(delete(change_log).where(of_them))
        outcome = update(import_row).where(import_row.c.id.in_(some))
        await uow.connection.execute(outcome.values(key=null(), sent=null()))
