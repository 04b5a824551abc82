from libs.common.migrations import run
from services.referral.domain import metadata

run(metadata)
