"""What a figure is, and the one way to its value: members, parts, a fold.

A population is asked once a report, whichever figures share it. Its members say who may be
counted, on which day, what they have and which events that rests on; so a total, a breakdown and a
list of contributors come from one declaration.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from typing import Any, Final, NamedTuple, NoReturn

from services.reporting.asked import Query
from services.reporting.dimensions import BOTH, DIMENSIONS
from services.reporting.members import Member
from services.reporting.presentation import NO_DATA, NOT_ON_RECORD, Unit
from services.reporting.year import YearFacts


@dataclass(frozen=True, eq=False, kw_only=True)
class Population:
    """Those a figure looks at, and ``whose`` they are: a child's, a teacher's, a team's.

    ``ask`` is a query or, of the members of the populations that it is ``made_of``, a function
    that gives the members and asks nobody. A query has a row for each: first ``who`` and ``day``,
    what it has, and `rests_on`. ``divides`` gives, by the name of a dimension, the label of what a
    member has of its own. ``concerns`` says which rows of those that it is made of can have to do
    with it, where not all can: those of another subject, or of another audience, cannot.
    """

    words: str
    whose: str
    ask: Query | Callable[..., Sequence[Member]]
    made_of: tuple["Population", ...] = ()
    divides: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    concerns: Callable[[Any], bool] = field(default=lambda _: True)


async def members(population: Population, year: YearFacts) -> Sequence[Member]:
    """Return a year's members of a population."""

    async def ask() -> Sequence[Member]:
        if isinstance(population.ask, Query):
            return await year.members(population.ask)
        made_of = [await members(one, year) for one in population.made_of]
        return population.ask(year, *made_of)

    return await year.once(population, ask)


class Given(NamedTuple):
    """What each member gives to a figure: a part, of so much."""

    members: Sequence[Member]
    parts: Sequence[int]
    of: Sequence[int]


class Folded(NamedTuple):
    """A figure's exact value, None where there is none, and the counts behind it.

    A share has its part and whole as ``basis``; ``counts`` says what a mean or a grade is of. Two
    years' values can be compared only if they are of one ``series``: the same questionnaire, the
    same scheme. ``judged_by`` says by what a grade was given, as a sentence; ``absent`` why there
    is no value, where that is known here better than by the figure. ``formula`` is the sum with its
    numbers in it.
    """

    value: Fraction | str | None
    basis: tuple[int, int] | None = None
    counts: Mapping[str, int] = {}
    series: str = ""
    judged_by: str = ""
    absent: str = ""
    formula: str = ""


Fold = Callable[[Given], Folded]


def count(given: Given) -> Folded:
    """Add the parts up."""
    found = sum(given.parts)
    return Folded(Fraction(found), formula=f"{found} of the {len(given.members)} looked at")


def share(given: Given) -> Folded:
    """Return a share in per cent; of nothing there is none (0/0 is not 0%)."""
    part, of = sum(given.parts), sum(given.of)
    formula = f"{part} ÷ {of}, in per cent"
    return Folded(Fraction(100 * part, of), (part, of), formula=formula) if of else Folded(None)


def mean(given: Given) -> Folded:
    """Return a mean, with how many answers it is of; of nothing there is none."""
    part, of = sum(given.parts), sum(given.of)
    if not of:
        return Folded(None)
    return Folded(Fraction(part, of), counts={"answers": of}, formula=f"{part} ÷ {of}")


def each(_: Any) -> int:
    """Count every member as one."""
    return 1


@dataclass(frozen=True, kw_only=True)
class Need:
    """What has to be on record for a figure to have a value, and why else it has none.

    So many members of a population for whom ``where`` is true. The ``absent`` words may depend on
    these members, and on those that the figure looks at.
    """

    absent: str | Callable[[Sequence[Member], Sequence[Member]], str]
    population: Population
    where: Callable[[Any], Any] = each
    at_least: int = 1


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure: of each member of a population a part (of so much), folded.

    ``part`` and ``of`` look at what a member has; without ``of`` it is the part itself. ``absent``
    says why there is no value where nothing needed is missing. A figure that is ``whole`` is told
    of the service alone, but for what its population ``divides``. ``change_decimals`` is set where
    the change on last year is told, in percentage points of the unrounded shares;
    ``shows_last_year`` where last year's value is. What is asked ``periodic``-ally, not every year,
    is compared with the last year in which it was. Figures of one population that are ``among`` the
    same answers, or the same forms, divide them: what one is, the others leave. A figure that is
    ``within`` another, by its id, counts some of those whom that one counts, of the same whole. One
    that is a ``percentile`` is the value of somebody, whom so many per cent do not exceed.
    Where not all that it looks at are ``asked``, those who are and are in no ``of`` are a count
    too.
    """

    id: str
    words: str
    population: Population
    part: Callable[[Any], int] = each
    of: Callable[[Any], int] | None = None
    fold: Fold = count
    unit: Unit = Unit.COUNT
    decimals: int = 0
    needs: tuple[Need, ...] = ()
    absent: str = NO_DATA
    base: str = ""
    whole: bool = False
    shows_last_year: bool = False
    change_decimals: int | None = None
    periodic: bool = False
    among: str = ""
    within: str = ""
    percentile: int | None = None
    asked: Callable[[Any], int] | None = None

    @property
    def dimensions(self) -> list[str]:
        """By what it can be broken down."""
        return [name for name in DIMENSIONS if self._divided_by(name)]

    def _divided_by(self, name: str) -> bool:
        both = DIMENSIONS[name].both
        if both:
            return all(map(self._divided_by, both))
        own = name in self.population.divides
        return own or (self.population.whose in DIMENSIONS[name].chains and not self.whole)


class Cell:
    """A figure's value of one group, with the rows that it counts. It has passed no gate.

    So it has no way out: nothing that makes JSON or pickles finds anything in it, and only the
    disclosure gate makes a view of it. ``absent`` says why there is no value, and is empty where
    there is one.
    """

    __slots__ = ("_given", "absent", "folded")

    def __init__(self, folded: Folded, absent: str, given: Given) -> None:
        """Keep what was folded, and of what."""
        self.folded = folded
        self.absent = absent if folded.value is None else ""
        self._given = given

    @property
    def value(self) -> Fraction | str | None:
        """The exact value in the figure's unit."""
        return self.folded.value

    @property
    def looked_at(self) -> Sequence[Member]:
        """All members that were looked at."""
        return self._given.members

    @property
    def contributions(self) -> list[tuple[Member, int, int]]:
        """The members that count, in the part or in what it is of, each with what it gives."""
        return [(one, part, of) for one, part, of in zip(*self._given, strict=True) if part or of]

    @property
    def rows(self) -> list[Member]:
        """The members that count."""
        return [member for member, _part, _of in self.contributions]

    @property
    def parts(self) -> Sequence[int]:
        """What each member that was looked at gives to the part."""
        return self._given.parts

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled."""
        message = "a cell is shown through the view that is made of it"
        raise TypeError(message)


async def evaluate(figure: Figure, year: YearFacts, by: str = "") -> dict[str, Cell]:
    """Return a figure's cells of a year by label: one without a label or, ``by`` a dimension, more.

    What the figure needs is needed of the whole service: a source is open to all or to none.
    A figure that the dimension does not divide raises KeyError.
    """
    if by and by not in figure.dimensions:
        raise KeyError(by)
    found = await members(figure.population, year)
    lacking = await _lacking(figure, found, year)
    groups = await _grouped(figure, found, year, by) if by else {"": found}
    return {label: _cell(figure, group, lacking) for label, group in groups.items()}


async def total(figure: Figure, year: YearFacts) -> Cell:
    """Return a figure's one cell of a year."""
    return (await evaluate(figure, year))[""]


