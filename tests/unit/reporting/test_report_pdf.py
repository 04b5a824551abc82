"""The report on paper: read in order by an outside reader, tagged, nothing but text."""

import asyncio
import io
import re
import shutil
import subprocess
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from libs.common.documents.printing import pdf
from services.reporting.outlets.document import of_report
from services.reporting.outlets.files import file_of, table_of
from services.reporting.outlets.labels import label
from services.reporting.outlets.printed import printed
from services.reporting.presentation import NOT_RUN
from tests.unit.reporting.test_page import a_report

NOW = datetime(2019, 12, 2, tzinfo=UTC)
HOSTILE = (
    '#read("/etc/passwd")',
    '#import "@preview/cetz:0.2.0": *',
    "<link rel=attachment href=file:///etc/passwd>",
    "$ x^2 $ = * _ ` \\ # [ ] { } //",
    "شارع a\u0301\u0301\u0301",
)


@pytest.fixture(scope="module")
def made() -> bytes:
    return bytes(asyncio.run(file_of(table_of(of_report(a_report())), "pdf")).body)


def root_of(made: bytes) -> Any:
    trailer: Any = PdfReader(io.BytesIO(made)).trailer
    return trailer["/Root"]


def tags_of(element: Any) -> list[str]:
    """Return the kinds of a document's parts in the order in which they are read aloud."""
    found = [str(element["/S"])] if "/S" in element else []
    below = element.get("/K", [])
    for one in below if isinstance(below, list) else [below]:
        inner = one.get_object()
        if hasattr(inner, "get"):
            found += tags_of(inner)
    return found


def test_it_is_tagged_titled_in_english_and_says_that_it_conforms(made: bytes) -> None:
    root = root_of(made)
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    tags = tags_of(root["/StructTreeRoot"])
    assert tags.count("/H1") == 1
    assert tags.count("/H2") > 8
    assert tags.count("/Figure") > 4
    assert {"/Table", "/THead", "/TH", "/TD", "/Caption"} <= set(tags)


def test_every_picture_has_its_words(made: bytes) -> None:
    root = root_of(made)["/StructTreeRoot"]
    assert all("marks" in one or "per cent" in one for one in alternatives(root))
    assert len(alternatives(root)) > 4


def alternatives(element: Any) -> list[str]:
    found = [str(element["/Alt"])] if element.get("/S") == "/Figure" else []
    below = element.get("/K", [])
    for one in below if isinstance(below, list) else [below]:
        inner = one.get_object()
        if hasattr(inner, "get"):
            found += alternatives(inner)
    return found


def test_it_is_read_in_the_order_of_the_page(made: bytes) -> None:
    """By pypdf and, where it is installed, by poppler's reader."""
    texts = ["".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)]
    if program := shutil.which("pdftotext"):
        command = [program, "-raw", "-", "-"]
        done = subprocess.run(command, input=made, capture_output=True, check=True)
        texts.append(done.stdout.decode())
    for text in texts:
        check_order(re.sub(r"\s+", " ", text))


def check_order(flat: str) -> None:
    report = a_report()
    place = flat.index("The service ")
    for figure in report.figures:
        place = flat.index(label(figure.id, figure.words), place)
        assert "73.4%" in flat[place:]
    assert "160 of 218" in flat
    assert "<script>all & sundry</script>" in flat


def test_what_comes_from_records_is_text_and_opens_nothing(made: bytes) -> None:
    report = a_report()
    statement = report.statements[0]
    words = [statement.model_copy(update={"printed": one}) for one in HOSTILE]
    hostile = printed(of_report(report.model_copy(update={"statements": words})))
    reader = PdfReader(io.BytesIO(hostile))
    text = re.sub(r"\s+", "", "".join(page.extract_text() for page in reader.pages))
    for one in HOSTILE[:-1]:
        assert re.sub(r"\s+", "", one)[1:] in text
    assert "root:" not in text
    assert not reader.attachments
    for forbidden in (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/URI"):
        assert forbidden not in hostile


@pytest.mark.parametrize(
    "template", ['#read("/etc/passwd")', '#read("../printing.py")', '#read("/printing.py")']
)
def test_a_template_opens_no_other_file(template: str) -> None:
    with pytest.raises(Exception, match=r"escape|not found"):
        pdf(f'#import "base.typ": data\n{template}', {}, NOW)


def test_it_says_when_what_it_shows_was_recorded(made: bytes) -> None:
    about = PdfReader(io.BytesIO(made)).metadata
    assert about is not None
    assert about.creation_date == datetime.fromisoformat(str(a_report().data_as_of))


def test_the_same_report_is_the_same_bytes(made: bytes) -> None:
    assert printed(of_report(a_report())) == made


def test_a_report_without_values_is_printed_too() -> None:
    report = a_report()
    empty = [
        one.model_copy(update={"value": None, "printed": NOT_RUN, "basis": None})
        for one in report.figures
    ]
    assert printed(of_report(report.model_copy(update={"figures": empty, "data_as_of": None})))
