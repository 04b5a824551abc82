"""The body of a request: read once, within its limit, by the one JSON reader."""

from collections.abc import AsyncIterator
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from starlette.requests import ClientDisconnect, Request

from libs.common.core.errors import BadRequest, TooLarge, UnsupportedMediaType
from libs.common.core.strict_json import loads

MOST_BODY_BYTES: Final = 1_000_000
MOST_IMPORT_BYTES: Final = 20_000_000
MOST_FILE_BYTES: Final = 160_000_000
"""Of a file that is not held in memory: the national register has 74 to 112 MB."""
HELD_BYTES: Final = 1_000_000
"""How much of such a file is held in memory before it goes to disk."""


class StrictRequest(Request):
    """A request whose body was read once, within its limit, by the one JSON reader."""

    parsed: Any = None

    async def json(self) -> Any:
        """Return what was read."""
        return self.parsed


def too_large(limit: int) -> TooLarge:
    """Return the refusal of a body that is larger than so many bytes."""
    return TooLarge(detail=f"The body is larger than the {limit:,} bytes that are read here.")


async def read_body(request: StrictRequest, *, reads_json: bool, streams: bool = False) -> None:
    """Read a body once, within its limit; JSON by the one reader, and only as UTF-8 JSON.

    What the route ``streams`` is left for it to read.
    """
    if streams:
        _check_coding(request)
        return
    body = await limited_body(request, MOST_BODY_BYTES if reads_json else MOST_IMPORT_BYTES)
    _check_coding(request)
    if reads_json:
        _check_json_type(request)
        request.parsed = loads(body)


async def spooled(request: Request, limit: int = MOST_FILE_BYTES) -> IO[bytes]:
    """Return a body of at most so many bytes as a file that is gone once it is closed.

    Raises TooLarge or, cut short, BadRequest.
    """
    file = SpooledTemporaryFile(max_size=HELD_BYTES)  # noqa: SIM115 - the caller closes it
    try:
        async for chunk in _chunks(request, limit):
            file.write(chunk)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


async def limited_body(request: Request, limit: int) -> bytes:
    """Return a body of at most so many bytes; raises TooLarge or, cut short, BadRequest."""
    body = b"".join([chunk async for chunk in _chunks(request, limit)])
    request._body = body  # noqa: SLF001 - where Starlette keeps a body that was read
    return body


async def _chunks(request: Request, limit: int) -> AsyncIterator[bytes]:
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > limit:
        raise too_large(limit)
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                raise too_large(limit)
            yield chunk
    except ClientDisconnect:
        # Nobody reads this answer; it keeps a caller who left from counting as a fault of ours.
        raise BadRequest(code="body-incomplete", detail="The body ended too early.") from None


def _check_coding(request: Request) -> None:
    if request.headers.get("content-encoding", "identity") != "identity":
        raise UnsupportedMediaType


def _check_json_type(request: Request) -> None:
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if kind.strip().lower() != "application/json" or charset not in {"", "utf-8"}:
        raise UnsupportedMediaType