async def _year_before(year: YearFacts) -> YearFacts:
    """Return the year before another, once for all figures that look so far back."""
    before = year.year.previous()
    return await year.once(before, lambda: YearFacts.read(year.connection, before, year.at))


PERIOD: Final = 5
"""Within so many years before is looked for the last one in which a periodic survey ran."""


async def total_before(figure: Figure, before: YearFacts) -> tuple[Cell, YearFacts]:
    """Return the cell that a year is compared with, of the year before, and the year it is of.

    Of what is periodic it is the last year that has a value, if one of five has.
    """
    year, cell = before, await total(figure, before)
    first = cell, before
    for _ in range(PERIOD - 1 if figure.periodic else 0):
        if cell.value is not None:
            break
        year = await _year_before(year)
        cell = await total(figure, year)
    return first if cell.value is None else (cell, year)


def _cell(figure: Figure, group: Sequence[Member], lacking: str) -> Cell:
    part, of = figure.part, figure.of
    parts = [part(one.has) for one in group]
    given = Given(group, parts, [of(one.has) for one in group] if of else parts)
    folded = Folded(None) if lacking else figure.fold(given)
    return Cell(folded, lacking or folded.absent or figure.absent, given)


async def _lacking(figure: Figure, found: Sequence[Member], year: YearFacts) -> str:
    """Return why a figure has no value, as far as that is what is not on record."""
    if not await year.on_record():
        return NOT_ON_RECORD
    for need in figure.needs:
        there = await members(need.population, year)
        enough = islice((one for one in there if need.where(one.has)), need.at_least)
        if len(list(enough)) < need.at_least:
            absent = need.absent
            return absent if isinstance(absent, str) else absent(there, found)
    return ""


async def _grouped(
    figure: Figure, found: Sequence[Member], year: YearFacts, by: str
) -> dict[str, list[Member]]:
    label = await _label(figure.population, year, by)
    groups: dict[str, list[Member]] = defaultdict(list)
    for member in found:
        groups[label(member)].append(member)
    return dict(sorted(groups.items(), key=lambda group: DIMENSIONS[by].place(group[0])))


async def _label(population: Population, year: YearFacts, by: str) -> Callable[[Member], str]:
    """Return what gives a member its one label: its own, or that of who held it on its day."""
    own, both = population.divides.get(by), DIMENSIONS[by].both
    if own:
        return lambda member: own(member.has)
    if both:
        each = [await _label(population, year, one) for one in both]
        return lambda member: BOTH.join(label(member) for label in each)
    label = await DIMENSIONS[by].labels(population.whose, year)
    return lambda member: label(member.who, member.day)


@dataclass(frozen=True, slots=True)
class Claim:
    """Whether a statement holds in a year, how it is put, and the counts behind it."""

    holds: bool
    printed: str
    counts: Mapping[str, int] = field(default_factory=dict)


Cells = Mapping[str, Mapping[str, Cell]]
"""Cells by the figure's name in the statement, and by label."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement of the report, which is made only by a stated method.

    It is a predicate over cells: those of each figure that it looks at, ``by`` a dimension if it
    is of several groups. ``claim`` is given the year as well. ``cannot_show`` says what the method
    does not show, whatever it finds.
    """

    id: str
    words: str
    method: str
    cannot_show: str
    looks_at: Mapping[str, Figure]
    by: str = ""
    claim: Callable[[Cells, Any], Claim]


async def claimed(statement: Statement, year: YearFacts) -> Claim:
    """Return what a statement claims of a year."""
    if not await year.on_record():
        return Claim(False, NOT_ON_RECORD)
    cells = {
        name: await evaluate(figure, year, statement.by)
        for name, figure in statement.looks_at.items()
    }
    return statement.claim(cells, year.year)
