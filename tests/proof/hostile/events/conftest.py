"""Reporting's database in either world, and the log lines as production writes them."""

import io
import logging
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from libs.common.observability import logs
from libs.common.persistence.db import Database
from services.reporting.service import SERVICE as REPORTING
from tests.proof.hostile.events.logs_of_events import ReadModel
from tests.worlds import databases


@pytest.fixture
async def model(kind: str, tmp_path: Path) -> AsyncIterator[ReadModel]:
    async with databases(kind, tmp_path, [REPORTING]) as urls:
        database = Database(urls["reporting"])
        try:
            yield ReadModel(database)
        finally:
            await database.close()


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything logged, as it would be written; configuration is put back afterwards."""
    root = logging.getLogger()
    handlers, level, raising = root.handlers[:], root.level, logging.raiseExceptions
    hooks = sys.excepthook, threading.excepthook
    stream = io.StringIO()
    logs.configure("test", stream=stream)
    yield stream
    root.handlers[:], logging.raiseExceptions = handlers, raising
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    logging.getLogger("uvicorn.access").disabled = False
    sys.excepthook, threading.excepthook = hooks
