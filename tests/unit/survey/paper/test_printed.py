"""Papers to be filled in: tagged, read in order, in any size, with a code that opens nothing."""

import io
import re
import shutil
import subprocess
from typing import Any

import pytest
from pypdf import PdfReader

from libs.common.documents.extras import ExtraNotInstalled
from libs.common.documents.printing import LettersNotPrinted
from services.survey.paper.codes import POINTS
from services.survey.paper.printed import EPOCH, data_of, printed
from services.survey.questionnaires.definition import Questionnaire
from services.survey.questionnaires.forms import resolved
from services.survey.questionnaires.shipped import questionnaire_of
from tests.unit.refused import refused
from tests.unit.survey.questionnaires.example import example

CODES = ("KPQ7-BM2Q", "XYZ2-345F")


def _children(**how: Any) -> Any:
    found = questionnaire_of("children", 2)
    assert found is not None
    return resolved(found, **how)


def _routed() -> Any:
    """Return a questionnaire with a question that is asked of some, and one that may be quoted."""
    told = {"questionnaire": "parents", "version": 7, "reading_age": 9}
    return resolved(Questionnaire.model_validate(example() | told))


def _texts(made: bytes) -> list[str]:
    """Return its text by pypdf and, where it is installed, by poppler's reader."""
    texts = ["".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)]
    if program := shutil.which("pdftotext"):
        command = [program, "-raw", "-", "-"]
        done = subprocess.run(command, input=made, capture_output=True, check=True)
        texts.append(done.stdout.decode())
    return [re.sub(r"\s+", " ", text) for text in texts]


def test_each_paper_is_read_in_the_order_of_the_questions() -> None:
    form = _children(easy=True)
    for text in _texts(printed(form, CODES, "standard", EPOCH)):
        place = 0
        for code in CODES:
            place = text.index(f"Your code: {code}", place)
            for item in form.items:
                place = text.index(item.wording, place)
                for choice in item.values:
                    place = text.index(choice.words, place)
            place = text.index("Did somebody help you?", place)
            place = text.index("They wrote down what I said", place)


def test_it_is_tagged_and_every_picture_has_its_words() -> None:
    reader = PdfReader(io.BytesIO(printed(_children(), CODES[:1], "standard", EPOCH)))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("en")
    assert "/StructTreeRoot" in root
    assert reader.metadata is not None
    assert reader.metadata.title == _children().title


@pytest.mark.parametrize("size", POINTS)
def test_letters_are_as_large_as_was_asked(size: Any) -> None:
    sizes: set[float] = set()
    reader = PdfReader(io.BytesIO(printed(_children(), CODES[:1], size, EPOCH)))

    def visit(text: str, _: Any, matrix: Any, __: Any, points: float) -> None:
        if text.strip() and "Page" not in text and CODES[0] not in text:
            sizes.add(round(points * abs(matrix[3]), 1))

    for page in reader.pages:
        page.extract_text(visitor_text=visit)
    assert min(sizes) >= POINTS[size] * 0.79, sizes  # the foot of a page is smaller
    assert POINTS[size] in sizes


def test_whom_a_question_is_for_and_whether_it_may_be_quoted_is_said() -> None:
    for text in _texts(printed(_routed(), [""], "standard", EPOCH)):
        assert "Answer this only if your answer to question 1 is “Yes”." in text
        assert "This does not apply to me" in text
        assert "May we quote what you wrote, without your name?" in text
        assert "Your code" not in text


def test_a_paper_runs_from_right_to_left() -> None:
    form = _children().model_copy(update={"language": "ar", "direction": "rtl"})
    form.items[0].wording = "كتاب"
    made = PdfReader(io.BytesIO(printed(form, CODES[:1], "standard", EPOCH)))
    root: Any = made.trailer["/Root"]
    assert root["/Lang"].startswith("ar")


def test_words_of_a_questionnaire_are_text() -> None:
    """Nothing in a definition is read as markup."""
    form = _children()
    hostile = '#read("/etc/passwd") *bold* $x$ <script>'
    form.items[0].wording = hostile
    for text in _texts(printed(form, CODES[:1], "standard", EPOCH)):
        assert hostile in text
        assert "root:" not in text


@pytest.mark.parametrize("words", ["ગુજરાતી", "简体中文", "A picture: \N{GRINNING FACE}"])
def test_letters_that_no_font_has_are_refused_and_not_told_on(words: str) -> None:
    form = _children()
    form.items[0].wording = words
    with refused(LettersNotPrinted):
        printed(form, CODES[:1], "standard", EPOCH)


def test_the_same_papers_are_the_same_bytes() -> None:
    one, other = (printed(_children(), CODES, "large", EPOCH) for _ in range(2))
    assert one == other


def test_a_paper_has_nothing_of_whose_it_is_but_the_code() -> None:
    data = data_of(_children(), CODES, "standard")
    assert data["codes"] == list(CODES)
    assert {*data} & {"recipient", "reference", "name", "child_id"} == set()


def test_where_the_extra_is_missing_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("libs.common.documents.extras.find_spec", lambda _: None)
    with pytest.raises(ExtraNotInstalled, match="make setup-extras"):
        printed(_children(), CODES, "standard", EPOCH)
