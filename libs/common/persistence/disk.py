"""A disk that did not take what it was told to keep ends the process, before anything goes on."""

import logging
import os
import sqlite3
from typing import Final

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext

log = logging.getLogger(__name__)

EXIT_DISK: Final = 74
"""EX_IOERR of sysexits.h: the exit code of a process that a disk failed."""
FAILED_SYNCS: Final = frozenset({sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC})


def end_on_failed_sync(engine: Engine) -> None:
    """End the process when SQLite reports that an fsync failed.

    Linux then forgets what was to be written, and the next fsync says that all is well. What is on
    the disk is known again only from the files as a fresh start finds them.
    """

    @event.listens_for(engine, "handle_error")
    def _look(context: ExceptionContext) -> None:
        if getattr(context.original_exception, "sqlite_errorcode", None) in FAILED_SYNCS:
            log.critical("disk-failed")
            os._exit(EXIT_DISK)
