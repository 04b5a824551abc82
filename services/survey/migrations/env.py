from libs.common.persistence.migrations import run
from services.survey.domain import metadata

run(metadata)
