"""What was told of a child's school and characteristics, and what is published as it changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from libs.common.contracts.referral import Sex
from libs.common.core.dated import State, changes, on, tell, to_tell
from libs.common.persistence.uow import ReadTransaction, UnitOfWork
from services.referral.children.domain import Characteristics, Child
from services.referral.children.history import ChildCharacteristics, ChildSchool


@dataclass(frozen=True, slots=True)
class Before:
    """What held from which day on before something was told."""

    schools: dict[date, State]
    characteristics: dict[date, State]


async def schools_of(reading: ReadTransaction, child_id: UUID) -> list[ChildSchool]:
    """Return what was told of a child's schools."""
    return await reading.all(ChildSchool, child_id=child_id, unseen=True)


async def characteristics_of(
    reading: ReadTransaction, child_id: UUID
) -> list[ChildCharacteristics]:
    """Return what was told to be so of a child."""
    return await reading.all(ChildCharacteristics, child_id=child_id, unseen=True)


async def before(uow: UnitOfWork, child: Child) -> Before:
    """Return what holds now, to be compared with what holds once something was told."""
    schools, told = await schools_of(uow, child.id), await characteristics_of(uow, child.id)
    return Before(changes(schools), changes(told))


async def tell_school(uow: UnitOfWork, child: Child, day: date, school_id: UUID) -> None:
    """Keep on which school's roll the child is from a day on."""

    def made(of: date, said: State) -> ChildSchool:
        return ChildSchool(child_id=child.id, from_on=of, until_on=of, **said)

    for row in tell(await schools_of(uow, child.id), day, {"school_id": school_id}, made):
        uow.add(row)


async def tell_characteristics(uow: UnitOfWork, child: Child, day: date, said: State) -> None:
    """Keep what is so of the child from a day on."""

    def made(of: date, said: State) -> ChildCharacteristics:
        return ChildCharacteristics(child_id=child.id, from_on=of, until_on=of, said=said)

    for row in tell(await characteristics_of(uow, child.id), day, said, made):
        uow.add(row)


def school_before(schools: Sequence[ChildSchool], day: date) -> UUID:
    """Return the school of the day before; before the first known, the first."""
    school_id: UUID = on(schools, day - timedelta(days=1))["school_id"]
    return school_id


async def publish(uow: UnitOfWork, child: Child, was: Before) -> None:
    """Publish what holds from each day of which that was not so.

    The child's own row says what was told last.
    """
    await publish_schools(uow, child, was.schools)
    await publish_characteristics(uow, child, was.characteristics)


async def publish_schools(
    uow: UnitOfWork, child: Child, was: Mapping[date, State], *told: date
) -> None:
    """Publish where the child goes to school, from the registration on."""
    schools = await schools_of(uow, child.id)
    known = changes(schools)
    first, child.school_id = min(known), known[max(known)]["school_id"]
    if not was or first != child.registered_on:
        so = Characteristics.of(on(await characteristics_of(uow, child.id), first))
        _register(uow, child, first, known[first], so)
        told = (*told, first)
    for day, state in to_tell(was, schools).items():
        if day not in told:
            uow.emit(child, child.move(school_before(schools, day), state["school_id"], day))


async def publish_characteristics(
    uow: UnitOfWork, child: Child, was: Mapping[date, State], *told: date
) -> None:
    """Publish what is so of the child."""
    rows = await characteristics_of(uow, child.id)
    since = max(known := changes(rows))
    child.hold(Characteristics.of(known[since]), since)
    for day, state in to_tell(was, rows).items():
        if day not in told:
            uow.emit(child, child.characterise(Characteristics.of(state), day))


def _register(uow: UnitOfWork, child: Child, day: date, at: State, so: Characteristics) -> None:
    """Become known, or be known to have been so from an earlier day."""
    child.registered_on = day
    sex: Sex = "F" if child.sex == "F" else "M" if child.sex == "M" else "U"
    uow.emit(child, child.register(sex, at["school_id"], so.year_group))
