"""Who records parents and carers, and who sees them (domain brief 10)."""

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
}
