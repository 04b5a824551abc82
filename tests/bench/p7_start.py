"""P7: the first load of the fictional county, a start when it is loaded, and the memory held."""

from tests.bench.measured import PAIRS, Measured, Target
from tests.bench.surroundings import Surroundings


async def measure(around: Surroundings) -> list[Measured]:
    """Load once from nothing, then start and stop; there is no floor but people's patience."""
    await around.county()
    await around.county_stopped()
    assert around.first_load is not None
    seconds, of_processor, megabytes = around.first_load
    starts, memory = [], []
    for _ in range(PAIRS):
        started = await around.county_started()
        starts.append(started.seconds)
        memory.append(started.megabytes)
        await started.stop()
    return [
        _line("first load of the county, until it serves", "s", [seconds], 60),
        _line("first load of the county, at work", "s of a processor", [of_processor], 18),
        _line("start when loaded, until it serves", "s", starts, 3),
        _line("memory after the load", "MB", [megabytes], 225),
        _line("memory after a start when loaded", "MB", memory, 225),
    ]


def _line(what: str, unit: str, ours: list[float], most: float) -> Measured:
    return Measured("P7", what, unit, ours, target=Target(most, "at most", "ours"))
