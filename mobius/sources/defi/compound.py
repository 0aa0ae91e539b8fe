"""Compound v3: what its markets ("comets") pay and ask, read from their contracts over a public node of each chain. Keyless.

Here: SPECS, the comets, parse and fetch. Two batches of calls: how much is in use, then the rates at that use. A rate per
second (a fraction times 1e18) leaves as APY in percent, put in again each second as the contract does. Rewards in COMP are not
read. Not here: version 2, users' positions, reading chains at large (chain/rpc).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial

import msgspec
from msgspec import Struct

from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.facts import Sourced
from mobius.core.keeping import RATES
from mobius.core.ports import Http, Reply
from mobius.core.protocols import CHAINS
from mobius.core.rate_needs import LendingMarketRow, LendingMarketsQuery
from mobius.core.sources import Limits, Need, Rights, SourceSpec
from mobius.sources.outside import plain_text
from mobius.sources.reading import Figures, decode, expect_ok, sourced


class Comet(Struct, frozen=True):
    """One market: what is lent there, and its contract."""

    asset: str
    symbol: str
    token: str
    decimals: int
    address: str


COMETS: Mapping[str, tuple[Comet, ...]] = {
    "ethereum": (
        Comet("USDC", "USDC", "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48", 6, "0xc3d688b66703497daa19211eedff47f25384cdc3"),
        Comet("ETH", "WETH", "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2", 18, "0xa17581a9e3356d9a858b789d68b4d866e593ae94"),
    ),
    "arbitrum": (
        Comet("USDC", "USDC", "0xaf88d065e77c8cc2239327c5edb3a432268e5831", 6, "0x9c4ec768c28520b50860ea7a15bd7213a9ff58bf"),
    ),
    "optimism": (
        Comet("USDC", "USDC", "0x0b2c639c533813f4aa9d7837caf62653d097ff85", 6, "0x2e44e174f7d53f0212823acc11c01a11d58c5bcb"),
    ),
    "polygon": (
        Comet("USDC", "USDC.e", "0x2791bca1f2de4661ed88a30c99a7a9449aa84174", 6, "0xf25212e676d1f7f89cd72ffee66158f541246445"),
    ),
}  # fmt: skip
"""One asset a market; collateral earns nothing there."""
NODES = {
    "ethereum": "https://ethereum-rpc.publicnode.com",
    "arbitrum": "https://arbitrum-one-rpc.publicnode.com",
    "optimism": "https://optimism-rpc.publicnode.com",
    "polygon": "https://polygon-bor-rpc.publicnode.com",
}


def _spec(chain: str, node: str) -> SourceSpec:
    return SourceSpec(
        name=f"compound_{chain}",
        title=f"Compound on {CHAINS[chain].name}",
        kind="protocol",
        base_url=node,
        limits=Limits(per_minute=120, burst=6, concurrent=2, timeout_s=4.0),
        needs=("lending_markets",),
        rights=Rights(attribution="Lending rates: Compound, read from its contracts", may_share=True),
        chain=chain,
        probe="/",
        probe_body=b'{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}',
        refusals=(b'{"jsonrpc":"2.0","error"', b'{"jsonrpc":"2.0","id":null', b'{"error"', b'{"code"'),
        family="compound",
    )


SPECS = tuple(_spec(chain, node) for chain, node in NODES.items())
GET_UTILIZATION = "0x7eb71131"  # getUtilization()
TOTAL_SUPPLY = "0x18160ddd"  # totalSupply()
TOTAL_BORROW = "0x8285ef40"  # totalBorrow()
GET_SUPPLY_RATE = "0xd955759d"  # getSupplyRate(uint256)
GET_BORROW_RATE = "0x9fa83b5a"  # getBorrowRate(uint256)
STATE = (GET_UTILIZATION, TOTAL_SUPPLY, TOTAL_BORROW)
RATES_AT = (GET_SUPPLY_RATE, GET_BORROW_RATE)
SECONDS_A_YEAR = 31_536_000
_WORD = 66
_ONE = Decimal(10) ** 18
_LIMITED = -32005


class _Fault(Struct, frozen=True):
    code: int = 0
    message: str = ""


class _Called(Struct, frozen=True):
    id: int | None = None
    result: str | None = None
    error: _Fault | None = None


def question(calls: Sequence[tuple[str, str]]) -> bytes:
    """A batch of eth_call: (contract, data), numbered in order."""
    return msgspec.json.encode(
        [
            {"jsonrpc": "2.0", "id": n, "method": "eth_call", "params": [{"to": to, "data": data}, "latest"]}
            for n, (to, data) in enumerate(calls)
        ]
    )


def parse_words(body: bytes, n: int, source: str) -> tuple[int, ...]:
    """The `n` results of a batch, each one unsigned word, in the order asked; a node may answer in any order."""
    if body.lstrip()[:1] == b"{":  # a refusal of the whole batch
        raise _refusal(decode(body, _Called, source).error, source)
    answers = {answer.id: (at, answer) for at, answer in enumerate(decode(body, list[_Called], source))}
    words = []
    for number in range(n):
        if number not in answers:
            raise SourceChanged(source, f"no answer to call {number}", path="$")
        at, answer = answers[number]
        if answer.error is not None:
            raise _refusal(answer.error, source)
        words.append(_word(answer.result, source, f"$[{at}].result"))
    return tuple(words)


def _refusal(fault: _Fault | None, source: str) -> Exception:
    if fault is not None and fault.code == _LIMITED:
        return RateLimited(source, f"{source} asks us to slow down.")
    said = "no reason" if fault is None else plain_text(fault.message, 100)
    return SourceUnavailable(source, f"{source}'s node refuses the call: {said}.")


def _word(text: str | None, source: str, path: str) -> int:
    if text == "0x":
        raise NoData(source, f"{source}: there is no such market at this node.", hint="Is it a node of that chain?")
    if text is None or len(text) != _WORD or not text.startswith("0x"):
        raise SourceChanged(source, "expected one word", path=path)
    try:
        return int(text, 16)
    except ValueError as error:
        raise SourceChanged(source, "expected one word", path=path) from error


def apy_pct(rate: int) -> Decimal:
    """A rate per second, a fraction times 1e18, as percent a year.

    >>> round(apy_pct(1_000_000_000), 4)
    Decimal('3.2039')
    """
    return ((1 + Decimal(rate) / _ONE) ** SECONDS_A_YEAR - 1) * 100


_HIGHEST = 100_000_000_000
"""A rate per second beyond which it is no rate: a hundred percent in some eighty days."""


def row_of(comet: Comet, chain: str, state: Sequence[int], rates: Sequence[int], source: str) -> LendingMarketRow:
    """One market of its three figures of state and two rates; `fields` name the calls they came from."""
    read = Figures(source, comet.address, {})
    use, supplied, borrowed = state
    if max(rates) > _HIGHEST:
        raise SourceChanged(source, "a number out of all bounds", path=f"$.{comet.address}.getSupplyRate")
    unit = Decimal(10) ** comet.decimals
    return LendingMarketRow(
        protocol="compound",
        chain=chain,
        market=f"c{comet.symbol}v3",
        symbol=comet.symbol,
        asset=comet.asset,
        token=comet.token,
        supply_pct=read.amount(
            "supply_pct", apy_pct(rates[0]), "getSupplyRate(use) / 1e18, compounded for a year x 100"
        ),
        borrow_pct=read.amount(
            "borrow_pct", apy_pct(rates[1]), "getBorrowRate(use) / 1e18, compounded for a year x 100"
        ),
        utilisation_pct=read.amount("utilisation_pct", Decimal(use) / _ONE * 100, "getUtilization / 1e16"),
        supplied=read.amount("supplied", Decimal(supplied) / unit, f"totalSupply / 1e{comet.decimals}"),
        borrowed=read.amount("borrowed", Decimal(borrowed) / unit, f"totalBorrow / 1e{comet.decimals}"),
        fields=read.fields,
    )


async def lending_markets(
    query: LendingMarketsQuery, http: Http, *, chain: str
) -> Sourced[tuple[LendingMarketRow, ...]]:
    """Every market of one chain. Raises NoData when another chain is asked about."""
    source = f"compound_{chain}"
    if query.chains and chain not in query.chains:
        raise NoData(source, f"Compound is read here on {chain}.")
    comets = COMETS[chain]
    first = await _called([(comet.address, data) for comet in comets for data in STATE], http, source)
    state = _by_comet(parse_words(first.body, len(comets) * len(STATE), source), len(STATE))
    at_use = [
        (comet.address, f"{data}{use[0]:064x}") for comet, use in zip(comets, state, strict=True) for data in RATES_AT
    ]
    second = await _called(at_use, http, source)
    rates = _by_comet(parse_words(second.body, len(at_use), source), len(RATES_AT))
    rows = tuple(
        row_of(comet, chain, figures, paid, source) for comet, figures, paid in zip(comets, state, rates, strict=True)
    )
    return sourced(rows, source, "/eth_call", [first, second])


async def _called(calls: Sequence[tuple[str, str]], http: Http, source: str) -> Reply:
    reply = await http.post("/", question(calls), keep=RATES)
    expect_ok(reply, source)
    return reply


def _by_comet(words: Sequence[int], n: int) -> list[tuple[int, ...]]:
    return [tuple(words[at : at + n]) for at in range(0, len(words), n)]


def offers(
    spec: SourceSpec,
) -> Mapping[Need, Callable[[LendingMarketsQuery, Http], Awaitable[Sourced[tuple[LendingMarketRow, ...]]]]]:
    return {"lending_markets": partial(lending_markets, chain=spec.chain or "")}
