"""The recorder's own key of a result."""

from typing import Annotated

from libs.common.core.fields import Identifier, Reference
from libs.common.persistence.own_keys import NamedWithin, OwnKey
from services.assessment.keys import ChildKey
from services.assessment.results.domain import Result


class ResultKey(OwnKey):
    """A result by its reference, and by its child where others have the same reference."""

    of = Result
    what = "result"

    reference: Reference
    child: ChildKey | None = None


ResultId = Annotated[Identifier, NamedWithin("result", ResultKey)]
