"""What `mobius doctor` found, on a terminal. Here: `show`. Not here: looking (frontends.health).

Sources stand in one table by kind; those that cannot be asked are one line each, saying what they wait for and what it gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mobius.core.answers import TableBlock
from mobius.frontends.cli.plain import Page, Span
from mobius.frontends.cli.tables import write_table

if TYPE_CHECKING:
    from mobius.core.health import CacheHealth
    from mobius.frontends.health import Health, HistoryState, PackageState, SourceState

_KINDS = ("venue", "aggregator", "index", "protocol", "chain", "social", "news", "official")


def show(result: Health, page: Page) -> None:
    clock = "the world's clock" if result.simulated else "this machine's clock"
    page.line(
        ("SIMULATED · ", "warn") if result.simulated else "",
        (f"Möbius {result.version} · Python {result.python} · world {result.world}", "bold"),
    )
    _row(page, "home", result.home)
    _row(page, "time", f"{result.now:%Y-%m-%d %H:%M:%S} UTC, {clock}")
    for file in result.files:
        _row(page, "file", f"{file.name}: {_size(file.bytes)}, ", (file.said, "" if file.fine else "bad"))
    _row(page, "history", _history_text(result.history))
    if result.cache is not None:
        _row(page, "cache", cache_text(result.cache))
    _row(page, "packages", _packages_text(result.packages))
    _sources(result.sources, page)
    _waiting(result.sources, page)
    if result.gone:
        page.blank()
        page.line(("No more", "bold"))
        for each in result.gone:
            page.line(f"{each.name}: {each.what_became}; instead {each.instead}", indent="· ", hang="  ")
    page.blank()
    credits_ = dict.fromkeys(state.attribution for state in result.sources if state.attribution and state.configured)
    page.line((" · ".join(credits_), "dim"))


def cache_text(cache: CacheHealth) -> str:
    """The cache since the process began, in one line."""
    given = cache.l1 + cache.l2 + cache.l3
    if not given and not cache.origin:
        return "nothing asked of it yet" + ("" if cache.shared else "; no shared tier (MOBIUS_REDIS_URL)")
    shared = f"shared tier on, {cache.faults_l2} faults" if cache.shared else "no shared tier (MOBIUS_REDIS_URL)"
    disk = f"; disk refused {cache.faults_l3} times" if cache.faults_l3 else ""
    return (
        f"{cache.entries} in memory ({_size(cache.size_bytes)}); {given} given, {cache.origin} fetched, "
        f"{cache.stale} given while fetched again; {shared}{disk}"
    )


def notes(state: SourceState) -> Iterator[str]:
    """What there is to say of a source beside its row: a failure, a changed reply, money."""
    if state.reachable is False and _state_text(state) != state.said:
        yield state.said
    health = state.health
    if health is None:
        return
    if health.breaker != "closed":
        yield "it failed several times in a row and is left alone for some seconds"
    if health.drift is not None:
        drift = health.drift
        need = drift.need.replace("_", " ")
        yield f"a reply broke its shape on {drift.at:%Y-%m-%d %H:%M} UTC ({need}): {drift.message}"
    if health.spent_usd is not None and health.cap_usd is not None:
        yield f"${health.spent_usd:.2f} of ${health.cap_usd:.2f} spent this month"


def _sources(sources: tuple[SourceState, ...], page: Page) -> None:
    """Those that can be asked, by kind, and what else there is to say of each."""
    asked = sorted((state for state in sources if state.configured), key=lambda state: (_rank(state), state.name))
    if not asked:
        return
    page.blank()
    rows, kind = [], ""
    for state in asked:
        rows.append((state.kind if state.kind != kind else "", state.name, _state_text(state), *_figures(state)))
        kind = state.kind
    write_table(page, TableBlock(columns=("kind", "source", "state", "latency", "now", "limit"), rows=tuple(rows)))
    said = [(state, note) for state in asked for note in notes(state)]
    if said:
        page.blank()
    for state, note in said:
        text = note if note.lower().startswith((state.name, state.title.lower())) else f"{state.name}: {note}"
        page.line((text, "dim"), indent="· ", hang="  ")


def _figures(state: SourceState) -> tuple[str, str, str]:
    """Latency (the middle and the 95th percentile where there are enough requests), requests possible now, the limit."""
    health = state.health
    latency = "" if state.latency_ms is None else f"{state.latency_ms:.0f} ms"
    if health is not None and health.p50_ms is not None and health.p95_ms is not None:
        latency = f"{health.p50_ms:.0f}–{health.p95_ms:.0f} ms"
    return latency, "" if health is None else str(health.budget), f"{state.per_minute}/min"


def _waiting(sources: tuple[SourceState, ...], page: Page) -> None:
    """What a key or a cap would add, those first without which a source is silent; a line for each setting."""
    given = dict.fromkeys(state.key_setting for state in sources if state.key_set and state.key_setting is not None)
    if given:
        page.blank()
        page.line(f"Keys set: {', '.join(given)}")
    lacking = [state for state in sources if not state.configured]
    optional = [state for state in sources if state.configured and state.key_setting is not None and not state.key_set]
    for title, verb, states in (("Waiting for a key", "need", lacking), ("A key would add", "take", optional)):
        if states:
            page.blank()
            page.line((title, "bold"))
        for wanted, waiting in _by_setting(states).items():
            names = ", ".join(state.name for state in waiting)
            adds = "; ".join(dict.fromkeys(state.key_adds for state in waiting if state.key_adds))
            page.line(f"{names} {verb}{'' if len(waiting) > 1 else 's'} {wanted}", f": {adds}" if adds else "",
                      indent="· ", hang="  ")  # fmt: skip


def _by_setting(states: list[SourceState]) -> dict[str, list[SourceState]]:
    """The sources that wait for the same settings, together."""
    found: dict[str, list[SourceState]] = {}
    for state in states:
        wanted = [] if state.key_setting is None or state.key_set else [state.key_setting]
        if state.cap_setting is not None and not state.cap_set:
            wanted.append(state.cap_setting)
        found.setdefault(" and ".join(wanted), []).append(state)
    return found


def _rank(state: SourceState) -> int:
    return _KINDS.index(state.kind) if state.kind in _KINDS else len(_KINDS)


def _row(page: Page, label: str, *spans: Span | str) -> None:
    page.line(*spans, indent=f"{label:<10}", hang=" " * 10)


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:.1f} MB" if n_bytes >= 100_000 else f"{n_bytes / 1e3:.1f} kB"


def _history_text(state: HistoryState) -> str:
    if state.newest is None:
        return "empty; `mobius history import FILE...` fills it"
    return f"{state.n_series} series, {state.n_bars:,} bars, newest {state.newest:%Y-%m-%d} ({state.newest_series})"


def _packages_text(packages: tuple[PackageState, ...]) -> str:
    absent = [item for item in packages if item.version is None and item.extra is None]
    extras = sorted({item.extra for item in packages if item.extra is not None and item.version is None})
    said = [f"missing: {', '.join(item.name for item in absent)}" if absent else "all there"]
    if extras:
        said.append(f"optional parts not installed: {', '.join(extras)}")
    return "; ".join(said)


def _state_text(state: SourceState) -> str:
    """What was found in a few words; a long error is told below the table."""
    return "not reachable" if state.reachable is False and len(state.said) > 30 else state.said
