"""The county's own key of a school."""

from typing import Annotated

from pydantic import Field

from libs.common.core.fields import Identifier, StrictInt64
from libs.common.persistence.own_keys import Named, OwnKey
from services.referral.schools.domain import School


class SchoolKey(OwnKey):
    """A school by its unique reference number."""

    of = School
    what = "school"

    urn: Annotated[StrictInt64, Field(ge=1, le=999_999)]


SchoolId = Annotated[Identifier, Named("school", SchoolKey)]
