from libs.common.persistence.migrations import run
from services.survey.service import SERVICE

run(SERVICE.metadata)
