"""CoinPaprika, an aggregator of its own. Keyless, with few requests a month: asked when the first aggregator gave nothing.

Here: SPEC, rows, parse and fetch of the overview of named assets, one request each. Its ids are its own; a row whose symbol is
not the asset's is refused. Not here: the list of all coins (megabytes), totals, history.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from mobius.core.errors import NoData, RateLimited, SourceChanged
from mobius.core.facts import Sourced
from mobius.core.keeping import Policy
from mobius.core.needs import OverviewQuery, OverviewRow
from mobius.core.ports import Http, Reply
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources.asking import ask_each
from mobius.sources.reading import Figures, decode, endpoint, expect_ok, sourced

SPEC = SourceSpec(
    name="coinpaprika",
    title="CoinPaprika",
    kind="aggregator",
    base_url="https://api.coinpaprika.com/v1",
    limits=Limits(per_minute=10, burst=10, concurrent=3, timeout_s=4.0),  # 20,000 a month: some 27 an hour
    needs=("overview",),
    rights=Rights(attribution="Market data: CoinPaprika (coinpaprika.com)"),
    probe="/tickers/btc-bitcoin",
    refusals=(b'{"error"',),
)
KEEP = Policy(kind="overview", fresh_s=300.0, limit_s=600.0, missing_s=3600.0)
"""Longer than others: few requests an hour."""
TICKERS = "/tickers/"
MOST_ASSETS = 6
"""A request each: beyond so many, nothing is asked."""
QUOTES = frozenset({"USD", "BTC", "ETH", "EUR", "GBP", "JPY", "CAD", "AUD", "CHF"})
IDS: dict[str, str] = {
    "BTC": "btc-bitcoin", "ETH": "eth-ethereum", "USDT": "usdt-tether", "XRP": "xrp-xrp", "BNB": "bnb-binance-coin",
    "SOL": "sol-solana", "USDC": "usdc-usd-coin", "TRX": "trx-tron", "DOGE": "doge-dogecoin", "ADA": "ada-cardano",
    "stETH": "steth-lido-staked-ether", "HYPE": "hype-hyperliquid", "WBTC": "wbtc-wrapped-bitcoin",
    "BCH": "bch-bitcoin-cash", "LINK": "link-chainlink", "XLM": "xlm-stellar", "LEO": "leo-leo-token", "SUI": "sui-sui",
    "WETH": "weth-weth", "AVAX": "avax-avalanche", "LTC": "ltc-litecoin", "XMR": "xmr-monero", "ZEC": "zec-zcash",
    "HBAR": "hbar-hedera", "SHIB": "shib-shiba-inu", "TON": "ton-toncoin", "CRO": "cro-cryptocom-chain",
    "DOT": "dot-polkadot", "DAI": "dai-dai", "UNI": "uni-uniswap", "MNT": "mnt-mantle", "TAO": "tao-bittensor",
    "AAVE": "aave-new", "PEPE": "pepe-pepe", "NEAR": "near-near-protocol", "OKB": "okb-okb", "APT": "apt-aptos",
    "ICP": "icp-internet-computer", "ETC": "etc-ethereum-classic", "ONDO": "ondo-ondo", "ENA": "ena-ethena",
    "WLD": "wld-worldcoin", "ALGO": "algo-algorand", "KAS": "kas-kaspa", "ARB": "arb-arbitrum", "VET": "vet-vechain",
    "ATOM": "atom-cosmos", "FIL": "fil-filecoin", "SEI": "sei-sei", "MKR": "mkr-maker", "JUP": "jup-jupiter",
    "BONK": "bonk-bonk", "QNT": "qnt-quant", "OP": "op-optimism", "INJ": "inj-injective-protocol", "GRT": "grt-the-graph",
    "LDO": "ldo-lido-dao", "CRV": "crv-curve-dao-token", "XTZ": "xtz-tezos", "PAXG": "paxg-pax-gold",
    "COMP": "comp-compoundd", "SNX": "snx-synthetix-network-token", "THETA": "theta-theta-token", "MANA": "mana-decentraland",
    "SAND": "sand-the-sandbox", "EGLD": "egld-elrond", "XAUT": "xaut-tether-gold",
}  # fmt: skip


class _Quote(Struct, frozen=True):
    price: Decimal | None = None
    market_cap: Decimal | None = None
    volume_24h: Decimal | None = None
    percent_change_24h: Decimal | None = None
    percent_change_7d: Decimal | None = None


class _Ticker(Struct, frozen=True):
    id: str
    name: str
    symbol: str
    rank: int | None = None
    last_updated: datetime | None = None
    quotes: dict[str, _Quote] = {}


def _expect_ok(reply: Reply) -> None:
    if reply.status == 402:
        raise RateLimited(SPEC.name, f"{SPEC.title}'s requests of this month are spent.")
    expect_ok(reply, SPEC.name)


def parse_overview(body: bytes, asset: str, quote: str) -> OverviewRow:
    """One asset's row. Raises SourceChanged when it is about another coin than the one asked for."""
    row = decode(body, _Ticker, SPEC.name)
    if row.id != IDS[asset] or row.symbol.upper() != asset.upper():
        raise SourceChanged(SPEC.name, f"asked about {asset}, told about another coin", path="$.symbol")
    figures = row.quotes.get(quote, _Quote())
    read = Figures(SPEC.name, f"{row.id}.quotes.{quote}", {})
    return OverviewRow(
        asset=asset,
        name=row.name[:80],
        symbol=asset,
        price=read.price("price", figures.price, "price"),
        market_cap=read.price("market_cap", figures.market_cap, "market_cap"),  # 0 where it does not know the supply
        rank=row.rank if row.rank else None,
        volume_24h=read.amount("volume_24h", figures.volume_24h, "volume_24h"),
        change_24h_pct=read.signed("change_24h_pct", figures.percent_change_24h, "percent_change_24h"),
        change_7d_pct=read.signed("change_7d_pct", figures.percent_change_7d, "percent_change_7d"),
        updated_at=row.last_updated if row.last_updated is not None and row.last_updated.tzinfo else None,
        fields=read.fields,
    )


async def overview(query: OverviewQuery, http: Http) -> Sourced[tuple[OverviewRow, ...]]:
    """Rows of the named assets it knows. Raises NoData for the whole market, for many assets at once, and for none known."""
    known = [asset for asset in query.assets if asset in IDS]
    params = {"quotes": query.quote}
    if not 0 < len(known) <= MOST_ASSETS or query.quote not in QUOTES:
        raise NoData(SPEC.name, f"{SPEC.title} is not asked for an overview of this.")

    async def ask(asset: str) -> tuple[Reply, OverviewRow]:
        reply = await http.get(TICKERS + IDS[asset], params, keep=KEEP)
        _expect_ok(reply)
        return reply, parse_overview(reply.body, asset, query.quote)

    got = await ask_each(known, ask)
    if not got:
        raise NoData(SPEC.name, f"{SPEC.title} gave nothing about {', '.join(known)}.")
    where = endpoint(TICKERS + IDS[known[0]], params) if len(known) == 1 else endpoint("/tickers", params)
    return sourced(tuple(row for _, row in got.values()), SPEC.name, where, [reply for reply, _ in got.values()])


OFFERS = {"overview": overview}
