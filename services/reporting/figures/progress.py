"""Progress of all: the mean gain, and the service's outcome.

What one child gained, and its grade, is `libs.common.core.progress`. The rules are the domain
brief's 5.6 and 5.7. Everything is exact: means and shares are fractions. Nothing here asks a
database.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from libs.common.core.progress import Criteria

BEST_FIRST = ("outstanding", "good", "requires-improvement", "inadequate")
GOOD = frozenset({"good", "outstanding"})
EXPECTED: frozenset[str] = GOOD | {"expected"}


def mean_gain(gains: Iterable[tuple[Any, int]]) -> tuple[Fraction, int] | None:
    """Return the mean over children of each one's mean over subjects, and of how many (5.7).

    A gain is whose it is and how many tenths; the mean is in levels, exactly. Of no child there
    is none.
    """
    by_child: dict[Any, list[int]] = defaultdict(list)
    for child, tenths in gains:
        by_child[child].append(tenths)
    means = [Fraction(sum(tenths), 10 * len(tenths)) for tenths in by_child.values()]
    return (sum(means, Fraction()) / len(means), len(means)) if means else None


def outcome(grades: Sequence[str], criteria: Criteria) -> str | None:
    """Return the service's outcome: the best whose two shares are reached (5.6).

    Shares are compared exactly, the boundary included. Where none is reached it is inadequate;
    with too few judged there is none.
    """
    judged = len(grades)
    if judged < max(1, criteria.minimum_judged):
        return None
    expected = sum(one in EXPECTED for one in grades)
    good = sum(one in GOOD for one in grades)
    known = [one for one in criteria.cohort if one[0] in BEST_FIRST]  # another has no rank here
    for name, least_expected, least_good in sorted(known, key=lambda one: BEST_FIRST.index(one[0])):
        if 100 * expected >= least_expected * judged and 100 * good >= least_good * judged:
            return name
    return BEST_FIRST[-1]
