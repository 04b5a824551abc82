"""Who may do what in the reporting service."""

from libs.common.security import Grants, Reach, Role

# Exact figures go to the Head of Service alone until they pass a disclosure gate.
GRANTS: Grants = {
    "report.read-exact": {Role.HEAD_OF_SERVICE: Reach.COUNTY},
}
