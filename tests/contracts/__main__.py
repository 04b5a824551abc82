"""``python -m tests.contracts``: name what a change of the events would break, and for whom.

``observe`` writes what our own listeners read into their contracts; ``release`` keeps today's
schemas as those of a release, unless something would break.
"""

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from deploy.services import SERVICES
from libs.common.contracts.base import RETIRED
from libs.common.contracts.catalogue import schemas
from tests.contracts.comparison import CONSUMERS, RELEASED, breaks, contracts, schemas_in
from tests.contracts.observed import reads


def _written(document: Any) -> str:
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


async def _observe() -> None:
    for service in SERVICES:
        if service.subscriptions:
            with tempfile.TemporaryDirectory() as folder:
                found = await reads(service, Path(folder))
            (CONSUMERS / f"{service.name}.json").write_text(_written(found))


def _release() -> None:
    for path in RELEASED.glob("*.json"):
        path.unlink()
    for type_, schema in schemas().items():
        (RELEASED / f"{type_}.json").write_text(_written(schema))


def main(arguments: list[str]) -> int:
    """Compare, observe or release; return an exit code."""
    if arguments == ["observe"]:
        asyncio.run(_observe())
        return 0
    found = breaks(schemas_in(RELEASED), schemas(), RETIRED, contracts())
    for one in found:
        print(one)
    if found:
        print("A change that breaks is a new major version: a class V2 beside the old one.")
        return 1
    if arguments == ["release"]:
        _release()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
