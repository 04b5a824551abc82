"""Extracts of the national register, read by the names of their columns."""

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated

from fastapi import Query, Request
from pydantic import TypeAdapter
from pydantic import ValidationError as PydanticError

from libs.common.core.errors import BadRequest, Rejected, UnsupportedMediaType, ValidationError
from libs.common.core.fields import Day, Text
from libs.common.http.requests import Guard, available, permission, router
from libs.common.imports import (
    Importer,
    ImportKind,
    ImportReport,
    Mode,
    Row,
    gathered,
    named_by,
    numbered,
)
from libs.common.persistence.uow import RequestContext, UnitOfWork
from services.referral.schools.commands import SchoolRow, record_school
from services.referral.schools.domain import RegisterRow, School

routes = router()

TYPE = "TypeOfEstablishment (code)"
NEITHER = "\N{REPLACEMENT CHARACTER}"
"""What stands for a byte that is neither UTF-8 nor Windows-1252."""

READABLE: TypeAdapter[str] = TypeAdapter(Text)
Line = Mapping[str, str | None]

NEEDED = (
    "URN",
    "LA (code)",
    "EstablishmentName",
    TYPE,
    "EstablishmentStatus (code)",
    "PhaseOfEducation (code)",
)


def read_extract(body: bytes, snapshot_on: date) -> Iterator[Row[SchoolRow]]:
    """Read an extract: columns by name, in any order, with any others beside them.

    The extract is published in Windows-1252; one saved again as UTF-8 is taken as well.
    """
    text = io.StringIO(_text(body), newline="")
    lines = csv.DictReader((line for _, line in numbered(text)), strict=True)
    try:
        _check_columns(lines.fieldnames or ())
        for number, line in enumerate(lines, 1):
            yield _row(number, line, snapshot_on)
    except csv.Error:
        raise BadRequest(
            code="not-csv", detail=f"The file is not CSV near line {lines.line_num}."
        ) from None


def _check_columns(names: Collection[str]) -> None:
    missing = [name for name in NEEDED if name not in names]
    if missing:
        errors = [
            ValidationError("missing-column", "The column is missing.", parameter=n)
            for n in missing
        ]
        raise Rejected(code="columns-not-valid", errors=errors)


def _text(body: bytes) -> str:
    """Read what is not UTF-8 as Windows-1252; a byte that is neither spoils its own cell only."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def _row(number: int, line: Line, snapshot_on: date) -> Row[SchoolRow]:
    errors: list[ValidationError] = []
    row = RegisterRow(
        urn=_whole(line, "URN", errors) or 0,
        la_code=_whole(line, "LA (code)", errors) or 0,
        establishment_number=_whole(line, "EstablishmentNumber", errors, needed=False),
        name=_name(line, errors),
        establishment_type=f"{_whole(line, TYPE, errors, most=99) or 0:02}",
        phase=_whole(line, "PhaseOfEducation (code)", errors) or 0,
        status=_whole(line, "EstablishmentStatus (code)", errors) or 0,
        low_age=_whole(line, "StatutoryLowAge", errors, needed=False),
        high_age=_whole(line, "StatutoryHighAge", errors, needed=False),
        opened_on=_day(line, "OpenDate", errors),
        closed_on=_day(line, "CloseDate", errors),
    )
    if errors:
        return Row(number, None, Rejected(code="not-valid", errors=errors))
    return Row(number, SchoolRow(row=row, snapshot_on=snapshot_on))


def _name(line: Line, errors: list[ValidationError]) -> str:
    text = (line["EstablishmentName"] or "").strip()[:200]
    try:
        return READABLE.validate_python(text.replace(NEITHER, "\0"))
    except PydanticError:
        errors.append(
            ValidationError(
                "not-readable", "The cell does not hold readable text.", "/EstablishmentName"
            )
        )
        return ""


def _whole(
    line: Line,
    name: str,
    errors: list[ValidationError],
    *,
    needed: bool = True,
    most: int = 999_999_999,
) -> int | None:
    """Read a code or number; the register pads some codes, so that "2" and "02" are the same."""
    text = (line.get(name) or "").strip()
    if text.isascii() and text.isdigit() and len(text) <= 9:
        if int(text) <= most:
            return int(text)
        errors.append(
            ValidationError("out-of-range", f"The code must be at most {most}.", f"/{name}")
        )
    elif needed or text:
        errors.append(
            ValidationError("not-a-number", "The cell must be a whole number.", f"/{name}")
        )
    return None


def _day(line: Line, name: str, errors: list[ValidationError]) -> date | None:
    text = (line.get(name) or "").strip()
    if not text:
        return None
    try:
        return datetime.strptime(text, "%d-%m-%Y").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        errors.append(
            ValidationError(
                "not-a-day", "The cell must be a day written as dd-mm-yyyy.", f"/{name}"
            )
        )
        return None


async def _preload(uow: UnitOfWork, rows: Sequence[SchoolRow]) -> None:
    await uow.preload(School, "urn", [row.row.urn for row in rows])


SCHOOLS = ImportKind(
    "schools", SchoolRow, "school.write", record_school, named_by("row.urn"), _preload
)


@routes.post(
    "/v1/school-extracts",
    openapi_extra={
        **permission("school.write", own_transactions=True),
        "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}},
    },
    tags=["schools"],
)
async def post_school_extract(
    request: Request,
    snapshot_on: Annotated[Day, Query()],
    mode: Annotated[Mode, Query()],
) -> ImportReport:
    """Read an extract of the national register. No school is ever deleted."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "text/csv":
        raise UnsupportedMediaType(detail="Send text/csv.")
    context: RequestContext = request.state.context
    if snapshot_on > context.access.today:  # every extract until then would pass for an older one
        detail = "This day is yet to come."
        raise Rejected(errors=[ValidationError("in-the-future", detail, parameter="snapshot_on")])
    rows = await gathered(read_extract(await request.body(), snapshot_on))
    guard: Guard = request.app.state.guard
    importer = Importer(guard, context, SCHOOLS)
    async with available():
        await (importer.commit(rows) if mode == "commit" else importer.check(rows))
    return importer.report(mode)
