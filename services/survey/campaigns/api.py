"""Campaigns over HTTP: put together, previewed, sent, counted. No address or link is shown."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Final, Self, get_args
from uuid import UUID

from fastapi import Path, Request, Response
from pydantic import BaseModel
from sqlalchemy import ColumnElement

from libs.common.contracts.survey import Audience, RespondentUnit
from libs.common.core.fields import Identifier, Reference, of_codes, of_form
from libs.common.http.availability import available
from libs.common.http.requests import Guard, Read, Work, etag, permission, router
from libs.common.messages.outbox import Channel
from libs.common.reading import with_steps
from libs.common.reading.files import CSV, csv_of
from services.survey.campaigns.access import STEPS
from services.survey.campaigns.codes import By, Kind, LeftOut
from services.survey.campaigns.commands import (
    MOST_LETTERS,
    Fetched,
    Letter,
    NoteReturn,
    Sending,
    SendMessages,
    SetCampaign,
    fetch_letters,
    note_posted,
    note_return,
    send_messages,
    set_campaign,
    waves_of,
)
from services.survey.campaigns.domain import Campaign, Counts, counts_of, parted
from services.survey.campaigns.queries import asked_in
from services.survey.campaigns.wording import worded
from services.survey.waves.domain import Recipient, Wave

routes = router()
SEND: Final = permission("campaign.send")


class CampaignView(BaseModel):
    """A campaign."""

    campaign_id: UUID
    reference: Annotated[str, of_form(Reference)]
    waves: list[Annotated[str, of_form(Reference)]]
    link_days: int
    gap_days: int
    most_reminders: int
    contact: str
    allowed: list[str]

    @classmethod
    def of(cls, campaign: Campaign, may: list[str]) -> "CampaignView":
        """Show a campaign, and what the caller may do with it."""
        return cls(
            campaign_id=campaign.id,
            reference=campaign.reference,
            waves=campaign.waves,
            link_days=campaign.link_days,
            gap_days=campaign.gap_days,
            most_reminders=campaign.most_reminders,
            contact=campaign.contact,
            allowed=may,
        )


CAMPAIGN: Final = with_steps(CampaignView, Campaign, STEPS)


class SendingView(BaseModel):
    """To how many of a wave messages go, by channel, and how many are left out, by reason."""

    wave_id: UUID
    audience: Annotated[str, of_codes(Audience)]
    queued: dict[Channel, int]
    left_out: dict[LeftOut, int]

    @classmethod
    def of(cls, one: Sending) -> "SendingView":
        """Show what is sent in a wave."""
        return cls.model_validate(
            {
                "wave_id": one.wave.id,
                "audience": one.wave.audience,
                "queued": dict(one.queued),
                "left_out": dict(one.left_out),
            }
        )


class PostedView(BaseModel):
    """How many letters are noted as posted by this."""

    posted: int


class PreviewView(BaseModel):
    """A message as it would read today, with a link that leads nowhere."""

    audience: Annotated[str, of_codes(Audience)]
    kind: Annotated[str, of_codes(Kind)]
    subject: str
    body: str


class NumbersView(BaseModel):
    """How many were issued, and of how many each other thing is so.

    Delivered is what left and did not come back. Started are those who began by their link, or
    answered in another way; completed, those of whom a response is on record; declined, those who
    said that they do not want to answer.
    """

    issued: int
    delivered: int
    undeliverable: int
    started: int
    completed: int
    declined: int


class CountsView(NumbersView):
    """How far a wave has got. ``issued`` is the denominator, and stays."""

    wave_id: UUID
    audience: Annotated[str, of_codes(Audience)]
    respondent_unit: Annotated[str, of_codes(RespondentUnit)]

    @classmethod
    def of(cls, wave: Wave, counts: Counts, **more: Any) -> Self:
        """Show how far a wave has got."""
        unit = wave.unit.respondent_unit
        about = {"wave_id": wave.id, "audience": wave.audience, "respondent_unit": unit}
        return cls.model_validate({**about, **asdict(counts), **more})


class GroupView(NumbersView):
    """How far a wave has got with those of one team, area or kind of school."""

    label: str


class WaveCountsView(CountsView):
    """How far a wave has got with those whom the caller reaches, and with each group of them.

    They are of the team, the area and the kind of school of the day of issue; a team is told by its
    id. Of a wave that does not tell whose they are there is one group, of all.
    """

    groups: list[GroupView]


@routes.put(
    "/v1/campaigns/by-reference/{reference:path}",
    openapi_extra=permission("campaign.write"),
    tags=["campaigns"],
)
async def put_campaign(
    reference: Annotated[Reference, Path()], command: SetCampaign, work: Work, response: Response
) -> CampaignView:
    """Put a campaign together under its reference, or put another in its place."""
    campaign, done = await set_campaign(work, reference, command)
    response.status_code = 201 if done.outcome == "created" else 200
    return await CAMPAIGN.shown(work, campaign, response)


@routes.post("/v1/campaigns/{campaign_id}/messages", openapi_extra=SEND, tags=["campaigns"])
async def post_messages(
    campaign_id: Identifier, command: SendMessages, work: Work
) -> list[SendingView]:
    """Invite, or remind who has not answered; with `dry_run` say whom that would be."""
    return [SendingView.of(one) for one in await send_messages(work, campaign_id, command)]


@routes.post(
    "/v1/campaigns/{campaign_id}/letters",
    openapi_extra=permission("campaign.send", own_transactions=True),
    tags=["campaigns"],
    response_class=Response,
    responses={200: {"content": {CSV: {"schema": {"type": "string"}}}}},
)
async def post_letters(campaign_id: Identifier, request: Request) -> Response:
    """Fetch the letters that wait, 2,000 at the most, as a file for a letter merge.

    Each has its recipient's link, which is said here once and kept nowhere: what this answers is
    not stored, so that the same `Idempotency-Key` does not give it again. Until the letters are
    noted as posted they wait: a file that was lost is fetched anew, and its links are others.
    """
    letters: list[Letter] = []
    after = None
    while len(letters) < MOST_LETTERS:
        some = await _some_letters(request, campaign_id, after)
        letters += some.letters
        if (after := some.last) is None:
            break
    lines = [["recipient", "address", "subject", "body"]]
    lines += [[one.recipient, one.text.address, one.text.subject, one.text.body] for one in letters]
    disposition = {"Content-Disposition": 'attachment; filename="letters.csv"'}
    return Response(csv_of(lines), media_type=CSV, headers=disposition)


async def _some_letters(request: Request, campaign_id: UUID, after: UUID | None) -> Fetched:
    guard: Guard = request.app.state.guard
    url: str = request.app.state.running.public_url
    async with available(), guard.units.work(request.state.context) as uow:
        return await fetch_letters(uow, campaign_id, url, after)


@routes.post("/v1/campaigns/{campaign_id}/letters/posted", openapi_extra=SEND, tags=["campaigns"])
async def post_note_letters_posted(campaign_id: Identifier, work: Work) -> PostedView:
    """Note that all letters that were fetched were posted: from now on they count as sent."""
    return PostedView(posted=await note_posted(work, campaign_id))


@routes.post("/v1/campaigns/{campaign_id}/returns", openapi_extra=SEND, tags=["campaigns"])
async def post_return(
    campaign_id: Identifier, command: NoteReturn, work: Work, response: Response
) -> CampaignView:
    """Note that what was sent to somebody came back. They stay among those issued."""
    campaign = await note_return(work, campaign_id, command)
    return await CAMPAIGN.shown(work, campaign, response)


@routes.get(
    "/v1/campaigns/{campaign_id}/previews",
    openapi_extra=permission("campaign.read"),
    tags=["campaigns"],
)
async def get_previews(
    campaign_id: Identifier, read: Read, response: Response, request: Request
) -> list[PreviewView]:
    """Show each message as its readers would get it."""
    campaign = await read.get(Campaign, campaign_id)
    etag(response, read, campaign)
    place = f"{request.app.state.running.public_url}/survey/answer/EXAMPLE"
    return [
        _previewed(campaign, wave, kind, place)
        for wave in await waves_of(read, campaign)
        for kind in get_args(Kind)
    ]


def _previewed(campaign: Campaign, wave: Wave, kind: Kind, place: str) -> PreviewView:
    until: date = wave.closes_on
    text = worded(
        wave.audience, kind, address="", link=place, until=until, contact=campaign.contact
    )
    return PreviewView(audience=wave.audience, kind=kind, subject=text.subject, body=text.body)


@routes.get(
    "/v1/campaigns/{campaign_id}/counts",
    openapi_extra=permission("campaign.read"),
    tags=["campaigns"],
)
async def get_counts(campaign_id: Identifier, read: Read) -> list[CountsView]:
    """Show how far each wave has got: issued, delivered, started, completed, declined, apart."""
    campaign = await read.get(Campaign, campaign_id)
    return [
        CountsView.of(wave, counts_of(wave.issued or 0, await asked_in(read.connection, wave.id)))
        for wave in await waves_of(read, campaign)
    ]


@routes.get("/v1/waves/{wave_id}/counts", openapi_extra=permission("response.list"), tags=["waves"])
async def get_wave_counts(wave_id: Identifier, read: Read, by: By | None = None) -> WaveCountsView:
    """Show how far a wave has got with those whom the caller reaches, by team, area or school kind.

    Who reaches them all is told to how many it went as that was corrected; groups are of its list.
    """
    wave = await read.get(Wave, wave_id)
    some = wave.tells_whose and not read.access.everything
    seen = _reached(read, wave) if some else None
    asked = await asked_in(read.connection, wave.id, seen) if wave.issued else ()
    groups = parted(asked, by) if by else {}
    return WaveCountsView.of(
        wave,
        counts_of(len(asked) if some else wave.issued or 0, asked),
        groups=[
            {"label": label, **asdict(counts_of(len(group), group))}
            for label, group in groups.items()
        ],
    )


def _reached(read: Read, wave: Wave) -> ColumnElement[bool]:
    """Return whom the caller reaches: by team where the list names no child any more."""
    if wave.anonymised_on is not None:
        return Recipient.team_id.in_(read.access.actor.teams)
    return read.visible(read.access, Recipient)
