"""What a listener of ours really reads: its functions are handed samples that note it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from libs.common.contracts import Event, Recorded
from libs.common.persistence.db import Database
from libs.common.persistence.migrations import upgrade
from libs.common.runtime.manifest import Service

SAMPLES = Path(__file__).parent / "samples"
THEN = datetime(2018, 9, 3, tzinfo=UTC)


class Watched:
    """An event, or a part of one, that notes which of its fields are read."""

    def __init__(self, of: BaseModel, seen: set[str], path: str = "") -> None:
        self._of, self._seen, self._path = of, seen, path

    def __getattr__(self, name: str) -> Any:
        """Return what is asked for, and note it."""
        value = getattr(self._of, name)
        if name in type(self._of).model_fields:
            self._seen.add(f"{self._path}{name}")
            return self._watched(name, value)
        return value

    def _watched(self, name: str, value: Any) -> Any:
        inner = f"{self._path}{name}."
        if isinstance(value, BaseModel):
            return Watched(value, self._seen, inner)
        if isinstance(value, tuple) and any(isinstance(one, BaseModel) for one in value):
            return tuple(Watched(one, self._seen, inner) for one in value)
        return value

    def model_dump(self) -> dict[str, Any]:
        """Return everything, and note that."""
        return {name: getattr(self, name) for name in type(self._of).model_fields}


async def reads(service: Service, folder: Path) -> Mapping[str, list[str]]:
    """Return the fields that a listener reads of each type it handles."""
    assert service.subscriptions
    database = Database(f"sqlite:///{folder}/{service.name}.db")
    found: dict[str, list[str]] = {}
    try:
        await upgrade(database, service.migrations)
        for event in sorted(service.subscriptions.handled, key=lambda event: event.type()):
            seen: set[str] = set()
            await _hand(service, database, event, seen)
            found[event.type()] = sorted(seen)
    finally:
        await database.close()
    return found


async def _hand(service: Service, database: Database, event: type[Event], seen: set[str]) -> None:
    assert service.subscriptions
    path = SAMPLES / f"{event.__name__}.v{event.major}.json"
    sample: Any = Watched(event.read(path.read_bytes()), seen)
    recorded = Recorded(sample, UUID(int=1), 1, THEN, 0)
    for _, rows, _ in service.subscriptions.fillings.get(event, ()):
        list(rows(recorded))
    if handler := service.subscriptions._handlers.get(event):
        async with database.writing() as connection:
            await handler(connection, [recorded])
