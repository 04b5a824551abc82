"""The label of an academic year as a field: "2018-19"."""

from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from libs.common.core.clock import AcademicYear


def _label(text: str) -> str:
    try:
        return AcademicYear.parse(text).label
    except ValueError:
        raise PydanticCustomError("year_not_valid", "is not an academic year") from None


YearLabel = Annotated[str, AfterValidator(_label)]
"""An academic year as 2018-19; stated by the caller, never derived from a day."""
