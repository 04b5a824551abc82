"""Lists, and what is found by the county's own key: each as it is tried."""

from collections.abc import Iterator
from typing import Final

from tests.architecture.roles.tried import Tried

REFERRAL: Final = "/referral/v1"


def of_child(relation: str, ids: dict[str, str]) -> Iterator[Tried]:
    """Yield what lists the things of a child, and finds them."""
    child = f"child={ids['child']}"
    for row, things, listed in (("read-exclusion", "exclusions", "exclusion"),):
        url = f"{REFERRAL}/{things}?{child}"
        yield Tried(row, relation, "GET", url, listed=ids[listed])
    exclusion = f"{REFERRAL}/exclusions/by-reference/E-{relation}"
    yield Tried("read-exclusion", relation, "GET", exclusion)
