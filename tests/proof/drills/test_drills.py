"""Restores and moves: nothing acknowledged is lost without being named."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proof.drills import drills
from tests.proof.drills.stage import other_cluster, stage_in
from tests.proof.faults.servers import own_postgres
from tests.worlds import EMBEDDED, REAL

real_alone = pytest.mark.parametrize("kind", [pytest.param(REAL, marks=pytest.mark.real)])
true_broker = [pytest.mark.real, pytest.mark.true_broker]
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def new_cluster() -> Iterator[str]:
    """Return the address of a PostgreSQL that has given out few numbers."""
    with own_postgres() as admin:
        yield admin


@real_alone
async def test_a_dump_in_a_new_cluster_publishes_everything(
    kind: str, tmp_path: Path, new_cluster: str
) -> None:
    async with stage_in(kind, tmp_path) as stage, other_cluster(stage, new_cluster) as urls:
        await drills.moved_to_a_new_cluster(stage, urls)


async def test_one_service_restored_earlier_lists_what_is_lost(kind: str, tmp_path: Path) -> None:
    async with stage_in(kind, tmp_path) as stage:
        await drills.one_restored_earlier(stage)


async def test_what_is_written_before_the_bus_is_back_is_numbered_above(
    kind: str, tmp_path: Path
) -> None:
    async with stage_in(kind, tmp_path) as stage:
        await drills.written_to_while_the_bus_was_away(stage)


@pytest.mark.parametrize("kind", [EMBEDDED, pytest.param(REAL, marks=true_broker)])
@pytest.mark.parametrize("keep", [0, 5], ids=["deleted", "lost its tail"])
async def test_a_topic_that_lost_events_is_filled_again(
    kind: str, keep: int, tmp_path: Path
) -> None:
    async with stage_in(kind, tmp_path) as stage:
        await drills.topic_made_anew(stage, keep)


@pytest.mark.parametrize("kind", [EMBEDDED, pytest.param(REAL, marks=true_broker)])
async def test_a_topic_that_was_cut_at_the_front_is_filled_and_read_again(
    kind: str, tmp_path: Path
) -> None:
    async with stage_in(kind, tmp_path) as stage:
        await drills.topics_cut_at_the_front(stage)


async def test_all_services_restored_to_one_moment(kind: str, tmp_path: Path) -> None:
    async with stage_in(kind, tmp_path) as stage:
        await drills.everything_restored(stage)


async def test_an_embedded_backup_restored_on_another_machine(tmp_path: Path) -> None:
    here, there = drills.folder_of(tmp_path, "here"), drills.folder_of(tmp_path, "there")
    async with stage_in(EMBEDDED, here) as stage:
        await drills.restored_on_another_machine(stage, drills.moved_to(stage, there))
