"""Every operation of every document: invented requests, documented answers alone."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from schemathesis import engine
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events

from deploy.services import SERVICES
from libs.common.runtime.manifest import Service
from libs.common.security import Role
from tests.proof.hostile.serving import served
from tests.worlds import EMBEDDED, REAL, World, world_of

SOAK_EXAMPLES = int(os.environ.get("SOAK_EXAMPLES", "0"))
NOBODY = "nobody"
CALLERS = (NOBODY, *Role) if SOAK_EXAMPLES else (Role.HEAD_OF_SERVICE,)
"""By whom: each day by one who may do nearly all, and so is answered in most ways. What others are
answered is held to the documents cell by cell in tests/architecture/roles (tests/answers.py)."""
EXAMPLES = -(-SOAK_EXAMPLES // len(CALLERS)) or 2
"""How many are drawn an operation by each caller; SOAK_EXAMPLES is what all draw together."""
SEED = 2018
"""The same requests each time: what is new is looked for where SOAK_EXAMPLES asks for more."""
CONFIGURATION = Path(__file__).parent / "schemathesis.toml"
MOST = (EMBEDDED, Role.HEAD_OF_SERVICE)
"""Where and by whom everything that a document suggests is tried; the others are mostly refused
all the same, and what a document says does not depend on the database."""

CASES = [
    *(pytest.param(EMBEDDED, who, id=f"{EMBEDDED}-{who}") for who in CALLERS),
    pytest.param(REAL, Role.HEAD_OF_SERVICE, id="real-head-of-service", marks=pytest.mark.real),
]


def headers_of(world: World, who: str) -> dict[str, str]:
    """Return the headers of somebody of a role who stands for things of their own."""
    if who == NOBODY:
        return {}
    own = {name: [uuid4()] for name in ("teams", "schools", "children")}
    return {"Authorization": world.as_(who, staff_id=uuid4(), **own)["Authorization"]}


def configured(world_kind: str, who: str, headers: dict[str, str]) -> SchemathesisConfig:
    """Return the configuration for one caller."""
    config = SchemathesisConfig.from_path(CONFIGURATION)
    if not SOAK_EXAMPLES:
        config.update(seed=SEED, max_failures=config.max_failures)
    config.projects.default.update(headers=headers)
    config.projects.default.generation.update(max_examples=EXAMPLES)
    config.projects.default.phases.coverage.enabled = (
        bool(SOAK_EXAMPLES) or (world_kind, who) == MOST
    )
    return config


def tried(schema: Any) -> tuple[set[str], list[str]]:
    """Try a document's operations; return which, and what was wrong with their answers."""
    labels: set[str] = set()
    wrong: list[str] = []
    for event in engine.from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            wrong.append(
                f"{event.label if isinstance(event, events.NonFatalError) else ''}: {event}"
            )
        if isinstance(event, events.ScenarioFinished):
            if event.recorder.has_responses():
                labels.add(event.recorder.label)
            wrong.extend(_failures(event.recorder))
    return labels, wrong


def _failures(recorder: Any) -> Iterator[str]:
    for case, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                found = recorder.interactions[case]
                yield (
                    f"{recorder.label}: {check.name}: {check.failure_info.failure}\n"
                    f"  {found.request.method} {found.request.uri} {found.request.headers}\n"
                    f"  {found.request.body!r:.300}\n  -> {found.response.status_code}"
                )


# It warns of how long it takes to print what it invented, and of how schemathesis draws.
@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
@pytest.mark.timeout(600 + 60 * SOAK_EXAMPLES)
@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
@pytest.mark.parametrize(("world_kind", "who"), CASES)
async def test_every_operation_answers_as_its_document_says(
    world_kind: str, who: str, service: Service, tmp_path: Path
) -> None:
    async with world_of(world_kind, tmp_path, [service]) as world, served(world) as port:
        document = (await world.client.get(f"/{service.name}/openapi.json")).json()
        config = configured(world_kind, who, headers_of(world, who))
        schema = schemathesis.openapi.from_dict(document, config=config)
        config.projects.default.update(base_url=f"http://127.0.0.1:{port}/{service.name}")
        labels, wrong = await asyncio.to_thread(tried, schema)
    operations = {f"{m.upper()} {path}" for path, ops in document["paths"].items() for m in ops}
    assert len(operations) >= 7
    assert labels == operations
    assert wrong == [], "\n".join(wrong[:10])
