"""Rating forms: whole marks from 1 to 10 or nothing, never clamped."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from libs.common.contracts.survey import BespokeWorkDelivered, TrainingDelivered
from services.survey.deliveries.commands import RateDelivery
from services.survey.deliveries.domain import Delivery, Rating


@pytest.mark.parametrize("mark", [1, 10, None])
def test_a_whole_mark_or_none_is_taken(mark: int | None) -> None:
    command = RateDelivery(form=1, content=mark, methods=mark)
    assert (command.content, command.methods) == (mark, mark)


@pytest.mark.parametrize("mark", [0, 11, -1, 9.5, 9.0, "9", "10/10", True])
@pytest.mark.parametrize("question", ["content", "methods"])
def test_any_other_mark_is_refused(question: str, mark: Any) -> None:
    with pytest.raises(ValidationError):
        RateDelivery.model_validate({"form": 1, question: mark})


@pytest.mark.parametrize("form", [0, -1, "1", 1.0])
def test_forms_are_numbered_from_1(form: Any) -> None:
    with pytest.raises(ValidationError):
        RateDelivery.model_validate({"form": form, "content": 5, "methods": 5})


def _delivery(kind: str, course: str | None, delegates: int | None) -> Delivery:
    return Delivery(
        id=uuid4(),
        reference="D-1",
        kind=kind,
        course=course,
        delivered_on=date(2019, 1, 23),
        delegates=delegates,
    )


def test_a_rating_belongs_to_its_delivery_and_keeps_its_own_id() -> None:
    delivery = _delivery("network", "senco", 20)
    rating = Rating(id=uuid4(), delivery_id=delivery.id, form=3, content=9, methods=None)
    event = delivery.rate(rating)
    assert event.aggregate_id == delivery.id
    assert (event.rating_id, event.content, event.methods) == (rating.id, 9, None)


def test_a_course_or_network_is_training() -> None:
    event = _delivery("network", "senco", 20).deliver()
    assert isinstance(event, TrainingDelivered)
    assert (event.kind, event.course, event.delegates) == ("network", "senco", 20)


@pytest.mark.parametrize("kind", ["assessment", "consultancy", "training"])
def test_what_a_school_bought_is_bespoke_work(kind: str) -> None:
    event = _delivery(f"bespoke-{kind}", None, None).deliver()
    assert isinstance(event, BespokeWorkDelivered)
    assert event.kind == kind
