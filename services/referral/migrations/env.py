from libs.common.persistence.migrations import run
from services.referral.domain import metadata

run(metadata)
