"""How progress is judged in a year: proposed by one, signed by the other."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.assessment import CohortThreshold, CriteriaAdopted, ProgressThreshold
from libs.common.core.errors import Conflict, NotAllowed
from libs.common.persistence.db import Aggregate
from services.assessment.tables import Owned


class CriteriaSigned(Conflict):
    """Criteria that were adopted are not signed again; a new version is proposed."""

    detail = "These criteria are adopted. Propose a new version."


class CriteriaVoid(Conflict):
    """Criteria that were withdrawn are not signed."""

    detail = "These criteria were withdrawn. Propose them again."


class SecondSignatureNeeded(NotAllowed):
    """Criteria are agreed by two people in two roles."""

    detail = "The Head of Service and the Link Adviser sign: one proposes, the other signs."


class CriteriaSet(Aggregate, Owned, kw_only=True):
    """Thresholds for a year, in a version."""

    told_as = "criteria_id"
    __tablename__ = "criteria_set"
    __table_args__ = (UniqueConstraint("academic_year", "version"),)

    academic_year: Mapped[str] = mapped_column(String(7))
    version: Mapped[int]
    progress: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    cohort: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    minimum_months: Mapped[int]
    minimum_terms_on_caseload: Mapped[int]
    minimum_judged: Mapped[int]
    adopted_on: Mapped[date]
    proposed_by: Mapped[str] = mapped_column(String(200))
    proposer_role: Mapped[str] = mapped_column(String(40))
    signed_by: Mapped[str | None] = mapped_column(String(200), default=None)
    signed_on: Mapped[date | None] = mapped_column(default=None)
    """The signatory's own record; empty where it was signed before that was kept."""
    void: Mapped[bool] = mapped_column(default=False)

    @property
    def allowed(self) -> tuple[str, ...]:
        """The steps that its state allows: what both signed stays."""
        return () if self.void or self.signed_by is not None else ("sign", "void")

    def withdraw(self) -> None:
        """Be proposed no longer; what both signed stays, and a new version takes its place."""
        if self.signed_by is not None:
            raise CriteriaSigned
        if self.void:
            raise CriteriaVoid
        self.void = True

    def sign(self, by: str, role: str, on: date) -> CriteriaAdopted:
        """Agree, as the other of the two."""
        if self.void:
            raise CriteriaVoid
        if self.signed_by is not None:
            raise CriteriaSigned
        if by == self.proposed_by or role == self.proposer_role:
            raise SecondSignatureNeeded
        self.signed_by, self.signed_on = by, on
        return CriteriaAdopted(
            criteria_id=self.id,
            academic_year=self.academic_year,
            version=self.version,
            progress=tuple(ProgressThreshold(**one) for one in self.progress),
            cohort=tuple(CohortThreshold(**one) for one in self.cohort),
            minimum_months=self.minimum_months,
            minimum_terms_on_caseload=self.minimum_terms_on_caseload,
            minimum_judged=self.minimum_judged,
            adopted_on=self.adopted_on,
            signed_on=on,
        )
