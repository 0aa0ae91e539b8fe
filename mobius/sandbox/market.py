"""What happens inside the hours of the simulated world: minutes by a Brownian bridge, seconds inside each minute.

Every level agrees with the one below to the last digit: a minute's high is the highest of its sixty seconds, an hour's the
highest of its minutes, volumes are whole numbers that add up. All of it is a pure function of (seed, series, second).
Here: Series and Market. Not here: the hourly state (paths), which series there are (world, venues).
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from mobius.core.candles import FloatArray, IntArray
from mobius.sandbox import draws
from mobius.sandbox.bars import Bars, joined
from mobius.sandbox.paths import BEGINS_S, YEAR_H, Paths, draw_paths

UNTIL_S = 1_830_297_600  # 2028-01-01: how far a market is drawn at first; it draws more when time gets there
_EXTEND_S = 2 * 365 * 86_400
_KEPT_DAYS = 6_000  # cached day blocks of hour bars, about 2 kB each
_SPAN_DAYS = 16  # days made at once: arrays that fit the processor's cache halve the time
_KEPT_HOURS = 2_000  # cached minute paths of single hours, about 1 kB each
_STILL = 1e-12  # size of a move where nothing can move, such as the price of a thing in itself
_LAST = 59  # a minute's last second: from then on the price rests until the next minute opens with it
_STEPS = np.arange(61, dtype=np.float64) / 60.0
_SECONDS = np.arange(60, dtype=np.float64) / _LAST


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One quoted price: the product of some columns of the state, with a small life of its own."""

    name: str
    base: str
    """What shapes the seconds: quotes of one base on all venues move together."""
    legs: tuple[tuple[str, int], ...]
    """Columns and their exponents: BTC/EUR is BTC to the 1 times EUR to the -1."""
    worth: tuple[tuple[str, int], ...]
    """Legs of the base in dollars, to turn turnover into units; `worth_log` is the log of what they leave out."""
    mood: str
    """Column whose activity sets how busy trade is."""
    turnover_usd: float
    """A day, in calm times."""
    worth_log: float = 0.0
    rate_log: float = 0.0
    rate_annual: float = 0.0
    """Log of what one unit stands for at the start of time, and its growth a year."""
    offset_bps: float = 0.0
    """Usual distance from the other venues."""
    decimals: int | None = None
    """Decimals prices are rounded to; None leaves them whole."""
    lot: float = 1e-6
    quote_unit: float = 1e-4
    ticket_usd: float = 900.0
    """Size of a usual trade."""


