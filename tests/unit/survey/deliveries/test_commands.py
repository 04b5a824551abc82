"""What may be recorded as a delivery, and as a rating of one."""

from typing import Any

import pytest

from libs.common.core.errors import Rejected
from libs.common.persistence.recorded import AlreadyRecorded
from libs.common.persistence.uow import Units
from services.survey.deliveries.commands import (
    RateDelivery,
    RecordDelivery,
    rate_delivery,
    record_delivery,
)
from services.survey.deliveries.domain import Delivery
from tests.unit.refused import refused
from tests.worlds import request_context

COURSE = {"kind": "course", "course": "p-scales-to-pre-key-stage", "delegates": 20}


async def _record(units: Units, **said: Any) -> Delivery:
    given = {"reference": "D1", "delivered_on": "2019-01-23", **said}
    async with units.work(request_context()) as uow:
        return (await record_delivery(uow, RecordDelivery.model_validate(given)))[0]


@pytest.mark.parametrize(
    ("kind", "course", "accepted"),
    [
        ("network", "senco", True),
        ("course", "p-scales-to-pre-key-stage", True),
        ("course", "precision-teaching", True),
        ("bespoke-assessment", None, True),
        ("network", "senco-network", False),
        ("course", "senco", False),  # a network's code is no course's
        ("course", "SENCO", False),
    ],
)
async def test_a_delivery_is_under_a_code_on_the_list(
    units: Units, kind: str, course: str | None, accepted: bool
) -> None:
    said = {"kind": kind, "course": course, "delegates": 5 if course else None}
    if accepted:
        delivery = await _record(units, **said)
        assert (await _record(units, **said)).id == delivery.id
    else:
        with refused(Rejected, "/course"):
            await _record(units, **said)


@pytest.mark.parametrize(
    ("faulty", "faults"),
    [
        (
            {"kind": "course", "course": "x", "delivered_on": "2190-01-01"},
            {
                ("in-the-future", "/delivered_on"),
                ("missing", "/delegates"),
                ("unknown-code", "/course"),
            },
        ),
        ({"kind": "network"}, {("missing", "/course"), ("missing", "/delegates")}),
        (
            {"kind": "bespoke-assessment", "course": "senco"},
            {("not-of-this-kind", "/course")},
        ),
    ],
    ids=["a course", "bare", "bespoke work"],
)
async def test_all_that_is_wrong_with_a_delivery_is_said_at_once(
    units: Units, faulty: dict[str, Any], faults: set[tuple[str, str]]
) -> None:
    with pytest.raises(Rejected) as refusal:
        await _record(units, **faulty)
    assert {(one.code, one.pointer) for one in refusal.value.errors} == faults


@pytest.mark.parametrize(
    "other",
    [{"course": "precision-teaching"}, {"delegates": 21}, {"delivered_on": "2019-01-24"}],
    ids=str,
)
async def test_a_delivery_is_not_changed_by_recording_it_again(
    units: Units, other: dict[str, Any]
) -> None:
    await _record(units, **COURSE)
    with refused(AlreadyRecorded, f"/{next(iter(other))}"):
        await _record(units, **{**COURSE, **other})


async def test_a_form_is_recorded_once(units: Units) -> None:
    delivery = await _record(units, **COURSE)

    async def rate(content: int, form: int = 1) -> str:
        command = RateDelivery(form=form, content=content)
        async with units.work(request_context()) as uow:
            return (await rate_delivery(uow, delivery.id, command))[1].outcome

    assert [await rate(10), await rate(10), await rate(9, form=2)] == [
        "created",
        "unchanged",
        "created",
    ]
    with refused(AlreadyRecorded, "/content"):
        await rate(9)
