"""The caseload's figures: risk of exclusion, and exclusions."""

from fractions import Fraction

from deploy.demo.oracle.reading import Figure, Share, at_risk, caseload, excluded
from deploy.demo.records import County


def caseload_figures(county: County, year: str) -> dict[str, Figure]:
    """Return the figures of inclusion; the share is of all on the caseload in the year."""
    found = len(at_risk(county, year))
    return {
        "inclusion.at_risk_of_exclusion.count": Fraction(found),
        "inclusion.at_risk_of_exclusion.share": Share(found, len(caseload(county, year))),
        "inclusion.permanent_exclusions": Fraction(len(excluded(county, year))),
    }


def placements_maintained(county: County, year: str) -> int:
    """Return how many children at risk in the year were not permanently excluded in it."""
    return len(at_risk(county, year) - set(excluded(county, year)))
