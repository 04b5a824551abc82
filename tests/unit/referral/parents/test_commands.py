"""A push's list of parents is the whole list from its day, in whatever order lists come."""

from itertools import permutations
from typing import Any

import pytest

from libs.common.persistence.uow import Units
from services.referral.children.commands import RecordChild, record_child
from services.referral.parents.domain import Person, Relationship
from tests.journeys.casework import CHILD as PUSHED
from tests.unit.referral.made import keep
from tests.worlds import request_context

LEFT_OUT: Any = object()


def part(reference: str, **other: Any) -> dict[str, Any]:
    return {"reference": reference, "name": "Testparent", "relationship": "mother", **other}


async def push(units: Units, on: str, parents: Any, child: str = "C1") -> str:
    """Push a child with these parents; return what became of it."""
    told = {**PUSHED, "effective_on": on, "plans": []}
    if parents is not LEFT_OUT:
        told["parents"] = parents
    async with units.work(request_context()) as uow:
        return (await record_child(uow, "county", child, RecordChild.model_validate(told)))[
            1
        ].outcome


async def spans(units: Units) -> dict[str, list[tuple[str, str]]]:
    """Return from and until when each person was a parent, by reference."""
    async with units.read(request_context()) as read:
        found: dict[str, list[tuple[str, str]]] = {}
        for person in await read.all(Person, apart=0):
            theirs = await read.all(Relationship, person_id=person.id)
            found[person.reference] = sorted(
                (str(one.from_on), str(one.ended_on)) for one in theirs
            )
    return found


@pytest.mark.parametrize(
    ("later", "becomes"),
    [
        ([part("P2")], {"P1": [("2019-01-01", "2019-06-01")], "P2": [("2019-06-01", "None")]}),
        (LEFT_OUT, {"P1": [("2019-01-01", "None")]}),
        (None, {"P1": [("2019-01-01", "2019-06-01")]}),
        ([], {"P1": [("2019-01-01", "2019-06-01")]}),
        ([part("P1")], {"P1": [("2019-01-01", "None")]}),
    ],
)
async def test_who_is_on_the_list_no_more_ends_with_its_day(
    units: Units, later: Any, becomes: dict[str, Any]
) -> None:
    await keep(units)
    await push(units, "2019-01-01", [part("P1")])
    await push(units, "2019-06-01", later)
    assert await spans(units) == becomes
    assert await push(units, "2019-06-01", later) == "unchanged"


LISTS = [("2019-01-01", "P1"), ("2019-03-01", "P1 P2"), ("2019-06-01", "P2")]


@pytest.mark.parametrize("order", [*permutations(range(3))])
async def test_lists_may_come_in_any_order(units: Units, order: tuple[int, ...]) -> None:
    await keep(units)
    for number in order:
        on, listed = LISTS[number]
        await push(units, on, [part(one) for one in listed.split()])
    assert await spans(units) == {
        "P1": [("2019-01-01", "2019-06-01")],
        "P2": [("2019-03-01", "None")],
    }


async def test_who_comes_back_has_a_span_of_their_own(units: Units) -> None:
    await keep(units)
    for on, listed in (("2019-01-01", ["P1"]), ("2019-02-01", []), ("2019-03-01", ["P1"])):
        await push(units, on, [part(one) for one in listed])
    assert await spans(units) == {
        "P1": [("2019-01-01", "2019-02-01"), ("2019-03-01", "None")],
    }


async def test_siblings_share_a_person_whom_the_newest_push_describes(units: Units) -> None:
    await keep(units)
    await push(units, "2019-06-01", [part("P1", email="new@example.org", phone="07")])
    await push(units, "2019-01-01", [part("P1", email="old@example.org")], child="C2")
    await push(units, "2019-07-01", [part("P1", phone=None)], child="C2")
    async with units.read(request_context()) as read:
        [person] = await read.all(Person, reference="P1")
        theirs = await read.all(Relationship, person_id=person.id)
    assert (person.email, person.phone) == ("new@example.org", None)
    assert len({one.child_id for one in theirs}) == len(theirs) == 2
