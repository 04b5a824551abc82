from libs.common.persistence.migrations import run
from services.assessment.domain import metadata

run(metadata)
