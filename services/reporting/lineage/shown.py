"""What is shown of a lineage: a figure's words, sum, rules, rows and events."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.reporting.evaluate import Cell, Figure
from services.reporting.lineage.named import Named
from services.reporting.members import Member
from services.reporting.presentation import Unit, exact, printed
from services.reporting.year import EPOCH


class RowOf(BaseModel):
    """One that counts: who or what it is, the day that says who held them, and what it gives.

    ``part`` and ``of`` are what it adds to the sum, ``events`` what it rests on.
    """

    who: str | None
    day: date
    part: int
    of: int
    events: list[UUID]


class EventOf(BaseModel):
    """An event that the lineage names, which facts it fills, and why it is named.

    It ``counts`` where a row that counts rests on it; it ``held`` where it says whose a row was; it
    is ``looked-at`` where what it tells is looked at and does not count; it is ``undone`` where it
    would be looked at, had another change or record not kept it out.
    """

    event_id: UUID
    why: str
    facts: list[str]
    recorded_at: str


class LineageView(BaseModel):
    """What a figure of a year rests on.

    ``rows`` is null for who may not see them. A page has rows and events from one place on;
    ``next`` is the place of the next page, null at the end. ``digest`` is of the value and all
    events named: where it is the same, so is what the figure rests on. To alter or leave out an
    event that is not named changes nothing.
    """

    figure_id: str
    academic_year: str
    by: str | None
    label: str | None
    known_at: date | None
    words: str
    value: str | None
    printed: str
    formula: str
    population: str
    rules: list[str]
    rounding: str
    definition: str
    digest: str
    count_of: dict[str, int]
    rows: list[RowOf] | None
    events: list[EventOf]
    next: int | None


class Touched(BaseModel):
    """A figure of a year whose lineage names an event, and why."""

    figure_id: str
    academic_year: str
    why: str


class Asked(BaseModel):
    """What was asked: the cell, the day, and which part of rows and events."""

    year: str
    by: str | None
    label: str | None
    known_at: date | None
    offset: int
    limit: int


def lineage_view(
    figure: Figure, cell: Cell, events: Sequence[Named], asked: Asked, *, rows: bool
) -> LineageView:
    """Return what is shown of a lineage; ``rows``, whether the caller may see who counts."""
    counting = sorted(cell.contributions, key=lambda one: (one[0].day, str(one[0].who)))
    part = slice(asked.offset, asked.offset + asked.limit)
    goes_on = max(len(counting) if rows else 0, len(events)) > part.stop
    return LineageView(
        figure_id=figure.id,
        academic_year=asked.year,
        by=asked.by,
        label=asked.label,
        known_at=asked.known_at,
        words=figure.words,
        value=exact(cell.value),
        printed=printed(cell.value, figure.unit, figure.decimals, cell.absent),
        formula=cell.folded.formula,
        population=figure.population.words,
        rules=_rules(figure, cell),
        rounding=_rounding(figure),
        definition=definition_version(figure),
        digest=_digest(figure, cell, events),
        count_of=_counted(cell, events),
        rows=[_row(*one) for one in counting[part]] if rows else None,
        events=[_event(one) for one in events[part]],
        next=part.stop if goes_on else None,
    )


def definition_version(figure: Figure) -> str:
    """Return a name of what a figure is defined to be: it changes when the definition does."""
    needs = [f"{need.population.words} {need.at_least}" for need in figure.needs]
    said = [figure.id, figure.words, figure.population.words, figure.base, figure.unit]
    return sha256("\n".join([*said, str(figure.decimals), *needs]).encode()).hexdigest()[:12]


def _rules(figure: Figure, cell: Cell) -> list[str]:
    """Return by which rules and versions it is counted, a sentence each."""
    needs = [
        f"It has a value only with at least {need.at_least} of these on record: "
        f"{need.population.words}."
        for need in figure.needs
    ]
    base = [f"The base is {figure.base}."] if figure.base else []
    series = [f"Counted on: {cell.folded.series}."] if cell.folded.series else []
    judged = [cell.folded.judged_by] if cell.folded.judged_by else []
    return [f"It looks at {figure.population.words}.", *base, *needs, *series, *judged]


def _rounding(figure: Figure) -> str:
    match figure.unit:
        case Unit.GRADE:
            return "a grade: nothing is rounded"
        case Unit.APPROXIMATE:
            return "half up, once: to the nearest ten from 100, to the nearest five below"
        case _:
            places = "1 decimal" if figure.decimals == 1 else f"{figure.decimals} decimals"
            return f"half up, once, to {places}"


def _digest(figure: Figure, cell: Cell, events: Sequence[Named]) -> str:
    named = sorted(str(_id(one.event)) for one in events)
    return sha256("\n".join([figure.id, str(exact(cell.value)), *named]).encode()).hexdigest()


def _counted(cell: Cell, events: Sequence[Named]) -> dict[str, int]:
    why = Counter(one.why.word for one in events)
    return {"rows": len(cell.rows), "looked_at": len(cell.looked_at), **why}


def _row(member: Member, part: int, of: int) -> RowOf:
    events = [_id(event) for found in member.events.values() for event in found]
    return RowOf(
        who=_shown(member.who),
        day=member.day,
        part=part,
        of=of,
        events=list(dict.fromkeys(events)),
    )


def _event(one: Named) -> EventOf:
    return EventOf(
        event_id=_id(one.event),
        why=one.why.word,
        facts=sorted(one.facts),
        recorded_at=(EPOCH + timedelta(microseconds=one.recorded)).isoformat(),
    )


def _id(kept: Any) -> UUID:
    """Return an id, however the database keeps it."""
    return kept if isinstance(kept, UUID) else UUID(str(kept))


def _shown(who: Any) -> str | None:
    """Return whose a row is: an id or, of a register, its month."""
    try:
        return str(_id(who)) if who is not None else None
    except ValueError:
        return str(who)
