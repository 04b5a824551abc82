"""Who may do what in the reporting service."""

from libs.common.security import Grants, Reach, Role

# Exact figures go to the Head of Service alone; what passed the gate, to who works with it. Whose
# reach is their team sees of its breakdowns that team (see `readers`).
GRANTS: Grants = {
    "report.read": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.TEAM,
        Role.SUPPORT_TEACHER: Reach.TEAM,
        Role.LINK_ADVISER: Reach.COUNTY,
    },
    "report.read-exact": {Role.HEAD_OF_SERVICE: Reach.COUNTY},
    "report.read-rows": {Role.HEAD_OF_SERVICE: Reach.COUNTY},
    # Of each case a row: for those who see every case anyway (domain brief 10, export caseload).
    "report.extract": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.COUNTY_SEND_OFFICER: Reach.COUNTY,
    },
}
