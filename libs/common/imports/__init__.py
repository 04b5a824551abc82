"""Bulk: the single call's rules for many records at once, given as CSV or NDJSON."""

from libs.common.imports import handed_over
from libs.common.imports.files import FileForm, form_of
from libs.common.imports.gathering import MOST_ROWS, gathered, numbered
from libs.common.imports.handed_over import HAND_OVER, child_references
from libs.common.imports.importer import Importer, RowOutcome
from libs.common.imports.jobs_api import import_grants
from libs.common.imports.kinds import (
    CommandOutcome,
    ImportKind,
    Mode,
    Outcome,
    Row,
    named_by,
    part_of,
)
from libs.common.imports.kinds_api import import_kinds_router
from libs.common.imports.listed import ImportView
from libs.common.imports.putting_right import kinds_that_put_right
from libs.common.imports.records import read_rows
from libs.common.imports.route import imports_router, take_in
from libs.common.imports.tables import add_import_tables, forget_imports
from libs.common.imports.worker import ImportWorker

__all__ = [
    "HAND_OVER",
    "MOST_ROWS",
    "CommandOutcome",
    "FileForm",
    "ImportKind",
    "ImportView",
    "ImportWorker",
    "Importer",
    "Mode",
    "Outcome",
    "Row",
    "RowOutcome",
    "add_import_tables",
    "child_references",
    "forget_imports",
    "form_of",
    "gathered",
    "handed_over",
    "import_grants",
    "import_kinds_router",
    "imports_router",
    "kinds_that_put_right",
    "named_by",
    "numbered",
    "part_of",
    "read_rows",
    "take_in",
]
