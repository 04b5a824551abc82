"""By which waves the things of waves are found."""

from libs.common.reading import Column, Filter, named
from services.survey.waves.domain import Wave


def by_wave(column: Column) -> Filter:
    """Return the filter for what is of these waves."""
    return named(column, Wave.id, Wave.reference)
