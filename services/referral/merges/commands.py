"""Two records merged into one, and unmerged.

A merge is a pointer from one record to the one that stays. Nothing is moved, so that taking the
pointer away restores everything, whatever was recorded of either meanwhile.
"""

from uuid import UUID

from libs.common.core.corrections import Withdrawal
from libs.common.core.errors import Conflict, Rejected, ValidationError
from libs.common.core.fields import Identifier, Strict
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.domain import Case
from services.referral.children.domain import Child
from services.referral.duplicates.domain import Duplicate
from services.referral.parents.commands import touch_children
from services.referral.parents.domain import Person


class MergedAlready(Conflict):
    """Every record that is merged names the one that stays: there are no chains of them."""

    detail = (
        "One of these two is merged with another record. Merge with the record that stays, or"
        " unmerge first."
    )


class TwoCasesOpen(Conflict):
    """Which of two open cases stays is decided by a person."""

    detail = "Both have an open case. End or withdraw the one that does not stay, then merge."


class MergeDuplicate(Strict):
    """Which of the two records stays."""

    kept_id: Identifier


async def merge_duplicate(
    uow: UnitOfWork, id_: UUID, command: MergeDuplicate, version: int
) -> Duplicate:
    """Merge a confirmed pair."""
    duplicate = await uow.get(Duplicate, id_, version=version)
    if command.kept_id not in {duplicate.first_id, duplicate.second_id}:
        fault = ValidationError("not-of-the-pair", "It is neither of the two.", "/kept_id")
        raise Rejected(errors=[fault])
    merged_id = duplicate.merge(command.kept_id, uow.today())
    kept = await _record(uow, duplicate, command.kept_id)
    merged = await _record(uow, duplicate, merged_id)
    await _check_alone(uow, kept, merged)
    await _check_cases(uow, kept.id, merged.id)
    uow.emit(merged, merged.merge(kept.id, uow.today()))
    await _touch(uow, kept, merged)
    return duplicate


async def _record(uow: UnitOfWork, duplicate: Duplicate, id_: UUID) -> Child | Person:
    if duplicate.kind == "child":
        return await uow.get(Child, id_)
    return await uow.get(Person, id_)


async def _touch(uow: UnitOfWork, *records: Child | Person) -> None:
    for one in records:
        if isinstance(one, Person):
            await touch_children(uow, one)


async def _check_alone(uow: UnitOfWork, kept: Child | Person, merged: Child | Person) -> None:
    """Refuse a chain: what stays is itself merged, or what is merged has others merged into it."""
    into = await uow.all(type(merged), unseen=True, merged_into=merged.id)
    if kept.merged_into is not None or merged.merged_into is not None or into:
        raise MergedAlready


async def _check_cases(uow: UnitOfWork, *child_ids: UUID) -> None:
    cases = [one for id_ in child_ids for one in await uow.all(Case, unseen=True, child_id=id_)]
    still_open = [one for one in cases if one.ended_on is None and not one.void]
    if len(still_open) > 1:
        raise TwoCasesOpen(
            errors=[
                ValidationError("case-open", f"Case {one.id} is open.", "/kept_id")
                for one in still_open
            ]
        )


async def unmerge_duplicate(
    uow: UnitOfWork, id_: UUID, command: Withdrawal, version: int
) -> Duplicate:
    """Unmerge a pair: everything of each is its own again. It stays confirmed until decided."""
    duplicate = await uow.get(Duplicate, id_, version=version)
    merged_id = duplicate.unmerge()
    merged = await _record(uow, duplicate, merged_id)
    uow.emit(merged, merged.unmerge(uow.today()))
    await _touch(uow, merged)
    uow.explain(duplicate, command.reason, command.note)
    uow.explain(merged, command.reason, command.note)
    return duplicate
