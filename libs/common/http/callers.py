"""How often one caller may ask: a token bucket each, so that no one takes everybody's share."""

from collections import OrderedDict
from collections.abc import Callable
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from math import ceil, inf
from time import monotonic
from typing import Final

from libs.common.core.errors import DomainError

MOST_CALLERS: Final = 10_000
"""How many callers are remembered; who has not asked for longest is forgotten first."""


class TooManyRequests(DomainError):
    """429: this caller asks more often than one may; nothing was done of this request."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    detail = "You ask more often than one caller may. Try again after the seconds in Retry-After."


class Callers:
    """A bucket a caller, in this process alone: several processes let through several times it."""

    def __init__(
        self,
        rate: float,
        burst: float,
        refused: Callable[[str], None] = lambda _: None,
        now: Callable[[], float] = monotonic,
    ) -> None:
        """Take requests a second, how many at once after a rest, whom to tell, and a clock."""
        self._rate = rate
        self._burst = burst
        self._refused = refused
        self._now = now
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> None:
        """Count a request, or raise TooManyRequests with the whole seconds until the next."""
        now = self._now()
        left, at = self._left.pop(caller, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._rate)
        enough = left >= 1
        self._left[caller] = (left - 1 if enough else left, now)
        if len(self._left) > MOST_CALLERS:
            self._left.popitem(last=False)
        if not enough:
            self._refused("too-many-requests")
            raise TooManyRequests(
                detail=f"You have sent more than {self._burst:,.0f} requests at once, or more than"
                f" {_often(self._rate)}. Wait for the seconds in Retry-After.",
                headers={"Retry-After": str(ceil((1 - left) / self._rate))},
            )


def _often(rate: float) -> str:
    return f"{rate:,.0f} a second" if rate >= 10 else f"{rate * 60:,.0f} a minute"


class Guesses:
    """What is asked for by a word that is none of ours: ten a minute an address, 100 a network.

    Only what fails is counted, so that whoever has the right word is never kept waiting.
    """

    def __init__(
        self,
        refused: Callable[[str], None] = lambda _: None,
        now: Callable[[], float] = monotonic,
    ) -> None:
        """Take whom to tell, and a clock."""
        self._by_address = Callers(10 / 60, 10, refused, now)
        self._by_network = Callers(100 / 60, 100, refused, now)

    def take(self, address: str) -> None:
        """Count a wrong word from an address, or raise TooManyRequests."""
        self._by_address.take(address)
        self._by_network.take(network_of(address))


def network_of(address: str) -> str:
    """Return the network of an IP address: its first 24 bits of 32, or 48 of 128."""
    try:
        length = 24 if ip_address(address).version == 4 else 48
    except ValueError:
        return address
    return str(ip_network(f"{address}/{length}", strict=False))


def unlimited() -> Callers:
    """Return buckets that are never empty."""
    return Callers(0, inf)
