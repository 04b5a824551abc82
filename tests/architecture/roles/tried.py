"""What is tried of each operation, by each role."""

from dataclasses import dataclass
from typing import Any

STALE = '"999"'
"""A version that is not the current one: who reaches the thing hears 412, and nothing changes."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One request: for whom it is meant, and how it is answered if it is carried out or hidden."""

    row: str
    relation: str
    method: str
    url: str
    body: Any = None
    done: tuple[int, ...] = (200, 201)
    hidden: int = 404
    version: str = ""
    listed: str = ""
    """What a list must hold where it is reached; where it is not, the list has nothing of it."""
