"""How each event changes the facts, a batch at a time. No clock, no chance, no network."""

from libs.common.events import referral, survey
from libs.common.events.base import Event
from services.reporting.projections import assessment as assessment_projections
from services.reporting.projections import referral as referral_projections
from services.reporting.projections import survey as survey_projections
from services.reporting.projections.subscribed import subscriptions

__all__ = [
    "NOT_HEARD",
    "assessment_projections",
    "referral_projections",
    "subscriptions",
    "survey_projections",
]

# No figure of the present report needs these. The bus keeps them for ever, so a figure that
# comes to need one hears it, and a rebuild reads it from the beginning.
NOT_HEARD: frozenset[type[Event]] = frozenset(
    {
        referral.SchoolRecorded,
        referral.ChildRegistered,
        referral.ChildCharacteristicsRecorded,
        referral.ChildMovedSchool,
        referral.PlanNamed,
        referral.PlanCeased,
        referral.ReferralSubmitted,
        referral.EligibilityChecked,
        referral.SupportAgreed,
        referral.SupportRefused,
        referral.SupportPaused,
        referral.SupportResumed,
        referral.TeacherAllocated,
        survey.WaveClosed,
        survey.ComplaintClosed,
    }
)
