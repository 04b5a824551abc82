"""What the refusals of assessment alone mean, and what to do about each."""

from collections.abc import Mapping
from typing import Final

from libs.common.http.faults import faults
from libs.common.http.problems import STANDS, Problem

PROBLEMS: Final[Mapping[str, Problem]] = {
    "already-proposed": Problem("There is already this version for this year.", STANDS),
    "criteria-signed": Problem("The criteria are adopted.", "Propose a new version."),
    "second-signature-needed": Problem(
        "Criteria need two signatures, of two roles.",
        "The Head of Service signs what the Link Adviser proposed, and the other way round.",
    ),
    "result-void": Problem("The result is void.", "Record it again under its reference."),
    "criteria-void": Problem("The criteria were withdrawn.", "Propose them again."),
    "judgement-void": Problem("The judgement is void.", "Record it again."),
    "dialogue-void": Problem("The dialogue is void.", "Record it again."),
    "already-judged": Problem("The teacher already has a judgement for the year.", STANDS),
    "already-held": Problem("The team already has a dialogue for the year.", STANDS),
}

FAULTS: Final = faults(
    not_a_share="A share is a whole per cent from 0 to 100.",
    not_best_first="The list goes from the best down, each once.",
    not_falling="The numbers must fall from one to the next.",
    not_in_order="Autumn ends before spring, and spring before summer.",
    not_yours_to_moderate="Somebody else than the teacher confirms a result.",
    outside_window="The day is not in the window of its term.",
    outside_year="The day is not in the academic year.",
    unknown_position="The scheme in force has no such position.",
    unknown_scale="There is no such scale.",
    unknown_subject="The scheme in force does not cover this subject.",
)
"""What is wrong at a place of what was sent."""
