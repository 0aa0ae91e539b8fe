"""Metrics in OpenMetrics text, as Prometheus reads them. Here: the writer. Not here: counting (metrics), serving (frontends).

After the OpenMetrics specification 1.0: a family's samples stand together, counters end in `_total`, histograms have
cumulative buckets up to `+Inf`, and the text ends with `# EOF`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from mobius.observe.metrics import Distribution, MetricsSnapshot

MEDIA_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Gauge:
    """A value as it is now."""

    name: str
    value: float
    help: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


def openmetrics(snapshot: MetricsSnapshot, gauges: Iterable[Gauge] = ()) -> str:
    """Write a snapshot, and gauges of the moment, each family once."""
    lines: list[str] = []
    for name, counts in groupby(snapshot.counts, key=lambda count: count.name.removesuffix("_total")):
        lines.append(f"# TYPE {name} counter")
        lines += [f"{name}_total{_labels(count.labels)} {_number(count.value)}" for count in counts]
    for name, distributions in groupby(snapshot.distributions, key=lambda distribution: distribution.name):
        lines.append(f"# TYPE {name} histogram")
        lines += [line for distribution in distributions for line in _histogram(distribution)]
    for name, family in groupby(sorted(gauges, key=lambda gauge: gauge.name), key=lambda gauge: gauge.name):
        told = list(family)
        lines.append(f"# TYPE {name} gauge")
        if told[0].help:
            lines.append(f"# HELP {name} {_escaped(told[0].help)}")
        lines += [f"{name}{_labels(gauge.labels)} {_number(gauge.value)}" for gauge in told]
    return "\n".join([*lines, "# EOF", ""])


def _histogram(told: Distribution) -> Iterator[str]:
    for bound, n in zip((*map(float, told.bounds), float("inf")), (*told.at_most, told.n), strict=True):
        le = "+Inf" if bound == float("inf") else repr(bound)
        yield f"{told.name}_bucket{_labels({**told.labels, 'le': le})} {n}"
    yield f"{told.name}_count{_labels(told.labels)} {told.n}"
    yield f"{told.name}_sum{_labels(told.labels)} {_number(told.total)}"


def _labels(labels: Mapping[str, str]) -> str:
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}" if labels else ""


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
