"""Which cells of one breakdown are withheld: by counts of people alone.

What is withheld can be worked out together, as the total less what is shown. So the groups that
are withheld are, taken as one group, large enough to be shown themselves, and they are at least
two; which of them holds how many nobody can tell (domain brief 9.2, trap 72).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from services.reporting.disclosure.profile import Level


class Rule(StrEnum):
    """By which rule a cell is withheld; only who reads exact values is told which."""

    THRESHOLD = "threshold"
    """It, the rest of its group, or the group is under the threshold."""
    PERCENT_BASE = "percent-base"
    WHOLE_GROUP = "whole-group"
    FEW_ANSWERS = "few-answers"
    DOMINANCE = "dominance"
    EARLIER = "earlier"
    """Less what was shown before it is under the threshold."""
    BESIDE = "beside"
    """Another could be worked out from it."""
    TOTAL = "total"
    """The total is withheld, and with it all its parts."""
    COUNTED = "counted"
    """A statement rests on a count that is withheld."""


class Counts(NamedTuple):
    """The people behind a cell: those in the part, and of how many.

    ``looked_at`` are all of the group, whatever the figure is of. ``others`` have something that
    is not in the part, where these may be the same people. Those ``between`` are counted by a
    figure whose part holds this one's, and not by this one. Of a mean, those who answered are in
    the part, and its ``largest_two`` answers are so many hundredths of their sum; of a percentile,
    so many lie ``beyond`` it, on its narrower side.
    """

    part: int
    of: int
    looked_at: int
    largest_two: int | None = None
    others: int | None = None
    between: int = 0
    beyond: int | None = None

    @property
    def rest(self) -> int:
        """Those of the group who are not in the part, or not with all that they have."""
        return self.of - self.part if self.others is None else self.others

    @property
    def outside(self) -> int:
        """Those who were looked at and are not even in what the figure is of."""
        return self.looked_at - self.of


MEASURES: Final = ("part", "rest", "of", "outside", "between")
"""The counts that a cell tells, or lets be worked out."""


class Kind(StrEnum):
    """What a figure's number is, as far as it matters to what it tells of one person."""

    COUNT = "count"
    SHARE = "share"
    ANSWERS = "share of answers"
    MEAN = "mean"


def is_small(number: int, level: Level) -> bool:
    """Say whether so many people are too few to be shown; nobody is shown."""
    return 0 < number < level.threshold


def primary(kind: Kind, counts: Counts, level: Level, whole: Counts) -> Rule | None:
    """Return the rule by which a cell is withheld for what it tells by itself.

    That all or none of a small group are in the part is nothing new where the ``whole`` says it
    of everybody.
    """
    free = level.answers_free_from
    if kind is Kind.ANSWERS and free is not None and counts.of >= free:
        return None
    if kind is Kind.MEAN:
        return _of_mean(counts, level)
    if any(is_small(getattr(counts, name), level) for name in MEASURES):
        return Rule.THRESHOLD
    if kind is not Kind.COUNT and 0 < counts.of < level.percent_base:
        return Rule.PERCENT_BASE
    known = not (whole.part and whole.rest)
    if not known and 0 < counts.of < level.whole_group:
        return Rule.WHOLE_GROUP
    return None


def _of_mean(counts: Counts, level: Level) -> Rule | None:
    if 0 < counts.part < level.mean_answers:
        return Rule.FEW_ANSWERS
    if counts.beyond is not None and counts.beyond < level.threshold:
        return Rule.FEW_ANSWERS
    largest = counts.largest_two
    return Rule.DOMINANCE if largest is not None and largest > level.dominance_percent else None


def differs_by_few(now: Counts, before: Iterable[Counts], level: Level) -> bool:
    """Say whether what was shown before, subtracted, leaves a few people (trap 72)."""
    return any(
        is_small(abs(getattr(now, name) - getattr(one, name)), level)
        for one in before
        for name in MEASURES
    )


def changed_by_few(now: Counts, before: Counts, level: Level) -> bool:
    """Say whether no count of a group is another by as many as may be shown."""
    return all(
        abs(getattr(now, name) - getattr(before, name)) < level.threshold for name in MEASURES
    )


class Elsewhere(NamedTuple):
    """What is known of a breakdown's groups from elsewhere.

    ``before`` gives what was shown of a label earlier. A label that is ``allowed`` is shown by an
    exception; those that another figure withholds which would tell of this one's are withheld
    ``also``; those that are ``known`` by an exception, of this figure or another, hide nothing.
    The size of those that are ``unsized`` was withheld earlier and still is.
    """

    before: Callable[[str], Iterable[Counts]] = lambda _: ()
    allowed: Collection[str] = ()
    also: Collection[str] = ()
    known: Collection[str] = ()
    unsized: Collection[str] = ()


