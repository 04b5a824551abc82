"""The code on a paper as it is typed, and a keyed form by it."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from libs.common.core.fields import Identifier, StrictInt64
from libs.common.persistence.own_keys import Named, OwnKey
from services.survey.paper.domain import PaperForm, read_code


def _code(value: Any) -> str:
    found = read_code(value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("wrong-form", "must be a code as it is printed on the paper")
    return found


Code = Annotated[
    str,
    BeforeValidator(_code),
    WithJsonSchema({"type": "string", "description": "As printed, or without - and in any case."}),
]
Number = Annotated[StrictInt64, Field(ge=1, le=9)]
InPath = Annotated[int, Field(ge=1, le=9)]
"""The same in an address, where all is text."""


class FormKey(OwnKey):
    """A keyed form by the code on it, and which of that recipient's papers it is."""

    of = PaperForm
    what = "keyed form"

    code: Code
    number: Number = 1


FormId = Annotated[Identifier, Named("form", FormKey)]
