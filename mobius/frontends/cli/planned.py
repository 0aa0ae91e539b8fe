"""Commands that are not built yet. Here: what they will do, said instead of guessed. Not here: commands that are."""

from __future__ import annotations

from mobius.core.intents import WILL_DO

_INTENT = {
    "compare": "defi_compare", "flows": "defi_flows", "devs": "dev_activity", "institutions": "institutional_flows",
    "chains": "crosschain", "portfolio": "portfolio_risk", "portfolio risk": "portfolio_risk",
    "portfolio optimize": "portfolio_optimize",
}  # fmt: skip
"""Commands whose name is not their intent's."""
_OTHERS = {
    "telegram": "answer in Telegram",
    "threats": "judge whether a text is an attack",
    "feeds": "show the live streams",
    "record": "keep a tape of live sources",
    "replay": "serve a tape that was recorded",
    "experiments": "list comparisons under way",
    "usage": "sum up what was asked",
    "track-record": "show how often views were right",
}


def not_built(name: str) -> str | None:
    """One sentence about the command of that name, or None when there will be none."""
    promise = WILL_DO.get(_INTENT.get(name, name.replace("-", "_"))) or _OTHERS.get(name)
    return None if promise is None else f"`mobius {name}` is not built yet. It will {promise}."
