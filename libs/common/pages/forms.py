"""Reading what a person's form holds: small, once, each field once, and from a page of ours."""

import hmac
from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request

from libs.common.core.errors import BadRequest, UnsupportedMediaType
from libs.common.http.bodies import limited_body
from libs.common.pages.secrets import Secret

MOST_BYTES: Final = 64_000
MOST_FIELDS: Final = 200
_KIND: Final = "application/x-www-form-urlencoded"


class FormNotOurs(BadRequest):
    """400: a form was sent that no page of ours gave to this browser."""

    detail = "Open the page again and send the form once more."


def is_from(request: Request, own: Collection[str]) -> bool | None:
    """Say whether a page at one of these hosts sent a form, as browsers tell; None: not told."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "null")
    if site not in {None, "same-origin", "none"}:
        return False
    if origin != "null":
        return _host_of(origin) in own
    return True if site else None


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # a bracket that does not close, for one
        return None


def check_token(secret: Secret | None, form: Mapping[str, str]) -> None:
    """Refuse a form without the word that our page gave to the browser with this secret."""
    given = form.get("form_token", "").encode()
    if secret is None or not hmac.compare_digest(given, secret.word("form").encode()):
        raise FormNotOurs


async def posted(request: Request, most_bytes: int = MOST_BYTES) -> dict[str, str]:
    """Return a posted form's fields; raises BadRequest, TooLarge or UnsupportedMediaType."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _KIND:
        raise UnsupportedMediaType(detail=f"A form is sent as {_KIND}.")
    body = await limited_body(request, most_bytes)
    try:
        pairs = parse_qsl(
            body.decode(),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise BadRequest(code="form-not-valid", detail="The form cannot be read.") from None
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise BadRequest(code="form-not-valid", detail="A field of the form is there twice.")
    return fields
