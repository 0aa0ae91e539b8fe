"""Quantiles and the machine, printed alike by every benchmark. Here: sums over samples, no timing of its own."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path


def quantile(samples: Sequence[float], share: float) -> float:
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def line(name: str, samples: Sequence[float], unit: str = "ms") -> str:
    return (
        f"{name:<46} n={len(samples):<5} p50 {quantile(samples, 0.5):8.2f} {unit}   "
        f"p95 {quantile(samples, 0.95):8.2f} {unit}   max {max(samples):8.2f} {unit}"
    )


def machine(*packages: str) -> str:
    """CPU, cores, load and versions: what a figure cannot be read without."""
    info = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").is_file() else ""
    model = next(
        (row.split(":", 1)[1].strip() for row in info.splitlines() if row.startswith("model name")), platform.machine()
    )
    versions = ", ".join(f"{package} {version(package)}" for package in packages)
    return (
        f"{model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}; Python {sys.version.split()[0]}; {versions}"
    )
