"""The section about links: how long one that is over takes, beside one that never was."""

import tempfile
from itertools import combinations
from pathlib import Path
from statistics import median

from scipy.stats import mannwhitneyu

from services.survey.service import SERVICE
from tests.soak.tally import Tally, number
from tests.unit.survey.links.apart import links_that_are_over, nanoseconds
from tests.worlds import EMBEDDED, world_of

ALIKE = 0.01
"""A p above this is no sign that two kinds take different times."""


async def apart() -> Tally:
    """Open links that never were, ran out and were revoked; compare what each took, by rank."""
    tally = Tally("links", trials=3 * number("SOAK_OPENINGS", 5_000))
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        async with world_of(EMBEDDED, Path(folder), [SERVICE]) as world:
            tokens = await links_that_are_over(world)
            took = await nanoseconds(world, tokens, tally.trials // 3)
    for one, other in combinations(took, 2):
        p = float(mannwhitneyu(took[one], took[other]).pvalue)
        tally.notes.append(f"{one} and {other}: p = {p:.3f}")
        if p <= ALIKE:
            tally.failures.append(f"{one} and {other} are told apart")
    middles = ", ".join(f"{name} {median(found) / 1e6:.3f}" for name, found in took.items())
    tally.notes.append(f"medians in ms: {middles}")
    return tally
