"""Each statement of the report as a sentence, for readers who do not know its id."""

from collections.abc import Callable, Mapping
from typing import Final

from services.reporting.queries import StatementView

_SENTENCES: Final[Mapping[str, Callable[[str], str]]] = {
    "inclusion.placements_maintained": lambda printed: (
        f"Permanent exclusion was avoided for {printed} children at risk of it."
    ),
    "feedback.compliments": lambda printed: (
        "Many compliments came beside the questionnaires."
        if printed.startswith("many")
        else f"{printed} compliments came beside the questionnaires."
    ),
    "training.pre_key_stage_package": lambda printed: (
        "The package on moving from P scales to pre-key-stage assessment was"
        f" {printed.removesuffix('in the year').strip()} in the year."
    ),
    "inclusion.exclusions_low": lambda printed: (
        f"Permanent exclusions {printed}."
        if printed.startswith("remained")
        else f"Permanent exclusions: {printed}."
    ),
}


def sentence(statement: StatementView) -> str:
    """Return a statement as a sentence; what it prints is one but for its capital and full stop."""
    tell = _SENTENCES.get(statement.id)
    words = tell(statement.printed) if tell else f"{statement.printed}."
    return words[:1].upper() + words[1:]
