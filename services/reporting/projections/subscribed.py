"""What reporting listens to, and what it does not; the modules beside this one fill the first."""

from libs.common.contracts import referral, survey
from libs.common.contracts.base import Event
from libs.common.messaging.subscriptions import Subscriptions

subscriptions = Subscriptions("reporting")

# No figure of the present report needs these. The bus keeps them for ever, so a figure that
# comes to need one subscribes to it, and it is read from the beginning.
NOT_HANDLED: frozenset[type[Event]] = frozenset(
    {
        referral.SchoolRecorded,
        referral.StaffReferenceRecorded,
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
