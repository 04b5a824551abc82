"""Every figure and statement of the annual report, in the order in which it gives them."""

from services.reporting.evaluate import Figure
from services.reporting.figures import (
    feedback,
    inclusion,
    progress_figures,
    schools,
    surveys,
    teaching,
    training,
    workforce,
)
from services.reporting.figures.statements import STATEMENTS

FAMILIES = (workforce, schools, progress_figures, inclusion, teaching, training, surveys, feedback)

FIGURES: tuple[Figure, ...] = tuple(figure for family in FAMILIES for figure in family.FIGURES)

HEADINGS = {figure.id: family.HEADING for family in FAMILIES for figure in family.FIGURES}
"""Under which heading of the page each figure stands."""

__all__ = ["FAMILIES", "FIGURES", "HEADINGS", "STATEMENTS"]