class Market:
    """All prices and volumes of one seed. Not safe for use by several threads at once."""

    def __init__(self, seed: int, *, until_s: int = UNTIL_S) -> None:
        self.seed = seed
        self._paths = draw_paths(seed, until_s=until_s)
        self._days: OrderedDict[tuple[str, int], Bars] = OrderedDict()
        self._hours: OrderedDict[tuple[str, int], FloatArray] = OrderedDict()
        self._keys: dict[tuple[str, str], draws.Key] = {}

    def paths(self, end_s: int) -> Paths:
        """The hourly state, drawn at least a day beyond `end_s` (epoch seconds)."""
        if end_s > BEGINS_S + (self._paths.n_hours - 25) * 3600:
            self._paths = draw_paths(self.seed, until_s=end_s + _EXTEND_S)
        return self._paths

    def prices_at(self, series: Series, seconds: IntArray) -> FloatArray:
        """Price at each epoch second: the last trade by then. Same shape; seconds in any order."""
        minutes, rest = np.divmod(seconds - BEGINS_S, 60)
        paths = self._second_paths(series, minutes)
        return _rounded(np.exp(paths[np.arange(len(minutes)), rest]), series.decimals)

    def price(self, series: Series, second: int) -> float:
        return float(self.prices_at(series, np.array([second]))[0])

    def mid(self, series: Series, second: int) -> float:
        """The price before it is rounded to the venue's tick: the middle of the book."""
        minute, rest = divmod(second - BEGINS_S, 60)
        return math.exp(float(self._second_paths(series, np.array([minute]))[0, rest]))

    def window(self, series: Series, first_s: int, last_s: int) -> Bars:
        """One bar over the epoch seconds `first_s` to `last_s`, both included."""
        minute, rest = divmod(first_s - BEGINS_S, 60)
        end_minute, end_rest = divmod(last_s + 1 - BEGINS_S, 60)
        parts: list[Bars] = []
        if minute == end_minute:
            return self._part_of_minute(series, minute, rest, end_rest - 1)
        if rest:
            parts.append(self._part_of_minute(series, minute, rest, _LAST))
            minute += 1
        parts.extend(self._whole_minutes(series, minute, end_minute))
        if end_rest:
            parts.append(self._part_of_minute(series, end_minute, 0, end_rest - 1))
        return joined(parts).whole()

    def bars(self, series: Series, edges: IntArray, *, now_s: int) -> Bars:
        """Bars between consecutive `edges` (epoch seconds, on whole minutes); the last may still be open at `now_s`.

        Every bar must have opened by `now_s`.
        """
        from_beginning = edges - BEGINS_S
        n_closed = len(edges) - 1 if edges[-1] <= now_s else len(edges) - 2
        parts: list[Bars] = []
        if n_closed:
            unit = 3600 if not np.any(from_beginning % 3600) else 60
            units = from_beginning[: n_closed + 1] // unit
            fine = self.hours if unit == 3600 else self.minutes
            parts.append(fine(series, int(units[0]), int(units[-1])).grouped(units[:-1] - units[0]))
        if n_closed < len(edges) - 1:
            parts.append(self.window(series, int(edges[-2]), now_s))
        return joined(parts)

    # ------------------------------------------------------------------------------------------ hours and minutes

    def hours(self, series: Series, first: int, end: int) -> Bars:
        """Bars of the hours `first` to `end` - 1, counted from the beginning of time."""
        first_day, end_day = first // 24, -(-end // 24)
        missing = [day for day in range(first_day, end_day) if (series.name, day) not in self._days]
        blocks: dict[int, Bars] = {}
        for start in range(missing[0], missing[-1] + 1, _SPAN_DAYS) if missing else ():
            stop = min(start + _SPAN_DAYS, missing[-1] + 1)
            minutes = self.minutes(series, start * 1440, stop * 1440)
            bars = minutes.grouped(np.arange(0, len(minutes), 60))
            for day in range(start, stop):
                blocks[day] = bars[(day - start) * 24 : (day - start + 1) * 24]
                self._days[series.name, day] = blocks[day]
        found = joined(
            [blocks[day] if day in blocks else self._days[series.name, day] for day in range(first_day, end_day)]
        )
        while len(self._days) > _KEPT_DAYS:
            self._days.popitem(last=False)
        return found[first - first_day * 24 : end - first_day * 24]

    def minutes(self, series: Series, first: int, end: int) -> Bars:
        """Bars of the minutes `first` to `end` - 1, counted from the beginning of time."""
        minute = np.arange(first, end)
        start, close, size = self._minute_ends(series, minute)
        high, low = self._extremes(series, minute, start, close, size)
        prices = [_rounded(np.exp(log), series.decimals) for log in (start, high, low, close)]
        lots, quote, trades = self._volumes(series, minute, np.abs(close - start) / size, np.mean(prices, axis=0))
        return Bars(
            open=prices[0], high=prices[1], low=prices[2], close=prices[3], lots=lots, quote=quote, trades=trades
        )

    def _whole_minutes(self, series: Series, minute: int, end: int) -> list[Bars]:
        """Minutes `minute` to `end` - 1 as few bars: whole hours where there are any."""
        first_hour, end_hour = -(-minute // 60), end // 60
        if first_hour >= end_hour:
            return [self.minutes(series, minute, end)] if minute < end else []
        parts = [self.hours(series, first_hour, end_hour)]
        if minute < first_hour * 60:
            parts.insert(0, self.minutes(series, minute, first_hour * 60))
        if end_hour * 60 < end:
            parts.append(self.minutes(series, end_hour * 60, end))
        return parts

    def _part_of_minute(self, series: Series, minute: int, first: int, last: int) -> Bars:
        path = _rounded(np.exp(self._second_paths(series, np.array([minute]))[0, first : last + 1]), series.decimals)
        whole = self.minutes(series, minute, minute + 1)

        def share(amount: IntArray) -> IntArray:
            # Trade flows evenly: by the end of second k, (k + 1)/60 of the minute's volume, in whole lots.
            return amount * (last + 1) // 60 - amount * first // 60

        return Bars(
            open=path[:1], high=path.max(keepdims=True), low=path.min(keepdims=True), close=path[-1:],
            lots=share(whole.lots), quote=share(whole.quote), trades=share(whole.trades),
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------------ the bridge

    def _minute_ends(self, series: Series, minutes: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Log price at the start and the end of each minute, and the size of a usual move in it."""
        hour_of = minutes // 60
        if int(minutes[-1] - minutes[0]) + 1 == len(minutes):
            hours, row = np.arange(hour_of[0], hour_of[-1] + 1), hour_of - hour_of[0]
        else:
            hours, row = np.unique(hour_of, return_inverse=True)
        nodes = self._nodes(series, hours)
        paths = self.paths(BEGINS_S + int(hours[-1] + 1) * 3600)
        variance = np.zeros(len(hours))
        for column, _ in series.legs:
            variance += np.square(paths.vol[hours, paths.columns[column]].astype(np.float64))
        minute = minutes % 60
        size = np.sqrt(variance / 60.0 + _STILL**2)
        return nodes[row, minute], nodes[row, minute + 1], size[row]

    def _nodes(self, series: Series, hours: IntArray) -> FloatArray:
        """Log price at the 61 whole minutes of each hour, both ends included; shape (n_hours, 61)."""
        single = int(hours[0]) if len(hours) == 1 else -1
        if single >= 0 and (kept := self._hours.get((series.name, single))) is not None:
            return kept
        nodes = series.rate_log + series.rate_annual / YEAR_H * (hours[:, None] + _STEPS)
        for column, exponent in series.legs:
            nodes = nodes + exponent * self._column_nodes(column, hours)
        if series.offset_bps:
            nodes = nodes + series.offset_bps * 1e-4 * self._offsets(series, hours)
        if single >= 0:
            self._hours[series.name, single] = nodes
            if len(self._hours) > _KEPT_HOURS:
                self._hours.popitem(last=False)
        return nodes

    def _column_nodes(self, name: str, hours: IntArray) -> FloatArray:
        paths = self.paths(BEGINS_S + int(hours[-1] + 1) * 3600)
        column = paths.columns[name]
        start = paths.log_price[hours, column][:, None]
        end = paths.log_price[hours + 1, column][:, None]
        jump, jump_minute = self._jumps(paths, name, column, hours)
        shocks = draws.normal(self._key("bridge", name), hours[:, None] * 64 + np.arange(60))
        walk: FloatArray = np.zeros((len(hours), 61))
        np.cumsum(shocks, axis=1, out=walk[:, 1:])
        bridge = (walk - _STEPS * walk[:, 60:]) / math.sqrt(60.0)
        nodes: FloatArray = start + _STEPS * (end - start - jump) + paths.vol[hours, column][:, None] * bridge
        nodes += jump * (np.arange(61) > jump_minute)
        nodes[:, 60:] = end  # to the last bit: this hour's end is the next one's start
        return nodes

    def _jumps(self, paths: Paths, name: str, column: int, hours: IntArray) -> tuple[FloatArray, IntArray]:
        """Size of each hour's jump (0 for none) and the minute after which it shows; both of shape (n_hours, 1)."""
        known = paths.jumps[column]
        sizes = np.zeros((len(hours), 1))
        if len(known.hours):
            place = np.minimum(np.searchsorted(known.hours, hours), len(known.hours) - 1)
            sizes[:, 0] = np.where(known.hours[place] == hours, known.sizes[place], 0.0)
        minute = np.floor(draws.uniform(self._key("jump minute", name), hours) * 60).astype(np.int64)
        return sizes, minute.reshape(-1, 1)

    def _offsets(self, series: Series, hours: IntArray) -> FloatArray:
        """How far the venue stands off, in units of its usual distance: slow from hour to hour, a little each minute."""
        slow = self._key("slow offset", series.name)
        start, end = draws.normal(slow, hours)[:, None], draws.normal(slow, hours + 1)[:, None]
        quick = draws.normal(self._key("quick offset", series.name), hours[:, None] * 60 + np.arange(61))
        return 0.8 * (start + _STEPS * (end - start)) + 0.35 * quick

    # --------------------------------------------------------------------------------------------- inside a minute

    def _extremes(
        self, series: Series, minute: IntArray, start: FloatArray, end: FloatArray, size: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Highest and lowest log price of each minute: the exact law of a Brownian bridge's maximum, once up, once down."""
        square, middle = np.square(end - start), start + end
        up = np.sqrt(square - 2.0 * size**2 * np.log(draws.uniform(self._key("high", series.base), minute)))
        down = np.sqrt(square - 2.0 * size**2 * np.log(draws.uniform(self._key("low", series.base), minute)))
        high: FloatArray = np.maximum(0.5 * (middle + up), np.maximum(start, end))
        low: FloatArray = np.minimum(0.5 * (middle - down), np.minimum(start, end))
        return high, low

    def _second_paths(self, series: Series, minutes: IntArray) -> FloatArray:
        """Log price at each second of each minute; shape (n_minutes, 60). Second 0 is the open, 59 the close."""
        start, end, size = self._minute_ends(series, minutes)
        high, low = self._extremes(series, minutes, start, end, size)
        shocks = draws.normal(self._key("seconds", series.base), minutes[:, None] * 64 + np.arange(_LAST))
        walk = np.zeros((len(minutes), 60))
        np.cumsum(shocks, axis=1, out=walk[:, 1:])
        bridge = (walk - _SECONDS * walk[:, _LAST:]) * (size[:, None] / math.sqrt(_LAST))
        path = start[:, None] + _SECONDS * (end - start)[:, None] + bridge
        # The minute touches its high and its low and goes beyond neither: what lies outside its ends is stretched to fit.
        rows, above, below = np.arange(len(minutes)), np.maximum(start, end), np.minimum(start, end)
        top, bottom = path[:, 1:_LAST].argmax(axis=1) + 1, path[:, 1:_LAST].argmin(axis=1) + 1
        path = _stretched(path, above, path[rows, top], high)
        path = -_stretched(-path, -below, -path[rows, bottom], -low)
        path[rows, top], path[rows, bottom] = high, low
        path[:, 0], path[:, _LAST] = start, end
        return path

    def _volumes(
        self, series: Series, minute: IntArray, effort: FloatArray, typical: FloatArray
    ) -> tuple[IntArray, IntArray, IntArray]:
        """Lots, quote units and trades of each minute: more when the price moves, in busy moods, in the afternoon."""
        hour = minute // 60
        first, last = int(hour[0]), int(hour[-1]) + 1
        paths = self.paths(BEGINS_S + last * 3600)
        hours = np.arange(first, last)
        worth = np.full(len(hours), series.worth_log)
        for column, exponent in series.worth:
            worth += exponent * paths.log_price[hours, paths.columns[column]]
        mood = paths.activity[hours, paths.columns[series.mood]]
        of_day, weekend = (hours % 24 - 15.0) / 24.0, ((hours // 24 + 6) % 7) >= 5  # time began on a Sunday
        pace = mood + 0.3 * np.cos(2 * np.pi * of_day) - 0.35 * weekend
        units_a_minute = np.exp(pace - worth) * (series.turnover_usd / 1440.0 / series.lot)
        noise = draws.normal(self._key("volume", series.name), minute)
        wanted = units_a_minute[hour - first] * (0.35 + 0.8 * np.minimum(effort, 6.0)) * np.exp(0.45 * noise - 0.1)
        lots = np.maximum(np.rint(wanted), 1.0)
        quote = np.rint(lots * (series.lot / series.quote_unit) * typical)
        usd = lots * series.lot * np.exp(worth)[hour - first]
        trades = np.maximum(np.minimum(np.rint(usd / series.ticket_usd), lots), 1.0)
        return lots.astype(np.int64), quote.astype(np.int64), trades.astype(np.int64)

    def _key(self, kind: str, name: str) -> draws.Key:
        found = self._keys.get((kind, name))
        if found is None:
            found = self._keys[kind, name] = draws.key(self.seed, kind, name)
        return found


def _rounded(prices: FloatArray, decimals: int | None) -> FloatArray:
    return prices if decimals is None else np.round(prices, decimals)


def _stretched(path: FloatArray, level: FloatArray, top: FloatArray, wanted: FloatArray) -> FloatArray:
    """Scale what lies above `level` so that `top` comes to `wanted`; rows are minutes."""
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(top > level, (wanted - level) / (top - level), 0.0)
    over = np.maximum(path - level[:, None], 0.0)
    stretched: FloatArray = np.minimum(path, level[:, None])
    stretched += np.minimum(over * scale[:, None], (wanted - level)[:, None])
    return stretched
