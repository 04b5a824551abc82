"""What a route does with a body that was read, before its transaction begins."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import Request

E = TypeVar("E", bound=Callable[..., Any])


def beforehand(act: Callable[[Request], Awaitable[None]]) -> Callable[[E], E]:
    """Have a route do this first: what takes long and needs no transaction."""

    def marked(endpoint: E) -> E:
        vars(endpoint)["beforehand"] = act
        return endpoint

    return marked


def beforehand_of(endpoint: Callable[..., Any]) -> Callable[[Request], Awaitable[None]]:
    """Return what a route does first."""
    found: Callable[[Request], Awaitable[None]] = vars(endpoint).get("beforehand", _nothing)
    return found


async def _nothing(_: Request) -> None:
    """Do nothing beforehand."""
