"""Every figure and statement of the annual report, in the order in which it gives them."""

from services.reporting.figures import (
    feedback,
    inclusion,
    progress_figures,
    surveys,
    teaching,
    training,
    workforce,
)
from services.reporting.figures.statements import STATEMENTS

FIGURES = (
    *workforce.FIGURES,
    *progress_figures.FIGURES,
    *inclusion.FIGURES,
    *teaching.FIGURES,
    *training.FIGURES,
    *surveys.FIGURES,
    *feedback.FIGURES,
)

__all__ = ["FIGURES", "STATEMENTS"]
