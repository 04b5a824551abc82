"""What somebody wrote is heard as it is typed or recorded: what may be harm, and what they ask."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete, select, update

from libs.common.core.chunks import chunked
from libs.common.core.errors import NotFound
from libs.common.core.fields import LONG_TEXT_MAX
from libs.common.persistence.tables import change_log
from libs.common.persistence.uow import UnitOfWork
from services.survey.actions.commands import open_actions
from services.survey.actions.domain import Action
from services.survey.concerns.commands import (
    RaiseConcernAboutResponse,
    Written,
    heed,
    raise_concern,
)
from services.survey.concerns.domain import Concern
from services.survey.concerns.rule import rule
from services.survey.responses.answers import Sheet
from services.survey.responses.domain import AnswerText, Response
from services.survey.waves.domain import Recipient


async def hear(
    uow: UnitOfWork, response: Response, sheet: Sheet, before: Mapping[str, str]
) -> None:
    """Look at each text that is new, or another than ``before``, in this transaction.

    Every response is heard, by whatever way it came and whoever recorded it: a sign of harm is
    on the list of concerns as soon as the text is on record.
    """
    texts = {question: said.text for question, said in sheet.texts.items()}
    new = {question: text for question, text in texts.items() if text != before.get(question)}
    for question, text in new.items():
        if signs := rule().signs_in(text):
            written = await _written(uow, response, question, text)
            if not await _heard_as_typed(uow, written):
                await heed(uow, written, signs)
    await open_actions(uow, response, sorted(sheet.asked_in & new.keys()))


async def hear_typed(uow: UnitOfWork, recipient: Recipient, texts: Mapping[str, str]) -> None:
    """Look at texts that somebody typed and that are no response yet, and may never be one."""
    for question, text in texts.items():
        if signs := rule().signs_in(text):
            written = Written(
                text=text,
                question=question,
                child_id=recipient.child_id,
                school_id=recipient.school_id,
            )
            await heed(uow, written, signs)


async def _heard_as_typed(uow: UnitOfWork, written: Written) -> bool:
    """Have a concern that was raised as the same was typed be about the response; say if one is.

    One that is closed is over: the same words again are somebody's to read.
    """
    query = select(Concern).where(
        Concern.response_id.is_(None),
        Concern.raised_by.is_(None),
        Concern.state != "closed",
        Concern.question == written.question,
        Concern.child_id == written.child_id,
        Concern.school_id == written.school_id,
    )
    for one in await uow.chosen(query):
        if one.text.split() == written.text.split():
            one.response_id = written.response_id
            return True
    return False


async def raise_concern_about_response(
    uow: UnitOfWork, response_id: UUID, command: RaiseConcernAboutResponse
) -> Concern:
    """Raise a concern about what was written in a response, to one question or to all."""
    response = await uow.get(Response, response_id)
    kept = await uow.all(AnswerText, unseen=True, response_id=response.id)
    texts = {one.question: one.text for one in kept if one.text}
    if command.question is not None:
        texts = {one: text for one, text in texts.items() if one == command.question}
        if not texts:
            detail = "Nothing is written in answer to this question."
            raise NotFound(code="not-found", detail=detail)
    text = "\n\n".join(texts.values())[:LONG_TEXT_MAX]
    return await raise_concern(
        uow, await _written(uow, response, command.question, text), command.note
    )


async def forget_whose(uow: UnitOfWork, responses: Sequence[UUID]) -> None:
    """Have what was heard of responses say no longer whose they are, as returns are anonymised.

    A concern stands, with its words: of which response it is it says no more, and of which child
    only while it is open.
    """
    for some in chunked(responses):
        of_action = select(Action.id).where(Action.response_id.in_(some))
        actions = [str(id_) for id_ in await uow.connection.scalars(of_action)]
        logged = (change_log.c.table == Action.__tablename__, change_log.c.record.in_(actions))
        await uow.connection.execute(delete(change_log).where(*logged))
        nobody = dict.fromkeys(("child_id", "owner_id", "note", "answer"))
        whose = update(Action).where(Action.response_id.in_(some))
        await uow.connection.execute(whose.values(**nobody, routed=False))
        of_nobody = {"response_id": None, "question": None, "anonymised": True}
        of_them = update(Concern).where(Concern.response_id.in_(some))
        await uow.connection.execute(of_them.values(of_nobody))


async def _written(uow: UnitOfWork, response: Response, question: str | None, text: str) -> Written:
    """Return what was written in a response, with whom it is about where that is told."""
    theirs = response.recipient_id
    asked = await uow.all(Recipient, unseen=True, id=theirs) if theirs else []
    return Written(
        text=text,
        response_id=response.id,
        question=question,
        child_id=asked[0].child_id if asked else None,
        school_id=asked[0].school_id if asked else None,
    )
