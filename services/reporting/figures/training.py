"""Training, networks and bespoke work: how much was delivered, and how it was rated."""

from fractions import Fraction

from sqlalchemy import ColumnElement, and_, func, not_, or_, select

from services.reporting import facts
from services.reporting.figures.definition import Figure, Measure, count, mean
from services.reporting.figures.year import YearFacts
from services.reporting.presentation import NOT_KNOWN, Unit

HEADING = "Training and work for schools"
"""The heading of these figures on the page of the report."""

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


def _senco_network() -> ColumnElement[bool]:
    """Return the condition that a delivery is a meeting of the SENCO network."""
    delivery = facts.delivery.c
    return and_(delivery.kind == "network", delivery.course == "senco")


def _in_spring(year: YearFacts) -> ColumnElement[bool]:
    """Return the condition that it is in the spring term, in which networks do not count.

    Marks and delegates are of the same meetings (domain brief 13.8).
    """
    return facts.delivery.c.delivered_on.between(*year.terms[1])


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
            or_(delivery.kind != "network", and_(_senco_network(), not_(_in_spring(year)))),
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
    """Return how much of each kind was delivered. Where there is none at all, none is known."""
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
        number = sum(found.get(kind, 0) for kind in kinds) if found else None
        return count(number, absent=NOT_KNOWN)

    return Figure(id=id_, words=words, unit=Unit.COUNT, query=query)


async def _delegates(year: YearFacts) -> Measure:
    """Attendances at the meetings of autumn and summer; those of spring are listed by their day."""
    if not await _deliveries(year):
        return count(None, absent=NOT_KNOWN)
    delivery = facts.delivery.c
    by_day = (
        select(delivery.delivered_on, func.sum(delivery.delegates).label("delegates"))
        .where(_senco_network(), year.within(delivery.delivered_on))
        .group_by(delivery.delivered_on)
        .order_by(delivery.delivered_on)
    )
    counted = await year.rows(by_day.where(not_(_in_spring(year))))
    left_out = await year.rows(by_day.where(_in_spring(year)))
    return Measure(
        Fraction(sum(int(row.delegates) for row in counted)),
        counts={f"spring meeting {row.delivered_on}": int(row.delegates) for row in left_out},
    )


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
