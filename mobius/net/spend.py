"""No more money than a person allows. Here: Capped, a hard cap a UTC month. Not here: the ledger's file, requests a minute.

Counted before asking, at the most a request can cost: what was sent may have been charged whether its answer arrived or not.
A ledger that cannot be read or written counts as spent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from decimal import Decimal

from mobius.core.errors import RateLimited
from mobius.core.keeping import NOT_KEPT, Policy
from mobius.core.ports import Clock, Http, Reply
from mobius.core.sources import CostSpec, SourceSpec
from mobius.net.ledger import Ledger


class Capped:
    """Asks while the month's cap allows it; beyond it RateLimited, and nothing is sent."""

    def __init__(self, inner: Http, spec: SourceSpec, clock: Clock, ledger: Ledger, cap_usd: Decimal) -> None:
        assert spec.cost is not None
        self._inner = inner
        self._spec = spec
        self._cost: CostSpec = spec.cost
        self._clock = clock
        self._ledger = ledger
        self._cap_usd = cap_usd

    async def get(self, path: str, params: Mapping[str, str] | None = None, *, keep: Policy = NOT_KEPT) -> Reply:
        """GET once it is counted."""
        await self._charge()
        return await self._inner.get(path, params, keep=keep)

    async def post(self, path: str, body: bytes, *, keep: Policy = NOT_KEPT) -> Reply:
        """POST once it is counted."""
        await self._charge()
        return await self._inner.post(path, body, keep=keep)

    async def _charge(self) -> None:
        most = Decimal(str(self._cost.usd_per_request))
        name, setting = self._spec.title, self._cost.cap_setting
        try:
            spent = await asyncio.to_thread(
                self._ledger.charge, self._spec.name, most, self._cap_usd, self._clock.now()
            )
        except OSError as error:
            raise RateLimited(self._spec.name, f"{name} costs money, and what is spent cannot be counted.") from error
        if spent is not None:
            message = f"{name} has cost ${spent:.2f} this month, and one request more would pass the cap in {setting}."
            raise RateLimited(self._spec.name, message)
