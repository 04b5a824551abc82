"""Schools as they were on a day, and which carries on after one that closed."""

from datetime import date

from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import Column, Filter, named
from services.referral.schools.domain import School, SchoolExtract, SchoolOnDay, school_on


async def school_of_day(read: ReadTransaction, school: School, day: date) -> SchoolOnDay:
    """Return a school as it was on a day, from the extract that says so."""
    return school_on(school, await read.all(SchoolExtract, school_id=school.id), day)


async def carrying_on(read: ReadTransaction, school: School, day: date) -> School:
    """Return the school that carries on on a day: itself, or the last of those that followed it."""
    passed = {school.id}
    while school.succeeded_on is not None and school.succeeded_on <= day:
        [school] = await read.all(School, id=school.successor_id, unseen=True)
        if school.id in passed:
            break  # the register says that two follow each other
        passed.add(school.id)
    return school


def by_school(column: Column) -> Filter:
    """Return the filter for what is of these schools."""
    means = "By our id or the URN; several with commas between them."
    return named(column, School.id, School.urn, means=means)
