"""Writes the page of the files that are taken in bulk, from the kinds of the services."""

from pathlib import Path
from typing import Any, Final

from libs.common.imports import ImportKind
from libs.common.imports.described import ColumnView, columns, words
from services.assessment.service import KINDS as ASSESSMENT
from services.assessment.service import PUT_RIGHT as ASSESSMENT_PUT_RIGHT
from services.referral.service import KINDS as REFERRAL
from services.referral.service import PUT_RIGHT as REFERRAL_PUT_RIGHT
from services.survey.service import KINDS as SURVEY
from services.survey.service import PUT_RIGHT as SURVEY_PUT_RIGHT

KINDS: Final = {"referral": REFERRAL, "assessment": ASSESSMENT, "survey": SURVEY}
"""The kinds of each service, in the order in which a county loads them."""

PUT_RIGHT: Final = {
    "referral": REFERRAL_PUT_RIGHT,
    "assessment": ASSESSMENT_PUT_RIGHT,
    "survey": SURVEY_PUT_RIGHT,
}
"""The kinds of corrections and withdrawals, which follow from their routes."""

EXAMPLES: Final = Path("docs/imports")

_HEAD: Final = """\
# Files: what is taken in bulk

Made from the code by `make docs`. Every record that a single call takes may come in a file: CSV
or a workbook (a header of column names) or NDJSON (a JSON object a line), by `POST
/<service>/v1/imports?kind=…&mode=check` or `mode=commit`. The services say the same of
themselves: `GET /<service>/v1/import-kinds`, with a kind's columns and JSON Schema at
`…/import-kinds/{kind}` and an empty file at `…/import-kinds/{kind}/template`.

- A column's name is the path of a field: `child.reference`, or `plans.0.reference` for the first
  record of a list, `plans.1.…` for the second. Their order does not matter, and a column that is
  not needed may be left out.
- An empty cell says nothing; the cell `\\N` empties a field ([what a push leaves
  out](pushes.md)). Several values are written with a semicolon between them.
- Wherever our id is asked for, the county's own key may be given in its place: one of the two,
  never both. A child is named by scheme and reference or, in referral, by pupil number; a case is
  the child's on the day of the row; a referral, result or response that shares its reference with
  another's is named with its child or wave as well.
- Assessment and survey know children's references once they were handed over: `GET
  /referral/v1/child-references` gives a file that each takes as the kind `child-references`.
- The same file again changes nothing.

An import is a job ([ADR 41](adr/0041-an-import-is-a-job.md)). The POST answers 202, with its
address in `Location`:

| request | what it does |
| --- | --- |
| `GET …/imports/{id}` | how far it is, with counts; `Prefer: wait=5` waits for its end |
| `GET …/imports/{id}/rows?outcome=refused` | what became of each row: number, key, code, faults |
| `GET …/imports/{id}/errors` | the refused rows, to be mended and sent again: for you, 30 days |
| `POST …/imports/{id}/cancel` | goes no further; what it did stands |
| `GET …/imports` | yours, the latest first |

`atomic=all` takes all of at most 2,500 rows or none: if one is refused the others are `skipped`.
Otherwise each row is taken or refused by itself.

What a spreadsheet saves is read as it is:

- *Charset.* UTF-8, or what `Content-Type` says: `text/csv; charset=windows-1252` (Excel's "CSV") or
  `charset=utf-16` (its "Unicode text"). A file that is half in one and half in another is refused.
- *Separator.* Commas, semicolons or tabs, as the header has them; `separator=semicolon` says so.
- *Days.* ISO, `2018-09-03`; with `dates=dd/mm/yyyy` also `3/9/2018`, in the whole file.
- *Cells.* `TRUE` is `true`. Blanks around a cell, no-break ones too, are nothing. Columns and rows
  at the end may be empty. An empty cell of a list that is needed is an empty list. A `'` before a
  formula's first sign is taken off again.
- *Workbooks.* An .xlsx is sent as it is, with its `Content-Type`; the first sheet is read, or the
  one that `sheet=` names. A cell is what its type says: a day is a day however it is shown, a yes
  or no is `true` or `false`, a number is as short as it can be (0.8, 12), and text stays text,
  `0012` too. Of a formula it is the value that the spreadsheet last reckoned; one without a value,
  or a cell that shows an error such as `#N/A`, is refused by the name of the cell. The error file
  is a workbook again. A workbook has 500 parts at most, and unpacks to 50 times its size at most.
- *Numbers of rows* are the spreadsheet's: the header is row 1, and blank rows count.

The examples follow one child through the year; nothing in them is real.
"""


_PUT_RIGHT: Final = """
## Corrections and withdrawals

Whatever a single call corrects or withdraws may be put right by a file too, a row a call; each row
has a `reason`, as the call has, and may have a `note`. A row names no version: it is of what is
there. A case is named by our id or by its child and a day `case.on` on which it was open; a record
of a day by that day, which is `formerly_on` where the correction tells another. A record
that was withdrawn already is `unchanged`; a step or a span that was, such as an ending, is refused.

| kind | a row | columns | in place of ids | permission |
| --- | --- | --- | --- | --- |
"""


def imports_page() -> str:
    """Return the page: the rules, and each kind with its columns and an example."""
    parts = [_HEAD]
    for service, kinds in KINDS.items():
        parts.append(f"\n## {service.capitalize()}\n")
        parts += [_kind(service, kind) for kind in kinds]
    rows = (_put_right(service, kind) for service, kinds in PUT_RIGHT.items() for kind in kinds)
    return "".join((*parts, _PUT_RIGHT, *rows))


def _put_right(service: str, kind: ImportKind[Any]) -> str:
    said = [one for one in columns(kind) if one.name not in {"reason", "note"}]
    needed = ", ".join(f"`{one.name}`" for one in said if one.instead_of is None)
    keys = ", ".join(f"`{one.name}`" for one in said if one.instead_of)
    return f"| {service} `{kind.kind}` | {words(kind)} | {needed} | {keys} | `{kind.action}` |\n"


def _kind(service: str, kind: ImportKind[Any]) -> str:
    rows = "".join(map(_row, columns(kind)))
    example = example_of(service, kind.kind).read_text()
    return (
        f"\n### {kind.kind}\n\n{words(kind)} Permission: `{kind.action}`.\n\n"
        "| column | needed | a cell holds | in place of |\n| --- | --- | --- | --- |\n"
        f"{rows}\n```csv\n{example}```\n"
    )


def _row(column: ColumnView) -> str:
    several = "several: " if column.several else ""
    codes = ", ".join(f"`{code}`" for code in column.codes)
    pattern = f" that matches `{_escaped(column.pattern)}`" if column.pattern else ""
    instead = f"`{column.instead_of}`" if column.instead_of else ""
    holds = several + (codes or column.form + pattern)
    return f"| `{column.name}` | {'yes' if column.needed else ''} | {holds} | {instead} |\n"


def _escaped(pattern: str) -> str:
    return pattern.replace("|", "\\|")


def example_of(service: str, kind: str) -> Path:
    """Return the file of the example of a kind."""
    return EXAMPLES / service / f"{kind}.csv"
