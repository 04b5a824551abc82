"""Files that no well-meaning county sends: each is refused by name, or each row of it is."""

from typing import Any

import pytest

from deploy.demo.importing import ended, outcomes
from tests.integration.test_imports import SCHOOL_HEADER
from tests.proof.hostile.operations import in_one_world
from tests.worlds import World

CSV = {"Content-Type": "text/csv"}
IMPORTS = "/{}/v1/imports?kind={}&mode=check"
EXTRACTS = "/referral/v1/school-extracts?snapshot_on=2018-09-01&mode={}"
CANARY = "Zzcanary"
CHILD = (
    "scheme,reference,forename,surname,born_on,sex,year_group,school_urn,pupil_premium,"
    "looked_after,eal,effective_on"
)


async def posted(world: World, url: str, body: bytes) -> Any:
    answer = await world.client.post(url, content=body, headers=world.as_() | CSV)
    assert CANARY.lower() not in answer.text.lower()
    assert answer.status_code < 500, answer.text
    if answer.status_code != 202:
        return answer.json()
    said = await ended(world.client, answer.headers["Location"], world.as_())
    return said | {"outcomes": await outcomes(world.client, said["url"], world.as_())}


def faults_in(outcome: dict[str, Any]) -> list[tuple[str, str]]:
    return [(fault["code"], fault["pointer"]) for fault in outcome["faults"]]


CELLS = {
    "two signs": ("--5", "wrong-type"),
    "a sign alone": ("-", "wrong-type"),
    "5,000 digits": ("9" * 5_000, "wrong-type"),
    "beyond 64 bits": ("9" * 19, "out-of-range"),
    "another script's figures": ("\u0665", "wrong-type"),
    "a superscript": ("\u00b2", "wrong-type"),
    "a zero in front": ("05", "wrong-type"),
}


@pytest.mark.parametrize("name", CELLS)
@in_one_world
async def test_a_cell_that_is_no_whole_number_is_a_fault_of_its_row(
    one_world: World, name: str
) -> None:
    cell, code = CELLS[name]
    body = f"reference,kind,delivered_on,delegates\nD1,network,2018-10-01,{cell}\n".encode()
    report = await posted(one_world, IMPORTS.format("survey", "deliveries"), body)
    assert faults_in(report["outcomes"][0]) == [(code, "/delegates")]


COLUMNS = {
    "needs,needs.0": "column-within-column",
    "parents,parents.0.name": "column-within-column",
    "needs.\u00b2": "unknown-column",
    "needs.01": "unknown-column",
    "needs." + "9" * 5_000: "unknown-column",
    "needs,needs": "repeated-column",
    "nedds": "unknown-column",
    ",".join(["needs"] * 100_000): "too-many-columns",
}


@pytest.mark.parametrize("columns", COLUMNS, ids=[name[:25] for name in COLUMNS])
@in_one_world
async def test_columns_that_make_no_record_are_refused(one_world: World, columns: str) -> None:
    url = IMPORTS.format("referral", "children")
    problem = await posted(one_world, url, f"{CHILD},{columns}\n".encode())
    assert (problem["status"], problem["code"]) == (422, "columns-not-valid")
    assert [fault["code"] for fault in problem["errors"]] == [COLUMNS[columns]]


def school(name: bytes = b"A School", kind: bytes = b"01") -> bytes:
    return SCHOOL_HEADER.encode() + b"900001,830,%b,%b,1,2\n" % (name, kind)


SCHOOLS = {
    **{
        f"the byte {byte:x}": (school(b"Zzcanary \x92s %c" % byte), "EstablishmentName")
        for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
    },
    "no character": (school(b"Zzcanary\0"), "EstablishmentName"),
    "no name": (school(b" "), "EstablishmentName"),
    "a type of three digits": (school(kind=b"100"), "TypeOfEstablishment (code)"),
    "a type of 5,000 digits": (school(kind=b"1" * 5_000), "TypeOfEstablishment (code)"),
}


@pytest.mark.parametrize("mode", ["check", "commit"])
@pytest.mark.parametrize("name", SCHOOLS)
@in_one_world
async def test_a_school_that_cannot_be_read_is_refused(
    one_world: World, name: str, mode: str
) -> None:
    body, column = SCHOOLS[name]
    report = await posted(one_world, EXTRACTS.format(mode), body)
    assert (report["rows"], report["refused"]) == (1, 1)
    assert [pointer for _, pointer in faults_in(report["outcomes"][0])] == [f"/{column}"]


@in_one_world
async def test_a_school_is_read_in_windows_1252_and_in_utf_8(one_world: World) -> None:
    for mode, name in [
        ("commit", b"St Zoe\x92s \xc9cole"),
        ("check", "St Zoe\u2019s \u00c9cole".encode()),
    ]:
        report = await posted(one_world, EXTRACTS.format(mode), school(name))
        assert report["refused"] == 0
    assert report["unchanged"] == 1


@in_one_world
async def test_an_extract_whose_header_does_not_end_is_no_csv(one_world: World) -> None:
    body = b'"' + SCHOOL_HEADER.encode() + b"Zzcanary"
    problem = await posted(one_world, EXTRACTS.format("check"), body)
    assert (problem["status"], problem["code"]) == (400, "not-csv")
