"""How a page is made: one layout, one style sheet, and the form pieces that pages share."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

from jinja2 import (
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
)
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import Scope

from libs.common.core.clock import LONDON

FOLDER: Final = Path(__file__).parent
_REFUSED: Final = re.compile(r"q=0(\.0{0,3})?")
_PIECES: Final = {
    "button": "govukButton",
    "checkboxes": "govukCheckboxes",
    "error-summary": "govukErrorSummary",
    "inset-text": "govukInsetText",
    "radios": "govukRadios",
    "warning-text": "govukWarningText",
}
"""Macros in the manner of the GOV.UK Design System that every template can call."""


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who looks at a page, what their forms carry, and where they sign out."""

    name: str
    form_token: str
    sign_out: str
    form_targets: tuple[str, ...] = ()
    """Other addresses that a form may lead on to: the provider's, where signing out ends."""


class Templates:
    """A folder of templates, over those that all pages share."""

    def __init__(self, *folders: Path, **functions: Any) -> None:
        """Take further folders, and what their templates call."""
        self._folders, self._functions = folders, functions

    @cached_property
    def _environment(self) -> Environment:
        """Where templates are compiled: once a page is asked for, not by every start."""
        made = Environment(
            loader=FileSystemLoader([*self._folders, FOLDER / "templates"]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.globals.update(**_pieces(), **self._functions, as_read=as_read)
        return made

    def page(
        self,
        name: str,
        scope: Scope,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> HTMLResponse:
        """Return a page as an answer that is kept nowhere and runs nothing."""
        viewer: Viewer | None = scope.get("state", {}).get("viewer")
        style, icon = (f"/{service_of(scope)}/pages/{file}" for file in served_files())
        own = {"viewer": viewer, "style": style, "icon": icon}
        text = self._environment.get_template(name).render(**own, **values)
        return HTMLResponse(text, status, {**_headers(viewer), **(headers or {})})


@cache
def _pieces() -> dict[str, Any]:
    """Return the macros, which take what is not given as not there; our own templates do not."""
    package = PackageLoader("govuk_frontend_jinja", "templates")
    shared = Environment(loader=PrefixLoader({"govuk_frontend_jinja": package}), autoescape=True)
    return {
        macro: getattr(
            shared.get_template(f"govuk_frontend_jinja/components/{name}/macro.html").module, macro
        )
        for name, macro in _PIECES.items()
    }


def _headers(viewer: Viewer | None) -> dict[str, str]:
    targets = " ".join(("'self'", *(viewer.form_targets if viewer else ())))
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self';"
        f" form-action {targets}; frame-ancestors 'none'; base-uri 'none'",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
        "Vary": "Accept, Cookie",
    }


@cache
def served_files() -> dict[str, tuple[str, str]]:
    """Return the text and the media type of each file that pages rest on, by its address's name.

    A digest stands in the name: another text has another address, so that each is kept for good.
    """
    found = {}
    for name, media_type in (("style.css", "text/css"), ("icon.svg", "image/svg+xml")):
        text = (FOLDER / name).read_text()
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        stem, ending = name.split(".")
        found[f"{stem}-{digest}.{ending}"] = (text, media_type)
    return found


def service_of(scope: Scope) -> str:
    """Return the service whose name the request's path begins with, or the one that stands in."""
    names: tuple[str, ...] = scope.get("state", {}).get("services", ())
    first = scope["path"].split("/")[1]
    return first if first in names or not names else names[0]


def wants_page(scope: Scope) -> bool:
    """Say whether a person in a browser asks: a program does not ask for ``text/html``."""
    kinds = (kind.strip() for kind in Headers(scope=scope).get("accept", "").split(","))
    return any(_is_html(kind) for kind in kinds)


def _is_html(kind: str) -> bool:
    name, *parameters = (part.strip() for part in kind.lower().split(";"))
    return name == "text/html" and not any(_REFUSED.fullmatch(one) for one in parameters)


def as_read(instant: datetime) -> str:
    """Return an instant as a person reads it: 27 November 2026, 5:04am, London."""
    at = instant.astimezone(LONDON)
    half = "am" if at.hour < 12 else "pm"
    return f"{at.day} {at:%B %Y}, {at.hour % 12 or 12}:{at:%M}{half}, London"
