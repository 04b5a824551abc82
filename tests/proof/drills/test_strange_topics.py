"""Topics that hold what is not the service's, or are not there, and two who mend at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka.errors import UnknownTopicOrPartitionError

from deploy import reconcile, republish
from deploy.beside import Beside
from libs.common.contracts import Envelope, survey
from libs.common.messaging.bus.kafka import KafkaBus
from tests.proof.drills.stage import Stage, stage_in
from tests.worlds import EMBEDDED, REAL

embedded_alone = pytest.mark.parametrize("kind", [EMBEDDED])
pytestmark = pytest.mark.timeout(300)


def delivery() -> Envelope:
    subject = uuid4()
    told = survey.BespokeWorkDelivered(
        delivery_id=subject, kind="training", delivered_on=date(2018, 9, 3)
    )
    data = told.model_dump_json().encode()
    at = datetime(2018, 9, 3, tzinfo=UTC)
    return Envelope(uuid4(), "survey", told.type(), subject, 1, at, data)


def lists_in(folder: Path) -> int:
    return len(list(folder.glob("reconcile-*")))


async def put(stage: Stage, *envelopes: Envelope) -> None:
    bus = stage.bus()
    await bus.start()
    await bus.publish("survey", envelopes)
    await bus.stop()


@embedded_alone
async def test_what_is_no_event_is_named_and_neither_shown_nor_taken_in(
    kind: str, tmp_path: Path
) -> None:
    async with stage_in(kind, tmp_path) as stage:
        own = delivery()
        await put(
            stage,
            replace(delivery(), type="uk.sssen.survey.<Ann Other>.v1", data=b"Ann Other"),
            replace(delivery(), type="uk.sssen.survey.TrainingDelivered.v9"),
            own,
        )
        code, printed = await stage.reconciled("survey", numbering=True)
        assert (code, "Ann Other" in printed) == (0, False)
        assert "partition 0 offset 1: no type of ours, not an event of this service" in printed
        assert "offset 2: uk.sssen.survey.TrainingDelivered.v9, not an event of" in printed
        assert set(await stage.events()) == {own.id}
        assert [one["id"] for one in stage.kept_lists()] == [str(own.id)]
        async with stage.serving() as world:
            await stage.work_well(world, 3)


@embedded_alone
async def test_the_second_of_two_who_number_on_finds_nothing_left(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @asynccontextmanager
    async def after_another(at: Beside) -> AsyncIterator[None]:
        monkeypatch.undo()
        assert await reconcile.reconcile(at, numbering=True) == 0
        yield

    async with stage_in(kind, tmp_path) as stage:
        await put(stage, delivery())
        monkeypatch.setattr(reconcile, "_lock", after_another)
        code, printed = await stage.reconciled("survey", numbering=True)
        assert (code, printed.count("another process has numbered on")) == (0, 1)
        assert len(list(stage.kept_lists())) == lists_in(tmp_path) == 1


async def published_until_refused(bus: KafkaBus) -> None:
    """The broker still takes records for a moment after it has said the topic is gone."""
    async with asyncio.timeout(30):
        while True:
            await bus.publish("survey", [delivery()])


@pytest.mark.parametrize(
    "kind", [pytest.param(REAL, marks=[pytest.mark.real, pytest.mark.true_broker])]
)
async def test_a_topic_that_is_not_there_is_named(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with stage_in(kind, tmp_path) as stage:
        bus = stage.bus()
        assert isinstance(bus, KafkaBus)
        try:
            await bus.delete_topics(["survey"])
            with pytest.raises(UnknownTopicOrPartitionError):
                await published_until_refused(bus)
            assert bus.trouble == "topic-missing"
        finally:
            await bus.stop()
        assert await republish._republish("survey", stage.settings("survey")["survey"]) == 2
        assert "its topic is not there; make it with" in capsys.readouterr().out
