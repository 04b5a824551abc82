"""Refuses to have otherwise what is on record and cannot be corrected by recording it again.

Nothing is acknowledged and then dropped: what has no event by which others would hear of a
correction is refused, by the names of its fields.
"""

from collections.abc import Mapping

from libs.common.errors import Conflict, Fault


class AlreadyRecorded(Conflict):
    """What is recorded again says the same, but for what may be corrected so."""

    detail = "This is on record otherwise, and recording it again does not correct these fields."


def refuse_other(refusal: type[Conflict], fields: Mapping[str, tuple[object, object]]) -> None:
    """Raise the refusal if any field differs; each has what is on record, and what is given."""
    faults = [
        Fault("differs", "On record it is otherwise.", f"/{name}")
        for name, (recorded, given) in fields.items()
        if recorded != given
    ]
    if faults:
        raise refusal(faults=faults)
