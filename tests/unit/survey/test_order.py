"""Records may be typed in any order, newest first too: what is on record then is the same."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from libs.common.persistence.uow import UnitOfWork
from services.survey.deliveries.commands import (
    RateDelivery,
    RecordDelivery,
    rate_delivery,
    record_delivery,
)
from services.survey.deliveries.domain import Delivery, Rating
from services.survey.feedback.commands import (
    RecordComplaint,
    RecordCompliment,
    record_complaint,
    record_compliment,
)
from services.survey.feedback.domain import Complaint, Compliment
from services.survey.responses.commands import RecordResponse, record_response
from services.survey.responses.domain import Response
from services.survey.service import SERVICE
from tests.unit.survey.calls import a_response
from tests.unit.survey.made import WAVE, a_recipient, an_issued, keep
from tests.worlds import request_context, units_of

DAYS = (1, 8, 15, 22)
Order = Callable[[list[Any]], None]


async def _delivery(uow: UnitOfWork, number: int) -> None:
    day = f"2019-02-{DAYS[number]:02}"
    told = {"reference": f"D{number}", "kind": "bespoke-training", "delivered_on": day}
    await record_delivery(uow, RecordDelivery.model_validate(told))


async def _rating(uow: UnitOfWork, number: int) -> None:
    [delivery] = await uow.all(Delivery, reference=f"D{number % 2}")
    await rate_delivery(uow, delivery.id, RateDelivery(form=number + 1, content=number + 6))


async def _complaint(uow: UnitOfWork, number: int) -> None:
    day = f"2019-02-{DAYS[number]:02}"
    told = {"reference": f"C{number}", "received_on": day, "formal": number % 2 == 0}
    await record_complaint(uow, RecordComplaint.model_validate(told))


async def _compliment(uow: UnitOfWork, number: int) -> None:
    day = f"2019-02-{DAYS[number]:02}"
    told = {"reference": f"P{number}", "received_on": day, "source": "parents"}
    await record_compliment(uow, RecordCompliment.model_validate(told))


async def _response(uow: UnitOfWork, number: int) -> None:
    """Two of each recipient; the first of one is blank, and the last of the other late."""
    received = ("2019-06-03", "2019-06-10", "2019-06-17", "2019-07-01")[number]
    answers = () if number == 0 else ("yes",)
    told = a_response(
        f"Q{number}", f"C{number % 2}", *answers, received_at=f"{received}T12:00:00+01:00"
    )
    await record_response(uow, WAVE, RecordResponse.model_validate(told))


KINDS = (_delivery, _rating, _complaint, _compliment, _response)
OWN = {"id", "place", "row_version", "event_version"} | {"delivery_id", "duplicate_of"}
"""What each record has of its own, whatever it says."""


async def final_state(folder: Path, order: Order) -> Sequence[Any]:
    """Return what is on record once all was typed in, of each kind in the order given."""
    async with units_of(folder, SERVICE) as units:
        await keep(units, an_issued(), *map(a_recipient, range(2)))
        for record in KINDS:
            numbers = list(range(len(DAYS)))
            order(numbers)
            for number in numbers:
                async with units.work(request_context()) as uow:
                    await record(uow, number)
        async with units.read(request_context()) as read:
            return [
                sorted(
                    str({k: v for k, v in vars(one).items() if k not in OWN and k[0] != "_"})
                    for one in await read.chosen(select(kind))
                )
                for kind in (Delivery, Rating, Complaint, Compliment, Response)
            ]


def in_folder(path: Path, name: str) -> Path:
    """Return a new folder."""
    (path / name).mkdir()
    return path / name


@pytest.mark.parametrize(
    "order", [list.reverse, random.Random(1).shuffle, random.Random(2).shuffle]
)
async def test_the_order_of_typing_makes_no_difference(tmp_path: Path, order: Order) -> None:
    typed = await final_state(in_folder(tmp_path, "one"), lambda _: None)
    assert all(len(kind) == len(DAYS) for kind in typed)
    assert await final_state(in_folder(tmp_path, "other"), order) == typed
