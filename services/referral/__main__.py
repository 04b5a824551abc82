"""Run the referral service alone: ``python -m services.referral [migrate]``."""

import sys

from libs.common.runtime.process import run
from services.referral.service import SERVICE

sys.exit(run([SERVICE], sys.argv[1:]))
