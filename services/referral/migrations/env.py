from libs.common.persistence.migrations import run
from services.referral.tables import metadata

run(metadata)
