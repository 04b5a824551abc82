"""The section in which every drill is played with the whole county in it, in both worlds."""

import asyncio
import tempfile
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from deploy.demo.county import published_county
from deploy.demo.load import load
from tests.proof.drills import drills
from tests.proof.drills.stage import Stage, other_cluster, stage_in
from tests.proof.faults.servers import own_postgres
from tests.soak.tally import Tally
from tests.worlds import EMBEDDED, REAL, World

KEPT = 1_500
"""How many records of each partition a topic keeps that loses its end."""

Drill = Callable[[str, Path], Coroutine[Any, Any, None]]


async def county(stage: Stage, world: World) -> None:
    """Load the fictional county, and a few commands that what follows refers to."""
    await load(world.client, published_county(), world.tokens(), lambda *_: None)
    await drills.few(stage, world)


async def rehearsed() -> Tally:
    """Play every drill."""
    tally = Tally("drills")
    alike: dict[str, Callable[[Stage], Coroutine[Any, Any, None]]] = {
        "one restored earlier": partial(drills.one_restored_earlier, load=county),
        "written to while the bus was away": partial(
            drills.written_to_while_the_bus_was_away, load=county
        ),
        "topic deleted": partial(drills.topic_made_anew, keep=0, load=county),
        "topic lost its end": partial(drills.topic_made_anew, keep=KEPT, load=county),
        "everything restored": partial(drills.everything_restored, load=county),
    }
    for kind in (EMBEDDED, REAL):
        for name, drill in alike.items():
            await _one(tally, f"{kind} {name}", kind, partial(_on_stage, drill))
    await _one(tally, "embedded restored elsewhere", EMBEDDED, _elsewhere)
    with ExitStack() as servers:
        admin = await asyncio.to_thread(servers.enter_context, own_postgres())
        await _one(tally, "real moved to a new cluster", REAL, partial(_moved, admin))
    return tally


async def _one(tally: Tally, name: str, kind: str, drill: Drill) -> None:
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        await tally.take(name, drill(kind, Path(folder)))
    if not any(failure.startswith(f"{name}:") for failure in tally.failures):
        tally.notes.append(name)


async def _on_stage(
    drill: Callable[[Stage], Coroutine[Any, Any, None]], kind: str, folder: Path
) -> None:
    async with stage_in(kind, folder) as stage:
        await drill(stage)


async def _moved(admin: str, kind: str, folder: Path) -> None:
    async with stage_in(kind, folder) as stage, other_cluster(stage, admin) as urls:
        await drills.moved_to_a_new_cluster(stage, urls, county)


async def _elsewhere(kind: str, folder: Path) -> None:
    here, there = drills.folder_of(folder, "here"), drills.folder_of(folder, "there")
    async with stage_in(kind, here) as stage:
        await drills.restored_on_another_machine(stage, drills.moved_to(stage, there), county)
