"""The definition that the documents give as an example, whole or changed."""

import json
import re
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from services.survey.questionnaires.definition import Definition, Questionnaire

PAGE = Path(__file__).parents[4] / "docs" / "questionnaires.md"


@cache
def _written() -> dict[str, Any]:
    [text] = re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    found: dict[str, Any] = json.loads(text)
    return found


def example() -> dict[str, Any]:
    """Return the example of the documents, as a body."""
    return deepcopy(_written())


def changed(*path: str | int, **to: Any) -> dict[str, Any]:
    """Return the example with other values in one part of it; None takes a value away."""
    body = example()
    part: Any = body
    for step in path:
        part = part[step]
    for name, value in to.items():
        if value is None:
            del part[name]
        else:
            part[name] = value
    return body


def item(number: int, section: int = 0) -> tuple[str | int, ...]:
    """Return the path of a question."""
    return "sections", section, "items", number


def definition(body: dict[str, Any] | None = None) -> Definition:
    """Return a definition, of the example where no body is given."""
    return Definition.model_validate_json(json.dumps(body or example()))


def questionnaire(body: dict[str, Any] | None = None) -> Questionnaire:
    """Return a questionnaire as it is published."""
    named = {"questionnaire": "parents", "version": 3, "reading_age": 9, "easy_reading_age": 8}
    return Questionnaire.model_validate_json(json.dumps((body or example()) | named))
