"""A migration that is killed anywhere leaves the schema old or new; two at once end well."""

from pathlib import Path

import pytest

from deploy.services import SERVICES
from libs.common.runtime.manifest import Service
from tests.proof.faults.migrating import killed_before_commit, killed_before_each, two_at_once

every_service = pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)


@every_service
async def test_a_migration_killed_before_its_commit_changes_nothing(
    kind: str, tmp_path: Path, service: Service
) -> None:
    await killed_before_commit(service, kind, tmp_path)


async def test_a_migration_killed_between_any_two_statements_changes_nothing(
    kind: str, tmp_path: Path
) -> None:
    assert await killed_before_each(kind, tmp_path) > 9, "the migration has many statements"


async def test_two_migrations_at_once_end_well(kind: str, tmp_path: Path) -> None:
    await two_at_once(SERVICES[0], kind, tmp_path)
