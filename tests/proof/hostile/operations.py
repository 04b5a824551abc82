"""The operations of the four documents, and bodies that are right but for one thing."""

import json
import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import func, select

from deploy.services import SERVICES
from libs.common.persistence import tables
from libs.common.security import Role
from tests.worlds import World

DOCUMENTS = Path(__file__).parents[3] / "docs/api"
ID = "0b5d1c1e-6f0a-4f62-9d5e-1f2a3b4c5d6e"
PATH = {
    "week_beginning": "2018-10-01",
    "source": "survey",
    "figure_id": "service.teams",
} | dict.fromkeys(("year", "academic_year"), "2018-19")
DAY = "2018-10-01"
TYPED = {"integer": 1, "boolean": True, "string": "A1", "number": 1}
FORMATTED = {"date": "2018-10-01", "uuid": ID, "date-time": "2018-10-01T09:00:00Z"}
in_one_world = pytest.mark.asyncio(loop_scope="module")
"""The mark of tests that share a module's `one_world`: they run where it was started."""
DRAWN = int(os.environ.get("HOSTILE_DRAWN", "40"))
"""Of how many operations, or fields, what all answer alike is asked: of all in a soak."""
T = TypeVar("T")
Schema = dict[str, Any]
Where = tuple[str | int, ...]


@dataclass(frozen=True)
class Leaf:
    """A single value in a body: where it lies, and what the document says of it."""

    where: Where
    schema: Schema

    @property
    def pointer(self) -> str:
        return "".join(f"/{part}" for part in self.where)

    def is_(self, kind: str, form: str | None = None) -> bool:
        options = self.schema.get("anyOf", [self.schema])
        return any(one.get("type") == kind and one.get("format") == form for one in options)

    @property
    def codes(self) -> list[str]:
        """The only values it takes, where they are listed."""
        options = self.schema.get("anyOf", [self.schema])
        listed: list[list[str]] = [
            one.get("enum") or ([one["const"]] if "const" in one else []) for one in options
        ]
        return [code for codes in listed for code in codes]


@dataclass(frozen=True)
class Operation:
    """One method at one path."""

    service: str
    method: str
    template: str
    schemas: dict[str, Schema]
    details: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method} /{self.service}{self.template}"

    @property
    def action(self) -> str | None:
        found: str | None = self.details.get("x-permission")
        return found

    @property
    def url(self) -> str:
        path = self.template
        for parameter in self.details.get("parameters", []):
            if parameter["in"] == "path":
                name = parameter["name"]
                given = ID if name.endswith("_id") or name == "subject" else "A1"
                given = DAY if name.endswith("_on") else given
                if name in {"number", "version"}:  # a note's, an edition's, a method's
                    given = parameter["schema"].get("examples", ["1"])[0]
                path = path.replace(f"{{{name}}}", PATH.get(name, given))
        query = "?kind=x&mode=check" if path.endswith("imports") else ""
        return f"/{self.service}{path}{query}"

    @property
    def headers(self) -> dict[str, str]:
        named = {parameter["name"] for parameter in self.details.get("parameters", [])}
        return {"If-Match": '"1"'} if "If-Match" in named else {}

    @cached_property
    def body(self) -> Schema | None:
        content = self.details.get("requestBody", {}).get("content", {})
        found: Schema | None = content.get("application/json", {}).get("schema")
        return found

    def resolved(self, schema: Schema) -> Schema:
        if "$ref" in schema:
            return self.resolved(self.schemas[schema["$ref"].rsplit("/", 1)[1]])
        options: list[Schema] = schema.get("anyOf") or schema.get("oneOf") or []
        inner = [self.resolved(one) for one in options if one.get("type") != "null"]
        return inner[0] if len(inner) == 1 else {**schema, "anyOf": inner} if inner else schema

    def example(self, schema: Schema | None = None) -> Any:
        """Return a body in the right form, every field given, each list with one item."""
        schema = self.resolved(schema if schema is not None else self.body or {})
        if "anyOf" in schema:
            return self.example(schema["anyOf"][0])
        if "properties" in schema:
            return {name: self.example(one) for name, one in schema["properties"].items()}
        if schema.get("type") == "array":
            return [self.example(schema["items"])] if "items" in schema else []
        if "const" in schema or "enum" in schema:
            return schema.get("const") or schema["enum"][0]
        if schema.get("type") == "object":
            return {}
        return FORMATTED.get(schema.get("format", ""), TYPED.get(schema.get("type", ""), "A1"))

    def leaves(self, schema: Schema | None = None, where: Where = ()) -> Iterator[Leaf]:
        """Yield every single value of a body."""
        schema = self.resolved(schema if schema is not None else self.body or {})
        if "properties" in schema:
            for name, one in schema["properties"].items():
                yield from self.leaves(one, (*where, name))
        elif schema.get("type") == "array" and "items" in schema:
            yield from self.leaves(schema["items"], (*where, 0))
        elif schema.get("type") != "object":
            yield Leaf(where, schema)

    def objects(self, schema: Schema | None = None, where: Where = ()) -> Iterator[Where]:
        """Yield where every object of a body lies."""
        schema = self.resolved(schema if schema is not None else self.body or {})
        if "properties" in schema:
            yield where
            for name, one in schema["properties"].items():
                yield from self.objects(one, (*where, name))
        elif schema.get("type") == "array" and "items" in schema:
            yield from self.objects(schema["items"], (*where, 0))

    def with_value(self, where: Where, value: Any) -> Any:
        """Return the example with one value replaced or added."""
        body = inner = self.example()
        for part in where[:-1]:
            inner = inner[part]
        inner[where[-1]] = value
        return body


