"""Which rows of a file may depend on each other, so that all others can be checked apart."""

from collections.abc import Hashable, Iterator, Sequence

from libs.common.imports.kinds import Names


def groups(names: Sequence[Names]) -> list[list[int]]:
    """Return the places of rows that share a name, or are linked by rows that do, in order."""
    first: dict[Hashable, int] = {}
    leader = list(range(len(names)))
    for place, mine in enumerate(names):
        for name in mine:
            one, other = _top(leader, first.setdefault(name, place)), _top(leader, place)
            leader[max(one, other)] = min(one, other)
    found: dict[int, list[int]] = {}
    for place in range(len(names)):
        found.setdefault(_top(leader, place), []).append(place)
    return list(found.values())


def _top(leader: list[int], place: int) -> int:
    while leader[place] != place:
        leader[place] = leader[leader[place]]
        place = leader[place]
    return place


def chunks(grouped: Sequence[list[int]], most: int) -> Iterator[list[list[int]]]:
    """Put whole groups together, up to so many rows; a group that has more stays whole."""
    chunk: list[list[int]] = []
    size = 0
    for group in grouped:
        if chunk and size + len(group) > most:
            yield chunk
            chunk, size = [], 0
        chunk.append(group)
        size += len(group)
    if chunk:
        yield chunk
