from libs.common.migrations import run
from services.assessment.domain import metadata

run(metadata)
