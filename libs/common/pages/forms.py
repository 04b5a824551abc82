"""Reading what a person's form holds: small, once, and each field once."""

from typing import Final
from urllib.parse import parse_qsl

from fastapi import Request

from libs.common.core.errors import BadRequest, UnsupportedMediaType
from libs.common.http.bodies import limited_body

MOST_BYTES: Final = 64_000
MOST_FIELDS: Final = 200
_KIND: Final = "application/x-www-form-urlencoded"


async def posted(request: Request) -> dict[str, str]:
    """Return a posted form's fields; raises BadRequest, TooLarge or UnsupportedMediaType."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _KIND:
        raise UnsupportedMediaType(detail=f"A form is sent as {_KIND}.")
    body = await limited_body(request, MOST_BYTES)
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
