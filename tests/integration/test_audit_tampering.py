"""Whatever is done to a sealed audit behind its back is found, and named by its number."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.persistence.tables import audit, audit_seal
from services.survey.service import SERVICE
from tests.audits import Audit, audit_at
from tests.worlds import EMBEDDED, REAL, databases, embedded

ENTRIES = 240
APART = 4
Pairs = list[tuple[int, int]]
CHANGES: dict[str, Any] = {
    "at": audit.c.at,
    "subject": audit.c.subject + "x",
    "roles": "parent",
    "action": "compliment.read",
    "object": "",
    "outcome": audit.c.outcome + " ",
    "request_id": audit.c.request_id + "-1",
}
AS_KEPT = ("at", "outcome")
"""An instant and a text, of which a database decides how it keeps them: tried in both worlds."""


@pytest.fixture
async def sealed(kind: str, tmp_path: Path) -> AsyncIterator[Audit]:
    """Some rows; the even ones were committed and sealed before the odd ones."""
    async with databases(kind, tmp_path, [SERVICE]) as urls:
        async with audit_at(urls["survey"], tmp_path) as opened:
            sealer = opened.sealer()
            for first in (2, 1):
                await opened.write(range(first, ENTRIES + 1, 2))
                await sealer.seal()
            sealer.anchor()
            assert (await opened.verdict()).faults == []
            yield opened


def numbers(faults: list[str], pattern: str) -> list[int]:
    """Return the numbers that faults of one wording name; every fault is of that wording."""
    found = [re.search(pattern, fault) for fault in faults]
    assert all(found), [fault for fault, one in zip(faults, found, strict=True) if not one][:3]
    return sorted(int(one[1]) for one in found if one)


def groups(last: int) -> list[list[int]]:
    """Return every number up to the last, in groups whose members lie apart."""
    return [list(range(first, last + 1, APART)) for first in range(1, APART + 1)]


async def rows_of_seals(audit_: Audit, seals: list[int]) -> list[int]:
    row_of = dict(await audit_.seals())
    return sorted(row_of[seal] for seal in seals)


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        *((EMBEDDED, column) for column in CHANGES),
        *(pytest.param(REAL, column, marks=pytest.mark.real) for column in AS_KEPT),
    ],
    scope="session",
)
async def test_each_row_changed_in_any_column_is_named(sealed: Audit, column: str) -> None:
    assert {*CHANGES, "number"} == {one.name for one in audit.columns}
    value = CHANGES[column]
    for group in groups(ENTRIES):
        rows = await rows_of_seals(sealed, group)

        async def change(connection: AsyncConnection, rows: list[int] = rows) -> None:
            new = value
            if column == "at":
                new = (await connection.execute(select(audit.c.at).limit(1))).scalar_one()
                new -= timedelta(days=1)
            await connection.execute(
                update(audit).where(audit.c.number.in_(rows)).values({column: new})
            )

        found = (await sealed.verdict_after(change)).faults
        # the last seal of all has none after it to tell which of the two was changed
        assert numbers(found, rf"^row (\d+) (was changed|does not fit seal {ENTRIES})") == rows


@embedded
async def test_all_rows_changed_at_once_are_each_named(sealed: Audit) -> None:
    async def change(connection: AsyncConnection) -> None:
        await connection.execute(update(audit).values(outcome="read"))

    found = (await sealed.verdict_after(change)).faults
    assert found.pop() == "no seal was made with this key: is it the right one?"
    assert numbers(found, r"^row (\d+) ") == list(range(1, ENTRIES + 1))


@embedded
async def test_each_row_given_another_number_is_missing_under_its_own(sealed: Audit) -> None:
    async def renumber(connection: AsyncConnection) -> None:
        await connection.execute(update(audit).values(number=audit.c.number + 5_000))

    verdict = await sealed.verdict_after(renumber)
    assert numbers(verdict.faults[:-1], r"^row (\d+) is missing") == list(range(1, ENTRIES + 1))
    assert len(verdict.unsealed) == ENTRIES


@embedded
async def test_each_deleted_row_is_named(sealed: Audit) -> None:
    for group in groups(ENTRIES):

        async def remove(connection: AsyncConnection, group: list[int] = group) -> None:
            await connection.execute(delete(audit).where(audit.c.number.in_(group)))

        found = (await sealed.verdict_after(remove)).faults
        assert numbers(found, r"^row (\d+) is missing") == group


async def swapped(connection: AsyncConnection, column: Column[int], pairs: Pairs) -> None:
    """Give each of two the number of the other."""
    table = column.table
    places = {one: other for a, b in pairs for one, other in ((a, b), (b, a))}
    moved = update(table).where(column.in_(places)).values({column: -column})
    await connection.execute(moved)
    back = update(table).where(column == bindparam("old")).values({column: bindparam("new")})
    await connection.execute(back, [{"old": -a, "new": b} for a, b in places.items()])


@embedded
async def test_each_two_rows_swapped_are_both_named(sealed: Audit) -> None:
    for first in (1, 21):
        starts = range(first, ENTRIES - 39, 40)
        pairs = [(a + n, a + n + 20) for a in starts for n in range(0, 20, APART)]

        async def swap(connection: AsyncConnection, pairs: Pairs = pairs) -> None:
            await swapped(connection, audit.c.number, pairs)

        found = (await sealed.verdict_after(swap)).faults
        named = numbers(found, r"^row (\d+) was changed")
        assert named == sorted(one for pair in pairs for one in pair)


@embedded
async def test_each_deleted_seal_is_named(sealed: Audit) -> None:
    for group in groups(ENTRIES - 1):

        async def remove(connection: AsyncConnection, group: list[int] = group) -> None:
            await connection.execute(delete(audit_seal).where(audit_seal.c.seal.in_(group)))

        verdict = await sealed.verdict_after(remove)
        assert numbers(verdict.faults, r"^seal (\d+) is missing, so the row of seal") == group
        waiting = [number for number, _ in verdict.unsealed]
        assert waiting == await rows_of_seals(sealed, group)


@embedded
async def test_each_forged_mac_is_named(sealed: Audit) -> None:
    for group in groups(ENTRIES - 1):

        async def forge(connection: AsyncConnection, group: list[int] = group) -> None:
            condition = audit_seal.c.seal.in_(group)
            await connection.execute(update(audit_seal).where(condition).values(mac=b"\7" * 32))

        found = (await sealed.verdict_after(forge)).faults
        assert numbers(found, r"^seal (\d+) of row \d+ was forged") == group


@pytest.mark.parametrize("apart", [1, 2, 7])
@embedded
async def test_each_two_seals_that_changed_places_are_named(sealed: Audit, apart: int) -> None:
    for first in range(1, 2 * apart + 4, apart):
        pairs = [(a, a + apart) for a in range(first, ENTRIES - apart, 2 * apart + 4)]

        async def swap(connection: AsyncConnection, pairs: Pairs = pairs) -> None:
            await swapped(connection, audit_seal.c.seal, pairs)

        found = (await sealed.verdict_after(swap)).faults
        named = set(numbers(found, r"^row \d+ does not fit seal (\d+)"))
        moved = {one for pair in pairs for one in pair}
        assert moved <= named
        assert named <= moved | {one + 1 for one in moved}  # which cannot hold behind a moved one


@embedded
async def test_a_seal_put_on_another_row_is_named(sealed: Audit) -> None:
    await sealed.write([ENTRIES + 1])

    async def move(connection: AsyncConnection) -> None:
        values = {"number": ENTRIES + 1}
        await connection.execute(update(audit_seal).where(audit_seal.c.seal == 10).values(values))

    verdict = await sealed.verdict_after(move)
    assert verdict.faults == [f"row {ENTRIES + 1} was changed: seal 10 is not of what it says now"]
    assert [number for number, _ in verdict.unsealed] == [20]


async def cut(connection: AsyncConnection, last_seal: int) -> None:
    rows = select(audit_seal.c.number).where(audit_seal.c.seal > last_seal)
    await connection.execute(delete(audit).where(audit.c.number.in_(rows)))
    await connection.execute(delete(audit_seal).where(audit_seal.c.seal > last_seal))


@pytest.mark.parametrize("left", [ENTRIES - 1, ENTRIES // 2, 0])
@embedded
async def test_a_tail_cut_with_its_seals_is_before_the_anchor(sealed: Audit, left: int) -> None:
    verdict = await sealed.verdict_after(lambda connection: cut(connection, left))
    (found,) = verdict.faults
    assert found.startswith(f"the head, seal {left}, is before the anchor: seal")
    assert f"{left + 1} " in found
    assert f"{ENTRIES} was anchored at" in found
    sealed.files.heads.unlink()
    verdict = await sealed.verdict_after(lambda connection: cut(connection, left))
    assert verdict.faults == []  # which is why there is an anchor


@embedded
async def test_a_tail_that_grew_again_is_not_what_was_anchored(sealed: Audit) -> None:
    async with sealed.database.writing() as connection:
        await cut(connection, ENTRIES - 10)
    await sealed.write(range(2_000, 2_020))
    await sealed.sealer().seal()
    (found,) = (await sealed.verdict()).faults
    assert found.startswith(f"seal {ENTRIES} is not the one that was anchored at")


@embedded
async def test_a_row_put_in_under_a_seal_of_no_key_is_named(sealed: Audit) -> None:
    await sealed.write([3_000])

    async def add(connection: AsyncConnection) -> None:
        seal = {"seal": ENTRIES + 1, "number": 3_000, "mac": b"\1" * 32}
        await connection.execute(insert(audit_seal), seal)

    (found,) = (await sealed.verdict_after(add)).faults
    assert found.startswith(f"row 3000 does not fit seal {ENTRIES + 1}")


@embedded
async def test_another_key_fits_no_seal_and_the_verdict_asks_about_it(sealed: Audit) -> None:
    verdict = await sealed.verdict(key=b"\0" * 32)
    assert len(verdict.faults) == ENTRIES + 1
    assert verdict.faults[-1] == "no seal was made with this key: is it the right one?"
