from libs.common.persistence.migrations import run
from services.referral.service import SERVICE

run(SERVICE.metadata)
