"""Who records exclusions, and who sees them (domain brief 10)."""

from libs.common.security import Grants, Reach, Role

WRITERS = {
    Role.HEAD_OF_SERVICE: Reach.COUNTY,
    Role.COUNTY_SEND_OFFICER: Reach.COUNTY,
    Role.AREA_MANAGER: Reach.TEAM,
    Role.SUPPORT_TEACHER: Reach.OWN,
    Role.SCHOOL_SENCO: Reach.SCHOOL,
}

GRANTS: Grants = {
    "exclusion.write": WRITERS,
    "exclusion.correct": WRITERS,  # of these a teacher and a SENCO their own entries
    "exclusion.read": {**WRITERS, Role.PARENT: Reach.CHILD},
}
