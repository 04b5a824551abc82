"""A year's windows: each term's results are taken from its first day to its last."""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.assessment import AssessmentWindowsSet, Term
from libs.common.core.clock import AcademicYear
from libs.common.core.terms import Span, TermEnds, terms_of
from libs.common.persistence.db import Aggregate
from services.assessment.tables import Owned

TERMS: tuple[Term, ...] = ("autumn", "spring", "summer")


class Windows(Aggregate, Owned, kw_only=True):
    """The windows that the county set for a year."""

    __tablename__ = "assessment_windows"

    academic_year: Mapped[str] = mapped_column(String(7), unique=True)
    autumn_to: Mapped[date]
    spring_to: Mapped[date]
    summer_to: Mapped[date]

    @property
    def ends(self) -> TermEnds:
        """The last day of each."""
        return TermEnds(self.autumn_to, self.spring_to, self.summer_to)

    def set(self, ends: TermEnds) -> AssessmentWindowsSet:
        """Hold from now on, for results that are recorded or corrected."""
        self.autumn_to, self.spring_to, self.summer_to = ends
        return AssessmentWindowsSet(
            windows_id=self.id, academic_year=self.academic_year, **ends._asdict()
        )


def window_of(year: AcademicYear, term: Term, windows: Windows | None) -> Span:
    """Return the first and last day of a term's window: the county's, else the default."""
    return terms_of(year, windows.ends if windows else None)[TERMS.index(term)]
