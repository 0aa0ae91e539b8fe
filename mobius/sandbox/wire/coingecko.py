"""CoinGecko's public API v3: the addresses, the rules, the limits. What stands in each answer is in `sandbox.aggregator`.

Here: ping, simple/price, simple/supported_vs_currencies, coins/list, coins/markets, market_chart (and range), ohlc, global,
search, search/trending; the documented errors. Not here: exchanges, derivatives, treasuries, the on-chain part.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from mobius.sandbox.aggregator import View
from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.wire import Ask, Provider, Said, Scene, said, whole

_HEADERS = {"Cache-Control": "max-age=30, public, must-revalidate, s-maxage=60"}
_TYPE = "application/json; charset=utf-8"
_PUBLIC_DAYS = 365
_OHLC_DAYS = ("1", "7", "14", "30", "90", "180", "365")
_MOST = 1e12  # larger numbers are no page, day or instant
_KEY_HEADER, _KEY_PARAMETER = "x-cg-demo-api-key", "x_cg_demo_api_key"


class _Refused(Exception):
    """A request CoinGecko does not answer."""

    def __init__(self, status: int, body: object) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body


def _answered(handler: Callable[[Ask, View], object]) -> Callable[[Ask, Scene], Said]:
    def answer(ask: Ask, scene: Scene) -> Said:
        try:
            return said(handler(ask, View.of(scene)), content_type=_TYPE, headers=_HEADERS)
        except _Refused as refused:
            return said(refused.body, status=refused.status, content_type=_TYPE)

    return answer


# ---------------------------------------------------------------------------------------------------------- parameters


def _listed(ask: Ask, name: str) -> list[str]:
    return [part.strip().lower() for part in ask.params.get(name, "").split(",") if part.strip()]


def _flag(ask: Ask, name: str) -> bool:
    return ask.params.get(name, "false") == "true"


def _currency(ask: Ask, view: View) -> str:
    """The ticker of `vs_currency`."""
    if not ask.params.get("vs_currency"):
        raise _Refused(422, {"error": "Missing parameter vs_currency"})
    found = view.currencies.get(ask.params["vs_currency"].lower())
    if found is None:
        raise _Refused(422, {"error": "invalid vs_currency"})
    return found


def _coin(ask: Ask, view: View) -> str:
    found = view.by_id.get(ask.parts["id"].lower())
    if found is None:
        raise _Refused(404, {"error": "coin not found"})
    return found


def _number(ask: Ask, name: str, default: str | None = None) -> float:
    text = ask.params.get(name, default)
    if text is None:
        raise _Refused(422, {"error": f"Missing parameter {name}"})
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or abs(value) > _MOST:
        raise _Refused(422, {"error": f"Invalid parameter {name}"})
    return value


def _too_old(view: View) -> _Refused:
    message = "Your request exceeds the allowed time range. Public API users are limited to querying historical data within the past 365 days."  # noqa: E501
    return _Refused(
        401, {"error": {"status": {"timestamp": view.stamp(), "error_code": 10012, "error_message": message}}}
    )


# ------------------------------------------------------------------------------------------------------------- answers


def _ping(ask: Ask, view: View) -> object:
    return {"gecko_says": "(V3) To the Moon!"}


def _simple_price(ask: Ask, view: View) -> object:
    codes = _listed(ask, "vs_currencies")
    if not codes:
        raise _Refused(422, {"error": "Missing parameter vs_currencies"})
    by = next((name for name in ("ids", "names", "symbols") if ask.params.get(name)), None)
    if by is None:
        raise _Refused(422, {"error": "Missing parameter ids, names or symbols"})
    known = {"ids": view.by_id, "names": view.by_name, "symbols": view.by_symbol}[by]
    precision = ask.params.get("precision", "")
    if precision not in ("", "full") and (whole(precision) is None or int(precision) > 18):
        raise _Refused(422, {"error": "Invalid parameter precision"})
    wanted = {
        "market_cap": _flag(ask, "include_market_cap"),
        "24h_vol": _flag(ask, "include_24hr_vol"),
        "24h_change": _flag(ask, "include_24hr_change"),
    }
    extras = tuple(name for name, asked in wanted.items() if asked)
    return {
        name: view.simple(
            known[name], codes, extras=extras, precision=precision, dated=_flag(ask, "include_last_updated_at")
        )
        for name in _listed(ask, by)
        if name in known
    }


def _supported(ask: Ask, view: View) -> object:
    return list(view.currencies)


def _coins_list(ask: Ask, view: View) -> object:
    return view.coins(platforms=_flag(ask, "include_platform"))


def _markets(ask: Ask, view: View) -> object:
    quote = _currency(ask, view)
    per_page, page = int(_number(ask, "per_page", "100")), int(_number(ask, "page", "1"))
    if not 1 <= per_page <= 250 or page < 1:
        raise _Refused(422, {"error": "Invalid parameter per_page"})
    tickers = None
    if any(name in ask.params for name in ("ids", "names", "symbols")):
        tickers = {view.by_id[name] for name in _listed(ask, "ids") if name in view.by_id}
        tickers |= {view.by_name[name] for name in _listed(ask, "names") if name in view.by_name}
        tickers |= {view.by_symbol[name] for name in _listed(ask, "symbols") if name in view.by_symbol}
    if "category" in ask.params:
        members = view.category(ask.params["category"])
        if members is None:
            raise _Refused(404, {"error": "Category not found"})
        tickers = members if tickers is None else tickers & members
    rows = view.ranked(quote, order=ask.params.get("order", "market_cap_desc"), tickers=tickers)
    return [
        view.market_row(row, quote, sparkline=_flag(ask, "sparkline"), spans=_listed(ask, "price_change_percentage"))
        for row in rows[(page - 1) * per_page : page * per_page]
    ]


def _market_chart(ask: Ask, view: View) -> object:
    ticker, quote = _coin(ask, view), _currency(ask, view)
    if ask.params.get("days") == "max":
        raise _too_old(view)
    days = _number(ask, "days")
    if days > _PUBLIC_DAYS:
        raise _too_old(view)
    if not days > 0:
        raise _Refused(422, {"error": "Invalid parameter days"})
    daily = ask.params.get("interval") == "daily"
    if ask.params.get("interval", "daily") not in ("daily", "hourly", "5m"):
        raise _Refused(422, {"error": "Invalid parameter interval"})
    return view.chart(ticker, quote, first_s=view.now_s - int(days * 86_400), last_s=view.now_s, daily=daily)


def _market_chart_range(ask: Ask, view: View) -> object:
    ticker, quote = _coin(ask, view), _currency(ask, view)
    first_s, last_s = int(_number(ask, "from")), int(_number(ask, "to"))
    if first_s < view.now_s - (_PUBLIC_DAYS + 1) * 86_400:
        raise _too_old(view)
    return view.chart(ticker, quote, first_s=first_s, last_s=min(last_s, view.now_s), daily=False)


def _ohlc(ask: Ask, view: View) -> object:
    ticker, quote = _coin(ask, view), _currency(ask, view)
    days = ask.params.get("days", "")
    if days == "max":
        raise _too_old(view)
    if days not in _OHLC_DAYS:
        raise _Refused(422, {"error": "Invalid parameter days"})
    return view.ohlc(ticker, quote, n_days=int(days))


def _global(ask: Ask, view: View) -> object:
    return view.totals()


def _search(ask: Ask, view: View) -> object:
    return view.search(ask.params.get("query", ""))


def _trending(ask: Ask, view: View) -> object:
    return view.trending()


def _missing(ask: Ask, scene: Scene) -> Said:
    return said({"error": "Incorrect path. Please check the documentation."}, status=404, content_type=_TYPE)


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    message = "You've exceeded the Rate Limit. Please visit the pricing page to subscribe to a plan with higher limits."
    return said(
        {"status": {"error_code": 429, "error_message": message}},
        status=429,
        content_type=_TYPE,
        headers={"Retry-After": str(spent.retry_after_s)},
    )


PROVIDER = Provider(
    name="coingecko",
    prefix="/coingecko/api/v3",
    routes={
        path: _answered(handler)
        for path, handler in {
            "/ping": _ping,
            "/simple/price": _simple_price,
            "/simple/supported_vs_currencies": _supported,
            "/coins/list": _coins_list,
            "/coins/markets": _markets,
            "/coins/{id}/market_chart": _market_chart,
            "/coins/{id}/market_chart/range": _market_chart_range,
            "/coins/{id}/ohlc": _ohlc,
            "/global": _global,
            "/search": _search,
            "/search/trending": _trending,
        }.items()
    },
    missing=_missing,
    limited=_limited,
    limiters={"free": lambda: TokenBucket(30, 30), "demo": lambda: TokenBucket(100, 100)},
    plan=lambda ask: "demo" if ask.headers.get(_KEY_HEADER) or ask.params.get(_KEY_PARAMETER) else "free",
)
