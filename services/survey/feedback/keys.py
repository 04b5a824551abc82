"""The recorder's own keys of complaints and compliments."""

from typing import Annotated

from libs.common.core.fields import Identifier, Reference
from libs.common.persistence.own_keys import Named, OwnKey
from services.survey.feedback.domain import Complaint, Compliment


class ComplaintKey(OwnKey):
    """A complaint by its reference."""

    of = Complaint
    what = "complaint"

    reference: Reference


class ComplimentKey(OwnKey):
    """A compliment by its reference."""

    of = Compliment
    what = "compliment"

    reference: Reference


ComplaintId = Annotated[Identifier, Named("complaint", ComplaintKey)]
ComplimentId = Annotated[Identifier, Named("compliment", ComplimentKey)]
