"""Revisions that change what rows say, on rows that are there."""

import json
from pathlib import Path
from uuid import uuid4

from alembic import command
from sqlalchemy import create_engine, text

from libs.common.persistence.migrations import configuration
from services.reporting.service import SERVICE

EDITION = (
    "INSERT INTO edition (id, academic_year, known_at, drafted_by, state, void, parts_version,"
    " row_version, event_version)"
    " VALUES (:id, '2018-19', '2019-12-10', 'head', :state, false, 0, 1, 0)"
)
CONTENT = "INSERT INTO edition_content (edition_id, body, sha256) VALUES (:id, :body, '')"


def test_of_two_open_drafts_one_stays_and_methods_know_their_editions(tmp_path: Path) -> None:
    config = configuration(SERVICE.migrations)
    engine = create_engine(f"sqlite:///{tmp_path}/reporting.db")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0020")
        ids = [uuid4().hex for _ in range(3)]
        for id_, state in zip(ids, ("draft", "review", "published"), strict=True):
            connection.execute(text(EDITION), {"id": id_, "state": state})
        used = (("service.teams", 2), ("service.schools", 1))
        methods = [{"figure": figure, "version": version} for figure, version in used]
        body = json.dumps({"methods": methods})
        connection.execute(text(CONTENT), {"id": ids[2], "body": body})
        command.upgrade(config, "0021")
        open_ = "SELECT id FROM edition WHERE NOT void AND state <> 'published'"
        assert connection.execute(text(open_)).scalars().all() == [min(ids[:2])]
        served = "SELECT edition_id, figure, version FROM method_served ORDER BY version"
        assert connection.execute(text(served)).all() == [
            (ids[2], "service.schools", 1),
            (ids[2], "service.teams", 2),
        ]
        command.downgrade(config, "0020")
    engine.dispose()
