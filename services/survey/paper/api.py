"""Paper over HTTP: printed with codes, keyed when it comes back, compared and resolved."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Path, Query, Request, Response
from pydantic import BaseModel

from libs.common.core.clock import midnight
from libs.common.core.errors import NotFound
from libs.common.core.fields import Code as QuestionnaireCode
from libs.common.core.fields import Identifier, Reference, of_codes, of_form
from libs.common.documents.printing import MEDIA
from libs.common.http.availability import available
from libs.common.http.correcting import put_right
from libs.common.http.requests import Guard, IfMatch, Read, Work, etag, permission, router
from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import allowed, answering
from services.survey.paper.access import STEPS
from services.survey.paper.codes import Size, State
from services.survey.paper.commands import (
    FieldOfForm,
    KeyForm,
    PlanKeying,
    PrintForms,
    ResolveForm,
    correct_paper_form,
    key_form,
    plan_keying,
    print_forms,
    recipient_of,
    resolve_form,
    void_paper_form,
)
from services.survey.paper.domain import TEXTS, PaperForm, Typed
from services.survey.paper.keys import Code
from services.survey.paper.printed import BLANK, EPOCH, printed
from services.survey.paper.queries import keyed_in
from services.survey.questionnaires.api import Easy, Lang, QuestionnaireName, VersionNumber, real
from services.survey.questionnaires.forms import resolved
from services.survey.questionnaires.languages import ENGLISH
from services.survey.questionnaires.queries import definition_of
from services.survey.waves.domain import Recipient, Wave

routes = router()
KEY: Final = permission("paper.key")
FILE: Final[Mapping[int | str, Any]] = {
    200: {"content": {MEDIA: {"schema": {"type": "string", "format": "binary"}}}}
}


class DifferenceView(BaseModel):
    """What two people typed in one field: codes, or words; null where it was left blank."""

    field: Annotated[str, of_form(FieldOfForm)]
    first: str | None
    second: str | None


class PaperFormView(BaseModel):
    """A form that came back on paper, as far as it is keyed.

    ``differences`` are those in codes, ``texts`` those in words, both while it differs; what was
    typed of a form that was keyed once is shown to nobody. ``differed`` names the fields in which
    two keyings ever differed. A field that the caller may not see is null, and named in
    ``withheld``.
    """

    form_id: UUID
    code: str
    number: int
    wave_id: UUID
    recipient: Annotated[str, of_form(Reference)]
    state: Annotated[str, of_codes(State)]
    twice: bool
    first_by: str | None
    second_by: str | None
    resolved_by: str | None
    differed: list[str] | None
    differences: list[DifferenceView] | None
    texts: list[DifferenceView] | None
    response_id: UUID | None
    void: bool
    allowed: list[str]
    withheld: list[str] = []

    @classmethod
    def of(cls, one: PaperForm, recipient: str, may: list[str]) -> "PaperFormView":
        """Show a form of the recipient with that reference, and what may be done with it."""
        told = [] if one.void or one.state != "differs" else _differences(one)
        return cls(
            form_id=one.id,
            code=one.code,
            number=one.number,
            wave_id=one.wave_id,
            recipient=recipient,
            state=one.state,
            twice=one.twice,
            first_by=one.first_by,
            second_by=one.second_by,
            resolved_by=one.resolved_by,
            differed=one.differed,
            differences=[each for each in told if not each.field.startswith(TEXTS)],
            texts=[each for each in told if each.field.startswith(TEXTS)],
            response_id=one.response_id,
            void=one.void,
            allowed=may,
        )


def _differences(one: PaperForm) -> list[DifferenceView]:
    first, second = one.first or {}, one.second or {}
    return [
        DifferenceView(field=name, first=_in_words(first, name), second=_in_words(second, name))
        for name in one.differed or ()
    ]


def _in_words(typed: Typed, field: str) -> str | None:
    """Return what was typed in a field: codes with commas, words, else the state."""
    said = typed.get(field)
    if not isinstance(said, dict):
        return said
    words = said.get("value") or ", ".join(said.get("values", ())) or said["state"]
    if (quote := said.get("may_quote")) is not None:
        words = f"{words} ({'may' if quote else 'may not'} be quoted)"
    return str(words)


async def forms_shown(
    read: ReadTransaction, forms: Sequence[PaperForm], _: date | None = None
) -> list[PaperFormView]:
    """Show forms, each with what the caller may do with it."""
    ids = [(one.recipient_id,) for one in forms]
    asked = {row.thing.id: row.thing for row in await read.rows.load(Recipient, ("id",), ids, None)}
    may = await allowed(read, PaperForm, STEPS, {one.id: one.allowed for one in forms})
    return [PaperFormView.of(one, asked[one.recipient_id].reference, may[one.id]) for one in forms]


_shown: Final = answering(PaperFormView, forms_shown)


class PaperCodeView(BaseModel):
    """Whose paper a code is on: a recipient of a wave, and which questionnaire it is."""

    code: str
    wave_id: UUID
    recipient_id: UUID
    recipient: Annotated[str, of_form(Reference)]
    questionnaire: Annotated[str, of_form(QuestionnaireCode)]
    questionnaire_version: int


class KeyingView(BaseModel):
    """How many papers of a wave were printed and keyed, and what share is keyed twice.

    ``keyed_once`` wait for the second person, ``differs`` for somebody to look at the paper.
    ``compared`` are those that two people keyed, ``differed`` those of them typed otherwise.
    """

    twice_percent: int
    printed: int
    keyed_once: int
    differs: int
    recorded: int
    compared: int
    differed: int


@routes.post(
    "/v1/waves/{wave_id}/papers",
    openapi_extra=permission("paper.print", own_transactions=True),
    tags=["paper"],
    response_class=Response,
    responses=dict(FILE),
)
async def post_papers(wave_id: Identifier, command: PrintForms, request: Request) -> Response:
    """Print a wave's questionnaire for 100 recipients at the most, each with their code.

    The same again are the same papers: who has a code keeps it. `Content-Disposition` says which of
    how many parts of the list it is.
    """
    guard: Guard = request.app.state.guard
    async with available(), guard.units.work(request.state.context) as uow:
        papers = await print_forms(uow, wave_id, command)
    form = resolved(papers.questionnaire, command.lang, easy=command.easy)
    at = midnight(papers.wave.issued_on)
    body = await asyncio.to_thread(printed, form, papers.codes, command.size, at)
    return _file(body, f"papers-{command.part}-of-{papers.parts}.pdf")


@routes.get(
    "/v1/questionnaires/{questionnaire}/{version}/paper",
    openapi_extra=permission("questionnaire.read", long=True),
    tags=["paper"],
    response_class=Response,
    responses=dict(FILE),
)
async def get_paper(
    questionnaire: QuestionnaireName,
    version: VersionNumber,
    read: Read,
    lang: Lang = ENGLISH,
    easy: Easy = False,
    size: Annotated[Size, Query(description="How large its letters are.")] = "standard",
) -> Response:
    """Print a questionnaire without a code, to be looked at."""
    found = await definition_of(read.connection, questionnaire, version)
    if found is None:
        raise NotFound(code="not-found", detail="There is no such questionnaire.")
    form = resolved(found, real(lang), easy=easy)
    body = await asyncio.to_thread(printed, form, [BLANK], size, EPOCH)
    return _file(body, f"{found.name}.pdf")


def _file(body: bytes, name: str) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=MEDIA, headers=disposition)


@routes.get("/v1/paper-codes/{code}", openapi_extra=KEY, tags=["paper"])
async def get_paper_code(code: Annotated[Code, Path()], read: Read) -> PaperCodeView:
    """Show whose paper a code is on, to who keys it."""
    recipient = await recipient_of(read, code)
    wave = await read.get(Wave, recipient.wave_id)
    return PaperCodeView(
        code=code,
        wave_id=wave.id,
        recipient_id=recipient.id,
        recipient=recipient.reference,
        questionnaire=wave.questionnaire,
        questionnaire_version=wave.questionnaire_version,
    )


@routes.post("/v1/paper-forms", openapi_extra=KEY, tags=["paper"], status_code=201)
async def post_paper_form(command: KeyForm, work: Work, response: Response) -> PaperFormView:
    """Key a form: the first time or, as another person, the second.

    It is recorded as a response where it is keyed once only or both agree; else somebody resolves
    it. The answer's status is 200 where it had been keyed before.
    """
    found, done = await key_form(work, command)
    response.status_code = 201 if done.outcome == "created" else 200
    return await _shown(work, found, response)


@routes.post(
    "/v1/paper-forms/{form_id}/resolution",
    openapi_extra=permission("paper.resolve"),
    tags=["paper"],
)
async def post_resolution(
    form_id: Identifier, command: ResolveForm, version: IfMatch, work: Work, response: Response
) -> PaperFormView:
    """Say which keying is right in each field that differs, or key it anew: it is recorded."""
    return await _shown(work, await resolve_form(work, form_id, command, version), response)


put_right(
    routes,
    "/v1/paper-forms/{form_id}",
    KEY,
    _shown,
    tag="paper",
    corrections=correct_paper_form,
    void=void_paper_form,
)


@routes.get("/v1/waves/{wave_id}/keying", openapi_extra=permission("wave.progress"), tags=["paper"])
async def get_keying(wave_id: Identifier, read: Read, response: Response) -> KeyingView:
    """Show how far a wave's papers are keyed."""
    wave = await read.get(Wave, wave_id)
    etag(response, read, wave)
    return KeyingView.model_validate(asdict(await keyed_in(read, wave)))


@routes.put("/v1/waves/{wave_id}/keying", openapi_extra=permission("wave.write"), tags=["paper"])
async def put_keying(
    wave_id: Identifier, command: PlanKeying, work: Work, response: Response
) -> KeyingView:
    """Say how many of a hundred forms are keyed twice; those that were keyed stay as they are."""
    wave = await plan_keying(work, wave_id, command)
    etag(response, work, wave)
    return KeyingView.model_validate(asdict(await keyed_in(work, wave)))
