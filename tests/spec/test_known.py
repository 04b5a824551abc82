"""Facts as they were held at a moment: withdrawn, put right, recorded by a clock that went back."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import select

from libs.common.contracts import Recorded, referral
from libs.common.core.clock import micros
from libs.common.messaging.subscriptions import Subscriptions
from services.reporting import facts
from services.reporting.facts import known, past_of, remember, stamp, subscriptions
from tests.spec import events as draw
from tests.spec.conftest import ReadModel
from tests.spec.drawing import recorded

NINE = datetime(2019, 6, 3, 9, tzinfo=UTC)
RESULTS = "child | year | term | subject | position | assessed"


def at(hours: int) -> int:
    return micros(NINE + timedelta(hours=hours))


def a_result() -> list[Recorded[Any]]:
    """Return a result recorded at nine, put right at ten, voided at eleven."""
    put_right = f"{RESULTS}\nann | 2018-19 | summer | reading | P6 | 2019-06-02"
    log = recorded(
        [
            *draw.results(f"{RESULTS}\nann | 2018-19 | summer | reading | P4 | 2019-06-01"),
            draw.corrected(0, put_right),
            draw.voided(0, "ann"),
        ]
    )
    return [replace(one, known=at(hour)) for hour, one in enumerate(log)]


async def tenths(model: ReadModel, moment: int | None = None) -> list[int]:
    async with model.database.reading() as connection:
        result = known(facts.result, moment)
        return list((await connection.execute(select(result.c.value_tenths))).scalars())


async def apply(
    model: ReadModel, log: Sequence[Recorded[Any]], listening: Subscriptions = subscriptions
) -> None:
    async with model.database.writing() as connection:
        await listening.apply(connection, log)


async def test_each_version_is_known_from_its_event_until_the_next(model: ReadModel) -> None:
    await apply(model, a_result())
    assert [await tenths(model, at(hour)) for hour in (-1, 0, 1, 2)] == [[], [40], [60], []]
    assert await tenths(model, at(1) - 1) == [40]
    assert await tenths(model) == []


async def test_a_version_names_its_event(model: ReadModel) -> None:
    log = a_result()
    await apply(model, log[:2])
    async with model.database.reading() as connection:
        now = (await connection.execute(select(known(facts.result)))).one()
        before = (await connection.execute(select(past_of(facts.result)))).one()
    assert (now.event_id, now.sequence) == (log[1].id, 2)
    assert (before.event_id, before.sequence) == (log[0].id, 1)
    assert (before.known_from, before.known_to) == (at(0), at(1))


async def test_of_two_events_of_one_instant_only_the_later_was_ever_known(
    model: ReadModel,
) -> None:
    log = [replace(one, known=at(0)) for one in a_result()[:2]]
    await apply(model, log)
    assert [await tenths(model, at(hour)) for hour in (-1, 0, 1)] == [[], [60], [60]]


async def test_an_older_event_again_changes_nothing(model: ReadModel) -> None:
    log = a_result()
    await apply(model, log[:2])
    await apply(model, log[:1])
    assert await tenths(model) == [60]
    assert await tenths(model, at(0)) == [40]


STAFF = UUID(int=7)


def moved(recorded: Recorded[referral.StaffContractChanged]) -> Iterator[dict[str, Any]]:
    """Say that a contract held from another day: its old key stands no more."""
    event = recorded.event
    common = {"staff_id": event.staff_id, "fte_hundredths": event.fte_hundredths}
    yield common | {"from_on": date(2019, 1, 1), "stands": False}
    yield common | {"from_on": event.changed_on, "stands": True}


async def test_a_correction_that_moves_a_key_leaves_the_old_one_behind(model: ReadModel) -> None:
    listening = Subscriptions("reporting", write=remember, stamp=stamp)
    listening.learn(referral.StaffAppointed, facts.contract, from_on="appointed_on")
    listening.fills(referral.StaffContractChanged, facts.contract)(moved)
    common: dict[str, Any] = {"staff_id": STAFF, "team_id": None, "fte_hundredths": 60}
    log = recorded(
        [
            referral.StaffAppointed(
                **common, post="specialist-teacher", appointed_on=date(2019, 1, 1)
            ),
            referral.StaffContractChanged(**common, changed_on=date(2019, 2, 1)),
        ]
    )
    await apply(model, [replace(one, known=at(hour)) for hour, one in enumerate(log)], listening)

    async def days(moment: int | None = None) -> list[date]:
        async with model.database.reading() as connection:
            query = select(known(facts.contract, moment).c.from_on)
            return list((await connection.execute(query)).scalars())

    assert await days(at(0)) == [date(2019, 1, 1)]
    assert await days(at(1)) == await days() == [date(2019, 2, 1)]
