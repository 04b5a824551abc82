"""The body of a request: read once, within its limit, by the one JSON reader."""

from typing import Any, Final

from starlette.requests import ClientDisconnect, Request

from libs.common.core.errors import BadRequest, TooLarge, UnsupportedMediaType
from libs.common.core.strict_json import loads

MOST_BODY_BYTES: Final = 1_000_000
MOST_IMPORT_BYTES: Final = 20_000_000


class StrictRequest(Request):
    """A request whose body was read once, within its limit, by the one JSON reader."""

    parsed: Any = None

    async def json(self) -> Any:
        """Return what was read."""
        return self.parsed


def too_large(limit: int) -> TooLarge:
    """Return the refusal of a body that is larger than so many bytes."""
    return TooLarge(detail=f"The body is larger than the {limit:,} bytes that are read here.")


async def read_body(request: StrictRequest, *, reads_json: bool) -> None:
    """Read a body once, within its limit; JSON by the one reader, and only as UTF-8 JSON."""
    body = await limited_body(request, MOST_BODY_BYTES if reads_json else MOST_IMPORT_BYTES)
    if request.headers.get("content-encoding", "identity") != "identity":
        raise UnsupportedMediaType
    if reads_json:
        _check_json_type(request)
        request.parsed = loads(body)


async def limited_body(request: Request, limit: int) -> bytes:
    """Return a body of at most so many bytes; raises TooLarge or, cut short, BadRequest."""
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > limit:
        raise too_large(limit)
    chunks: list[bytes] = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                raise too_large(limit)
            chunks.append(chunk)
    except ClientDisconnect:
        # Nobody reads this answer; it keeps a caller who left from counting as a fault of ours.
        raise BadRequest(code="body-incomplete", detail="The body ended too early.") from None
    request._body = b"".join(chunks)  # noqa: SLF001 - where Starlette keeps a body that was read
    return request._body  # noqa: SLF001 - as above


def _check_json_type(request: Request) -> None:
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if kind.strip().lower() != "application/json" or charset not in {"", "utf-8"}:
        raise UnsupportedMediaType
