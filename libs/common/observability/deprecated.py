"""Names that were renamed: they answer until a stated day, and say so."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Final

from prometheus_client import Gauge, Metric

SINCE: Final = datetime(2026, 11, 27, tzinfo=UTC)
SUNSET: Final = datetime(2027, 5, 31, tzinfo=UTC)
"""The day from which an old name may be gone."""


def deprecation_headers(successor: str) -> Mapping[str, str]:
    """Return what an answer under an old path says (RFC 9745, RFC 8594)."""
    return {
        "Deprecation": f"@{SINCE.timestamp():.0f}",
        "Sunset": format_datetime(SUNSET, usegmt=True),
        "Link": f'<{successor}>; rel="successor-version"',
    }


def old_field(new: str) -> dict[str, Any]:
    """Return what a schema says of a field that is there under a new name as well."""
    return {"deprecated": True, "description": f"The old name of {new}, until {SUNSET:%Y-%m-%d}."}


class OldMetric:
    """A collector that shows a gauge under its old name as well."""

    def __init__(self, gauge: Gauge, name: str) -> None:
        self._gauge, self._name = gauge, name

    def collect(self) -> Iterator[Metric]:
        """Yield what the gauge shows now."""
        for metric in self._gauge.collect():
            words = f"Deprecated, until {SUNSET:%Y-%m-%d}: use {metric.name}."
            old = Metric(self._name, words, metric.type)
            for sample in metric.samples:
                old.add_sample(self._name, sample.labels, sample.value)
            yield old
