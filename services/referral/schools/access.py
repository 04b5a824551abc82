"""Who reads the national register in, and who sees its schools (domain brief 10)."""

from libs.common.security import Grants, Reach, Role

GRANTS: Grants = {
    "school.write": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.COUNTY_SEND_OFFICER: Reach.COUNTY,
        Role.ADMINISTRATOR: Reach.COUNTY,
    },
    "school.read": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.COUNTY,
        Role.SUPPORT_TEACHER: Reach.COUNTY,
        Role.SCHOOL_SENCO: Reach.COUNTY,
        Role.COUNTY_SEND_OFFICER: Reach.COUNTY,
    },
}
