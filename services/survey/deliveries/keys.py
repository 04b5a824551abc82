"""The recorder's own key of a delivery."""

from typing import Annotated

from libs.common.core.fields import Identifier, Reference
from libs.common.persistence.own_keys import Named, OwnKey
from services.survey.deliveries.domain import Delivery


class DeliveryKey(OwnKey):
    """A delivery by its reference."""

    of = Delivery
    what = "delivery"

    reference: Reference


DeliveryId = Annotated[Identifier, Named("delivery", DeliveryKey)]
