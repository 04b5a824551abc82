"""The recorder's own key of an activity."""

from typing import Annotated

from libs.common.core.fields import Identifier, Reference
from libs.common.persistence.own_keys import Named, OwnKey
from services.survey.activities.domain import Activity


class ActivityKey(OwnKey):
    """An activity by its reference."""

    of = Activity
    what = "activity"

    reference: Reference


ActivityId = Annotated[Identifier, Named("activity", ActivityKey)]
