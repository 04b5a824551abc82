"""Campaigns: put together, sent, their letters fetched, and what came back noted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID, uuid4

from pydantic import Field
from sqlalchemy import ColumnElement, select, update

from libs.common.core.errors import Rejected, ValidationError
from libs.common.core.fields import Reference, Strict, StrictBool, StrictInt64, Text
from libs.common.imports import CommandOutcome
from libs.common.messages import Composed, Dropped, queue
from libs.common.messages.outbox import claim, settle
from libs.common.persistence.instants import database_now
from libs.common.persistence.uow import ReadTransaction, UnitOfWork
from services.survey.campaigns.codes import Kind, LeftOut, ReturnReason
from services.survey.campaigns.domain import Campaign, message, queued, why_not
from services.survey.campaigns.messages import compose
from services.survey.campaigns.queries import asked_in
from services.survey.links.domain import revoke_older
from services.survey.responses.domain import Deadline
from services.survey.waves.domain import Recipient, Wave
from services.survey.waves.keys import WaveId

Days = Annotated[StrictInt64, Field(ge=1, le=90)]
MOST_LETTERS: Final = 2_000
LETTERS_AT_ONCE: Final = 100
"""In one transaction: what is written elsewhere meanwhile waits no longer than for these."""


class SetCampaign(Strict):
    """Waves that are sent together, by their references, one an audience, and how.

    A link lasts ``link_days``. Whoever has not answered is reminded ``gap_days`` after the last
    message at the earliest, and ``most_reminders`` times at the most. ``contact`` is what each
    message says of whom to ask: an address or a number of the service's, of no person.
    """

    waves: Annotated[tuple[Reference, ...], Field(min_length=1, max_length=10)]
    link_days: Days = 28
    gap_days: Days = 7
    most_reminders: Annotated[StrictInt64, Field(ge=0, le=10)] = 2
    contact: Text


class SendMessages(Strict):
    """Invite everybody who was issued a questionnaire, or remind who has not answered.

    With ``dry_run`` nothing is sent: the answer says what would be.
    """

    kind: Kind
    dry_run: StrictBool = False


class NoteReturn(Strict):
    """A message that came back, by the recipient's reference on a wave's list, and why."""

    wave_id: WaveId
    recipient: Reference
    reason: ReturnReason


@dataclass(frozen=True, slots=True)
class Sending:
    """To how many of a wave messages go, by channel, and who is left out, by reason."""

    wave: Wave
    queued: Mapping[str, int]
    left_out: Mapping[LeftOut, int]


async def set_campaign(
    uow: UnitOfWork, reference: str, command: SetCampaign
) -> tuple[Campaign, CommandOutcome]:
    """Put a campaign together under its reference, or put another in its place."""
    await _check_waves(uow, command.waves)
    said = {**command.model_dump(), "waves": list(command.waves)}
    campaign = await uow.find(Campaign, reference=reference)
    if campaign is None:
        campaign = Campaign(id=uuid4(), reference=reference, drafted_by=uow.actor.subject, **said)
        return uow.add(campaign), CommandOutcome("created", campaign.id)
    changed = [name for name, value in said.items() if getattr(campaign, name) != value]
    for name in changed:
        setattr(campaign, name, said[name])
    return campaign, CommandOutcome("updated" if changed else "unchanged", campaign.id)


async def _check_waves(uow: UnitOfWork, references: Sequence[str]) -> None:
    errors: list[ValidationError] = []
    audiences: set[str] = set()
    for place, reference in enumerate(references):
        found = await uow.all(Wave, reference=reference)
        if not found:
            detail = "There is no wave under this reference."
            errors.append(ValidationError("unknown-wave", detail, f"/waves/{place}"))
        elif found[0].audience in audiences:
            detail = "A campaign has one wave for each audience."
            errors.append(ValidationError("audience-twice", detail, f"/waves/{place}"))
        audiences.update(one.audience for one in found)
    if errors:
        raise Rejected(errors=errors)


async def waves_of(read: ReadTransaction, campaign: Campaign) -> list[Wave]:
    """Return a campaign's waves, in the order in which they were given."""
    return [one for name in campaign.waves for one in await read.all(Wave, reference=name)]


async def send_messages(
    uow: UnitOfWork, campaign_id: UUID, command: SendMessages
) -> Sequence[Sending]:
    """Put into the outbox a message to each who is to have one now; say who is left out, and why.

    A second call for the same finds them there already; who of them has answered by the time that
    a message leaves is left out then.
    """
    campaign = await uow.get(Campaign, campaign_id, lock="update")
    waves = await waves_of(uow, campaign)
    return [await _send_to(uow, campaign, wave, command) for wave in waves]


