"""What every listing of a service gives, asked over HTTP about what a test recorded."""

import csv
import io
import re
from typing import Any

from libs.common.security import Role
from tests.worlds import World


async def get(world: World, url: str, headers: dict[str, str] | None = None, **more: str) -> Any:
    """Ask, as the Head of Service unless told."""
    return await world.client.get(url, headers={**(headers or world.as_()), **more})


async def check_listing(world: World, things: str, item: str, key: str, asked: str) -> None:
    """Find one record four ways, and not by filters that it does not meet.

    ``things`` is the list, ``item`` and ``key`` the record's own addresses with its fields in
    braces (empty where there is none); ``asked`` are filters that it meets, each with a value it
    does not meet after a bar: ``subject=reading|writing``.
    """
    listed = await get(world, f"{things}?count=true")
    assert listed.status_code == 200, listed.text
    assert listed.json()["total"] == len(listed.json()["items"]) >= 1
    record = listed.json()["items"][0]
    same = {name: value for name, value in record.items() if name != "etag"}
    for address in filter(None, (item, key)):
        shown = await get(world, address.format(**record))
        assert shown.status_code == 200, (address, shown.text)
        assert {
            **shown.json(),
            **{n: v for n, v in same.items() if n not in shown.json()},
        } == same | shown.json()
        assert shown.headers["ETag"] == record["etag"]
    for one in asked.split():
        name, _, values = one.partition("=")
        hit, _, miss = values.partition("|")
        for value, there in ((hit, True), (miss, False)):
            if value:
                url = f"{things}?{name}={value.format(**record)}"
                found = await get(world, url)
                assert found.status_code == 200, (url, found.text)
                assert (record in found.json()["items"]) is there, url
    await _check_file(world, things, same)


async def _check_file(world: World, things: str, record: dict[str, Any]) -> None:
    file = await get(world, things, Accept="text/csv")
    assert file.status_code == 200, file.text
    rows = list(csv.DictReader(io.StringIO(file.text.removeprefix("\ufeff"))))
    plain = {n: v for n, v in record.items() if isinstance(v, str) and not re.match("[-=+@]", v)}
    assert any(plain.items() <= row.items() for row in rows), rows
    book = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert (await get(world, things, Accept=book)).content.startswith(b"PK")
    teacher = world.as_(Role.SUPPORT_TEACHER)
    assert (await get(world, things, teacher, Accept="text/csv")).status_code == 403
