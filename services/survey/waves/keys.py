"""The county's own key of a wave."""

from typing import Annotated

from libs.common.core.fields import Identifier, Reference
from libs.common.persistence.own_keys import Named, OwnKey
from services.survey.waves.domain import Wave


class WaveKey(OwnKey):
    """A wave by its reference."""

    of = Wave
    what = "wave"

    reference: Reference


WaveId = Annotated[Identifier, Named("wave", WaveKey)]
