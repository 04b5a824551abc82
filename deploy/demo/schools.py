"""Made-up schools, as an extract of the national register shows them."""

import csv
import io
from collections.abc import Iterable
from datetime import date, timedelta

from deploy.demo.draw import Draw
from deploy.demo.records import Record

FIRST_URN = 900001
SNAPSHOT_ON = "2016-09-01"
PLACES = ("Example Vale", "Sample Moor", "Fiction Dale", "Mock Hill", "Demo Bridge", "Trial Green")
COLUMNS = (
    "URN", "LA (code)", "LA (name)", "EstablishmentNumber", "EstablishmentName",
    "TypeOfEstablishment (code)", "EstablishmentTypeGroup (code)", "EstablishmentStatus (code)",
    "OpenDate", "CloseDate", "PhaseOfEducation (code)", "StatutoryLowAge", "StatutoryHighAge",
    "NurseryProvision (name)", "NumberOfPupils", "County (name)", "Postcode", "LastChangedDate",
)  # fmt: skip
LINKS = ("URN", "LinkURN", "LinkName", "LinkType", "LinkEstablishedDate")
ORDER = ("primary", "primary", "infant", "junior", "primary", "primary", "nursery")
# A kind that the rules cover: phase, lowest and highest age.
KINDS = {"primary": (2, 3, 11), "infant": (2, 4, 7), "junior": (2, 7, 11), "nursery": (1, 3, 5)}
# Others in the register: words, authority, type, group, status, phase, ages.
OTHERS = (
    ("Special School", 830, "07", 5, 1, 0, 4, 16),
    ("Primary Academy", 830, "34", 10, 1, 2, 4, 11),
    ("Secondary School", 830, "1", 4, 1, 4, 11, 18),
    ("City Primary School", 831, "01", 4, 1, 2, 4, 11),
    ("Pupil Referral Unit", 830, "14", 4, 1, 0, 5, 16),
    ("Closed Primary School", 830, "02", 4, 2, 2, 4, 11),
)

Line = list[object]


def register(schools: int, draw: Draw) -> tuple[str, dict[str, list[int]]]:
    """Return the register's extract as CSV, and its URNs by kind; "other" are not covered.

    Codes come padded and not ("03", "3"), some open schools have no opening date, one in forty is
    open but proposed to close, and there are columns that nobody asked for.
    """
    by_kind: dict[str, list[int]] = {kind: [] for kind in (*KINDS, "other")}
    lines = []
    for index in range(schools):
        kind = ORDER[index % len(ORDER)]
        by_kind[kind].append(FIRST_URN + index)
        lines.append(_covered(index, kind, draw))
    for index in range(schools, schools + 2 * len(OTHERS)):
        by_kind["other"].append(FIRST_URN + index)
        lines.append(_other(index, *OTHERS[(index - schools) % len(OTHERS)]))
    return _csv([COLUMNS, *draw.shuffled(lines)]), by_kind


def _covered(index: int, kind: str, draw: Draw) -> Line:
    phase, low, high = KINDS[kind]
    type_ = "15" if kind == "nursery" else draw.choice(("01", "1", "02", "03", "3", "05"))
    opened = "01-09-1975" if draw.chance(30) else ""
    status = 3 if index % 40 == 9 else 1
    words = "Nursery School" if kind == "nursery" else f"{kind.title()} School"
    return _line(index, words, (830, type_, 4, status), (opened, ""), (phase, low, high))


def _other(index: int, words: str, *codes: int | str) -> Line:
    closed = "31-08-2016" if codes[3] == 2 else ""
    return _line(index, words, codes[:4], ("", closed), codes[4:])


def _line(
    index: int,
    words: str,
    codes: tuple[int | str, ...],
    days: tuple[str, str],
    ages: tuple[int | str, ...],
) -> Line:
    authority, *kind = codes
    name = f"{PLACES[index % len(PLACES)]} {words} {index + 1}"
    city = "Example City" if authority == 831 else "Example County"
    return [
        FIRST_URN + index, authority, city, 2000 + index, name, *kind, *days, *ages,
        "Not applicable", "", "Example County", "ZZ99 9ZZ", "01-09-2016",
    ]  # fmt: skip


def converted(extract: str, urn: int, on: date, read_on: str) -> Record:
    """Return the register's news of a school that became an academy, and of the academy.

    The academy has the school's row under a number of its own, opened on that day.
    """
    rows = list(csv.DictReader(io.StringIO(extract)))
    [school] = [row for row in rows if row["URN"] == str(urn)]
    academy = str(max(int(row["URN"]) for row in rows) + 1)
    day, closed = f"{on:%d-%m-%Y}", f"{on - timedelta(days=1):%d-%m-%Y}"
    of_academy = {
        "URN": academy,
        "TypeOfEstablishment (code)": "34",
        "EstablishmentTypeGroup (code)": "10",
        "OpenDate": day,
    }
    ended = {"EstablishmentStatus (code)": "2", "CloseDate": closed}
    link = [urn, academy, school["EstablishmentName"], "Successor", day]
    return {
        "snapshot_on": read_on,
        "extract": _csv(
            [COLUMNS, *([*row.values()] for row in (school | ended, school | of_academy))]
        ),
        "links": _csv([LINKS, link]),
    }


def _csv(lines: Iterable[Iterable[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(lines)
    return out.getvalue()
