"""Who records parents and carers, and who sees them (domain brief 10)."""

from typing import Final

from libs.common.reading import Fields
from libs.common.security import Grants, Reach, Role

GRANTS: Grants = {
    "person.write": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.COUNTY_SEND_OFFICER: Reach.COUNTY},
    "person.read": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.COUNTY_SEND_OFFICER: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.TEAM,
        Role.SUPPORT_TEACHER: Reach.OWN,
        Role.SCHOOL_SENCO: Reach.SCHOOL,
    },
    "contact.read": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.COUNTY_SEND_OFFICER: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.TEAM,
        Role.SUPPORT_TEACHER: Reach.OWN,
    },
}

FIELDS: Final[Fields] = {"email": "contact.read", "phone": "contact.read"}
"""What is shown of a person only to who may take that action: a school has no parents' contacts."""
