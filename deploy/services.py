"""The four services, in the order in which they are started, and those that a person chose."""

from collections.abc import Mapping

from deploy.choices import leave
from libs.common.runtime.manifest import Service
from services.assessment.service import SERVICE as ASSESSMENT
from services.referral.service import SERVICE as REFERRAL
from services.reporting.service import SERVICE as REPORTING
from services.survey.service import SERVICE as SURVEY

SERVICES = (REFERRAL, ASSESSMENT, SURVEY, REPORTING)
BY_NAME = {service.name: service for service in SERVICES}


def chosen_services(environ: Mapping[str, str]) -> list[Service]:
    """Return the services named in SERVICES, or all; ends with exit code 78 at an unknown name."""
    names = {name.strip() for name in environ.get("SERVICES", "").split(",")} - {""}
    if not names <= BY_NAME.keys():
        leave(f"SERVICES names some of {', '.join(BY_NAME)}, separated by commas.")
    return [service for name, service in BY_NAME.items() if name in names or not names]
