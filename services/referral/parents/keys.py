"""The county's own key of a parent or carer."""

from typing import Annotated

from libs.common.core.fields import Identifier, Reference
from libs.common.persistence.own_keys import Named, OwnKey
from services.referral.parents.domain import Person


class PersonKey(OwnKey):
    """A parent or carer by the county's reference."""

    of = Person
    what = "parent or carer"

    reference: Reference


PersonId = Annotated[Identifier, Named("person", PersonKey)]
