"""Things of the survey service as objects, all made up: what a test does not name is as here.

A wave to three children, C0, C1 and C2, goes out on 14 May 2019 and closes on 28 June.
"""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from libs.common.persistence.uow import Units
from services.survey.responses.domain import Response
from services.survey.tables import Owned
from services.survey.waves.domain import Recipient, Wave
from tests.worlds import request_context

WAVE, RESPONSE = UUID(int=1), UUID(int=2)
RECIPIENTS = tuple(UUID(int=number) for number in range(10, 13))
ISSUED, CLOSES = date(2019, 5, 14), date(2019, 6, 28)


def a_draft(**other: Any) -> Wave:
    """Return a wave to children that was not issued yet."""
    given = {
        "id": WAVE,
        "reference": "W-children",
        "audience": "children",
        "academic_year": "2018-19",
        "questionnaire": "children",
        "questionnaire_version": 1,
        "issued_on": ISSUED,
        "closes_on": CLOSES,
        "grace_days": 0,
        "drafted_by": "somebody",
    }
    return Wave(**{**given, **other})


def an_issued(**other: Any) -> Wave:
    """Return a wave that was issued to three children."""
    return a_draft(**{"state": "issued", "issued": 3, "listed": 3, **other})


def a_closed(**other: Any) -> Wave:
    """Return a wave that takes no more answers."""
    return an_issued(**{"state": "closed", "closed_on": CLOSES, **other})


def a_recipient(number: int = 0, **other: Any) -> Recipient:
    """Return one of the three whom the wave goes to."""
    given = {
        "id": RECIPIENTS[number],
        "wave_id": WAVE,
        "reference": f"C{number}",
        "unit_id": None,
        "parent_id": None,
        "child_id": None,
        "school_id": None,
        "address": None,
    }
    return Recipient(**{**given, **other})


def a_response(**other: Any) -> Response:
    """Return a response that counts."""
    given = {
        "id": RESPONSE,
        "reference": "Q1",
        "wave_id": WAVE,
        "recipient_id": RECIPIENTS[0],
        "place": 1,
        "received_at": datetime(2019, 6, 28, 9, tzinfo=UTC),
        "channel": "paper",
        "assisted_by": "support-teacher",
        "standing": "counted",
        "duplicate_of": None,
        "answers": [],
        "recorded_by": "somebody",
    }
    return Response(**{**given, **other})


async def keep(units: Units, *things: Owned) -> None:
    """Keep things in the database."""
    async with units.work(request_context()) as uow:
        for thing in things:
            uow.add(thing)
