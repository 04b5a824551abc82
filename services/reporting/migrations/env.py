from libs.common.migrations import run
from services.reporting.service import metadata

run(metadata)
