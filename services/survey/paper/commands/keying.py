"""Forms that came back: keyed by one person or two, compared, resolved, and recorded once."""

from typing import Annotated
from uuid import UUID, uuid4

from pydantic import Field, StringConstraints

from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.errors import NotFound, Rejected, ValidationError
from libs.common.core.fields import Strict, StrictInt64, form
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import refuse_ahead, refuse_anothers_entry
from libs.common.persistence.uow import ReadTransaction, UnitOfWork
from services.survey.paper.codes import Keying
from services.survey.paper.commands.typed import TypedForm, typed_as
from services.survey.paper.domain import (
    FormDiffers,
    FormIsRecorded,
    PaperCode,
    PaperForm,
    Typed,
    differing,
    is_sampled,
    new_texts,
)
from services.survey.paper.keys import Code, Number
from services.survey.responses.commands import (
    RecordResponse,
    check_filled_in,
    hear_typed,
    record_response,
)
from services.survey.responses.domain import Response
from services.survey.waves.domain import Recipient, Wave

_FIELD = form(
    r"^(received_on|assisted_by|help|(answers|texts)\.[A-Za-z0-9][A-Za-z0-9_.-]{0,39})$",
    "a field of a form",
)
FieldOfForm = Annotated[str, StringConstraints(pattern=_FIELD)]


class KeyForm(TypedForm):
    """What somebody typed from the paper with this code; ``number`` is which of a recipient's."""

    code: Code
    number: Number = 1


class CorrectForm(TypedForm, Correction):
    """All that stands on a form that was keyed once, and why it is keyed anew."""


class ChosenKeying(Strict):
    """Which keying is right in a field."""

    field: FieldOfForm
    keying: Keying


class ResolveForm(Strict):
    """Which keying is right in each field that differs, or the whole form keyed anew."""

    choices: Annotated[tuple[ChosenKeying, ...], Field(max_length=110)] = ()
    anew: TypedForm | None = None


class PlanKeying(Strict):
    """How many of a hundred forms are keyed twice: 0 for none, 100 for all."""

    twice_percent: Annotated[StrictInt64, Field(ge=0, le=100)]


async def plan_keying(uow: UnitOfWork, wave_id: UUID, command: PlanKeying) -> Wave:
    """Say what share of a wave's forms is keyed twice; a form that was keyed stays as it is."""
    wave = await uow.get(Wave, wave_id)
    wave.check_stands()
    wave.twice_percent = command.twice_percent
    return wave


async def recipient_of(read: ReadTransaction, code: str) -> Recipient:
    """Return whose paper has a code; raises NotFound, of another's as of none."""
    printed = await read.find(PaperCode, code=code)
    found = await read.all(Recipient, id=printed.recipient_id) if printed else []
    if not found:
        raise NotFound(code="not-found", detail="There is no paper with this code.")
    return found[0]


async def key_form(uow: UnitOfWork, command: KeyForm) -> tuple[PaperForm, CommandOutcome]:
    """Key a form: the first time, or as another person the second. Then both are compared.

    It becomes a response where it is keyed once only, or both agree. The same again changes
    nothing.
    """
    recipient = await recipient_of(uow, command.code)
    wave = await uow.get(Wave, recipient.wave_id, lock="share")
    typed = await _checked(uow, wave, command)
    code, number = command.code, command.number
    found = await uow.find(PaperForm, unseen=True, code=code, number=number)
    if found is None:
        return await _first(uow, wave, recipient, command, typed)
    if found.void:
        return await _anew(uow, wave, found, typed)
    if found.state == "recorded":
        await _check_stands(uow, found)
        return found, (await _record(uow, wave, found, typed))
    return await _second(uow, wave, found, typed)


async def _check_stands(uow: UnitOfWork, found: PaperForm) -> None:
    """Refuse to have a voided response stand again by what one person keys."""
    kept = await uow.all(Response, unseen=True, id=found.response_id)
    if any(one.void_reason is not None for one in kept):
        raise FormIsRecorded


async def _first(
    uow: UnitOfWork, wave: Wave, recipient: Recipient, command: KeyForm, typed: Typed
) -> tuple[PaperForm, CommandOutcome]:
    wave.check_open()
    recipient.check_issued()
    made = uow.add(
        PaperForm(
            id=uuid4(),
            code=command.code,
            number=command.number,
            wave_id=wave.id,
            recipient_id=recipient.id,
            twice=is_sampled(command.code, command.number, wave.twice_percent),
            first=dict(typed),
            first_by=uow.actor.subject,
        )
    )
    return await _after_first(uow, wave, made, typed)


async def _anew(
    uow: UnitOfWork, wave: Wave, found: PaperForm, typed: Typed
) -> tuple[PaperForm, CommandOutcome]:
    """Begin again what was withdrawn."""
    wave.check_open()
    twice = is_sampled(found.code, found.number, wave.twice_percent)
    found.begin(typed, uow.actor.subject, twice=twice)
    return await _after_first(uow, wave, found, typed)


