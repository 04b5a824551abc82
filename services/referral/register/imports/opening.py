"""Opens the register's files as they are published: as CSV or zipped, in Windows-1252 or UTF-8.

They are larger than what is held in memory: each is a file on disk, read twice and never whole.
"""

import asyncio
import codecs
import io
import re
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import IO, Any, Final

from fastapi import Request

from libs.common.core.errors import BadRequest, UnsupportedMediaType
from libs.common.http.bodies import spooled
from libs.common.imports.archives import ENCRYPTED, check_unpacked

MOST_UNZIPPED_BYTES: Final = 320_000_000
"""Of the one file in an archive; the register is ten times as large as its archive."""
FILES: Final[dict[str, Any]] = {
    "text/csv": {"schema": {"type": "string"}},
    "application/zip": {"schema": {"type": "string", "format": "binary"}},
}
"""What is sent, as OpenAPI says it."""
COMPRESSED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
PIECE: Final = 65_536
LONGEST_LINE: Final = 1_000_000
UTF8: Final = re.compile(rb"[\xc3-\xc5][\x80-\xbf]|\xe2\x80[\x80-\xbf]")
"""Accented letters, dashes and curly quotes in UTF-8; in Windows-1252 that is no text."""


class NotAZip(BadRequest):
    """400: the archive cannot be read."""

    detail = (
        "The file is not a ZIP archive that can be read here: compressed the usual way, without a"
        " password, and whole."
    )


@asynccontextmanager
async def opened(request: Request) -> AsyncIterator[IO[str]]:
    """Open a body as text; raises BadRequest, TooLarge or UnsupportedMediaType."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in {"text/csv", "application/zip"}:
        raise UnsupportedMediaType(detail="Send text/csv or application/zip.")
    with await spooled(request) as file:
        if media == "text/csv":
            encoding = await asyncio.to_thread(encoding_of, file)
            file.seek(0)
            yield _text(file, encoding)
            return
        with _readable_zip(), zipfile.ZipFile(file) as zipped:
            member = _member(zipped)
            with zipped.open(member) as first:
                encoding = await asyncio.to_thread(encoding_of, first)
            with zipped.open(member) as again:
                yield _text(again, encoding)


def _text(file: IO[bytes], encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(file, encoding, "replace", newline="")


@contextmanager
def _readable_zip() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise NotAZip from None


def _member(zipped: zipfile.ZipFile) -> zipfile.ZipInfo:
    """Return the one file in an archive."""
    members = [one for one in zipped.infolist() if not one.is_dir()]
    if len(members) != 1:
        raise BadRequest(code="not-one-file", detail="The archive must have one file in it.")
    [member] = members
    if member.flag_bits & ENCRYPTED or member.compress_type not in COMPRESSED:
        raise NotAZip
    check_unpacked(members, member.compress_size, MOST_UNZIPPED_BYTES)
    return member


def encoding_of(file: IO[bytes]) -> str:
    """Return how a file is written: UTF-8, or else Windows-1252, as the register is published.

    Raises BadRequest where it is neither because parts of it are UTF-8, as when two files were
    put together, and where a line is too long to be one of a CSV.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    valid, found, line, length = True, 0, 1, 0
    while piece := file.readline(PIECE):
        valid = valid and _decodes(decoder, piece)
        found = found or (line if UTF8.search(piece) else 0)
        length += len(piece)
        if length > LONGEST_LINE:
            raise BadRequest(code="not-csv", detail=f"Line {line} of the file is too long.")
        if piece.endswith(b"\n"):
            line, length = line + 1, 0
    if valid and _decodes(decoder, b"", final=True):
        return "utf-8-sig"
    if found:
        detail = (
            f"Part of the file is UTF-8 (line {found}) and part is not. Save it as one of the two."
        )
        raise BadRequest(code="mixed-encodings", detail=detail)
    return "cp1252"


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True
