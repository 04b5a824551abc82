"""Responses in codes, as a table, and what was written in them: as they are listed and found."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Select, exists

from libs.common.contracts.survey import AssistedBy, Audience, Channel, Help, Standing
from libs.common.core.clock import local_day, midnight
from libs.common.core.fields import Code, Day, Identifier, Reference, Text, YearLabel, of_form
from libs.common.http.requests import Read, permission, router
from libs.common.persistence.uow import Access, ReadTransaction
from libs.common.reading import (
    Filter,
    Key,
    Listing,
    PartOf,
    Within,
    add_reads,
    equal,
    named,
    true_or_false,
)
from libs.common.reading.timeline import EntryView, TimelineView
from services.survey.known import KnownTeam
from services.survey.queries import by_child, by_school
from services.survey.responses.access import FIELDS
from services.survey.responses.api import ResponseView, responses_shown
from services.survey.responses.domain import AnswerText, Response, in_own_words
from services.survey.responses.queries import answers_of, check_child_reached, recipients_about
from services.survey.responses.sheets import SheetView, sheets_shown
from services.survey.waves.domain import Recipient, Wave
from services.survey.waves.queries import by_wave

routes = router()


def _of_recipient(one: Filter) -> Filter:
    """Return the filter for responses whose recipient another filter asks for."""

    def where(values: Any) -> ColumnElement[bool]:
        return exists().where(Recipient.id == Response.recipient_id, one.where(values))

    return Filter(one.type, where, one.means)


_OF: Final = {
    "wave": by_wave(Response.wave_id),
    "recipient": _of_recipient(equal(Recipient.reference, Reference)),
    "child": _of_recipient(by_child(Recipient.child_id)),
    "school": _of_recipient(by_school(Recipient.school_id)),
}


def _of_wave(one: Filter) -> Filter:
    """Return the filter for responses whose wave another filter asks for."""

    def where(values: Any) -> ColumnElement[bool]:
        return exists().where(Wave.id == Response.wave_id, one.where(values))

    return Filter(one.type, where, one.means)


def _counts_as(values: Sequence[str]) -> ColumnElement[bool]:
    """What was taken out counts as nothing."""
    return Response.standing.in_(values) & Response.void_reason.is_(None)


_STANDING: Final = equal(Response.standing, Standing)
_COUNTED: Final = (Response.standing == "counted") & Response.void_reason.is_(None)
_VERSION: Final = Annotated[int, Field(ge=1, le=1_000)]
_TEAM: Final = named(
    Recipient.team_id,
    KnownTeam.team_id,
    KnownTeam.code,
    means="Of the day of issue: by our id or the team's code; several with commas between them.",
)
FILTERS: Final = {
    **_OF,
    "audience": _of_wave(equal(Wave.audience, Audience)),
    "academic_year": _of_wave(equal(Wave.academic_year, YearLabel)),
    "questionnaire": _of_wave(equal(Wave.questionnaire)),
    "questionnaire_version": _of_wave(equal(Wave.questionnaire_version, _VERSION)),
    "team": _of_recipient(_TEAM),
    "area": _of_recipient(equal(Recipient.area, Text)),
    "school_kind": _of_recipient(equal(Recipient.school_kind)),
    "standing": Filter(_STANDING.type, _counts_as, _STANDING.means),
    "counted": true_or_false(_COUNTED, "In the counts, or not."),
    "channel": equal(Response.channel, Channel),
    "assisted_by": equal(Response.assisted_by, AssistedBy),
    "help": equal(Response.help, Help),
    "received_on_from": Filter(
        Day, lambda day: Response.received_at >= midnight(day), "From this day on."
    ),
    "received_on_until": Filter(
        Day, lambda day: Response.received_at < midnight(day + timedelta(days=1)), "To this day."
    ),
    "void": true_or_false(Response.void_reason.is_not(None), "Taken out of every count."),
}
RESPONSES: Final = Listing(
    things="responses",
    one="response",
    kind=Response,
    view=ResponseView,
    views=responses_shown,
    permission="response.list",
    tag="responses",
    summary="List responses in codes.",
    item=None,
    within=[Within(Wave, "waves/{wave_id}/responses", {"wave_id": Response.wave_id})],
    keys=[Key("by-reference/{reference:path}", {"reference": (Response.reference, Reference)})],
    filters=FILTERS,
)
add_reads(routes, RESPONSES)

SHEETS: Final = Listing(
    things="response-sheets",
    one="response_sheet",
    kind=Response,
    view=SheetView,
    views=sheets_shown,
    permission="response.list",
    tag="responses",
    summary="List responses as a table of all versions, with a column for every question.",
    item=None,
    filters=FILTERS,
    fields=FIELDS,
)
add_reads(routes, SHEETS)


class CommentView(BaseModel):
    """What somebody wrote in answer to a question. It never leaves the service by an event.

    ``own_words`` is false where somebody answered in their place, or helped and did not say how:
    then nothing may be quoted as theirs (trap 58). ``may_quote`` is null where it was not asked,
    or not answered: then it may not be either.
    """

    response_id: UUID
    question: Annotated[str, of_form(Code)]
    text: str
    own_words: bool
    may_quote: bool | None

    @classmethod
    def of(cls, text: AnswerText, response: Response) -> "CommentView":
        """Show a comment in a response."""
        return cls(
            response_id=text.response_id,
            question=text.question,
            text=text.text,
            own_words=response.own_words,
            may_quote=text.may_quote and response.own_words,
        )


class _Comments(Listing[AnswerText, CommentView]):
    """What stands written: an answer that was corrected to none is empty."""

    def rows(self, read: ReadTransaction, access: Access | None = None) -> Select[AnswerText]:
        """Return the query for what was written in responses that count or may."""
        stands = (AnswerText.text != "") & Response.void_reason.is_(None)
        return super().rows(read, access).where(stands)


async def _comments(
    read: ReadTransaction, texts: Sequence[AnswerText], _: date | None
) -> list[CommentView]:
    rows = await read.rows.load(Response, ("id",), [(text.response_id,) for text in texts], None)
    of = {row.thing.id: row.thing for row in rows}
    return [CommentView.of(text, of[text.response_id]) for text in texts]


COMMENTS: Final = _Comments(
    things="comments",
    one="comment",
    kind=AnswerText,
    view=CommentView,
    views=_comments,
    permission="response.read",
    tag="responses",
    summary="List what was written in responses, for those who follow comments up.",
    part_of=PartOf(Response, AnswerText.response_id),
    item="/v1/responses/{response_id}/comments/{question}",
    at={
        "response_id": (AnswerText.response_id, Identifier),
        "question": (AnswerText.question, Code),
    },
    filters={
        **_OF,
        "response_id": equal(AnswerText.response_id, Identifier),
        "question": equal(AnswerText.question),
        "may_quote": true_or_false(
            AnswerText.may_quote.is_(True) & in_own_words(), "May be quoted as theirs, or not."
        ),
    },
)
add_reads(routes, COMMENTS)


@routes.get(
    "/v1/children/{child_id}/timeline", openapi_extra=permission("recipient.read"), tags=["waves"]
)
async def get_timeline(child_id: Identifier, read: Read) -> TimelineView:
    """Show by day which questionnaires went out about a child, and which came back.

    What was answered is not shown, and that something was only to who may list responses.
    """
    await check_child_reached(read, child_id)
    asked = await recipients_about(read, child_id)
    answers = await answers_of(read, asked)
    entries = [
        EntryView(
            on=wave.issued_on,
            what="questionnaire-issued",
            thing="waves",
            id=wave.id,
            code=wave.audience,
        )
        for recipient, wave in asked
        if recipient.sent
    ]
    entries += [
        EntryView(
            on=local_day(answer.received_at),
            what="questionnaire-returned",
            thing="responses",
            id=answer.id,
            code=answer.standing,
        )
        for answer in answers or ()
    ]
    return TimelineView.of(child_id, entries, ["response"] if answers is None else [])
