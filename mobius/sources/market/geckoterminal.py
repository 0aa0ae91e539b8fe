"""GeckoTerminal: prices of tokens from the pools they trade in on a chain. Keyless.

Here: SPEC, rows, parse and fetch of reference prices by network and contract address, for a few tokens that trade on chains
and at hardly any venue. The last resort for a price. Not here: pools, trades, holders, candles of pools.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from mobius.core.errors import NoData
from mobius.core.facts import Sourced
from mobius.core.keeping import QUOTE
from mobius.core.needs import ReferencePrice, ReferenceQuery
from mobius.core.ports import Http, Reply
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.asking import ask_each
from mobius.sources.quoted import quoted
from mobius.sources.reading import Figures, decode, expect_ok, sourced

SPEC = SourceSpec(
    name="geckoterminal",
    title="GeckoTerminal",
    kind="aggregator",
    base_url="https://api.geckoterminal.com/api/v2",
    limits=Limits(per_minute=30, burst=6, concurrent=2, timeout_s=4.0),
    needs=("reference",),
    rights=Rights(attribution="On-chain prices: GeckoTerminal (geckoterminal.com)"),
    probe="/networks?page=1",
)
CONTRACTS: dict[str, tuple[str, str]] = {
    "stETH": ("eth", "0xae7ab96520de3a18e5e111b5eaab095312d7fe84"),
    "wstETH": ("eth", "0x7f39c581f595b53c5cb19bd0b3f8da6c935e2ca0"),
    "weETH": ("eth", "0xcd5fe23c85820f7b72d0926fc9b05b43e359b7ee"),
    "rETH": ("eth", "0xae78736cd615f374d3085123a210448e74fc6393"),
    "WETH": ("eth", "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"),
    "WBTC": ("eth", "0x2260fac5e5542a773aa44fbcfedf7c193bc2c599"),
    "cbBTC": ("eth", "0xcbb7c0000ab88b473b1f5afd9ef808440eed33bf"),
    "sUSDe": ("eth", "0x9d39a5de30e57443bff2a8307a4256c8797a3497"),
    "USDC": ("eth", "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48"),
    "USDT": ("eth", "0xdac17f958d2ee523a2206206994597c13d831ec7"),
    "DAI": ("eth", "0x6b175474e89094c44da98b954eedeac495271d0f"),
    "PEPE": ("eth", "0x6982508145454ce325ddbe97a25d4ec3d2311933"),
    "WPOL": ("polygon_pos", "0x0d500b1d8e8ef31e21c99d1db9a6444d3adf1270"),
}
"""Network and contract, in lower case, of the tokens it is asked about."""


class _Attributes(Struct, frozen=True):
    token_prices: dict[str, str | None] = {}


class _Data(Struct, frozen=True):
    attributes: _Attributes = _Attributes()


class _Reply(Struct, frozen=True):
    data: _Data = _Data()


def by_network(query: ReferenceQuery) -> dict[str, dict[str, str]]:
    """Addresses to ask for on each network, to our ticker."""
    found: dict[str, dict[str, str]] = {}
    for asset in query.assets:
        if asset in CONTRACTS:
            network, address = CONTRACTS[asset]
            found.setdefault(network, {})[address] = asset
    return found


def parse_reference(body: bytes, network: str, wanted: dict[str, str]) -> tuple[ReferencePrice, ...]:
    """Prices of one network's tokens; addresses come back in lower case, one it does not know is absent or null."""
    prices = decode(body, _Reply, SPEC.name).data.attributes.token_prices
    rows = []
    for address, asset in wanted.items():
        read = Figures(SPEC.name, f"{network}.data.attributes.token_prices", {})
        price: Decimal | None = read.price("price", quoted(_shortened(prices.get(address))), address)
        if price is not None:
            rows.append(ReferencePrice(asset=asset, price=price, field=read.fields["price"]))
    return tuple(rows)


def _shortened(text: str | None) -> str | None:
    """At most 20 decimals: pools give some prices with over fifty."""
    if not text or "." not in text:
        return text
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest[:20]}" if rest.isdigit() else text


async def reference(query: ReferenceQuery, http: Http) -> Sourced[tuple[ReferencePrice, ...]]:
    """Prices of the tokens whose contract is known here, one request a network. Raises NoData when there is none."""
    networks = by_network(query)
    replies: list[Reply] = []

    async def ask(network: str) -> tuple[ReferencePrice, ...]:
        path = f"/simple/networks/{network}/token_price/{','.join(sorted(networks[network]))}"
        reply = await http.get(path, keep=QUOTE)
        expect_ok(reply, SPEC.name)
        replies.append(reply)
        return parse_reference(reply.body, network, networks[network])

    got = await ask_each(networks, ask)
    rows = tuple(row for found in got.values() for row in found)
    if not rows:
        raise NoData(SPEC.name, f"{SPEC.title} has no price of {', '.join(query.assets)}.")
    return sourced(rows, SPEC.name, "/simple/networks", replies)


OFFERS = {"reference": reference}
