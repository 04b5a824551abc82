"""Bulk: the single call's rules for many records at once, given as CSV or NDJSON."""

from libs.common.imports import handed_over
from libs.common.imports.gathering import MOST_ROWS, gathered, numbered
from libs.common.imports.handed_over import child_references
from libs.common.imports.importer import Importer, ImportReport, RowOutcome
from libs.common.imports.kinds import (
    CommandOutcome,
    ImportKind,
    Mode,
    Outcome,
    Row,
    named_by,
)
from libs.common.imports.records import read_rows
from libs.common.imports.route import imports_router

__all__ = [
    "MOST_ROWS",
    "CommandOutcome",
    "ImportKind",
    "ImportReport",
    "Importer",
    "Mode",
    "Outcome",
    "Row",
    "RowOutcome",
    "child_references",
    "gathered",
    "handed_over",
    "imports_router",
    "named_by",
    "numbered",
    "read_rows",
]
