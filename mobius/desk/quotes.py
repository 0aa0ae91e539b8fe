"""Prices in another quote: one asset in another, or in a currency. Not here: dollar prices (price)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from mobius.core.facts import derive, unknown
from mobius.core.market_views import PriceView
from mobius.core.needs import Source
from mobius.desk.consensus import Bid, vote
from mobius.desk.fx import usd_rate
from mobius.desk.hearing import Heard, Rate, bids_for
from mobius.desk.price import extras_of, notices_of, price_fact


def ratio_view(view: PriceView, quoted: PriceView) -> PriceView:
    """One asset in another: the quotient of their dollar prices; its change from both changes."""
    stem = view.asset.lower()
    unit = quoted.asset
    pair = f"{stem}.%s_{unit.lower()}"
    price = derive(
        pair % "price",
        Decimal(str(view.price.value)) / Decimal(str(quoted.price.value)),
        unit,
        (view.price, quoted.price),
        f"{view.asset}/USD divided by {unit}/USD",
    )
    parents = (view.change_24h, quoted.change_24h)
    left, right = (Decimal(str(f.value)) if f.value is not None else None for f in parents)
    if left is None or right is None or right == -100:
        change = unknown(pair % "change_24h", "pct", "the change of one side is not known")
    else:
        ratio = ((1 + left / 100) / (1 + right / 100) - 1) * 100
        change = derive(pair % "change_24h", round(ratio, 4), "pct", parents, "from both changes against the dollar")
    none = "not given for this pair"
    return PriceView(
        asset=view.asset,
        quote=unit,
        price=price,
        change_24h=change,
        high_24h=unknown(pair % "high_24h", unit, none),
        low_24h=unknown(pair % "low_24h", unit, none),
        volume_24h=view.volume_24h,
        market_cap=view.market_cap,
        agreement=view.agreement,
        venues=view.venues,
        parts=(*view.parts, *quoted.parts, view.price, quoted.price, view.change_24h, quoted.change_24h),
        notices=(*view.notices, *quoted.notices),
        failures=view.failures,
    )


async def in_fiat(
    sources: Sequence[Source],
    assets: tuple[str, ...],
    quote: str,
    heard: Heard,
    in_dollars: Mapping[str, PriceView],
) -> list[PriceView]:
    """Prices in another currency: by books in that currency where there are any, and the dollar price converted."""
    rate, rate_parts, failures = await usd_rate(sources, quote)
    views = []
    for asset in assets:
        dollar = in_dollars.get(asset)
        bids, parts = bids_for(asset, quote, heard, Rate(None, ()))
        if dollar is not None and rate is not None and dollar.price.unit == "USD":
            name = f"{asset.lower()}.converted_{quote.lower()}"
            value = Decimal(str(dollar.price.value)) * Decimal(str(rate.value))
            converted = derive(name, value, quote, (dollar.price, rate), "US dollar price x exchange rate")
            parts += [*dollar.parts, dollar.price, *rate_parts, rate, converted]
            bids.append(Bid(source="usd", price=value, fact=converted, group=quote))
        if not bids:
            continue
        verdict = vote(bids)
        price = price_fact(asset, quote, verdict)
        if dollar is not None:
            extras = {
                name: getattr(dollar, name)
                for name in ("change_24h", "high_24h", "low_24h", "volume_24h", "market_cap")
            }
        else:
            extras = extras_of(asset, quote, heard, verdict, [])
            extras.pop("parts")
        views.append(
            PriceView(
                asset=asset,
                quote=quote,
                price=price,
                agreement=derive(
                    f"{asset.lower()}.agreement_{quote.lower()}", round(verdict.distance_pct, 4), "pct", (price,),
                    "largest distance of a source",
                ),
                venues=derive(
                    f"{asset.lower()}.venues_{quote.lower()}", len(verdict.kept), "count", (price,), "sources that agree"
                ),
                parts=tuple(parts),
                notices=tuple(notices_of(verdict, price)) if verdict.outcome != "single" else (
                    dollar.notices if dollar is not None else tuple(notices_of(verdict, price))
                ),
                failures=(*heard.failures, *failures),
                **extras,
            )
        )  # fmt: skip
    return views
