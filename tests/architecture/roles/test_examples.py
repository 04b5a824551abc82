"""Each body that an operation takes has an example in the document: what the table of roles sends.

That table is tried, so an example is a body that was taken. ``python -m
tests.architecture.roles.test_examples`` writes them anew.
"""

import asyncio
import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest

from deploy.services import SERVICES
from libs.common.security import Role
from tests.architecture.roles.operations import operations
from tests.architecture.roles.papers import ON_NO_PAPER
from tests.architecture.roles.stage import Stage, staged
from tests.architecture.roles.test_matrix import stage
from tests.architecture.roles.tried import Tried
from tests.architecture.test_put_right import CHANGING, Operation
from tests.mutants.planted import ROOT
from tests.worlds import EMBEDDED, world_of

__all__ = ["stage"]
in_one_loop = pytest.mark.asyncio(loop_scope="module")

ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
CODE: Final = re.compile(r'"[2-9B-Z]{4}-[2-9B-Z]{4}"')
NUMBERED: Final = re.compile(r'"M[0-9]+"')


def _taken() -> list[Operation]:
    """Return the operations that take a body of JSON."""
    return [
        one
        for one in CHANGING
        if "application/json" in one.said.get("requestBody", {}).get("content", {})
    ]


def _plain(body: Any) -> Any:
    """Return a body with made-up ids, which are the same whenever it is sent."""
    number, known = count(1), dict[str, str]()

    def id_of(found: re.Match[str]) -> str:
        return known.setdefault(found[0], f"00000000-0000-4000-8000-{next(number):012}")

    told = CODE.sub(f'"{ON_NO_PAPER}"', ID.sub(id_of, json.dumps(body)))
    return json.loads(NUMBERED.sub('"M1"', told))


def _sent(tried: list[Tried], one: Operation) -> Iterator[Any]:
    path = re.sub(r"{[^}]+}", "[^/]+", f"/{one.service}{one.path}")
    for each in tried:
        if each.method == one.method and each.body and re.fullmatch(path, each.url.split("?")[0]):
            yield _plain(each.body)


def examples(county: Stage) -> dict[str, dict[str, Any]]:
    """Return for each service the first body that is sent to each operation."""
    tried = [one for role in (Role.HEAD_OF_SERVICE, *Role) for one in operations(county, role)]
    found: dict[str, dict[str, Any]] = {service.name: {} for service in SERVICES}
    for one in _taken():
        body = next(_sent(tried, one), None)
        if body is not None:
            found[one.service][f"{one.method} {one.path}"] = body
    return found


@in_one_loop
async def test_an_example_is_what_is_sent(stage: Stage) -> None:
    found = examples(stage)
    for service in SERVICES:
        assert dict(service.examples) == found[service.name], service.name


def test_every_body_has_an_example() -> None:
    without = {one.name for one in _taken() if "example" not in _json(one)}
    assert len(_taken()) > 100
    assert without == set()


def _json(one: Operation) -> Mapping[str, Any]:
    content: Mapping[str, Any] = one.said["requestBody"]["content"]["application/json"]
    return content


async def _write() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with world_of(EMBEDDED, Path(folder), SERVICES) as world:
            for service, bodies in examples(await staged(world)).items():
                text = json.dumps(bodies, indent=1, sort_keys=True, ensure_ascii=False)
                (ROOT / "services" / service / "examples.json").write_text(text + "\n")


if __name__ == "__main__":
    asyncio.run(_write())
