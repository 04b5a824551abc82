"""Training, networks and bespoke work: how much was delivered, and how it was rated."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from services.reporting import facts
from services.reporting.asked import AnyYear, Query, as_kept, rests_on
from services.reporting.evaluate import (
    Figure,
    Folded,
    Given,
    Need,
    Population,
    mean,
)
from services.reporting.members import Made, Member
from services.reporting.presentation import NOT_KNOWN, Unit
from services.reporting.year import YearFacts

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

PACKAGE = "p-scales-to-pre-key-stage"


def _deliveries(year: AnyYear) -> Select[Any]:
    delivery = year.known(facts.delivery)
    return (
        select(
            as_kept(delivery.c.delivery_id).label("who"),
            delivery.c.delivered_on.label("day"),
            delivery.c.kind,
            delivery.c.course,
            delivery.c.delegates,
            *rests_on(delivery),
        )
        .where(year.within(delivery.c.delivered_on))
        .order_by(delivery.c.delivered_on)
    )


DELIVERIES = Population(
    words="courses, network meetings and bespoke work",
    whose="delivery",
    ask=Query(_deliveries),
)
SOMETHING = Need(absent=NOT_KNOWN, population=DELIVERIES)
"""Deliveries of any kind open all of them (domain brief 13.5)."""


class Meeting(NamedTuple):
    """A meeting of the SENCO network; one in the spring term is in no figure (13.8)."""

    day: date
    delegates: int
    spring: bool


def _meetings(year: YearFacts, deliveries: Sequence[Member]) -> list[Member]:
    first, last = year.terms[1]
    return [
        Made(
            one.who,
            one.day,
            Meeting(one.day, one.has.delegates, first <= one.day <= last),
            (one,),
        )
        for one in deliveries
        if (one.has.kind, one.has.course) == ("network", "senco")
    ]


MEETINGS = Population(
    words="meetings of the SENCO network in the year",
    whose="delivery",
    ask=_meetings,
    made_of=(DELIVERIES,),
)


def _delegates(given: Given) -> Folded:
    """Add the attendances up, and list by day those of spring, which are left out."""
    left_out: dict[str, int] = defaultdict(int)
    for meeting in (one.has for one in given.members):
        if meeting.spring:
            left_out[f"spring meeting {meeting.day}"] += meeting.delegates
    found = sum(given.parts)
    return Folded(Fraction(found), counts=left_out, formula=f"{found} attendances added up")


def _forms(year: AnyYear) -> Select[Any]:
    rating, delivery = year.known(facts.rating), year.known(facts.delivery)
    return (
        select(
            as_kept(rating.c.rating_id).label("who"),
            delivery.c.delivered_on.label("day"),
            as_kept(delivery.c.delivery_id).label("delivery_id"),
            delivery.c.kind,
            rating.c.content,
            rating.c.methods,
            *rests_on(rating, delivery),
        )
        .select_from(rating.join(delivery, delivery.c.delivery_id == rating.c.delivery_id))
        .where(year.within(delivery.c.delivered_on))
    )


FORMS = Population(words="rating forms of the year's deliveries", whose="form", ask=Query(_forms))


def _rated(family: str) -> Population:
    """Return the forms of a family; of networks, those of the meetings that count (13.8)."""

    def ask(_: YearFacts, forms: Sequence[Member], meetings: Sequence[Member]) -> list[Member]:
        counted = {one.who for one in meetings if not one.has.spring}
        return [
            one
            for one in forms
            if one.has.kind in KINDS[family]
            and (one.has.kind != "network" or one.has.delivery_id in counted)
        ]

    return Population(
        words=f"rating forms: {RATED[family]}",
        whose="form",
        ask=ask,
        made_of=(FORMS, MEETINGS),
        concerns=lambda row: row.kind in KINDS[family],
    )


FORMS_OF = {family: _rated(family) for family in KINDS}


def _mean(family: str, question: str) -> Figure:
    return Figure(
        id=f"{family}.{question}.average",
        words=f"{RATED[family]}: mean mark for {question}, from 1 to 10, over all forms that answer"
        " it.",
        population=FORMS_OF[family],
        part=lambda form: getattr(form, question) or 0,
        of=lambda form: getattr(form, question) is not None,
        fold=mean,
        unit=Unit.MARK,
        decimals=1,
        base="forms with the question answered; each form weighs one",
    )


def _delivered(id_: str, words: str, *kinds: str) -> Figure:
    return Figure(
        id=id_,
        words=words,
        population=DELIVERIES,
        part=lambda delivery: delivery.kind in kinds,
        needs=(SOMETHING,),
    )


PACKAGES = Figure(
    id="training.pre_key_stage_package.count",
    words="Courses on moving from P scales to pre-key-stage assessment.",
    population=DELIVERIES,
    part=lambda delivery: (delivery.kind, delivery.course) == ("course", PACKAGE),
    needs=(SOMETHING,),
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
        population=MEETINGS,
        part=lambda meeting: 0 if meeting.spring else meeting.delegates,
        fold=_delegates,
        needs=(SOMETHING,),
    ),
    _mean("networks.senco", "content"),
    _mean("networks.senco", "methods"),
)
