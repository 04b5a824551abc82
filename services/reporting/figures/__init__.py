"""Every figure and statement of the annual report, in the order in which it gives them.

Beside them stand the figures by which the service is steered, which the report does not give.
"""

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
from services.reporting.figures.steering import FAMILIES as STEERING_FAMILIES
from services.reporting.figures.steering import STEERING

FAMILIES = (workforce, schools, progress_figures, inclusion, teaching, training, surveys, feedback)

FIGURES: tuple[Figure, ...] = tuple(figure for family in FAMILIES for figure in family.FIGURES)

ALL_FIGURES: tuple[Figure, ...] = (*FIGURES, *STEERING)
"""Those of the report, and those beside them."""

HEADINGS = {
    figure.id: family.HEADING
    for family in (*FAMILIES, *STEERING_FAMILIES)
    for figure in family.FIGURES
}
"""Under which heading each figure stands: of the report's page, or beside it."""

__all__ = ["ALL_FIGURES", "FAMILIES", "FIGURES", "HEADINGS", "STATEMENTS", "STEERING"]
