"""A questionnaire as paper: what the template is given, and the PDF (ADR 0064)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from libs.common.documents.printing import pdf
from services.survey.asking.questions import WAYS_TO_HELP
from services.survey.asking.words import Voice
from services.survey.paper.codes import POINTS, Size
from services.survey.questionnaires.forms import Form, FormItem

_TEMPLATE: Final = Path(__file__).parent / "templates" / "questionnaire.typ"
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""When a paper that is of no wave says that it was made."""
BLANK: Final = ""
"""The code of a paper that is of nobody."""


def printed(form: Form, codes: Sequence[str], size: Size, at: datetime) -> bytes:
    """Return a questionnaire as a tagged PDF, once for each code; raises ExtraNotInstalled."""
    return pdf(_TEMPLATE.read_text(), data_of(form, codes, size), at)


def data_of(form: Form, codes: Sequence[str], size: Size) -> dict[str, Any]:
    """Return all that stands on the papers, as the template takes it."""
    numbers = {item.id: number for number, item in enumerate(form.items, 1)}
    return {
        "title": form.title,
        "lang": form.language.partition("-")[0],
        "rtl": form.direction == "rtl",
        "points": POINTS[size],
        "codes": list(codes),
        "children": form.audience == "children",
        "sections": [
            {
                "title": section.title or "",
                "questions": [
                    _question(item, numbers, form)
                    for item in form.items
                    if item.section == section.id
                ],
            }
            for section in form.sections
        ],
        "help": [Voice().plain(f"help.{one}") for one in WAYS_TO_HELP],
        "pictures": form.pictures,
    }


def _question(item: FormItem, numbers: Mapping[str, int], form: Form) -> dict[str, Any]:
    choices = [
        {"words": one.words, "lang": _lang(one.language), "picture": one.picture, "alt": one.spoken}
        for one in item.values
    ]
    return {
        "number": numbers[item.id],
        "wording": item.wording,
        "lang": _lang(item.language),
        "picture": item.picture,
        "alt": item.spoken,
        "only": _only(item, numbers, form),
        "how": "" if item.type == "free_text" else _how(item),
        "in_a_row": item.type == "rating_1_10",
        "choices": choices,
        "applies_not": item.not_applicable,
        "written": item.type == "free_text",
        "quote": item.asks_to_quote,
    }


def _lang(code: str) -> str:
    return code.partition("-")[0]


def _how(item: FormItem) -> str:
    return "Tick all that are right." if item.type == "multi_select" else "Tick one."


def _only(item: FormItem, numbers: Mapping[str, int], form: Form) -> list[str]:
    """Return for whom a question is: by earlier answers, in the words in which they stand there."""
    words = {(one.id, choice.value): choice.words for one in form.items for choice in one.values}
    return [
        f"Answer this only if your answer to question {numbers[one.question]} is "
        + " or ".join(f"“{words[one.question, value]}”" for value in one.answered)
        + "."
        for one in item.shown_if
    ]
