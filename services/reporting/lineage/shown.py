"""What is shown of a lineage: a figure's words, sum, rules, rows and events."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel

from services.reporting.evaluate import Cell, Figure
from services.reporting.lineage.named import Named
from services.reporting.members import Member
from services.reporting.presentation import exact
from services.reporting.views import CellView, Definition, FigureView, Gated, definition
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


class LineageView(Gated):
    """What a figure of a year rests on.

    The value, and the numbers of the ``formula``, are those that the disclosure gate lets pass;
    ``exempted`` is the exception by which it does. Who does not read exact values sees neither what
    it counts nor events, nor a ``digest``: they are null. ``rows`` is null for who may not see
    them. A page has rows and events from one place on; ``next`` is the place of the next page, null
    at the end. ``digest`` is of the value and all events named: where it is the same, so is what
    the figure rests on. To alter or leave out an event that is not named changes nothing.
    ``definition`` names what the figure is defined to be, and changes when that does.
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
    digest: str | None
    count_of: dict[str, int]
    rows: list[RowOf] | None
    events: list[EventOf] | None
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


class Rests(NamedTuple):
    """What a figure's cell rests on; ``rows``, whether the reader may see who counts."""

    cell: Cell
    events: Sequence[Named]
    rows: bool


def lineage_view(
    figure: Figure, asked: Asked, seen: FigureView | CellView, rests: Rests | None
) -> LineageView:
    """Return what is shown of a lineage: what the gate lets pass and, to whom it is, the rest."""
    said = definition(figure)
    return LineageView(
        figure_id=said.id,
        academic_year=asked.year,
        by=asked.by,
        label=asked.label,
        known_at=asked.known_at,
        words=said.words,
        value=seen.value,
        printed=seen.printed,
        withheld=seen.withheld,
        protected_by=seen.protected_by,
        exempted=seen.exempted,
        formula=rests.cell.folded.formula if rests else _formula(seen),
        population=said.population,
        rules=_rules(said, seen),
        rounding=said.rounding,
        definition=_name_of(said),
        **_resting(figure, asked, rests),
    )


def _resting(figure: Figure, asked: Asked, rests: Rests | None) -> dict[str, Any]:
    if rests is None:
        return {"digest": None, "count_of": {}, "rows": None, "events": None, "next": None}
    cell, events, rows = rests
    counting = sorted(cell.contributions, key=lambda one: (one[0].day, str(one[0].who)))
    part = slice(asked.offset, asked.offset + asked.limit)
    goes_on = max(len(counting) if rows else 0, len(events)) > part.stop
    return {
        "digest": _digest(figure, cell, events),
        "count_of": _counted(cell, events),
        "rows": [_row(*one) for one in counting[part]] if rows else None,
        "events": [_event(one) for one in events[part]],
        "next": part.stop if goes_on else None,
    }


def _formula(seen: FigureView | CellView) -> str:
    """Return the sum with the numbers that passed the gate; of one that is withheld none did."""
    if seen.basis:
        return f"{seen.basis.count} ÷ {seen.basis.of}, in per cent"
    return ", ".join(f"of {number} {name}" for name, number in seen.counts.items())


def _name_of(said: Definition) -> str:
    return sha256(said.model_dump_json(exclude={"by"}).encode()).hexdigest()[:12]


def _rules(said: Definition, seen: FigureView | CellView) -> list[str]:
    """Return by which rules and versions it is counted, a sentence each."""
    needs = [f"It has a value only with {need} on record." for need in said.needs]
    base = [f"The base is {said.base}."] if said.base else []
    series = seen.series if isinstance(seen, FigureView) else ""
    judged = isinstance(seen, FigureView) and seen.words.removeprefix(said.words).strip()
    told = [f"Counted on: {series}."] if series else []
    return [f"It looks at {said.population}.", *base, *needs, *told, *([judged] if judged else [])]


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
