"""Deribit's public market data (`www.deribit.com/api/v2`), JSON-RPC over GET.

Bitcoin and ether have lists of their own, others stand in that of USDC. Numbers are numbers; option prices are in the coin
itself where it is the margin. Here: `/public/` get_time, get_index_price, get_book_summary_by_currency, get_instruments,
get_volatility_index_data; the documented faults. Not here: books, accounts.
"""

from __future__ import annotations

from collections.abc import Callable

from mobius.sandbox.contracts import Contracts, OptionMark, contracts_of, day_name, expiries
from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.paths import BEGINS_S
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said, whole
from mobius.sandbox.world import DAY_S, turnover_usd

_OWN = ("BTC", "ETH")
_LINEAR = ("SOL", "XRP", "AVAX", "TRX", "DOGE", "ADA", "LINK", "DOT", "UNI", "NEAR", "LTC", "BCH")
_LINEAR_OPTIONS = ("SOL", "XRP")
_RESOLUTIONS_S = {"1": 1, "60": 60, "3600": 3600, "43200": 43_200, "1D": DAY_S}
_MOST_POINTS = 1000
_SHARE = 0.05


class _Refused(Exception):
    """A request Deribit answers with an error."""

    def __init__(self, code: int, message: str, parameter: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.parameter = parameter


def _answered(handler: Callable[[Ask, Scene], object]) -> Callable[[Ask, Scene], Said]:
    def answer(ask: Ask, scene: Scene) -> Said:
        frame = {"usIn": scene.now_ms * 1000, "usOut": scene.now_ms * 1000 + 400, "usDiff": 400, "testnet": False}
        try:
            return said({"jsonrpc": "2.0", "result": handler(ask, scene), **frame})
        except _Refused as refused:
            data = {"reason": "invalid", "param": refused.parameter}
            error = {"code": refused.code, "message": refused.message, "data": data}
            return said({"jsonrpc": "2.0", "error": error, **frame}, status=400)

    return answer


def _currency(ask: Ask, *allowed: str) -> str:
    currency = ask.params.get("currency", "")
    if currency not in allowed:
        raise _Refused(-32602, "Invalid params", "currency")
    return currency


def _kind(ask: Ask) -> str:
    kind = ask.params.get("kind", "any")
    if kind not in ("future", "option", "any"):
        raise _Refused(-32602, "Invalid params", "kind")
    return kind


def _assets(currency: str) -> tuple[str, ...]:
    return (currency,) if currency in _OWN else _LINEAR


def _name(asset: str, rest: str) -> str:
    return f"{asset}-{rest}" if asset in _OWN else f"{asset}_USDC-{rest}"


def _time(ask: Ask, scene: Scene) -> object:
    return scene.now_ms


def _index_price(ask: Ask, scene: Scene) -> object:
    name = ask.params.get("index_name", "")
    asset = name.partition("_")[0].upper()
    if asset not in (*_OWN, *_LINEAR) or not name.endswith(("_usd", "_usdc")):
        raise _Refused(-32602, "Invalid params", "index_name")
    price = contracts_of(scene.world).index(asset, scene.now_s)
    return {"index_price": price, "estimated_delivery_price": price}


# ------------------------------------------------------------------------------------------------------------- summary


def _summary(ask: Ask, scene: Scene) -> object:
    currency, kind = _currency(ask, *_OWN, "USDC"), _kind(ask)
    rows: list[Json] = []
    for asset in _assets(currency):
        if kind != "option":
            rows += _futures(asset, scene)
        if kind != "future" and (asset in _OWN or asset in _LINEAR_OPTIONS):
            rows += _options(asset, scene)
    return rows


def _futures(asset: str, scene: Scene) -> list[Json]:
    contracts = contracts_of(scene.world)
    perpetual = contracts.index(asset, scene.now_s) * (1 + contracts.premium(asset, "deribit", scene.now_s))
    rows = [_future(asset, "PERPETUAL", perpetual, 1.0, scene, contracts)]
    if asset in _OWN:
        for place, expires_s in enumerate(expiries(scene.now_s // DAY_S, options=False)):
            price = contracts.forward(asset, scene.now_s, expires_s)
            rows.append(_future(asset, day_name(expires_s), price, 0.3 / (1 + place), scene, contracts))
    return rows


def _future(asset: str, rest: str, mark: float, share: float, scene: Scene, contracts: Contracts) -> Json:
    """Open interest in dollars where the margin is the coin, else in the coin."""
    tick = 0.5 if asset == "BTC" else 0.05 if asset == "ETH" else mark * 1e-4
    index, held = contracts.index(asset, scene.now_s), contracts.open_interest(asset, _SHARE * share, scene.now_s)
    bid, traded = mark - tick, turnover_usd(asset) * _SHARE * share
    row: dict[str, Json] = {
        "instrument_name": _name(asset, rest), "base_currency": asset, "quote_currency": "USD" if asset in _OWN else "USDC",
        "mark_price": round(mark, 4), "bid_price": round(bid, 4), "ask_price": round(mark + tick, 4),
        "mid_price": round(mark, 4), "last": round(mark, 4), "high": None, "low": None, "price_change": None,
        "open_interest": round(held * index) if asset in _OWN else round(held, 1), "volume": round(traded / index, 4),
        "volume_usd": round(traded, 2), "estimated_delivery_price": round(index, 4),
        "creation_timestamp": scene.now_ms,
    }  # fmt: skip
    if rest == "PERPETUAL":
        row["funding_8h"] = contracts.funding_of(asset, "deribit", scene.now_s - 28_800, scene.now_s, interval_h=8)
        row["current_funding"] = contracts.premium(asset, "deribit", scene.now_s)
    return row


def _options(asset: str, scene: Scene) -> list[Json]:
    contracts = contracts_of(scene.world)
    index = contracts.index(asset, scene.now_s)
    return [
        _option(asset, expires_s, mark, index, scene.now_ms)
        for expires_s in expiries(scene.now_s // DAY_S, options=True)
        for mark in contracts.chain(asset, scene.now_s, expires_s)
    ]


def _strike(strike: float) -> str:
    text = f"{strike:.6f}".rstrip("0").rstrip(".")
    return text.replace(".", "d")


def _option_name(asset: str, expires_s: int, mark: OptionMark) -> str:
    return _name(asset, f"{day_name(expires_s)}-{_strike(mark.strike)}-{'C' if mark.call else 'P'}")


def _option(asset: str, expires_s: int, mark: OptionMark, index: float, now_ms: int) -> Json:
    unit = mark.forward if asset in _OWN else 1.0
    price = mark.price / unit
    underlying = _name(asset, day_name(expires_s))
    return {
        "instrument_name": _option_name(asset, expires_s, mark), "base_currency": asset,
        "quote_currency": asset if asset in _OWN else "USDC", "mark_price": round(price, 6),
        "mark_iv": round(mark.vol * 100, 2), "bid_price": round(price * 0.985, 4) or None, "ask_price": round(price * 1.015, 4),
        "mid_price": round(price, 4), "last": round(price, 4), "high": None, "low": None, "price_change": None,
        "open_interest": round(mark.open_interest, 1), "volume": round(mark.open_interest / 30, 1), "volume_usd": 0.0,
        "underlying_price": round(mark.forward, 4), "underlying_index": underlying, "interest_rate": 0.0,
        "estimated_delivery_price": round(index, 4), "creation_timestamp": now_ms,
    }  # fmt: skip


def _instruments(ask: Ask, scene: Scene) -> object:
    currency, kind = _currency(ask, *_OWN, "USDC"), _kind(ask)
    contracts = contracts_of(scene.world)
    rows: list[Json] = []
    for asset in _assets(currency):
        if kind != "option":
            rows.append(
                _listing(asset, "PERPETUAL", 32_503_708_800, {"kind": "future", "settlement_period": "perpetual"})
            )
            dated: dict[str, Json] = {"kind": "future", "settlement_period": "month"}
            listed = expiries(scene.now_s // DAY_S, options=False) if asset in _OWN else ()
            rows += [_listing(asset, day_name(expires_s), expires_s, dated) for expires_s in listed]
        if kind != "future" and (asset in _OWN or asset in _LINEAR_OPTIONS):
            for expires_s in expiries(scene.now_s // DAY_S, options=True):
                for strike in contracts.strikes(asset, scene.now_s, expires_s):
                    for letter, word in (("C", "call"), ("P", "put")):
                        more: dict[str, Json] = {"kind": "option", "settlement_period": "month", "strike": strike,
                                                 "option_type": word}  # fmt: skip
                        rows.append(
                            _listing(asset, f"{day_name(expires_s)}-{_strike(strike)}-{letter}", expires_s, more)
                        )
    return rows


def _listing(asset: str, rest: str, expires_s: int, more: dict[str, Json]) -> Json:
    quote = "USDC" if asset not in _OWN else asset if more["kind"] == "option" else "USD"
    return {
        "instrument_name": _name(asset, rest), "base_currency": asset, "quote_currency": quote, "is_active": True,
        "expiration_timestamp": expires_s * 1000, "creation_timestamp": BEGINS_S * 1000, "contract_size": 1.0,
        "min_trade_amount": 1.0, "tick_size": 0.0005, **more,
    }  # fmt: skip


# ---------------------------------------------------------------------------------------------------- volatility index


def _volatility_index(ask: Ask, scene: Scene) -> object:
    asset = _currency(ask, *_OWN)
    length = _RESOLUTIONS_S.get(ask.params.get("resolution", ""))
    if length is None:
        raise _Refused(-32602, "Invalid params", "resolution")
    first, last = (_instant(ask, name) for name in ("start_timestamp", "end_timestamp"))
    last = min(last, scene.now_s)
    opens = list(range(max(first, BEGINS_S + 8 * DAY_S) // length * length, last + 1, length))[-_MOST_POINTS:]
    contracts = contracts_of(scene.world)
    rows: list[Json] = []
    for opened in opens:
        ends = [contracts.volatility_index(asset, at) for at in (opened, min(opened + length, scene.now_s))]
        rows.append([opened * 1000, *(round(value, 4) for value in (ends[0], max(ends), min(ends), ends[1]))])
    return {"data": rows, "continuation": None}


def _instant(ask: Ask, name: str) -> int:
    value = whole(ask.params.get(name, ""))
    if value is None:
        raise _Refused(-32602, "Invalid params", name)
    return value // 1000


def _missing(ask: Ask, scene: Scene) -> Said:
    error = {"code": -32601, "message": "Method not found"}
    return said({"jsonrpc": "2.0", "error": error, "testnet": False}, status=404)


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    error = {"code": 10028, "message": "too_many_requests", "data": {"wait": spent.retry_after_s}}
    return said({"jsonrpc": "2.0", "error": error, "testnet": False}, status=429)


PROVIDER = Provider(
    name="deribit",
    prefix="/deribit/api/v2",
    routes={
        f"/public/{name}": _answered(handler)
        for name, handler in {
            "get_time": _time, "get_index_price": _index_price, "get_book_summary_by_currency": _summary,
            "get_instruments": _instruments, "get_volatility_index_data": _volatility_index,
        }.items()
    },
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(100, 1200)},
)  # fmt: skip
