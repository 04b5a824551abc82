"""Whose cases and whose children a caller reaches (domain brief 10)."""

from typing import Final

from libs.common.persistence.visibility import Conditions
from services.survey.known import CASELOAD, KnownCase, known_case

records_of, on_caseload = CASELOAD.records_of, CASELOAD.reached

VISIBLE: Final[Conditions] = {KnownCase: lambda access: CASELOAD.held(access, known_case)}
