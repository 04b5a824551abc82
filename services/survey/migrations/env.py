from libs.common.migrations import run
from services.survey.domain import metadata

run(metadata)
