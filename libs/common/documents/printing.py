"""Documents to print: PDF from a template of ours and plain data, by Typst (ADR 0052).

Data comes in as JSON and is text wherever it stands: nothing in it is read as markup, and a
template can open nothing but what lies beside it here. Each PDF is tagged and conforms to PDF/UA-1,
or is not made: a picture without words for it is a fault.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from libs.common.core.errors import Rejected
from libs.common.documents.extras import extra

MEDIA: Final = "application/pdf"
MODULE: Final = "typst"
_NO_LETTER: Final = "could not be displayed with"
"""What Typst says of it; a PDF with a gap in place of a letter would not be accessible."""
_BASE: Final = Path(__file__).parent / "base"
"""A folder with what every template may import, and nothing else."""


class LettersNotPrinted(Rejected):
    """Something is written in letters that the fonts of documents do not have."""

    detail = "There are letters in this for which no font is here. It can be read on a page."


def pdf(template: str, data: Mapping[str, Any], at: datetime) -> bytes:
    """Return a template filled with data as a PDF that says it was made ``at`` an instant.

    The same data make the same bytes on every machine: only the fonts that come with Typst are
    used. Raises ExtraNotInstalled, and LettersNotPrinted where these lack a letter.
    """
    base = (_BASE / "base.typ").read_bytes()
    typst = extra(MODULE, "pdf")
    try:
        made: bytes = typst.compile(
            {"main.typ": template.encode(), "base.typ": base},
            root=str(_BASE),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=["ua-1"],
            timestamp=int(at.timestamp()),
        )
    except typst.TypstError as error:
        if _NO_LETTER in str(error):
            raise LettersNotPrinted from None  # what is written is not told on
        raise
    return made
