"""What is asked of whoever rates a delivery, and what they filled in."""

from collections.abc import Mapping
from typing import Final

from pydantic import ValidationError

from services.survey.asking.questions import CHOSEN, Fault, text_fault
from services.survey.deliveries.commands import RatingForm

MARKS: Final = ("content", "methods")
TENTHS: Final = tuple((str(mark), str(mark)) for mark in range(1, 11))
_MARKS_READ: Final = {mark: int(mark) for mark, _ in TENTHS}
_READ: Final[Mapping[str, Mapping[str, object]]] = {
    **dict.fromkeys(MARKS, _MARKS_READ),
    "comment": {},
    "may_quote": {CHOSEN: True, "no": False},
}
"""Of each field what its values mean; what is not there is refused, or text."""


def read_rating(fields: Mapping[str, str]) -> tuple[RatingForm | None, list[Fault]]:
    """Return what was filled in; nothing, with everything that is wrong with it, where some is."""
    typed = {name: fields.get(name, "").replace("\r\n", "\n").strip() for name in _READ}
    said = {name: _READ[name].get(one, one) for name, one in typed.items() if one}
    if not typed["comment"]:
        said.pop("may_quote", None)
    if not said:
        return None, [Fault("", "fault.nothing-open")]
    try:
        return RatingForm.model_validate(said), []
    except ValidationError as error:
        wrong = {str(one["loc"][0]) for one in error.errors()}
        return None, [_fault(name, typed[name]) for name in _READ if name in wrong]


def _fault(name: str, typed: str) -> Fault:
    if name in MARKS:
        return Fault(name, "fault.mark")
    if name == "may_quote":
        return Fault(name, "fault.yes-or-no")
    return text_fault(name, typed)