async def _send_to(
    uow: UnitOfWork, campaign: Campaign, wave: Wave, command: SendMessages
) -> Sending:
    # Of a part of an anonymous wave, of one person perhaps, counts would say who has answered.
    which = None if wave.anonymous else uow.visible(uow.access, Recipient)
    asked = await asked_in(uow.connection, wave.id, which)
    now = (await uow.connection.execute(select(database_now()))).scalar_one()
    if not wave.takes_answers or Deadline(wave.closes_on, wave.grace_days).passed(now):
        return Sending(wave, {}, {"wave-not-open": len(asked)} if asked else {})
    reasons = [(one, why_not(one, command.kind, campaign, now)) for one in asked]
    messages = [queued(one, command.kind) for one, reason in reasons if reason is None]
    if messages and not command.dry_run:
        await queue(uow.connection, message, campaign.id, messages)
    left_out: Counter[LeftOut] = Counter(reason for _, reason in reasons if reason is not None)
    return Sending(wave, Counter(one.channel for one in messages), left_out)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to be printed, and on whose list of which wave they stand."""

    recipient: str
    text: Composed


@dataclass(frozen=True, slots=True)
class Fetched:
    """Some letters, and the last message that was looked at for them; None where none is left."""

    letters: Sequence[Letter]
    last: UUID | None


async def fetch_letters(
    uow: UnitOfWork, campaign_id: UUID, public_url: str, after: UUID | None
) -> Fetched:
    """Return some letters that wait, after a message, each with its new link, said here alone.

    They wait until they are noted as posted: one that is fetched anew has another link.
    """
    campaign = await uow.get(Campaign, campaign_id, lock="update")
    query = (
        select(message, Recipient.reference.label("recipient"))
        .join(Recipient, Recipient.id == message.c.about)
        .where(*_letters(campaign), uow.visible(uow.access, Recipient))
        .order_by(message.c.id)
        .limit(LETTERS_AT_ONCE)
    )
    if after is not None:
        query = query.where(message.c.id > after)
    letters, last = [], None
    for row in (await uow.connection.execute(query)).all():
        last = row.id
        if not await claim(uow.connection, message, row):
            continue
        try:
            text = await compose(uow.connection, row, public_url)
        except Dropped as dropped:
            said = {"state": "dropped", "code": dropped.code}
            await settle(uow.connection, message, row.id, "waiting", **said)
        else:
            letters.append(Letter(row.recipient, text))
    return Fetched(letters, last)


async def note_posted(uow: UnitOfWork, campaign_id: UUID) -> int:
    """Note that the letters that were fetched were posted; return how many there are.

    Earlier links stop working now: those of a file that was lost, and of messages before.
    """
    campaign = await uow.get(Campaign, campaign_id, lock="update")
    theirs = select(Recipient.id).where(uow.visible(uow.access, Recipient))
    fetched = (*_letters(campaign), message.c.tries > 0, message.c.about.in_(theirs))
    await revoke_older(uow.connection, select(message.c.about).where(*fetched))
    posted = update(message).where(*fetched).values(state="sent", sent_at=database_now())
    return (await uow.connection.execute(posted)).rowcount


def _letters(campaign: Campaign) -> Sequence[ColumnElement[bool]]:
    """Return the conditions of a campaign's letters that wait."""
    waits = (message.c.channel == "letter", message.c.state == "waiting")
    return (message.c.batch == campaign.id, *waits)


async def note_return(uow: UnitOfWork, campaign_id: UUID, command: NoteReturn) -> Campaign:
    """Note that the last that was sent to somebody came back; they stay among those issued.

    In an anonymous wave all that was sent to them did: the last is a reminder if they have not
    answered, and a second return would find another.
    """
    campaign = await uow.get(Campaign, campaign_id)
    wave = await uow.find(Wave, unseen=True, id=command.wave_id)
    found = await uow.all(Recipient, wave_id=command.wave_id, reference=command.recipient)
    theirs = message.c.about.in_([one.id for one in found])
    sent = (theirs, message.c.batch == campaign.id, message.c.state.in_(("sent", "delivered")))
    last = select(message.c.id).where(*sent).order_by(message.c.sent_at.desc()).limit(1)
    all_of_them = wave is not None and wave.anonymous
    which = sent if all_of_them else (message.c.id == last.scalar_subquery(),)
    returned = update(message).where(*which).values(state="bounced", code=command.reason)
    if not (await uow.connection.execute(returned)).rowcount:
        detail = "Nothing that was sent to this recipient can have come back."
        raise Rejected(errors=[ValidationError("nothing-sent", detail, "/recipient")])
    return campaign
