"""The page that describes the report's files, made from the row and the kinds of file."""

from typing import Final

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from services.reporting.case_extract.rows import CaseRow
from services.reporting.outlets.files import FORMS
from services.reporting.outlets.rows import Row

_TOP: Final = """\
# The report's files

Generated from `services/reporting/outlets`. The page of a report and of a figure links to its
files. For programs, `GET /reporting/v1/reports/{year}` and `GET
/reporting/v1/figures/{id}?year=…` give them where `Accept` asks for the media type. Each file is
made from the same rows, which have passed the same gate as the page.

A row is one value: of a figure for the whole service or, broken down, for one group; or of a
statement. The columns keep their names, order and meaning; a new one is added at the end. A value
that is not there says why in `printed`, and is never an empty cell or a 0. No text in a file is
taken for a formula: one that begins as a formula has a `'` before it. A spreadsheet has the rows
on its first sheet, with numbers and days as such, and on the second, *Notes*, what the file is of
and what each column means.
"""


_CASES: Final = """
## The case extract

`GET /reporting/v1/case-extracts/{year}` gives one row a referral and the case that came of it, of
those that were under way on a day of the year, to the Head of Service and the county SEND officer.
It comes in the same kinds of file, but for the PDF. Case and child are pseudonyms, keyed digests:
without the key, which never leaves the installation, they lead to no id, and to no row of another
year's extract. They are the same in every extract of one year. It is personal data all the same:
days and characteristics tell who a child is to anybody who knows the child.
"""


def files_page() -> str:
    """Return the page as Markdown."""
    kinds = [f"| {form.words} | `{end}` | `{form.media}` |" for end, form in FORMS.items()]
    lines = ["| kind | name ends in | media type |", "| --- | --- | --- |", *kinds, ""]
    lines += ["## Columns", "", *_columns(Row), _CASES, *_columns(CaseRow)]
    return "\n".join([_TOP, *lines]) + "\n"


def _columns(model: type[BaseModel]) -> list[str]:
    columns = model.model_fields.items()
    return [
        "| column | kind | meaning |",
        "| --- | --- | --- |",
        *(f"| `{name}` | {_kind(one)} | {one.description} |" for name, one in columns),
    ]


def _kind(field: FieldInfo) -> str:
    """Return what kind of value a column holds, and whether it may be empty."""
    words = {"int": "whole number", "Decimal": "number", "date": "day"}
    inner = str(field.annotation)
    kind = next((word for name, word in words.items() if name in inner), "text")
    return f"{kind}, or empty" if "None" in inner else kind
