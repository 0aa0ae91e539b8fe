"""A small server of the page for its own tests: hand-made answers, streams that can be made to break."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
from aiohttp import WSMsgType, web

from mobius.core.answers import Answer
from mobius.core.errors import ErrorBody
from mobius.frontends.health import FileState, Health, HistoryState, PackageState, SourceState
from mobius.frontends.web import views
from mobius.frontends.web.cards import Card, card_context
from mobius.frontends.web.provenance import why
from tests.frontends.web.page import answers

EXAMPLES = ("What's BTC doing today?", "how's the market", "chart ETH 90d", "what is impermanent loss")
_ENCODER = msgspec.json.Encoder(decimal_format="number")


@dataclass
class Told:
    """What the server does and saw; tests set and read it."""

    answers: dict[str, Answer] = field(default_factory=dict)
    """By question."""
    make: Callable[[str, int], Answer] | None = None
    """Makes the answer to a question that has none; the number counts the questions asked."""
    break_after: list[int] = field(default_factory=list)
    """After how many events the next connections of a stream are cut; empty: never."""
    forget: bool = False
    """Whether a resumed stream is refused."""
    refuse: ErrorBody | None = None
    asked: list[str] = field(default_factory=list)
    resumed: list[str] = field(default_factory=list)
    kept: dict[str, Answer] = field(default_factory=dict)
    prices: dict[str, float] = field(default_factory=lambda: {"BTC": 75_404.0, "ETH": 2_501.0, "SOL": 154.85})
    sockets: dict[web.WebSocketResponse, list[str]] = field(default_factory=dict)
    simulated: bool = True
    url: str = ""
    loop: asyncio.AbstractEventLoop | None = None

    def card(self, answer: Answer) -> Card:
        return card_context(answer, answers.NOW, titles=answers.TITLES)

    def answer(self, question: str) -> Answer:
        self.asked.append(question)
        made = self.answers.get(question)
        if made is None:
            made = (self.make or (lambda asked, n: answers.price(1000 + n, asked)))(question, len(self.asked))
        self.kept[made.id] = made
        return made

    def send_prices(self) -> None:
        """Tell every watcher the prices as they stand now."""
        assert self.loop is not None
        asyncio.run_coroutine_threadsafe(_tell_all(self), self.loop).result(5)


def _headers(told: Told) -> dict[str, str]:
    return {"content-security-policy": views.CONTENT_SECURITY_POLICY, "x-content-type-options": "nosniff"}


def _page(told: Told, text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html", headers=_headers(told))


def application(told: Told) -> web.Application:
    streams: dict[str, list[tuple[str, str]]] = {}

    def render(question: str = "", card: Card | None = None, error: ErrorBody | None = None) -> web.Response:
        rows = views.history_rows(list(told.kept.values())[::-1], answers.NOW)
        return _page(told, views.page_html(
            world="sandbox:7" if told.simulated else "live", simulated=told.simulated, question=question, card=card,
            error=error, examples=EXAMPLES, watch=("BTC", "ETH", "SOL"), history=rows,
        ))  # fmt: skip

    async def page(request: web.Request) -> web.Response:
        question = request.query.get("q", "")
        if question and told.refuse:
            return render(question, error=told.refuse)
        return render(question, told.card(told.answer(question)) if question else None)

    async def answer_page(request: web.Request) -> web.Response:
        return render(card=told.card(_kept(request)))

    def _kept(request: web.Request) -> Answer:
        found = told.kept.get(request.match_info["id"])
        if found is None:
            body = json.dumps({"error": {"kind": "not_found", "message": "No answer is kept under that id."}})
            raise web.HTTPNotFound(text=body, content_type="application/problem+json")
        return found

    async def fragment(request: web.Request) -> web.Response:
        return _page(told, views.card_html(told.card(_kept(request))))

    async def derivation(request: web.Request) -> web.Response:
        told_why = why(_kept(request), answers.NOW, fact=request.query.get("fact"), titles=answers.TITLES)
        return _page(told, views.why_html(told_why))

    async def history(_: web.Request) -> web.Response:
        return _page(told, views.history_html(views.history_rows(list(told.kept.values())[::-1], answers.NOW)))

    async def doctor(_: web.Request) -> web.Response:
        return _page(told, views.doctor_html(views.doctor_view(HEALTH), simulated=told.simulated))

    async def post(request: web.Request) -> web.Response:
        if told.refuse:
            body = {"error": msgspec.to_builtins(told.refuse)}
            return web.json_response(body, status=400, content_type="application/problem+json")
        answer = told.answer((await request.json())["question"])
        return web.Response(body=_ENCODER.encode(answer), content_type="application/json")

    async def stream(request: web.Request) -> web.StreamResponse:
        resume = request.query.get("resume")
        if told.refuse:
            raise web.HTTPBadRequest
        if resume:
            told.resumed.append(resume)
            name, _, last = resume.rpartition(":")
            if told.forget or name not in streams:
                raise web.HTTPGone
        else:
            name, last = request.query["stream"], "0"
            if name not in streams:
                answer = told.answer(request.query["question"])
                streams[name] = [
                    ("stage", json.dumps({"stage": "understanding"})), ("stage", json.dumps({"stage": "running"})),
                    ("answer", _ENCODER.encode(answer).decode()), ("card", views.card_html(told.card(answer))),
                    ("done", json.dumps({"id": answer.id})),
                ]  # fmt: skip
        most = told.break_after.pop(0) if told.break_after else 99
        reply = web.StreamResponse(headers={"content-type": "text/event-stream", "cache-control": "no-store"})
        await reply.prepare(request)
        for n, (kind, data) in enumerate(streams[name], 1):
            if n <= int(last):
                continue
            if most == 0:
                assert request.transport is not None
                request.transport.abort()
                break
            most -= 1
            lines = "".join(f"data: {line}\n" for line in data.split("\n"))
            await reply.write(f"id: {name}:{n}\nevent: {kind}\n{lines}\n".encode())
        return reply

    async def watch(request: web.Request) -> web.WebSocketResponse:
        assets = request.query["assets"].split(",")
        if any(asset not in told.prices for asset in assets):
            raise web.HTTPBadRequest
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        told.sockets[socket] = assets
        await _tell(told, socket, assets)
        async for message in socket:
            if message.type is WSMsgType.ERROR:
                break
        told.sockets.pop(socket, None)
        return socket

    app = web.Application()
    app.add_routes([
        web.get("/", page), web.get("/answers/{id}", answer_page), web.get("/doctor", doctor),
        web.get("/fragments/history", history), web.get("/fragments/answers/{id}", fragment),
        web.get("/fragments/answers/{id}/why", derivation), web.get("/v1/stream", stream), web.get("/v1/watch", watch),
        web.post("/v1/ask", post), web.static("/static", views.STATIC),
    ])  # fmt: skip
    return app


async def _tell(told: Told, socket: web.WebSocketResponse, assets: list[str]) -> None:
    await socket.send_json([
        {"asset": asset, "name": asset, "source": "mobius", "how": "median of 2 venues' mids", "age_s": 1.0,
         "price": {"value": told.prices[asset], "unit": "USD", "text": f"${told.prices[asset]:,.0f}", "reason": None},
         "change_24h": {"value": -0.5, "unit": "pct", "text": "−0.5 %", "reason": None}, "simulated": True,
         "as_of": "2026-11-02T09:00:40Z", "now": "2026-11-02T09:00:41Z", "world": "sandbox:7"}
        for asset in assets
    ])  # fmt: skip


async def _tell_all(told: Told) -> None:
    for socket, assets in list(told.sockets.items()):
        await _tell(told, socket, assets)


@contextmanager
def serving(told: Told) -> Iterator[Told]:
    """The page at `told.url` for as long as the block lasts."""
    ready = threading.Event()
    stop: asyncio.Event

    async def run() -> None:
        nonlocal stop
        stop = asyncio.Event()
        runner = web.AppRunner(application(told), shutdown_timeout=0.2)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        told.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        told.loop = asyncio.get_running_loop()
        ready.set()
        await stop.wait()
        for socket in list(told.sockets):
            await socket.close()
        await runner.cleanup()

    thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield told
    finally:
        assert told.loop is not None
        told.loop.call_soon_threadsafe(stop.set)
        thread.join(10)


def _source(name: str, reachable: bool | None, said: str, key: str | None = None, **more: Any) -> SourceState:
    fields: dict[str, Any] = {
        "title": name.title(), "kind": "venue", "needs": ("spot", "candles"), "configured": True, "per_minute": 60,
        "latency_ms": 41.2 if reachable else None, "key_set": False, "key_adds": None, "attribution": f"Data: {name.title()}",
    }  # fmt: skip
    return SourceState(name=name, reachable=reachable, said=said, key_setting=key, **{**fields, **more})


HEALTH = Health(
    version="0.1.0", python="3.11.9", world="sandbox:7", simulated=True, home="/home/ada/.local/share/mobius/sandbox-7",
    now=answers.NOW, files=(FileState(name="cache.sqlite", bytes=1_240_000, fine=True, said="whole"),),
    history=HistoryState(n_series=2, n_bars=64_870, newest=answers.THEN, newest_series="BTC/USDT binance spot 1h"),
    sources=(
        _source("binance", True, "answers"),
        _source("coingecko", False, "CoinGecko did not answer in time: <b>no</b> connection to https://api.example/v3 at all.",
                "MOBIUS_COINGECKO_KEY", key_adds="thirty calls a minute instead of five"),
        _source("etherscan", None, "not asked: needs a key", "MOBIUS_ETHERSCAN_KEY", configured=False,
                key_adds="contract sources and verified names"),
    ),
    packages=(PackageState(name="msgspec", version="0.22", extra=None), PackageState(name="ray", version=None, extra="ray")),
)  # fmt: skip
