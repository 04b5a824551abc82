"""What the refusals of assessment alone mean, and what to do about each."""

from collections.abc import Mapping
from typing import Final

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
