"""Refuses, for now, a thing of others that this service has not heard of."""

from libs.common.core.errors import Conflict
from services.assessment.domain import KnownChild, KnownStaff, KnownTeam


class NotYetKnown(Conflict):
    """Its events have not arrived yet, or there is no such thing."""

    headers = {"Retry-After": "1"}


def check_known(found: KnownChild | KnownStaff | KnownTeam | None, what: str) -> None:
    """Refuse what was not found."""
    if found is None:
        detail = f"This service has not heard of the {what} yet. Try again in a moment."
        raise NotYetKnown(detail=detail)
