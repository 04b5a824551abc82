"""Training, networks and bespoke work: how much was delivered, and how it was rated."""

from sqlalchemy import func, or_, select

from services.reporting import facts
from services.reporting.figures.definition import Figure, Measure, count, mean
from services.reporting.figures.year import YearFacts
from services.reporting.presentation import Unit

KINDS = {
    "training.courses": ("course",),
    "bespoke": ("bespoke-assessment", "bespoke-consultancy", "bespoke-training"),
    "networks.senco": ("network",),
}

RATED = {
    "training.courses": "Training courses",
    "bespoke": "Bespoke work for schools",
    "networks.senco": "SENCO networks",
}


async def _ratings(year: YearFacts) -> dict[str, tuple[int, int, int, int]]:
    return await year.once("ratings", lambda: _ask_ratings(year))


async def _ask_ratings(year: YearFacts) -> dict[str, tuple[int, int, int, int]]:
    rating, delivery = facts.rating.c, facts.delivery.c
    query = (
        select(
            delivery.kind,
            func.sum(rating.content),
            func.count(rating.content),
            func.sum(rating.methods),
            func.count(rating.methods),
        )
        .join(facts.delivery, delivery.delivery_id == rating.delivery_id)
        .where(
            year.within(delivery.delivered_on),
            or_(delivery.kind != "network", delivery.course == "senco"),
        )
        .group_by(delivery.kind)
    )
    return {
        row[0]: (int(row[1] or 0), row[2], int(row[3] or 0), row[4])
        for row in map(tuple, await year.rows(query))
    }


def _mean(family: str, question: str) -> Figure:
    first = 0 if question == "content" else 2

    async def query(year: YearFacts) -> Measure:
        found = await _ratings(year)
        mine = [found[kind] for kind in KINDS[family] if kind in found]
        return mean(sum(one[first] for one in mine), sum(one[first + 1] for one in mine))

    return Figure(
        id=f"{family}.{question}.average",
        words=f"{RATED[family]}: mean mark for {question}, from 1 to 10, over all forms that answer"
        " it.",
        unit=Unit.MARK,
        decimals=1,
        base="forms with the question answered; each form weighs one",
        query=query,
    )


async def _deliveries(year: YearFacts) -> dict[str, int]:
    return await year.once("deliveries", lambda: _ask_deliveries(year))


async def _ask_deliveries(year: YearFacts) -> dict[str, int]:
    """Return how much of each kind was delivered. A year with none at all has no data."""
    delivery = facts.delivery.c
    query = (
        select(delivery.kind, func.count())
        .where(year.within(delivery.delivered_on))
        .group_by(delivery.kind)
    )
    return {row[0]: row[1] for row in map(tuple, await year.rows(query))}


def _delivered(id_: str, words: str, *kinds: str) -> Figure:
    async def query(year: YearFacts) -> Measure:
        found = await _deliveries(year)
        return count(sum(found.get(kind, 0) for kind in kinds) if found else None)

    return Figure(id=id_, words=words, unit=Unit.COUNT, query=query)


async def _delegates(year: YearFacts) -> Measure:
    """Attendances at SENCO network meetings of the autumn and summer terms."""
    if not await _deliveries(year):
        return count(None)
    delivery = facts.delivery.c
    autumn, _, summer = year.terms
    query = select(func.sum(delivery.delegates)).where(
        delivery.kind == "network",
        delivery.course == "senco",
        or_(delivery.delivered_on.between(*autumn), delivery.delivered_on.between(*summer)),
    )
    return count(await year.number(query))


FIGURES = (
    _mean("training.courses", "content"),
    _mean("training.courses", "methods"),
    _delivered("bespoke.assessments.count", "Bespoke assessments delivered.", "bespoke-assessment"),
    _delivered(
        "bespoke.consultancy_and_training.count",
        "Bespoke consultancy and training sessions delivered.",
        "bespoke-consultancy",
        "bespoke-training",
    ),
    _mean("bespoke", "content"),
    _mean("bespoke", "methods"),
    Figure(
        id="networks.senco.delegates",
        words="Attendances at SENCO network meetings in the autumn and summer terms.",
        unit=Unit.COUNT,
        query=_delegates,
    ),
    _mean("networks.senco", "content"),
    _mean("networks.senco", "methods"),
)
