"""Run the assessment service alone: ``python -m services.assessment [migrate]``."""

import sys

from libs.common.runtime.process import run
from services.assessment.service import SERVICE

sys.exit(run([SERVICE], sys.argv[1:]))
