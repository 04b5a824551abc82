"""Files that LibreOffice Calc 7.4 saved, set to English (UK), say what was typed into it.

They are bytes of that program's, of one sheet: as a workbook, as CSV in UTF-8 and, parted by
semicolons, in Windows-1252. Days are its dates, yes and no its TRUE and FALSE, 0012 is text.
"""

from pathlib import Path
from typing import Any

from deploy.demo.importing import imported
from libs.common.reading.files import XLSX
from tests.journeys.casework import call, ready
from tests.worlds import World

SAVED = Path(__file__).parent / "saved_by_calc"
FILES = {
    "children.xlsx": (XLSX, ""),
    "children.csv": ("text/csv", "&dates=dd/mm/yyyy"),
    "children-windows.csv": ("text/csv; charset=windows-1252", "&dates=dd/mm/yyyy"),
}


async def test_what_a_desktop_spreadsheet_saved_is_imported(referral: World) -> None:
    await ready(referral)
    outcomes: dict[str, list[Any]] = {}
    for name, (media, more) in FILES.items():
        url = f"/referral/v1/imports?kind=children&mode=commit{more}"
        sender = {**referral.as_(), "Content-Type": media}
        told = await imported(referral.client, url, (SAVED / name).read_bytes(), sender)
        outcomes[name] = [(one["row"], one["outcome"], one["code"]) for one in told["outcomes"]]
    created, again = ([(row, what, None) for row in (2, 3, 4)] for what in ("created", "unchanged"))
    assert list(outcomes.values()) == [created, again, again]
    shown = await call(referral, "GET", "/referral/v1/children/by-reference/county/0012")
    told = shown.json()
    name = "O\N{RIGHT SINGLE QUOTATION MARK}Invented"
    assert (told["surname"], told["born_on"]) == (name, "2012-02-29")
    assert (told["pupil_premium"], told["eal"], told["needs"]) == (True, False, ["SPLD"])
