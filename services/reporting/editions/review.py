"""What is done with a draft before it is signed: told, looked at, reviewed, and followed up."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from libs.common.core.days import PlannedDay
from libs.common.core.errors import Conflict, NotFound, Rejected, ValidationError
from libs.common.core.fields import DocumentText, LongText, Reference, Strict, Text
from libs.common.persistence.recorded import refuse_ahead
from libs.common.persistence.uow import UnitOfWork
from services.reporting.editions.codes import SettlementOutcome
from services.reporting.editions.domain import Edition, Note, Reader, ReportSource, Settlement
from services.reporting.editions.drafts import draft_content, draft_figures, findings
from services.reporting.narrative import faults, parsed
from services.reporting.narrative.compiling import now

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class FoundOtherwise(Conflict):
    """What was accepted is not what is found now: there is more of it, or other events."""

    detail = "This finding is another now. Read the findings again."


class TellSource(Strict):
    """The report as its author wrote it: TOML, then Markdown with figures bound by their ids."""

    source: DocumentText


class ReaderPart(Strict):
    """Somebody who reads the draft before it is published: as whom they sign in, until when."""

    subject: Text
    until: PlannedDay


class SendToReview(Strict):
    """Who else reads the draft before it is published; those who review it do so by their role."""

    readers: tuple[ReaderPart, ...] = Field(max_length=50)


class WriteNote(Strict):
    """What somebody says of the draft, or of one of its figures."""

    words: LongText
    figure: Reference | None = None


class AnswerNote(Strict):
    """What a note was answered."""

    words: LongText


class FoundPart(Strict):
    """A finding as it was found."""

    finding: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.-]{1,149}$")]
    digest: Digest


class SettleFindings(Strict):
    """That findings were followed up, or are accepted as they were found, and why."""

    findings: tuple[FoundPart, ...] = Field(min_length=1, max_length=200)
    outcome: SettlementOutcome
    words: LongText


async def tell_source(
    uow: UnitOfWork, edition_id: UUID, command: TellSource, version: int
) -> Edition:
    """Tell the report's source. What stands in it is looked at with the figures of now."""
    edition = await uow.get(Edition, edition_id, version=version)
    edition.check_draft()
    source, figures = parsed(command.source), await draft_figures(uow, edition)
    if errors := faults(source, figures.lacking):
        raise Rejected(errors=errors)
    edition.change()
    kept = await uow.find(ReportSource, edition_id=edition.id)
    looked = now(source, figures)
    if kept is None:
        by = uow.actor.subject
        uow.add(
            ReportSource(edition_id=edition.id, text=command.source, looked_at=looked, told_by=by)
        )
    else:
        kept.text, kept.looked_at, kept.told_by = command.source, looked, uow.actor.subject
    return edition


async def look(uow: UnitOfWork, edition_id: UUID, version: int) -> Edition:
    """Have looked at every sentence with the figures of now: they hold as they are written."""
    edition = await uow.get(Edition, edition_id, version=version)
    edition.change()
    kept = await uow.find(ReportSource, edition_id=edition.id)
    if kept is None:
        raise NotFound(code="not-found", detail="This draft has no source yet.")
    source, figures = parsed(kept.text), await draft_figures(uow, edition)
    if errors := faults(source, figures.lacking):
        raise Rejected(errors=errors)
    kept.looked_at = now(source, figures)
    return edition


async def send_to_review(
    uow: UnitOfWork, edition_id: UUID, command: SendToReview, version: int
) -> Edition:
    """Send the draft as it is now to its reviewers, and to readers until a day each.

    Those who are not named read it no more: a list given is the whole list.
    """
    refuse_ahead(uow, command)
    edition = await uow.get(Edition, edition_id, version=version)
    edition.check_draft()
    edition.send_to_review((await draft_content(uow, edition)).digest)
    known = {one.subject: one for one in await uow.all(Reader, edition_id=edition.id)}
    for subject in known.keys() - {one.subject for one in command.readers}:
        known[subject].end(uow.today())
    for one in command.readers:
        if one.subject in known:
            known[one.subject].until = one.until
        else:
            reader = Reader(edition_id=edition.id, subject=one.subject, until=one.until)
            known[one.subject] = uow.add(reader)
    return edition


async def write_note(
    uow: UnitOfWork, edition_id: UUID, command: WriteNote, version: int
) -> Edition:
    """Note something on a draft that is being reviewed."""
    edition = await uow.get(Edition, edition_id, version=version)
    edition.check_in_review()
    edition.work_on()
    there = await uow.all(Note, edition_id=edition.id)
    uow.add(
        Note(
            edition_id=edition.id,
            number=len(there) + 1,
            noted_by=uow.actor.subject,
            noted_on=uow.today(),
            figure=command.figure,
            words=command.words,
        )
    )
    return edition


async def answer_note(
    uow: UnitOfWork, edition_id: UUID, number: int, command: AnswerNote, version: int
) -> Edition:
    """Answer a note of the review."""
    edition = await uow.get(Edition, edition_id, version=version)
    edition.work_on()
    note = await uow.find(Note, edition_id=edition.id, number=number)
    if note is None:
        raise NotFound(code="not-found", detail="There is no such note.")
    note.reply(command.words, uow.actor.subject)
    return edition


async def settle_findings(
    uow: UnitOfWork, edition_id: UUID, command: SettleFindings, version: int
) -> Edition:
    """Follow findings up, or accept them, by name: as they were found, and no more."""
    edition = await uow.get(Edition, edition_id, version=version)
    edition.work_on()
    found = await findings(uow, edition)
    _check_found(command, {one.key: one.digest for one in found})
    kept = {one.finding: one for one in await uow.all(Settlement, edition_id=edition.id)}
    for part in command.findings:
        one = kept.get(part.finding)
        if one is None:
            one = uow.add(Settlement(edition_id=edition.id, finding=part.finding))
        one.digest, one.outcome, one.words = part.digest, command.outcome, command.words
        one.settled_by, one.settled_on = uow.actor.subject, uow.today()
    return edition


def _check_found(command: SettleFindings, digests: Mapping[str, str]) -> None:
    at = "/findings/{}/{}".format
    unknown = [
        ValidationError("unknown-code", "There is no such finding now.", at(number, "finding"))
        for number, one in enumerate(command.findings)
        if one.finding not in digests
    ]
    if unknown:
        raise Rejected(errors=unknown)
    other = [
        ValidationError("found-otherwise", "It is another now.", at(number, "digest"))
        for number, one in enumerate(command.findings)
        if one.digest != digests[one.finding]
    ]
    if other:
        raise FoundOtherwise(errors=other)
