"""The second opinion on progress: from positions to gains to a grade, in plain Python."""

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

from deploy.demo.records import County, Record

GRADES = {
    "outstanding": "Outstanding",
    "good": "Good",
    "requires-improvement": "Requires improvement",
    "inadequate": "Inadequate",
}
LOWEST = {"P1i": 10, "P1ii": 15, "P2i": 20, "P2ii": 25, "P3i": 30, "P3ii": 35}


def place(position: str) -> tuple[str, int] | None:
    """Return a position's scale and value in tenths, or None where it has no value."""
    if position in LOWEST:
        return "P", LOWEST[position]
    if position[0] == "Y":
        band, step = position[1:].split(".")
        return "N", 10 * (6 * (int(band) - 1) + int(step))
    if position[0] == "P" and position[1].isdigit():
        level, letter = int(position[1]), position[2:]
        below, width = (35, 5) if level == 4 else (10 * level - 10, 10)
        return "P", below + width * (1 + "edcba".index(letter or "a")) // 5
    return None


class Progress:
    """What every child gained in a year."""

    def __init__(self, county: County, year: str, spans: Iterable[tuple[str, date, date]]) -> None:
        self.county = county
        self.year = year
        self.before = f"{int(year[:4]) - 1}-{year[2:4]}"
        self.spans: dict[str, list[tuple[date, date]]] = {}
        for child, first, last in spans:
            self.spans.setdefault(child, []).append((first, last))
        adopted = [one for one in county.criteria if one["academic_year"] == year]
        self.criteria = max(adopted, key=lambda one: int(one["version"]), default=None)

    def points(self) -> dict[tuple[str, str], dict[tuple[str, str], Record]]:
        """Return the result that stands in each window, for each child and subject."""
        void = {one["result"] for one in self.county.voids}
        right = {one["result"]: one for one in self.county.corrections}
        standing: dict[tuple[str, str], dict[tuple[str, str], Record]] = {}
        for raw in self.county.results:
            result = {**raw, **right.get(raw["reference"], {})}
            if raw["reference"] in void or not result["moderated"]:
                continue
            windows = standing.setdefault((raw["child"], raw["subject"]), {})
            window = (raw["academic_year"], raw["term"])
            if window not in windows or windows[window]["assessed_on"] <= result["assessed_on"]:
                windows[window] = result
        return standing

    def gains(self) -> list[tuple[str, str, str, int]]:
        """Return child, subject, scale and gain in tenths of all that can be matched."""
        found = []
        for (child, subject), windows in self.points().items():
            end = windows.get((self.year, "summer"))
            start = self._start(child, windows)
            if end is None or start is None or not self._counts(child, start, end):
                continue
            there, here = place(end["position"]), place(start["position"])
            if there and here and there[0] == here[0]:
                found.append((child, subject, there[0], there[1] - here[1]))
        return found

    def _start(self, child: str, windows: dict[tuple[str, str], Record]) -> Record | None:
        if (self.before, "summer") in windows:
            return windows[self.before, "summer"]
        soon = [
            point
            for (year, _), point in windows.items()
            if year == self.year
            and any(
                timedelta(0) <= date.fromisoformat(point["assessed_on"]) - first
                and date.fromisoformat(point["assessed_on"]) - first <= timedelta(weeks=6)
                for first, _ in self.spans.get(child, [])
            )
        ]
        return min(soon, key=lambda point: str(point["assessed_on"]), default=None)

    def _counts(self, child: str, start: Record, end: Record) -> bool:
        if self.criteria is None or child not in self.spans:
            return False
        earlier = date.fromisoformat(start["assessed_on"])
        later = date.fromisoformat(end["assessed_on"])
        months = 12 * (later.year - earlier.year) + later.month - earlier.month
        months -= later.day < earlier.day
        begins = int(self.year[:4])
        terms = (
            (date(begins, 9, 1), date(begins, 12, 31)),
            (date(begins + 1, 1, 1), date(begins + 1, 3, 31)),
            (date(begins + 1, 4, 1), date(begins + 1, 8, 31)),
        )
        attended = sum(
            any(first <= until and last >= since for first, last in self.spans[child])
            for since, until in terms
        )
        return bool(
            earlier < later
            and months >= self.criteria["minimum_months"]
            and attended >= self.criteria["minimum_terms_on_caseload"]
        )

    def p_level_mean(self) -> Fraction | None:
        """Return the mean over children of each one's mean over subjects, in levels."""
        by_child: dict[str, list[int]] = {}
        for child, _, scale, gain in self.gains():
            if scale == "P":
                by_child.setdefault(child, []).append(gain)
        means = [Fraction(sum(gains), len(gains)) / 10 for gains in by_child.values()]
        return sum(means, Fraction()) / len(means) if means else None

    def outcome(self, subject: str) -> str | None:
        """Return the service's outcome in a subject on year bands, in words."""
        if self.criteria is None:
            return None
        gains = [gain for _, of, scale, gain in self.gains() if (of, scale) == (subject, "N")]
        judged = [self._grade(gain) for gain in gains]
        if len(judged) < max(1, self.criteria["minimum_judged"]):
            return None
        good = Fraction(sum(one in {"good", "outstanding"} for one in judged), len(judged))
        expected = good + Fraction(judged.count("expected"), len(judged))
        for one in self.criteria["cohort"]:
            wanted = Fraction(one["expected_or_better"], 100), Fraction(one["good_or_better"], 100)
            if expected >= wanted[0] and good >= wanted[1]:
                return GRADES[one["outcome"]]
        return None

    def _grade(self, gain: int) -> str:
        assert self.criteria is not None
        steps = [one for one in self.criteria["progress"] if one["scale"] == "N"]
        steps.sort(key=lambda one: -int(one["at_least_tenths"]))
        return next((str(s["grade"]) for s in steps if gain >= s["at_least_tenths"]), "below")
