"""Staff over HTTP: recorded, and shown as on a day."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.contracts.referral import Post
from libs.common.core.fields import Reference, of_codes, of_form
from libs.common.http.requests import Work, etag
from libs.common.persistence.uow import ReadTransaction
from services.referral.staff.commands.members import Fte
from services.referral.staff.domain import StaffContract, StaffMember, holding
from services.referral.staff.queries import contracts_of


class ContractView(BaseModel):
    """A contract: ``fte`` is the share of full time, to two decimals, from a day until the next."""

    from_on: date
    team_id: UUID | None
    fte: Annotated[str, of_form(Fte)]

    @classmethod
    def of(cls, contract: StaffContract) -> "ContractView":
        """Show a contract."""
        return cls(
            from_on=contract.from_on,
            team_id=contract.team_id,
            fte=_fte(contract.fte_hundredths),
        )


class StaffMemberView(BaseModel):
    """A member of staff; ``fte`` is the share of full time, to two decimals.

    Team and share are those of the latest contract or, where a day is asked for, of the contract
    of that day: null where there was none.
    """

    staff_id: UUID
    reference: Annotated[str, of_form(Reference)]
    name: str
    post: Annotated[str, of_codes(Post)]
    team_id: UUID | None
    fte: Annotated[str, of_form(Fte)] | None
    appointed_on: date
    left_on: date | None
    contracts: list[ContractView]


async def shown(
    read: ReadTransaction, member: StaffMember, as_of: date | None = None
) -> StaffMemberView:
    """Show a member of staff."""
    contracts = await contracts_of(read, member)
    held = holding(contracts, as_of or date.max)
    return StaffMemberView(
        staff_id=member.id,
        reference=member.reference,
        name=member.name,
        post=member.post,
        team_id=held.team_id if held else None,
        fte=_fte(held.fte_hundredths) if held else None,
        appointed_on=member.appointed_on,
        left_on=member.left_on,
        contracts=[ContractView.of(contract) for contract in contracts],
    )


async def member_shown(work: Work, member: StaffMember, response: Response) -> StaffMemberView:
    """Show a member of staff, with their ETag."""
    etag(response, work, member)
    return await shown(work, member)


def _fte(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02}"
