"""Who decides which records are one, and who sees the pairs: they span all areas."""

from libs.common.security import Grants, Reach, Role

OF_THE_COUNTY = {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.COUNTY_SEND_OFFICER: Reach.COUNTY}

GRANTS: Grants = {"duplicate.read": OF_THE_COUNTY, "duplicate.decide": OF_THE_COUNTY}
