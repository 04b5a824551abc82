"""The house rules that no linter knows. Each first makes sure that it found something to check."""

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from annotated_types import Ge, Le
from pydantic import BaseModel
from sqlalchemy import Connection, MetaData

from deploy.services import SERVICES
from libs.common.contracts import REGISTRY
from libs.common.http.declared import UndeclaredPermission, check_permissions
from libs.common.http.requests import ServiceRoute, router
from libs.common.persistence import tables
from libs.common.persistence.db import Database
from libs.common.persistence.migrations import configuration, upgrade
from libs.common.runtime.manifest import Service
from services.reporting.facts import NOT_HANDLED, subscriptions

ROOT = Path(__file__).parents[2]
SOURCES = [
    path
    for folder in ("libs", "services", "deploy")
    for path in (ROOT / folder).rglob("*.py")
    if "versions" not in path.parts
]


def test_every_route_declares_its_permission() -> None:
    routes = [r for service in SERVICES for one in service.routers for r in one.routes]
    assert len(routes) > 50
    for service in SERVICES:
        check_permissions(service.routers)
        for one in service.routers:
            for route in one.routes:
                assert isinstance(route, ServiceRoute)
                action = (route.openapi_extra or {})["x-permission"]
                assert action is None or action in service.grants, f"{route.path}: {action}"


def test_a_route_without_permission_stops_the_start() -> None:
    routes = router()
    routes.get("/forgotten")(lambda: None)
    with pytest.raises(UndeclaredPermission, match="/forgotten"):
        check_permissions([routes])


def test_nobody_commits_but_the_unit_of_work() -> None:
    assert len(SOURCES) > 80
    commits = {
        path.name
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
        and not (isinstance(node.func.value, ast.Name) and node.func.value.id == "importer")
    }
    assert commits == set()  # a block that ends well commits; nobody does so by hand


def test_a_number_is_held_to_the_narrowest_bounds_its_field_declares() -> None:
    """Of two bounds pydantic holds the last: `x: StrictInt64 = Field(ge=0)` is not held to 0.

    `x: Annotated[StrictInt64, Field(ge=0)]` is.
    """
    bounded = {
        f"{model.__module__}.{model.__name__}.{name}": field.metadata
        for model in _models(BaseModel)
        for name, field in model.model_fields.items()
        if any(isinstance(one, Ge | Le) for one in field.metadata)
    }
    assert len(bounded) > 10
    assert [name for name, metadata in bounded.items() if not _held(metadata)] == []


def _held(metadata: list[Any]) -> bool:
    least: list[Any] = [one.ge for one in metadata if isinstance(one, Ge)]
    most: list[Any] = [one.le for one in metadata if isinstance(one, Le)]
    return least[-1:] == sorted(least)[-1:] and most[-1:] == sorted(most)[:1]


def _models(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in base.__subclasses__():
        if model.__module__.startswith(("libs.", "services.")):
            yield model
        yield from _models(model)


def test_files_stay_short() -> None:
    tests = list((ROOT / "tests").rglob("*.py"))
    assert len(tests) > 200
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (*SOURCES, *tests)
        if (lines := len(path.read_text().splitlines())) > 400
    }
    assert long == {}


def test_every_event_is_handled_by_reporting_or_listed_as_not() -> None:
    assert len(REGISTRY) > 40
    assert subscriptions.handled.isdisjoint(NOT_HANDLED)
    assert subscriptions.handled | NOT_HANDLED == set(REGISTRY.values())


def test_every_event_is_documented_and_emitted() -> None:
    words = [path.read_text() for path in SOURCES if "events" not in path.relative_to(ROOT).parts]
    revisions = [path.read_text() for path in (ROOT / "services").rglob("versions/*.py")]
    assert len(revisions) > 10
    for event in REGISTRY.values():
        assert event.__doc__
        in_code = any(f"{event.__name__}(" in text for text in words)
        assert in_code or any(f"'{event.type()}'" in text for text in revisions), event.__name__


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_revision_is_written_with_all_tables_of_the_service_loaded(service: Service) -> None:
    """Metadata alone knows no table until the classes are imported; a revision would drop them."""
    assert (
        f"from services.{service.name}.service import"
        in (service.migrations / "env.py").read_text()
    )


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
async def test_migrations_lead_to_the_tables_of_the_code(service: Service, tmp_path: Path) -> None:
    assert len(ScriptDirectory.from_config(configuration(service.migrations)).get_heads()) == 1

    def drift(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection)
        both = MetaData()
        for table in (*tables.metadata.sorted_tables, *service.metadata.sorted_tables):
            table.to_metadata(both)
        return list(compare_metadata(context, both))

    database = Database(f"sqlite:///{tmp_path}/database.db")
    try:
        await upgrade(database, service.migrations)
        async with database.writing() as connection:
            found = await connection.run_sync(drift)
    finally:
        await database.close()
    assert found == [], f"make migration SERVICE={service.name} NAME=<number>_<what changed>"


def test_samples_of_every_event_open_for_ever() -> None:
    for event in REGISTRY.values():
        path = ROOT / "tests/contracts/samples" / f"{event.__name__}.v{event.major}.json"
        assert path.is_file(), "write the event's sample by hand"
        kept = json.loads(path.read_text())
        read = event.read(json.dumps(kept | {"added_later": {"x": 1}}).encode())
        assert json.loads(read.model_dump_json(exclude_unset=True)) == kept, event.__name__


def test_every_test_is_run_by_make_test_or_make_proof() -> None:
    options = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    tests = [path.relative_to(ROOT).parts for path in (ROOT / "tests").rglob("test_*.py")]
    assert len(tests) > 150
    making = (ROOT / "Makefile").read_text()
    [proof] = re.findall(r"^proof:.*\n\t@\$\(TESTS\) (.*) \$\(ARGS\)$", making, re.MULTILINE)
    assert {"/".join(parts[:2]) for parts in tests} == {*options["testpaths"], *proof.split()}
