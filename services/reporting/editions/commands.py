"""What is done with an edition: opened as a draft, cut anew, signed, or withdrawn."""

from datetime import date
from uuid import UUID, uuid4

from libs.common.contracts.reporting import FigurePublished, FigureRestated
from libs.common.core.clock import AcademicYear
from libs.common.core.corrections import Withdrawal
from libs.common.core.errors import Conflict, Rejected, ValidationError
from libs.common.core.fields import Day, Strict, YearLabel
from libs.common.persistence.recorded import refuse_ahead
from libs.common.persistence.uow import UnitOfWork
from services.reporting.editions.changed import changes, how_much, statement_changes, told
from services.reporting.editions.contents import EditionContent, EditionView, frozen
from services.reporting.editions.cuts import keep_cut
from services.reporting.editions.domain import DraftOpen, Edition, latest
from services.reporting.editions.drafts import obstacles, prepared
from services.reporting.editions.methods import adopt
from services.reporting.editions.queries import frozen_content


class YearNotOver(Conflict):
    """A year is published when it is over, as known on its last day or later."""

    at = "signed_on"
    detail = "The year had not ended on the day as at whose end its figures are known."


class NotReadyToSign(Conflict):
    """Something is to be seen to before the draft is signed: all of it is listed."""

    detail = "There is more to be seen to before this draft is signed: see what is listed."


class Cut(Strict):
    """As at the end of which day, in London, the figures are known."""

    known_at: Day


class OpenDraft(Cut):
    """A new edition of a year's report, to be reviewed and signed."""

    academic_year: YearLabel


class SignEdition(Strict):
    """The Head of Service's signature, on a day: with it the edition is public."""

    signed_on: Day


async def open_draft(uow: UnitOfWork, command: OpenDraft) -> Edition:
    """Open a draft; the same again changes nothing, a second one of the year is refused."""
    _check_over(uow, command)
    year = command.academic_year
    there = await uow.all(Edition, academic_year=year)
    open_ = next((one for one in there if one.state != "published" and not one.void), None)
    if open_ is None:
        by = uow.actor.subject
        made = Edition(id=uuid4(), academic_year=year, known_at=command.known_at, drafted_by=by)
        await keep_cut(uow, uow.add(made))
        return made
    if open_.known_at != command.known_at:
        raise DraftOpen
    return open_


async def recut(uow: UnitOfWork, edition_id: UUID, command: Cut, version: int) -> Edition:
    """Show the figures as they were known at the end of another day."""
    _check_over(uow, command)
    edition = await uow.get(Edition, edition_id, version=version)
    edition.recut(command.known_at)
    await keep_cut(uow, edition)
    return edition


async def void_draft(
    uow: UnitOfWork, edition_id: UUID, command: Withdrawal, version: int
) -> Edition:
    """Withdraw a draft. What is published stays."""
    edition = await uow.get(Edition, edition_id, version=version)
    edition.withdraw()
    uow.explain(edition, command.reason, command.note)
    return edition


async def sign_edition(
    uow: UnitOfWork, edition_id: UUID, command: SignEdition, version: int
) -> Edition:
    """Sign an edition: it is frozen, numbered by what it changes, and public from now on."""
    refuse_ahead(uow, command)
    edition = await uow.get(Edition, edition_id, version=version)
    edition.check_in_review()
    _check_signing(edition, command)
    before = latest(await uow.all(Edition, academic_year=edition.academic_year))
    was = await frozen_content(uow.connection, before.id) if before else None
    now, found = await prepared(uow, edition)
    if errors := await obstacles(uow, edition, now, found):
        raise NotReadyToSign(errors=errors)
    _publish(uow, edition, command.signed_on, before, was, now)
    await adopt(uow, edition.id, now.methods, command.signed_on)
    return edition


def _publish(
    uow: UnitOfWork,
    edition: Edition,
    on: date,
    before: Edition | None,
    was: EditionContent | None,
    now: EditionContent,
) -> None:
    changed = changes(was, now) if was else []
    said = statement_changes(was, now) if was else []
    change = how_much(was, changed, said)
    uow.emit(edition, edition.sign(uow.actor.subject, on, change, before))
    view = EditionView(
        **dict(now),
        edition_id=edition.id,
        number=str(edition.number),
        signed_on=on,
        change=change,
        supersedes=str(before.number) if before else None,
        changes=changed,
        statement_changes=said,
    )
    uow.add(frozen(edition, view))
    for event in (*_published(view), *_restated(view)):
        uow.emit(edition, event)


def _published(view: EditionView) -> list[FigurePublished]:
    versions = {one.figure: one.version for one in view.methods}
    return [
        FigurePublished(
            edition_id=view.edition_id,
            academic_year=view.academic_year,
            number=view.number,
            figure=id_,
            method=versions[id_],
            cells=one.cells,
        )
        for id_, one in told(view.figures, view.breakdowns).items()
    ]


def _restated(view: EditionView) -> list[FigureRestated]:
    return [
        FigureRestated(
            edition_id=view.edition_id,
            academic_year=view.academic_year,
            number=view.number,
            restates=view.supersedes or "",
            figure=one.figure,
            redefined=one.redefined,
            cells=tuple(one.cells),
        )
        for one in view.changes
    ]


def _check_over(uow: UnitOfWork, command: Cut) -> None:
    """Refuse a day that is not over: what is known at its end is settled only then."""
    if command.known_at >= uow.today():
        detail = "must be a day that is over in London: what is known at its end is settled then"
        raise Rejected(errors=[ValidationError("day-not-over", detail, "/known_at")])


def _check_signing(edition: Edition, command: SignEdition) -> None:
    if command.signed_on <= edition.known_at:
        detail = "must be after the day as at whose end the figures are known"
        raise Rejected(errors=[ValidationError("before-cut", detail, "/signed_on")])
    if edition.known_at < AcademicYear.parse(edition.academic_year).last_day:
        raise YearNotOver
