"""Reading replies. Here: decoding with errors that name the place, figures that can be trusted, `Sourced` from replies.

Every parse goes through here, so that a page of HTML, a broken-off body or an absurd number ends in the same error for
every source. Not here: what any provider's fields mean (each source's own file).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

import msgspec
from msgspec import Struct

from mobius.core.errors import NoData, RateLimited, SourceChanged, SourceUnavailable
from mobius.core.facts import Sourced
from mobius.core.ports import Reply

T = TypeVar("T")

_PLACE = re.compile(r" - at `\$?(.*)`$")
_BYTE = re.compile(r"\(byte (\d+)\)")
_LARGEST_POWER = 30  # no price, volume or market value comes near 1e30; beyond, text of it would not fit a screen
_MOST_PLACES = 40
_LAST_S = 253_402_300_799


def decode(body: bytes, kind: type[T], source: str, *, at: str = "$", strict: bool = True) -> T:
    """JSON into `kind`. Raises SourceChanged naming the place below `at`, SourceUnavailable for a body that broke off."""
    try:
        return msgspec.json.decode(body, type=kind, strict=strict)
    except msgspec.ValidationError as error:
        text = str(error)
        place = _PLACE.search(text)
        raise SourceChanged(source, _PLACE.sub("", text), path=at + (place[1] if place else "")) from error
    except msgspec.DecodeError as error:
        stopped_at = _BYTE.search(str(error))  # within a number, say, the end of the body reads as a bad number
        if "truncated" in str(error) or (stopped_at is not None and int(stopped_at[1]) >= len(body) - 1):
            raise SourceUnavailable(source, f"{source}'s reply broke off in the middle.") from error
        what = "a page of HTML" if body.lstrip()[:1] == b"<" else "no JSON"
        raise SourceChanged(source, f"the reply is {what}", path=at) from error
    except (RecursionError, ArithmeticError) as error:
        raise SourceChanged(source, "the reply cannot be read", path=at) from error


def expect_ok(reply: Reply, source: str) -> None:
    """Turn a status that is no success into its error; provider codes in error bodies are read before this."""
    status = reply.status
    if 200 <= status < 300:
        return
    if status in (418, 429):
        wait = reply.headers.get("retry-after", "")
        raise RateLimited(
            source, f"{source} asks us to slow down.", retry_after_s=float(wait) if wait.isdecimal() else None
        )
    if status == 404:
        raise NoData(source, f"{source} has nothing at this address.")
    if status in (401, 403):
        raise SourceUnavailable(source, f"{source} refuses the request ({status}).", hint="A key may help or be wrong.")
    if status == 451:
        raise SourceUnavailable(
            source, f"{source} does not serve this place.", hint="Its base URL can be set to another."
        )
    if status == 408 or status >= 500:
        raise SourceUnavailable(source, f"{source} answered {status}.")
    raise SourceChanged(source, f"unexpected status {status}")


def endpoint(path: str, params: Mapping[str, str] | None = None) -> str:
    """Path and query as a fact's path shows them, unescaped: `/simple/price?ids=bitcoin`."""
    return path + ("?" + "&".join(f"{name}={value}" for name, value in params.items()) if params else "")


def sourced(value: T, source: str, where: str, replies: Sequence[Reply]) -> Sourced[T]:
    """What `replies` together say: as old as the oldest of them, from the tier farthest from the origin."""
    oldest = min(replies, key=lambda reply: reply.date)
    kept = [reply.tier for reply in replies if reply.tier != "origin"]
    return Sourced(
        value=value, source=source, endpoint=where, as_of=oldest.date, fetched_at=min(reply.at for reply in replies),
        tier=max(kept) if kept else "origin", simulated=any(reply.simulated for reply in replies),
    )  # fmt: skip


def epoch_s(seconds: int, source: str, place: str) -> int:
    """Seconds since 1970 that a calendar has. Raises SourceChanged for others."""
    if not 0 <= seconds <= _LAST_S:
        raise SourceChanged(source, "an instant out of all bounds", path=f"$.{place}")
    return seconds


class Figures(Struct):
    """Reads the numbers of one row and notes where in the document each stands (`place` is where the row stands)."""

    source: str
    place: str
    fields: dict[str, str] = {}

    def signed(self, name: str, value: Decimal | None, at: str) -> Decimal | None:
        """A figure of either sign, such as a change. Raises SourceChanged for one that no market has."""
        place = f"{self.place}.{at}" if self.place else at
        self.fields[name] = place
        if value is None:
            return None
        if not value.is_finite() or value.adjusted() > _LARGEST_POWER or _places(value) > _MOST_PLACES:
            raise SourceChanged(self.source, "a number out of all bounds", path=f"$.{place}")
        return value

    def amount(self, name: str, value: Decimal | None, at: str) -> Decimal | None:
        """A figure that cannot be negative, such as a volume."""
        value = self.signed(name, value, at)
        if value is not None and value < 0:
            raise SourceChanged(self.source, "a negative amount", path=f"$.{self.fields[name]}")
        return value

    def price(self, name: str, value: Decimal | None, at: str) -> Decimal | None:
        """A price; providers write 0 where there is none (an empty side of a book), which is None here."""
        return self.amount(name, value, at) or None


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