def _operations() -> Iterator[Operation]:
    for service in SERVICES:
        document = json.loads((DOCUMENTS / f"{service.name}.openapi.json").read_text())
        schemas = document["components"]["schemas"]
        for path, methods in document["paths"].items():
            for method, details in methods.items():
                yield Operation(service.name, method.upper(), path, schemas, details)


OPERATIONS = list(_operations())
WRITES = [one for one in OPERATIONS if one.body is not None]
"""Those that take a JSON body."""


def drawn(of: Sequence[T]) -> Sequence[T]:
    """Return some of what all answer alike, because one reader or one type does it for all.

    The next run draws others; the seed that a run prints draws the same again.
    """
    return random.sample(of, min(len(of), DRAWN))


async def sent(world: World, operation: Operation, content: Any, **headers: str) -> httpx.Response:
    """Send a body to an operation as the Head of Service: JSON, unless it is bytes already."""
    given = content if isinstance(content, bytes) else json.dumps(content).encode()
    own = {**able(world, operation), "Content-Type": "application/json"}
    return await world.client.request(
        operation.method, operation.url, content=given, headers=own | headers
    )


def able(world: World, operation: Operation) -> dict[str, str]:
    """Return the headers of somebody who may do what an operation does."""
    granted = world.system.running[operation.service].service.grants.get(operation.action or "")
    if granted and Role.HEAD_OF_SERVICE not in granted:
        return {**world.as_(next(iter(granted))), **operation.headers}
    return {**head_of_service(world), **operation.headers}


def head_of_service(world: World) -> dict[str, str]:
    """Return the headers of the Head of Service: one token a test, because signing takes time."""
    if not hasattr(world, "head"):
        world.head = world.as_(Role.HEAD_OF_SERVICE)  # type: ignore[attr-defined]
    return {**world.head, "Idempotency-Key": str(uuid4())}  # type: ignore[attr-defined]


def refused(answer: httpx.Response, status: int) -> dict[str, Any]:
    """Check that an answer is a refusal in the one form, and return it."""
    what = f"{answer.request.method} {answer.request.url}: {answer.text}"
    assert answer.status_code == status, what
    assert answer.headers["content-type"] == "application/problem+json", what
    assert answer.headers["cache-control"] == "no-store"
    document: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "code"} <= document.keys()
    assert document["status"] == status
    return document


async def nothing_stored(world: World) -> None:
    """Check that no service keeps an event, an answer, or a row of its own."""
    for service in SERVICES:
        async with world.database(service.name).reading() as connection:
            kept = (tables.event, tables.idempotency, *service.metadata.sorted_tables)
            counts = (select(func.count()).select_from(table) for table in kept)
            named = zip(kept, counts, strict=True)
            query = select(*(one.scalar_subquery().label(table.name) for table, one in named))
            found = (await connection.execute(query)).mappings().one()
        assert {name: count for name, count in found.items() if count} == {}
