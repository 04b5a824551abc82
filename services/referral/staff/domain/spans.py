"""What holds from a day until the next: contracts, a team's name and area, its manager."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

from libs.common.core.errors import NotFound


class Span(Protocol):
    """What was recorded to hold from a day on; a void one was recorded by mistake."""

    from_on: date
    void: bool


S = TypeVar("S", bound=Span)


def standing(spans: Iterable[S]) -> list[S]:
    """Return those that are not void, the first first."""
    return sorted((span for span in spans if not span.void), key=lambda span: span.from_on)


def holding(spans: Iterable[S], day: date) -> S | None:
    """Return the one that holds on a day, or None before the first."""
    begun = [span for span in standing(spans) if span.from_on <= day]
    return begun[-1] if begun else None


def begun_on(spans: Iterable[S], day: date) -> S:
    """Return the one that holds from this very day on, or raise NotFound."""
    for span in standing(spans):
        if span.from_on == day:
            return span
    raise NotFound(code="not-found", detail="Nothing on record holds from that day on.")
