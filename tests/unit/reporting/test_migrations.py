"""Revisions that change what rows say, on rows that are there."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from libs.common.persistence.migrations import configuration
from services.reporting.service import SERVICE

EDITION = (
    "INSERT INTO edition (id, academic_year, known_at, drafted_by, state, void, parts_version,"
    " row_version, event_version)"
    " VALUES (:id, '2018-19', '2019-12-10', 'head', :state, false, :parts, 1, 0)"
)
CONTENT = "INSERT INTO edition_content (edition_id, body, sha256) VALUES (:id, :body, '')"


@pytest.mark.parametrize(
    ("first", "second"),
    [(("draft", 9), ("review", 1)), (("draft", 1), ("draft", 2)), (("review", 1), ("review", 2))],
)
def test_of_two_open_drafts_the_further_one_stays_and_methods_know_their_editions(
    tmp_path: Path, first: tuple[str, int], second: tuple[str, int]
) -> None:
    config = configuration(SERVICE.migrations)
    engine = create_engine(f"sqlite:///{tmp_path}/reporting.db")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0020")
        ids = sorted(uuid4().hex for _ in range(3))
        for id_, (state, parts) in zip(ids, (first, second, ("published", 0)), strict=True):
            row = {"id": id_, "state": state, "parts": parts}
            connection.execute(text(EDITION), row)
        used = (("service.teams", 2), ("service.schools", 1))
        methods = [{"figure": figure, "version": version} for figure, version in used]
        body = json.dumps({"methods": methods})
        connection.execute(text(CONTENT), {"id": ids[2], "body": body})
        command.upgrade(config, "0025")
        open_ = "SELECT id FROM edition WHERE NOT void AND state <> 'published'"
        assert connection.execute(text(open_)).scalars().all() == [ids[1]]
        served = "SELECT edition_id, figure, version FROM method_served ORDER BY version"
        assert connection.execute(text(served)).all() == [
            (ids[2], "service.schools", 1),
            (ids[2], "service.teams", 2),
        ]
        cuts = connection.execute(text("SELECT edition_id, known_at FROM edition_cut")).all()
        assert sorted(cuts) == [(id_, "2019-12-10") for id_ in sorted(ids)]
        command.downgrade(config, "0020")
    engine.dispose()
