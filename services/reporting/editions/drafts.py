"""What a draft would publish, what was found in it, and what stands in the way of its signature."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, select

from libs.common.core.clock import AcademicYear
from libs.common.core.errors import ValidationError
from libs.common.persistence import tables
from libs.common.persistence.uow import ReadTransaction
from services.reporting.editions.arrivals import Arrival, arrivals, late
from services.reporting.editions.changed import differences, told
from services.reporting.editions.contents import (
    EditionContent,
    FigureChange,
    breakdowns,
    methods,
)
from services.reporting.editions.domain import Edition, Note, ReportSource, Settlement
from services.reporting.editions.findings import Finding, of_arrivals, of_figures
from services.reporting.editions.methods import adopted
from services.reporting.editions.queries import frozen_content
from services.reporting.holding import hold
from services.reporting.narrative import Narrative, compiled, faults, parsed
from services.reporting.narrative.bindings import Figures
from services.reporting.narrative.compiling import PriorityView
from services.reporting.outlets.labels import name_of
from services.reporting.plans.domain import ServicePlan
from services.reporting.queries import HEAD, divided, report, reports
from services.reporting.readers import Reader
from services.reporting.views import Report
from services.reporting.year import end_of


async def held(read: ReadTransaction, edition_id: UUID) -> Edition:
    """Return an edition beside which facts are read; it comes first of all that is read.

    Raises BeingRebuilt.
    """
    await hold(read.connection)
    return await read.get(Edition, edition_id)


async def draft_content(read: ReadTransaction, edition: Edition) -> EditionContent:
    """Put a draft together: its year as it was known at the end of its day, and its words."""
    year = AcademicYear.parse(edition.academic_year)
    found = await report(read.connection, year, edition.known_at, _everybody(read))
    return await _content(read, edition, found)


async def draft_figures(read: ReadTransaction, edition: Edition) -> Figures:
    """Return what the source of a draft may bind, as everybody is shown it."""
    year = AcademicYear.parse(edition.academic_year)
    found = await report(read.connection, year, edition.known_at, _everybody(read))
    return Figures.of(found.academic_year, found.figures, found.statements)


async def prepared(read: ReadTransaction, edition: Edition) -> tuple[EditionContent, list[Finding]]:
    """Return a draft's content and what is found in the exact values, of one evaluation."""
    year, readers = AcademicYear.parse(edition.academic_year), [_everybody(read), HEAD]
    public, exact = await reports(read.connection, year, edition.known_at, readers)
    arrived = await late(read.connection, year, edition.known_at)
    found = [*of_arrivals(arrived), *of_figures(exact.figures)]
    return await _content(read, edition, public), found


async def shown(read: ReadTransaction, edition: Edition) -> EditionContent:
    """Return what a draft would publish or, of what is published, what was frozen."""
    if edition.state == "published":
        return await frozen_content(read.connection, edition.id)
    return await draft_content(read, edition)


def _everybody(read: ReadTransaction) -> Reader:
    """Return as whom an edition is read: it holds what passed the gate for everybody."""
    return Reader(today=read.today())


async def _content(read: ReadTransaction, edition: Edition, found: Report) -> EditionContent:
    year = AcademicYear.parse(edition.academic_year)
    groups = await divided(read.connection, year, edition.known_at, _everybody(read))
    return EditionContent(
        academic_year=edition.academic_year,
        known_at=edition.known_at,
        data_as_of=found.data_as_of,
        figures=found.figures,
        statements=found.statements,
        methods=methods(await adopted(read)),
        narrative=await _narrative(read, edition, found),
        breakdowns=breakdowns(groups),
        names=[name_of(one.id, one.words) for one in found.figures],
    )


async def _narrative(read: ReadTransaction, edition: Edition, found: Report) -> Narrative | None:
    """Return the report in words; None where there is no source, or one that no longer fits."""
    kept = await read.find(ReportSource, edition_id=edition.id)
    source = parsed(kept.text) if kept else None
    figures = Figures.of(found.academic_year, found.figures, found.statements)
    if kept is None or source is None or faults(source, figures.lacking):
        return None
    plan = await read.find(ServicePlan, academic_year=edition.academic_year)
    priorities = [PriorityView.model_validate(one) for one in plan.priorities] if plan else []
    return compiled(source, figures, kept.looked_at, priorities)


async def findings(read: ReadTransaction, edition: Edition) -> list[Finding]:
    """Return what arrived late, and what rules and outlier checks find in the exact values."""
    year = AcademicYear.parse(edition.academic_year)
    arrived = await late(read.connection, year, edition.known_at)
    exact = await report(read.connection, year, edition.known_at)
    return [*of_arrivals(arrived), *of_figures(exact.figures)]


async def since(
    read: ReadTransaction, edition: Edition
) -> tuple[list[FigureChange], list[Arrival]]:
    """Return which exact values are others now than at the cut, and what arrived since then."""
    year = AcademicYear.parse(edition.academic_year)
    then = await report(read.connection, year, edition.known_at)
    now = await report(read.connection, year)
    arrived = await arrivals(read.connection, year, end_of(edition.known_at))
    return differences(told(then.figures), told(now.figures)), arrived


async def settlements(read: ReadTransaction, edition: Edition) -> Mapping[str, Settlement]:
    """Return what was followed up or accepted, by the finding's key."""
    return {one.finding: one for one in await read.all(Settlement, edition_id=edition.id)}


async def obstacles(
    read: ReadTransaction, edition: Edition, content: EditionContent, found: list[Finding]
) -> list[ValidationError]:
    """Return all that has to be seen to before a draft is signed."""
    settled = await settlements(read, edition)
    open_ = [
        _obstacle("finding-open", f"{one.key}: {one.words}")
        for one in found
        if one.key not in settled or settled[one.key].digest != one.digest
    ]
    notes = [
        _obstacle("note-open", f"note {one.number} of the review is not answered")
        for one in await read.all(Note, edition_id=edition.id)
        if one.answer is None
    ]
    words, since_review = _of_words(content.narrative), _since_review(edition, content)
    return [*await _dead_letters(read), *since_review, *words, *notes, *open_]


def _since_review(edition: Edition, content: EditionContent) -> list[ValidationError]:
    """Find that what would be signed is not what was sent to be reviewed."""
    if edition.state != "review" or edition.reviewed == content.digest:
        return []
    detail = "it says something else than when it was sent to be reviewed: send it again"
    return [_obstacle("changed-since-review", detail)]


async def _dead_letters(read: ReadTransaction) -> list[ValidationError]:
    query = select(func.count()).select_from(tables.dead_letter)
    count = (await read.connection.execute(query)).scalar_one()
    detail = f"{count} events are set aside as dead letters, and missing from the figures"
    return [_obstacle("dead-letters", detail)] if count else []


def _of_words(narrative: Narrative | None) -> list[ValidationError]:
    if narrative is None:
        return [_obstacle("no-source", "there is no source of the report that fits its figures")]
    planless = not narrative.plan and any(
        block.kind == "plan" for section in narrative.sections for block in section.blocks
    )
    return [
        *([_obstacle("no-plan", "no Service Plan of the year is recorded")] if planless else []),
        *(
            _obstacle("sentence-changed", f"a figure in it is another now: {one.text}")
            for one in narrative.changed
        ),
    ]


def _obstacle(code: str, detail: str) -> ValidationError:
    return ValidationError(code, detail, parameter="edition_id")
