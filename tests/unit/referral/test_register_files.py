"""The register's files as they come: in either encoding, zipped, large, and as no file may be."""

import io
import zipfile
from typing import Any

import pytest

from deploy.demo.importing import imported as sent_and_awaited
from libs.common.http.bodies import MOST_FILE_BYTES
from services.referral.register.imports.carrying_out import Columns, _kept
from services.referral.register.imports.cells import MOST_READ
from services.referral.register.imports.opening import LONGEST_LINE
from tests.integration.test_imports import SCHOOL_HEADER
from tests.journeys.casework import call
from tests.worlds import World

URL = "/referral/v1/school-extracts?snapshot_on=2018-09-01&mode=commit"
NAME = "St Zo\u00eb\u2019s Invented School"
HEADER = SCHOOL_HEADER.encode()


def _row(urn: int, name: bytes) -> bytes:
    cells = {"URN": str(urn), "EstablishmentName": "@"}
    line = ",".join(cells.get(one, "1") for one in SCHOOL_HEADER.strip().split(","))
    return line.encode().replace(b"@", name) + b"\r\n"


def _zipped(*files: bytes, **how: Any) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for number, text in enumerate(files):
            made.writestr(f"{number}.csv", text)
    return file.getvalue()


async def _sent(world: World, body: Any, media: str = "text/csv", **headers: str) -> Any:
    sender = world.as_() | {"Content-Type": media} | headers
    return await world.client.post(URL, content=body, headers=sender)


async def _read(world: World, body: Any, media: str) -> Any:
    sender = world.as_() | {"Content-Type": media}
    return await sent_and_awaited(world.client, URL, body, sender)


UTF8, WINDOWS = NAME.encode(), NAME.encode("cp1252")
GOOD = {
    "as published": (HEADER + _row(900001, WINDOWS), "text/csv"),
    "saved again as UTF-8": (b"\xef\xbb\xbf" + HEADER + _row(900001, UTF8), "text/csv"),
    "zipped": (_zipped(HEADER + _row(900001, WINDOWS)), "application/zip"),
}


@pytest.mark.parametrize("how", GOOD)
async def test_a_name_is_read_as_it_is_written(referral: World, how: str) -> None:
    report = await _read(referral, *GOOD[how])
    assert report["created"] == 1, report
    id_ = report["outcomes"][0]["id"]
    school = await call(referral, "GET", f"/referral/v1/schools/{id_}")
    assert school.json()["name"] == NAME


ENCRYPTED = _zipped(HEADER).replace(
    b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
)
BAD: dict[str, tuple[bytes, str, int, str]] = {
    "half UTF-8": (
        HEADER + _row(900001, UTF8) + _row(900002, WINDOWS),
        "text/csv",
        400,
        "mixed-encodings",
    ),
    "a line without an end": (HEADER + b"9" * (LONGEST_LINE + 1), "text/csv", 400, "not-csv"),
    "no archive": (HEADER, "application/zip", 400, "not-a-zip"),
    "an archive with a password": (ENCRYPTED, "application/zip", 400, "not-a-zip"),
    "an archive that was cut": (_zipped(HEADER * 99)[:-60], "application/zip", 400, "not-a-zip"),
    "two files": (_zipped(HEADER, HEADER), "application/zip", 400, "not-one-file"),
    "an archive that swells": (_zipped(b"x" * 900_000), "application/zip", 413, "too-large"),
    "a spreadsheet": (b"PK", "application/vnd.ms-excel", 415, "unsupported-media-type"),
}


@pytest.mark.parametrize("how", BAD)
async def test_what_cannot_be_read_is_refused_by_name(referral: World, how: str) -> None:
    body, media, status, code = BAD[how]
    answer = await _sent(referral, body, media)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


def test_of_a_cell_no_more_is_kept_than_is_read() -> None:
    text = io.StringIO("URN,Name,Head\r\n1," + "x" * 90_000 + ",y\r\n")
    names, kept = _kept(text, Columns(("URN",), ("Name",)), {})
    assert (names, kept) == (["URN", "Name"], b"URN,Name\r\n1," + b"x" * MOST_READ + b"\r\n")


async def test_a_file_has_a_limit_of_its_own(referral: World) -> None:
    """Larger than what other routes read, and bounded: before it was sent, where it says so."""
    wide = (b"," + b"x" * 110_000) * 9
    lines = [SCHOOL_HEADER.strip().encode() + b",More\r\n"]
    lines += [_row(900000 + number, b"A").rstrip() + wide + b"\r\n" for number in range(22)]
    assert (await _read(referral, b"".join(lines), "text/csv"))["created"] == 22
    length = {"Content-Length": str(MOST_FILE_BYTES + 1)}
    answer = await _sent(referral, b"x", **length)
    assert answer.status_code == 413
    assert f"{MOST_FILE_BYTES:,}" in answer.json()["detail"]
