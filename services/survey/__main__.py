"""Run the survey service alone: ``python -m services.survey [migrate]``."""

import sys

from libs.common.runtime.process import run
from services.survey.service import SERVICE

sys.exit(run([SERVICE], sys.argv[1:]))
