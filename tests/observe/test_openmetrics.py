"""Metrics as text: read back by a reader that takes nothing but what the specification allows."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from mobius.observe.metrics import Metrics
from mobius.observe.openmetrics import Gauge, openmetrics

SAMPLE = re.compile(r'([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (-?[0-9.e+-]+)')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\\n]|\\["\\n])*)"')


def read(text: str) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """Samples by name and labels; fails on what is not OpenMetrics."""
    assert text.endswith("# EOF\n")
    samples: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    family, families = "", set()
    for line in text.removesuffix("# EOF\n").splitlines():
        if line.startswith("# TYPE "):
            _, _, family, kind = line.split(" ")
            assert kind in ("counter", "gauge", "histogram")
            assert family not in families, "a family stands in two places"
            families.add(family)
        elif not line.startswith("# HELP "):
            found = SAMPLE.fullmatch(line)
            assert found is not None, line
            assert found[1].startswith(family)
            labels = tuple(
                (name, re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m[1], m[1]), value))
                for name, value in LABEL.findall(found[2] or "")
            )
            assert labels not in samples.setdefault(found[1], {}), "a sample stands twice"
            samples[found[1]][labels] = float(found[3])
    return samples


def test_counters_gauges_and_histograms_are_read_back() -> None:
    metrics = Metrics(bounds=(0.1, 1.0))
    metrics.count("asked", 2, tool="price")
    metrics.count("asked", tool="chart")
    for value in (0.05, 0.1, 0.5, 7.0):
        metrics.observe("took_seconds", value, tool="price")
    samples = read(openmetrics(metrics.snapshot(), [Gauge("watchers", 3, "How many.\nNow.")]))
    assert samples["asked_total"] == {(("tool", "price"),): 2, (("tool", "chart"),): 1}
    assert samples["watchers"] == {(): 3}
    assert samples["took_seconds_count"] == {(("tool", "price"),): 4}
    assert samples["took_seconds_sum"] == {(("tool", "price"),): 7.65}
    buckets = {dict(labels)["le"]: n for labels, n in samples["took_seconds_bucket"].items()}
    assert buckets == {"0.1": 2, "1.0": 3, "+Inf": 4}


def test_nothing_measured_is_still_a_whole_text() -> None:
    assert openmetrics(Metrics().snapshot()) == "# EOF\n"


@given(st.text(max_size=20), st.floats(0, 1e12))
def test_any_label_and_value_are_read_back(label: str, value: float) -> None:
    metrics = Metrics()
    metrics.count("seen", value, what=label)
    text = openmetrics(metrics.snapshot())
    if not re.search(
        r"[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", label
    ):  # str.splitlines breaks there, the format does not
        assert read(text)["seen_total"] == {(("what", label),): value}
