"""Figures by which the service is steered: in families of their own, beside the report's."""

from services.reporting.evaluate import Figure
from services.reporting.figures.steering import (
    caseload,
    inclusion,
    key_stage_1,
    progress,
    referrals,
    reviews,
    surveys,
    visits,
    workforce,
)

FAMILIES = (
    caseload,
    referrals,
    visits,
    reviews,
    inclusion,
    workforce,
    progress,
    key_stage_1,
    surveys,
)

STEERING: tuple[Figure, ...] = tuple(figure for family in FAMILIES for figure in family.FIGURES)
