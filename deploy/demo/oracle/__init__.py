"""A second opinion: the same figures, worked out plainly from the raw records.

It shares nothing with the services, neither code nor queries: the rules of docs/figures.md are
written down here once more, in exact fractions over lists. Where the two differ, one is wrong.
"""

from fractions import Fraction
from typing import Any

from deploy.demo.oracle.caseload import caseload_figures, placements_maintained
from deploy.demo.oracle.printing import COMPARED, NOT_KNOWN, approximate, printed
from deploy.demo.oracle.progress import progress_figures
from deploy.demo.oracle.reading import Figure, Share, exclusions_by_year, value_of
from deploy.demo.oracle.staff import all_judged, staff_figures
from deploy.demo.oracle.voices import compliments, package_delivered, voice_figures
from deploy.demo.records import County
from deploy.demo.terms import year_before

__all__ = ["figures", "statements"]

FEW_EXCLUSIONS = 1
MANY_COMPLIMENTS = 10


def figures(county: County, year: str) -> dict[str, dict[str, Any]]:
    """Return a year's 43 figures by id: exact value, words, basis, last year's, and the change.

    A value is a whole number or a fraction as "n/d", a word, or None where it is not known; of a
    share it is in per cent. A change of a share is in percentage points, another in the figure's
    own unit, both from unrounded values.
    """
    now, before = _exact(county, year), _exact(county, year_before(year))
    return {id_: _figure(id_, figure, before[id_]) for id_, figure in now.items()}


def _exact(county: County, year: str) -> dict[str, Figure]:
    return {
        **staff_figures(county, year),
        **progress_figures(county, year),
        **caseload_figures(county, year),
        **voice_figures(county, year),
    }


def _figure(id_: str, now: Figure, before: Figure) -> dict[str, Any]:
    value, last = value_of(now), value_of(before)
    basis = {"count": now.count, "of": now.of} if isinstance(now, Share) else None
    known = None if last is None else {"value": str(last), "printed": printed(id_, last)}
    return {
        "value": None if value is None else str(value),
        "printed": printed(id_, value),
        "basis": basis,
        "last_year": known,
        "change": _change(id_, value, last),
    }


def _change(id_: str, now: Fraction | str | None, before: Fraction | str | None) -> Any:
    if not isinstance(now, Fraction) or not isinstance(before, Fraction):
        return None
    if id_.endswith(("share", "rate")):
        points = now - before
        return {
            "value": str(points),
            "printed": printed(COMPARED, points),
            "kind": "percentage_points",
        }
    return {"value": str(now - before), "printed": str(now - before), "kind": "absolute"}


def statements(county: County, year: str) -> dict[str, dict[str, Any]]:
    """Return whether each of the five statements of a year holds, and of placements how many."""
    excluded, kept = exclusions_by_year(county, year).values(), placements_maintained(county, year)
    holds = {
        "inclusion.placements_maintained": bool(kept),
        "teaching.judged.all": all_judged(county, year),
        "feedback.compliments": compliments(county, year) >= MANY_COMPLIMENTS,
        "training.pre_key_stage_package": package_delivered(county, year),
        "inclusion.exclusions_low": bool(excluded)
        and all(number is not None and number <= FEW_EXCLUSIONS for number in excluded),
    }
    said: dict[str, dict[str, Any]] = {id_: {"holds": held} for id_, held in holds.items()}
    said["inclusion.placements_maintained"]["printed"] = _about(kept)
    return said


def _about(kept: int | None) -> str:
    if not kept:
        return NOT_KNOWN if kept is None else "none"
    return approximate(Fraction(kept)).replace("approximately", "about")
