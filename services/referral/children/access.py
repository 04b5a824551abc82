"""Who records children, and who sees who they are (domain brief 10)."""

from typing import Final

from libs.common.reading import Fields
from libs.common.security import Grants, Reach, Role

GRANTS: Grants = {
    "child.write": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.COUNTY_SEND_OFFICER: Reach.COUNTY},
    # Our ids beside the county's references, and nothing else of a child.
    "child_reference.export": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.COUNTY_SEND_OFFICER: Reach.COUNTY,
        Role.ADMINISTRATOR: Reach.COUNTY,
    },
    "former-upn.read": {Role.ADMINISTRATOR: Reach.COUNTY},
    "identity.write": {Role.ADMINISTRATOR: Reach.COUNTY},
    "child.read": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.COUNTY_SEND_OFFICER: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.TEAM,
        Role.SUPPORT_TEACHER: Reach.OWN,
        Role.SCHOOL_SENCO: Reach.SCHOOL,
    },
}

FIELDS: Final[Fields] = {
    "parents.email": "contact.read",
    "parents.phone": "contact.read",
}
"""What is shown of a child only to who may take that action: a school has no parents' contacts."""
