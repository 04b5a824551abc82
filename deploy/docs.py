"""Writes the generated documents, or with ``--check`` says which no longer match the code."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from deploy.access_page import access_page
from deploy.acls import manifest
from deploy.days_page import days_page
from deploy.events_page import events_page
from deploy.formats_page import formats_page, problems_page
from deploy.imports_page import imports_page
from deploy.services import SERVICES
from deploy.settings_page import settings_page
from libs.common.contracts.catalogue import schemas
from libs.common.core.clock import SystemClock
from libs.common.messaging.asyncapi import asyncapi
from libs.common.messaging.bus.local import LocalBus
from libs.common.runtime.manifest import Surroundings
from libs.common.runtime.service import Running
from libs.common.security import DEMO_ISSUER, AuthSettings, TokenChecker
from services.reporting.figures.document import figures_page
from services.reporting.outlets.describing import files_page

DOCS = Path("docs")


def documents() -> Iterator[tuple[Path, str]]:
    """Yield each generated document and what it should say."""
    yield DOCS / "events.md", events_page(_handled())
    yield DOCS / "figures.md", figures_page()
    yield DOCS / "report-files.md", files_page()
    yield DOCS / "formats.md", formats_page()
    yield DOCS / "imports.md", imports_page()
    yield DOCS / "problems.md", problems_page()
    yield DOCS / "settings.md", settings_page()
    yield DOCS / "access.md", access_page()
    yield DOCS / "days.md", days_page()
    yield DOCS / "api" / "asyncapi.json", _json(asyncapi())
    yield DOCS / "api" / "kafka-acls.json", _json(manifest())
    for type_, schema in schemas().items():
        yield DOCS / "api" / "events" / f"{type_}.json", _json(schema)
    for name, openapi in _openapis():
        yield DOCS / "api" / f"{name}.openapi.json", _json(openapi)


def _handled() -> dict[str, list[str]]:
    handled: dict[str, list[str]] = {}
    for service in SERVICES:
        for event in service.subscriptions.handled if service.subscriptions else ():
            handled.setdefault(event.type(), []).append(service.name)
    return {type_: sorted(listeners) for type_, listeners in handled.items()}


def _openapis() -> Iterator[tuple[str, dict[str, Any]]]:
    settings = AuthSettings(auth_issuer=DEMO_ISSUER, auth_key_set="keys.json")
    around = Surroundings(
        database_urls={service.name: "sqlite://" for service in SERVICES},
        bus=LocalBus(":memory:"),
        tokens=TokenChecker(settings),
        clock=SystemClock(),
    )
    for service in SERVICES:
        yield service.name, Running(service, around).api.openapi()


def _json(document: Any) -> str:
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write or check; return an exit code."""
    wanted = dict(documents())
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    folder = DOCS / "api"
    extra = [path for path in folder.rglob("*.json") if path not in wanted]
    if list(arguments) == ["--check"]:
        for path in [*stale, *extra]:
            print(f"{path} does not match the code: run `make docs`")
        return 1 if stale or extra else 0
    for path in extra:
        path.unlink()
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path])
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
