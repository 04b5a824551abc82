from libs.common.persistence.migrations import run
from services.reporting.service import metadata

run(metadata)
