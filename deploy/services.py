"""The four services, in the order in which they are started."""

from services.assessment.service import SERVICE as ASSESSMENT
from services.referral.service import SERVICE as REFERRAL
from services.reporting.service import SERVICE as REPORTING
from services.survey.service import SERVICE as SURVEY

SERVICES = (REFERRAL, ASSESSMENT, SURVEY, REPORTING)
BY_NAME = {service.name: service for service in SERVICES}
