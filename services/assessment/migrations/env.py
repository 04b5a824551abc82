from libs.common.persistence.migrations import run
from services.assessment.service import SERVICE

run(SERVICE.metadata)
