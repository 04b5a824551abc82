"""Schools told one by one in bulk, where there is no extract of the register."""

from collections.abc import Sequence

from libs.common.imports import ImportKind, named_by
from libs.common.persistence.uow import UnitOfWork
from services.referral.schools.commands import RecordSchool, record_told_school
from services.referral.schools.domain import School, SchoolExtract


async def _load_schools(uow: UnitOfWork, rows: Sequence[RecordSchool]) -> None:
    schools = await uow.preload(School, "urn", [row.urn for row in rows])
    taken = {row.urn: row.snapshot_on for row in rows}
    said = [(school.id, taken[school.urn]) for school in schools]
    await uow.preload(SchoolExtract, ("school_id", "snapshot_on"), said)


KINDS = (
    ImportKind(
        "schools",
        RecordSchool,
        "school.write",
        record_told_school,
        named_by("urn"),
        _load_schools,
    ),
)
