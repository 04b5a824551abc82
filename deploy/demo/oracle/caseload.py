"""The caseload's figures: risk of exclusion, and exclusions."""

from fractions import Fraction

from deploy.demo.oracle.reading import Figure, Share, at_risk, caseload, excluded, on_record
from deploy.demo.records import County


def caseload_figures(county: County, year: str) -> dict[str, Figure]:
    """Return the figures of inclusion; the share is of all on the caseload in the year.

    Of a year in which nobody's risk was judged, or no exclusion began, its figures are not known.
    """
    found = len(at_risk(county, year))
    judged = _judged(county, year)
    return {
        "inclusion.at_risk_of_exclusion.count": Fraction(found) if judged else None,
        "inclusion.at_risk_of_exclusion.share": (
            Share(found, len(caseload(county, year))) if judged else None
        ),
        "inclusion.permanent_exclusions": (
            Fraction(len(excluded(county, year))) if _kept(county, year) else None
        ),
    }


def _judged(county: County, year: str) -> bool:
    return on_record(county.risks, "assessed_on", year)


def _kept(county: County, year: str) -> bool:
    return on_record(county.exclusions, "starts_on", year)


def placements_maintained(county: County, year: str) -> int | None:
    """Return how many children at risk in the year were not permanently excluded in it.

    None where risk or exclusions have no record of the year.
    """
    if not _judged(county, year) or not _kept(county, year):
        return None
    return len(at_risk(county, year) - set(excluded(county, year)))
