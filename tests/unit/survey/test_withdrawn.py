"""Who must not be contacted is asked no more: whatever came first, the news or the list."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from libs.common.contracts.base import Event
from libs.common.contracts.referral import (
    ChildRecordClosed,
    ChildrenMerged,
    ChildrenUnmerged,
    PeopleMerged,
    RecipientWithdrawalVoided,
    RecipientWithdrawn,
    RelationshipCorrected,
    RelationshipEnded,
    RelationshipRecorded,
    RelationshipVoided,
)
from tests.unit.survey.calls import a_wave, get, handle, post, recipient_rows, registered
from tests.worlds import World

ANN, ANNA, FORMER, CHILD, SIBLING, FIRST, SECOND = (UUID(int=number) for number in range(1, 8))
BEGAN, ON = date(2018, 9, 3), date(2019, 5, 10)
LISTED = ({"parent_id": ANN, "child_id": CHILD}, {"parent_id": FORMER, "child_id": SIBLING})
"""Ann about one child and, under an id she was given out by before, about another."""
BOTH, ONE, OTHER, NOBODY = ["R0", "R1"], ["R0"], ["R1"], list[str]()


def related(child: UUID, id_: UUID, **other: Any) -> RelationshipRecorded:
    former = FORMER if child == SIBLING else None
    told: dict[str, Any] = {"kind": "mother", "responsibility": "none", "restrictions": ()}
    told |= {"restricted_on": None, "ended_on": None}
    return RelationshipRecorded.model_validate(
        {
            "relationship_id": id_,
            "child_id": child,
            "person_id": ANN,
            "from_on": BEGAN,
            "former_person_id": former,
            **told,
            **other,
        }
    )


def ended(child: UUID, id_: UUID) -> RelationshipEnded:
    return RelationshipEnded(relationship_id=id_, child_id=child, person_id=ANN, ended_on=ON)


def withdrawn(person: UUID) -> RecipientWithdrawn:
    return RecipientWithdrawn(person_id=person, withdrawn_on=ON, reason="asked")


BARRED = {"restrictions": ("no-letters",), "restricted_on": ON}
WATCHED = {"restrictions": ("court-order",), "restricted_on": ON}
CORRECTED = RelationshipCorrected(
    **related(CHILD, FIRST, ended_on=ON).model_dump(), reason="learned-later"
)
NEWS: list[tuple[list[Event], list[str]]] = [
    ([], NOBODY),
    ([withdrawn(ANN)], BOTH),
    ([ended(CHILD, FIRST)], ONE),
    ([ended(SIBLING, SECOND)], OTHER),
    ([CORRECTED], ONE),
    ([related(CHILD, FIRST, **BARRED)], ONE),
    ([related(CHILD, FIRST, **WATCHED)], NOBODY),
    ([ChildRecordClosed(child_id=CHILD, closed_on=ON)], ONE),
    ([related(CHILD, UUID(int=9)), ended(CHILD, FIRST)], NOBODY),
    (
        [
            RelationshipVoided(
                relationship_id=FIRST,
                child_id=CHILD,
                person_id=ANN,
                voided_on=ON,
                reason="wrong-child",
            )
        ],
        ONE,
    ),
    ([withdrawn(ANNA), PeopleMerged(merged_person_id=ANNA, person_id=ANN, merged_on=ON)], BOTH),
    ([withdrawn(ANN), PeopleMerged(merged_person_id=ANN, person_id=ANNA, merged_on=ON)], BOTH),
]


async def _listed(survey: World, *recipients: int) -> str:
    """Draft a wave of parents and list these; the questionnaire asks each parent once."""
    drafted = await post(
        survey, "/waves", a_wave("parents", reference="-".join(map(str, recipients)))
    )
    path = f"/waves/{drafted.json()['wave_id']}"
    rows = [
        {
            "reference": f"R{number}",
            "address": f"r{number}@example.org",
            **{name: str(id_) for name, id_ in LISTED[number].items()},
        }
        for number in recipients
    ]
    answer = await post(survey, f"{path}/recipients", rows)
    assert answer.status_code == 200, answer.text
    return path


async def _issued(survey: World, path: str) -> int:
    version = (await get(survey, path)).headers["ETag"]
    answer = await post(survey, f"{path}/issue", version=version)
    issued: int = answer.json().get("issued", 0)
    return issued


async def _cancelled(survey: World) -> list[str]:
    rows = await recipient_rows(survey)
    assert all((row.address is None) == (row.cancelled_on is not None) for row in rows)
    return [row.reference for row in rows if row.cancelled_on == ON]


@pytest.mark.parametrize(("news", "asked_no_more"), NEWS)
@pytest.mark.parametrize("first", ["the list", "the news"])
async def test_they_are_cancelled_at_once_on_every_wave_or_when_it_is_issued(
    survey: World, news: list[Event], asked_no_more: list[str], first: str
) -> None:
    await handle(survey, registered(CHILD), registered(SIBLING))
    await handle(survey, related(CHILD, FIRST), related(SIBLING, SECOND))
    if first == "the news":
        await handle(survey, *news)
    paths = [await _listed(survey, 0), await _listed(survey, 1)]
    if first == "the list":
        assert await _issued(survey, paths[0]) == 1
        for event in news:
            await handle(survey, event)
        assert await _cancelled(survey) == asked_no_more
    assert await _issued(survey, paths[1]) == (0 if "R1" in asked_no_more else 1)
    if first == "the news":
        assert await _issued(survey, paths[0]) == (0 if "R0" in asked_no_more else 1)


async def test_of_two_ids_of_one_person_a_wave_asks_one(survey: World) -> None:
    await handle(survey, registered(CHILD), registered(SIBLING), related(CHILD, FIRST))
    path = await _listed(survey, 0, 1)
    await handle(survey, related(SIBLING, SECOND))
    assert await _issued(survey, path) == 1


async def test_who_may_be_asked_again_is_on_the_next_list(survey: World) -> None:
    await handle(survey, registered(CHILD), withdrawn(ANN))
    await handle(survey, RecipientWithdrawalVoided(person_id=ANN, reason="entry-error"))
    assert await _issued(survey, await _listed(survey, 0)) == 1


@pytest.mark.parametrize("unmerged", [False, True])
async def test_a_child_of_two_records_is_asked_once(survey: World, *, unmerged: bool) -> None:
    await handle(survey, registered(CHILD), registered(SIBLING))
    drafted = await post(survey, "/waves", a_wave())
    path = f"/waves/{drafted.json()['wave_id']}"
    rows = [{"reference": f"R{n}", "child_id": str(id_)} for n, id_ in enumerate((CHILD, SIBLING))]
    assert (await post(survey, f"{path}/recipients", rows)).status_code == 200
    pair = {"merged_child_id": CHILD, "child_id": SIBLING}
    await handle(survey, ChildrenMerged(**pair, merged_on=ON))
    if unmerged:
        await handle(survey, ChildrenUnmerged(**pair, unmerged_on=ON))
    again = await post(survey, "/waves", a_wave(reference="W-next"))
    listed = await post(survey, f"/waves/{again.json()['wave_id']}/recipients", rows)
    assert listed.status_code == (200 if unmerged else 409)
    assert await _issued(survey, path) == (2 if unmerged else 1)
