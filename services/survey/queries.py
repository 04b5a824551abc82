"""By what the lists of several things are filtered: children and schools."""

from libs.common.reading import Column, Filter, named, of_children
from services.survey.caseload import records_of
from services.survey.known import ChildReference, KnownSchool


def by_child(column: Column) -> Filter:
    """Return the filter for what is of these children, in whichever record of theirs it is."""
    return of_children(column, ChildReference, records_of)


def by_school(column: Column) -> Filter:
    """Return the filter for what is of these schools."""
    means = "By our id or the URN; several with commas between them."
    return named(column, KnownSchool.school_id, KnownSchool.urn, means=means)