async def _after_first(
    uow: UnitOfWork, wave: Wave, found: PaperForm, typed: Typed
) -> tuple[PaperForm, CommandOutcome]:
    if found.twice:
        await _hear(uow, found, typed, before={})
    else:
        await _record(uow, wave, found, typed)
    return found, CommandOutcome("created", found.id)


async def _second(
    uow: UnitOfWork, wave: Wave, found: PaperForm, typed: Typed
) -> tuple[PaperForm, CommandOutcome]:
    """Take the keying of another; the last one's own again, as it is, changes nothing."""
    last, by = (
        (found.first, found.first_by)
        if found.state == "keyed-once"
        else (found.second, found.second_by)
    )
    if by == uow.actor.subject and not differing(last or {}, typed):
        return found, CommandOutcome("unchanged", found.id)
    if found.state == "differs":
        raise FormDiffers
    wave.check_stands()
    agree = found.key_again(typed, uow.actor.subject)
    await _hear(uow, found, typed, before=last or {})
    if agree:
        await _record(uow, wave, found, typed)
    return found, CommandOutcome("updated", found.id)


async def _checked(uow: UnitOfWork, wave: Wave, command: TypedForm, at: str = "") -> Typed:
    """Return what was typed by field, or refuse it for all that is wrong with it."""
    questionnaire, faults = await check_filled_in(uow, wave, command.filled_in)
    if faults:
        named = [(one, one.pointer.replace("/received_at", "/received_on")) for one in faults]
        errors = [ValidationError(one.code, one.detail, f"{at}{place}") for one, place in named]
        raise Rejected(errors=errors)
    return command.by_field(questionnaire)


async def _record(uow: UnitOfWork, wave: Wave, found: PaperForm, typed: Typed) -> CommandOutcome:
    """Have what was typed be a response: the one of its reference, as if typed directly."""
    recipient = await _whose(uow, found)
    told = typed_as(typed).filled_in
    command = RecordResponse(
        reference=found.reference,
        recipient=recipient.reference,
        **{name: getattr(told, name) for name in type(told).model_fields},
    )
    response, done = await record_response(uow, wave.id, command, begun=True)
    found.record(response.id)
    return CommandOutcome(done.outcome, found.id)


async def _hear(uow: UnitOfWork, found: PaperForm, typed: Typed, before: Typed) -> None:
    """Look for signs of harm at once: nobody reads what was keyed once, and it may stay so."""
    await hear_typed(uow, await _whose(uow, found), new_texts(typed, before))


async def _whose(uow: UnitOfWork, found: PaperForm) -> Recipient:
    [recipient] = await uow.all(Recipient, unseen=True, id=found.recipient_id)
    return recipient


async def resolve_form(
    uow: UnitOfWork, form_id: UUID, command: ResolveForm, version: int
) -> PaperForm:
    """Say what a form has where two keyings differ, and record it."""
    found = await uow.get(PaperForm, form_id, version=version)
    found.check_differs()
    wave = await uow.get(Wave, found.wave_id, lock="share")
    wave.check_stands()
    if command.anew is not None:
        typed = await _checked(uow, wave, command.anew, "/anew")
    else:
        chosen = _choices(found, command)
        typed = await _checked(uow, wave, typed_as(found.chosen(chosen)))
    found.resolved_by = uow.actor.subject
    await _record(uow, wave, found, typed)
    return found


def _choices(found: PaperForm, command: ResolveForm) -> dict[str, Keying]:
    """Return what is chosen by field, or refuse it where one is left out or does not differ."""
    errors = []
    chosen: dict[str, Keying] = {}
    for number, one in enumerate(command.choices):
        if one.field not in (found.differed or ()) or one.field in chosen:
            detail = "The keyings do not differ here, or it is chosen twice."
            errors.append(ValidationError("does-not-differ", detail, f"/choices/{number}/field"))
        chosen[one.field] = one.keying
    if {*(found.differed or ())} - {*chosen}:
        detail = "Say which keying is right in every field that differs."
        errors.append(ValidationError("not-resolved", detail, "/choices"))
    if errors:
        raise Rejected(errors=errors)
    return chosen


async def correct_paper_form(
    uow: UnitOfWork, form_id: UUID, command: CorrectForm, version: int
) -> PaperForm:
    """Key anew a form that was keyed once, before another keys it. The same changes nothing."""
    refuse_ahead(uow, command)
    found = await uow.get(PaperForm, form_id, version=version)
    found.check_open()
    refuse_anothers_entry(uow, found.first_by)
    wave = await uow.get(Wave, found.wave_id, lock="share")
    wave.check_stands()
    typed = await _checked(uow, wave, command)
    if found.state != "keyed-once" or differing(found.first or {}, typed):
        before = found.first or {}
        found.correct(typed, uow.actor.subject)
        await _hear(uow, found, typed, before)
        uow.explain(found, command.reason, command.note)
    return found


async def void_paper_form(
    uow: UnitOfWork, form_id: UUID, command: Withdrawal, version: int
) -> PaperForm:
    """Withdraw the keying of a form that was keyed once, as if nobody had keyed it."""
    found = await uow.get(PaperForm, form_id, version=version)
    refuse_anothers_entry(uow, found.first_by)
    found.withdraw()
    uow.explain(found, command.reason, command.note)
    return found
