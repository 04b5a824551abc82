"""Every operation, by every role, on every relation, answered as the hand-written table says."""

import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.services import SERVICES
from libs.common.security import Role
from tests.architecture.roles.expected import CHILDREN, EXPECTED, OTHERS, REACHED, ROLES
from tests.architecture.roles.operations import operations
from tests.architecture.roles.stage import Stage, staged
from tests.architecture.roles.tried import Tried
from tests.journeys.casework import call
from tests.worlds import EMBEDDED, world_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

LEAST_CELLS = 2_000
LEAST_DAYS = 20
NOT_ALLOWED, HIDDEN, DONE = "not allowed", "hidden", "done"
ALWAYS = {"", "own"}
"""The relations on which every operation is tried, whoever asks."""
COUNTY = {*ALWAYS, "other-team", "unknown"}
"""Those on which a read of the whole county is tried, which does not look at the relation."""


MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
IN_MEMORY = MEMORY if MEMORY.is_dir() else None


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage() -> AsyncIterator[Stage]:
    """Return the county, in memory where there is a folder for that: none of it is to be kept."""
    with tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder:
        async with world_of(EMBEDDED, Path(folder), SERVICES) as world:
            yield await staged(world)


def wanted(tried: Tried, role: Role) -> str:
    """Return what the table says of one cell."""
    scope = EXPECTED[tried.row][role]
    if scope == "-":
        return NOT_ALLOWED
    if not tried.relation:
        return DONE
    reached = REACHED if tried.row in of_children() else OTHERS
    return DONE if tried.relation in reached[scope] else HIDDEN


def of_children() -> set[str]:
    """Return the rows that are about children."""
    return {row for row in EXPECTED if row not in _OTHERS}


_OTHERS = {
    *("read-staff", "judge-teaching", "read-judgement", "read-team", "hold-dialogue"),
    *("read-dialogue", "read-wave", "read-progress", "change-wave", "answer-for-school"),
    *("read-campaign", "change-campaign", "read-open-link", "change-open-link"),
    *(
        "read-school-answer",
        "read-complaint",
        "close-complaint",
        "raise-as-concern",
        "read-compliment",
        "read-draft",
    ),
}


def is_tried(tried: Tried, role: Role, drawn: str) -> bool:
    """Say whether a cell is tried: all that look at the relation, and some of the others.

    What a role may not do at all is refused before the relation is looked at. What it may do in
    the whole county is carried out on every relation once, so that there is what others may read.
    """
    scope = EXPECTED[tried.row][role]
    if scope == "-":
        return tried.relation in {*ALWAYS, drawn}
    return not (scope == "C" and tried.method == "GET") or tried.relation in {*COUNTY, drawn}


async def found(stage: Stage, tried: Tried, role: Role) -> tuple[str, bytes]:
    """Try one cell; return how it was answered, and with what."""
    version = {"If-Match": tried.version} if tried.version else {}
    who = stage.who(role)
    answer = await call(stage.world, tried.method, tried.url, tried.body, headers=who, **version)
    if answer.status_code == 403 and answer.json()["code"] == "not-allowed":
        return NOT_ALLOWED, b""
    if tried.listed:
        return _found_in_list(tried, answer.status_code, answer.text), b""
    if answer.status_code in tried.done:
        return DONE, b""
    if answer.status_code == tried.hidden:
        return HIDDEN, answer.content
    return f"{answer.status_code} {answer.text}", b""


def _found_in_list(tried: Tried, status: int, text: str) -> str:
    """A list is carried out for all who may ask: what they do not reach is not in it."""
    if status != 200:
        return f"{status} {text}"
    return DONE if tried.listed in text else HIDDEN


@pytest.mark.long  # alone: the others follow each other, so that a second stage does for both
@pytest.mark.timeout(300)
async def test_every_cell_is_answered_as_the_domain_brief_says(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where relations are not looked at, one is drawn for each role: the next run draws another."""
    counts: Counter[str] = Counter()
    wrong = []
    for role in ROLES:
        bodies: dict[tuple[str, str], dict[str, bytes]] = {}
        drawn = random.choice([*CHILDREN])
        for tried in operations(stage, role):
            if not is_tried(tried, role, drawn):
                continue
            want = wanted(tried, role)
            got, body = await found(stage, tried, role)
            counts[got if got == want else "wrong"] += 1
            if got != want:
                wrong.append(f"{role}: {tried.row} of {tried.relation}: {want}, but {got}")
            if got == HIDDEN and not tried.listed:
                place = tried.row, tried.url.rsplit("/", 1)[-1] if tried.version else ""
                bodies.setdefault(place, {})[tried.relation] = body
        wrong += _told_apart(role, bodies)
    with capsys.disabled():
        sys.stdout.write(f"\nroles: {counts.total()} cells, {dict(counts)}\n")
    assert not wrong, "\n".join(wrong)
    assert counts.total() >= LEAST_CELLS
    assert min(counts[DONE], counts[HIDDEN], counts[NOT_ALLOWED]) > 200


def _told_apart(role: Role, bodies: dict[tuple[str, str], dict[str, bytes]]) -> list[str]:
    """Find where what is not to be seen is answered otherwise than what does not exist."""
    return [
        f"{role}: {row} tells {sorted(by_relation)} apart"
        for (row, _), by_relation in bodies.items()
        if len(set(by_relation.values())) > 1
    ]


async def test_every_operation_is_in_the_matrix(stage: Stage) -> None:
    """Whichever the documents name with a permission is tried always, and no row is left over."""
    needed = [
        (method.upper(), re.sub(r"{[^}]+}", "[^/]+", path))
        for running in stage.world.system.running.values()
        for path, methods in running.api.openapi()["paths"].items()
        for method, operation in methods.items()
        if operation.get("x-permission") is not None
    ]
    always = [one for one in operations(stage, ROLES[0]) if one.relation in ALWAYS]
    tried = [(one.method, one.url.partition("?")[0]) for one in always]
    missed = [
        f"{method} {path}"
        for method, path in needed
        if not any(method == how and re.fullmatch(f"/[a-z]+{path}", url) for how, url in tried)
    ]
    assert len(needed) > 60
    assert missed == []
    assert {one.row for one in always} == {*EXPECTED}


LONG_AFTER = "2199-12-31"


async def test_a_day_that_cannot_be_is_refused_by_every_command(stage: Stage) -> None:
    """Each day that a body has is put at the end of time, one at a time, and named as the fault."""
    accepted, tried_days = [], set()
    for role in ROLES:
        for tried in operations(stage, role):
            allowed = EXPECTED[tried.row][role] == "C" and tried.relation in ALWAYS
            if not allowed or not isinstance(tried.body, dict):
                continue
            for name, value in tried.body.items():
                if not (name.endswith("_on") and value):
                    continue
                answer = await found(stage, _with(tried, name), role)
                tried_days.add((tried.row, name))
                if f'"/{name}"' not in answer[0]:
                    accepted.append(f"{role}: {tried.method} {tried.url} {name}: {answer[0]}")
    assert not accepted, "\n".join(accepted)
    assert len(tried_days) >= LEAST_DAYS


def _with(tried: Tried, name: str) -> Tried:
    return replace(tried, body={**tried.body, name: LONG_AFTER})
