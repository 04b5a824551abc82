"""The service as plans and spreadsheets name it: one service that has several names (trap 73)."""

import re
import unicodedata
from typing import Annotated, Final

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from libs.common.core.fields import StrictBool

FULL: Final = "support service for special educational needs"
NAMES: Final = frozenset({"sssen", "ssen", FULL.replace(" ", "")})
"""Its names, in small letters and nothing else."""
BESIDE: Final = frozenset(
    ["the", "service", "team", "specialist", "support", "teacher", "teachers"]
)
"""Words that stand with a name and change nothing of which service it is."""


def is_the_service(text: str) -> bool:
    """Say whether a text is a name of the service, however it is written: "S.S.E.N. teacher"."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace(".", "")
    words = re.findall(r"\w+", plain)
    bare = [word for word in words if word not in BESIDE]
    whole = {"".join(words), "".join(bare)}
    by_words = {*bare} - {*FULL.split()}
    return bool(whole & NAMES) or (bool(by_words) and NAMES.issuperset(by_words))


def _named(said: object) -> object:
    if not isinstance(said, str):
        return said
    if is_the_service(said):
        return True
    raise PydanticCustomError(
        "unknown-service", "must be true or false, or a name of this service: SSSEN or SSEN"
    )


NamesService = Annotated[
    StrictBool,
    BeforeValidator(_named, json_schema_input_type=bool | Annotated[str, Field(max_length=200)]),
]
"""Whether a plan names the service: true or false, or the name itself as the plan has it."""
