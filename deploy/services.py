"""The four services, in the order in which they are started."""

from services.assessment.service import SERVICE as ASSESSMENT
from services.reporting.service import SERVICE as REPORTING
from services.survey.service import SERVICE as SURVEY

from services.referral.service import SERVICE as REFERRAL

SERVICES = (REFERRAL, ASSESSMENT, SURVEY, REPORTING)
