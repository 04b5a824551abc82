"""Who sees which children wait for a school to be chosen, and who chooses (domain brief 10)."""

from libs.common.security import Grants, Reach, Role

GRANTS: Grants = {
    "succession.read": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.TEAM,
        Role.COUNTY_SEND_OFFICER: Reach.COUNTY,
    },
    "succession.choose": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.COUNTY_SEND_OFFICER: Reach.COUNTY,
    },
}
