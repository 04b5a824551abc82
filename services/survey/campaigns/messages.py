"""How a campaign's message is made at the moment it leaves: with a link that is new."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.clock import local_day
from libs.common.messages import Composed, Dropped, Messages
from libs.common.persistence.instants import database_now
from services.survey.campaigns.codes import Kind
from services.survey.campaigns.domain import Campaign, channel_of, message
from services.survey.campaigns.queries import asked_in
from services.survey.campaigns.wording import worded
from services.survey.concerns.messages import ALERT, alert
from services.survey.links.domain import make_link, revoke_before
from services.survey.responses.domain import Deadline
from services.survey.waves.domain import Recipient, Wave


async def compose(connection: AsyncConnection, row: Row[Any], public_url: str) -> Composed:
    """Return a message with its recipient's new link; whoever needs none any more is left out."""
    query = (
        select(
            Recipient.wave_id,
            Wave.audience,
            Wave.state,
            Wave.void,
            Wave.closes_on,
            Wave.grace_days,
            Campaign.link_days,
            Campaign.contact,
        )
        .join(Wave, Wave.id == Recipient.wave_id)
        .join(Campaign, Campaign.id == row.batch)
        .where(Recipient.id == row.about)
    )
    found = (await connection.execute(query)).one()
    now = (await connection.execute(select(database_now()))).scalar_one()
    over = Deadline(found.closes_on, found.grace_days).passed(now)
    if found.state != "issued" or found.void or over:
        raise Dropped("wave-not-open")
    asked = await asked_in(connection, found.wave_id, Recipient.id == row.about)
    if not asked:  # cancelled as of a day before the issue
        raise Dropped("cancelled")
    [one] = asked
    # Whoever fetches letters anew would see from those left out who has answered meanwhile.
    tells = not (one.anonymous and row.channel == "letter")
    for holds, code in (
        (one.answered and tells, "answered"),
        (one.declined and tells, "declined"),
        (one.cancelled, "cancelled"),
        (channel_of(one.address) != row.channel, "no-address"),
    ):
        if holds:
            raise Dropped(code)
    assert one.address, "who has none was dropped"
    lasts = timedelta(days=found.link_days)
    secret = await make_link(connection, row.about, lasts)
    text = worded(
        found.audience,
        kind_of(row.reason),
        address=one.address,
        link=f"{public_url}/survey/answer/{secret.text}",
        until=min(local_day(now + lasts), found.closes_on),
        contact=found.contact,
    )
    return replace(text, sent=partial(revoke_before, secret=secret))


def kind_of(reason: str) -> Kind:
    """Return what a message is for."""
    return "invitation" if reason == "invitation" else "reminder"


async def composed(connection: AsyncConnection, row: Row[Any], public_url: str) -> Composed:
    """Return what a row of the outbox stands for: an alert, or a message of a campaign."""
    make = alert if row.reason == ALERT else compose
    return await make(connection, row, public_url)


MESSAGES: Final = Messages(table=message, compose=composed)
