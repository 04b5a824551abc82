"""Run the reporting service alone: ``python -m services.reporting [migrate]``."""

import sys

from libs.common.runtime import run
from services.reporting.service import SERVICE

sys.exit(run([SERVICE], sys.argv[1:]))
