"""Who records teams and staff, and who sees them (domain brief 10)."""

from libs.common.security import Grants, Reach, Role

GRANTS: Grants = {
    "team.write": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.ADMINISTRATOR: Reach.COUNTY},
    "team.read": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.COUNTY,
        Role.SUPPORT_TEACHER: Reach.COUNTY,
    },
    "staff.write": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.ADMINISTRATOR: Reach.COUNTY},
    "staff.read": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.TEAM,
        Role.SUPPORT_TEACHER: Reach.OWN,
    },
}