NOTHING: Final = Elsewhere()


def withheld(
    kind: Kind, cells: Mapping[str, Counts], level: Level, elsewhere: Elsewhere = NOTHING
) -> dict[str, Rule]:
    """Return the labels of a breakdown that are withheld, each with its rule.

    The groups themselves come first: whatever figure is told of them, the same ones are withheld
    for their size, and how it changed, so that no figure gives a size that another withholds.
    """
    if not cells:
        return {}
    found, whole = unsized(cells, level, elsewhere), added(cells.values())
    for label, one in cells.items():
        rule = primary(kind, one, level, whole)
        if level.earlier and rule is None and differs_by_few(one, elsewhere.before(label), level):
            rule = Rule.EARLIER
        if rule:
            found[label] = rule
        elif label in elsewhere.also:
            found.setdefault(label, Rule.BESIDE)
    return _closed(_but(found, elsewhere.allowed), cells, level, elsewhere)


def unsized(
    cells: Mapping[str, Counts], level: Level, elsewhere: Elsewhere = NOTHING
) -> dict[str, Rule]:
    """Return the groups that are withheld for how large they are, whatever figure is of them."""
    if not cells:
        return {}
    sizes = _but(_sizes(cells, level, elsewhere), elsewhere.allowed)
    return _closed(sizes, _whole_groups(cells), level, elsewhere)


def _whole_groups(cells: Mapping[str, Counts]) -> dict[str, Counts]:
    """Return the groups themselves, whatever a figure counts of them."""
    return {label: _whole_group(one) for label, one in cells.items()}


def _whole_group(one: Counts) -> Counts:
    return Counts(one.looked_at, one.looked_at, one.looked_at)


def _sizes(cells: Mapping[str, Counts], level: Level, elsewhere: Elsewhere) -> dict[str, Rule]:
    """Return the groups that are withheld for how large they are, and were."""
    found, before = {}, elsewhere.before
    for label, one in _whole_groups(cells).items():
        if is_small(one.of, level):
            found[label] = Rule.THRESHOLD
        elif level.earlier and differs_by_few(one, map(_whole_group, before(label)), level):
            found[label] = Rule.EARLIER
        elif label in elsewhere.unsized:
            found[label] = Rule.BESIDE
    return found


def _but(found: dict[str, Rule], allowed: Collection[str]) -> dict[str, Rule]:
    return {label: rule for label, rule in found.items() if label not in allowed}


def added(cells: Iterable[Counts]) -> Counts:
    """Return several groups as one."""
    each = [(one.part, one.of, one.looked_at, one.rest, one.between) for one in cells]
    part, of, looked_at, rest, between = map(sum, zip(*each, strict=True))
    return Counts(part, of, looked_at, others=rest, between=between)


def _closed(
    found: dict[str, Rule], cells: Mapping[str, Counts], level: Level, elsewhere: Elsewhere
) -> dict[str, Rule]:
    """Withhold more, the smallest first, until what is withheld may be shown as one group."""
    left = sorted(
        (label for label in cells if label not in found and label not in elsewhere.allowed),
        key=lambda label: (not cells[label].of, cells[label].of, label),
    )
    unknown = {label: one for label, one in cells.items() if label not in elsewhere.known}
    found = dict(found)
    while left and not _hides(found, unknown, level):
        found[left.pop(0)] = Rule.BESIDE
    if not _hides(found, unknown, level):
        # Nothing else is left to withhold: an exception does not hold that gives another away.
        found |= dict.fromkeys((label for label in cells if label not in found), Rule.BESIDE)
    return found


def _hides(found: Collection[str], cells: Mapping[str, Counts], level: Level) -> bool:
    """Say whether of none of the withheld groups more can be told than that it is among them."""
    hidden = [cells[label] for label in found if label in cells]
    if len(hidden) < 2:
        return not hidden
    whole, together = added(cells.values()), added(hidden)
    enough = all(
        getattr(together, name) >= min(level.threshold, getattr(whole, name)) for name in MEASURES
    )
    return enough and all(_wide(one, together, whole, level) for one in hidden)


def _wide(one: Counts, together: Counts, whole: Counts, level: Level) -> bool:
    """Say whether a group's part may be any of enough numbers, to one who knows each group's size.

    Its size stands in the table of another figure, unless it is small.
    """
    if not one.of or is_small(one.of, level):
        return True
    most = min(together.part, one.of)
    least = max(0, together.part - (together.of - one.of))
    return most - least >= min(level.threshold, whole.part, whole.rest)
