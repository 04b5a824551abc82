from libs.common.migrations import run
from services.reporting.facts import metadata

run(metadata)
