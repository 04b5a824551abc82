"""The recorder's own key of a response."""

from typing import Annotated

from libs.common.core.fields import Identifier, Reference
from libs.common.persistence.own_keys import NamedWithin, OwnKey
from services.survey.responses.domain import Response
from services.survey.waves.keys import WaveKey


class ResponseKey(OwnKey):
    """A response by its reference, and by its wave where others have the same reference."""

    of = Response
    what = "response"

    reference: Reference
    wave: WaveKey | None = None


ResponseId = Annotated[
    Identifier, NamedWithin("response", ResponseKey, owner="wave", column="wave_id")
]
