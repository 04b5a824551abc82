"""The kinds of question and their coded values, who is asked, and what a version may be."""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from libs.common.contracts.survey import Audience, QuestionKind, RespondentUnit

ItemType = QuestionKind
State = Literal["draft", "previewed", "published", "retired"]
RecipientId = Literal["parent_id", "child_id", "school_id"]

OFFERED: Final[Mapping[ItemType, frozenset[str] | None]] = {
    "yes_no": frozenset({"yes", "no"}),
    "yes_notsure_no": frozenset({"yes", "not-sure", "sometimes", "no"}),
    "ofsted4": frozenset({"outstanding", "good", "requires-improvement", "inadequate"}),
    "likert5": frozenset({"strongly-agree", "agree", "neither", "disagree", "strongly-disagree"}),
    "rating_1_10": frozenset(map(str, range(1, 11))),
    "multi_select": None,
    "free_text": frozenset(),
}
"""The coded values that a question of a kind may offer; None where they are its author's."""

WORDS: Final = {
    "yes_no": "Yes or no",
    "yes_notsure_no": "Yes, not sure, sometimes, or no",
    "ofsted4": "Outstanding, good, requires improvement, or inadequate",
    "likert5": "Agreement, from strongly agree to strongly disagree",
    "rating_1_10": "A mark from 1 to 10",
    "multi_select": "Any number of the answers offered",
    "free_text": "Free text",
}
"""What each kind of question is answered with."""


class Unit(NamedTuple):
    """To whom one questionnaire of an audience goes, and the ids that a recipient may have.

    The first id is the unit's own; a parent's child is whom the form is about (trap 57).
    """

    respondent_unit: RespondentUnit
    recipient_ids: tuple[RecipientId, ...]


UNITS: Final[Mapping[Audience, Unit]] = {
    "schools": Unit("school", ("school_id",)),
    "parents": Unit("parent", ("parent_id", "child_id")),
    "children": Unit("child", ("child_id",)),
    "agencies": Unit("professional", ()),
}
"""Who is asked of each audience, once each."""
