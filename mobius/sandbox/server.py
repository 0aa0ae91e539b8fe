"""The simulated providers over loopback HTTP. Here: SandboxServer, one thread with an event loop of its own, and what it
does to a request: faults, limits, the answer, the world's Date. Not here: what providers answer (wire), the process
(`python -m mobius.sandbox`). A stream of ticks would join `_Front` as a further handler by path.

The world is drawn on the server's thread while the caller goes on; requests that come before wait for it.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from email.utils import format_datetime
from types import TracebackType

import msgspec
from aiohttp import web
from msgspec import Struct

from mobius.core.errors import BadParameter, SourceUnavailable
from mobius.core.ports import Clock
from mobius.sandbox.faults import Fault, FaultOrder, Faults
from mobius.sandbox.limits import Limiter, Spent, Unlimited
from mobius.sandbox.wire import Ask, Provider, Said, Scene, providers, said
from mobius.sandbox.world import SimulatedWorld

CONTROL = "/_sandbox"
_HOST = "127.0.0.1"
_STOP_S = 5.0
_DRIP_MS = 50.0
_BLOCK = b" " * 65_536
_ENDLESS_BLOCKS = 2**31 // len(_BLOCK)


class ServerState(Struct, frozen=True, kw_only=True):
    """What `GET /_sandbox/state` tells."""

    seed: int
    now: str
    base_urls: Mapping[str, str]
    requests: Mapping[str, int]
    """Served so far, by provider."""


class SandboxServer:
    """A running world. `faults` may be changed at any time, from any thread."""

    def __init__(self, seed: int, clock: Clock, listening: socket.socket, faults: Faults, *, limited: bool) -> None:
        self.seed = seed
        self.faults = faults
        self._socket = listening
        self.port: int = listening.getsockname()[1]
        self._providers = providers()
        self._front = _Front(self, clock, limited=limited)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended: asyncio.Event | None = None
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=f"sandbox-{seed}", daemon=True)

    @classmethod
    def start(
        cls, seed: int, clock: Clock, *, port: int = 0, faults: Faults | None = None, limited: bool = True
    ) -> SandboxServer:
        """Serve the world of `seed` at `clock`'s time on `port` of the loopback address (0: any free one).

        `limited` False lifts the providers' request limits, for load tests. Raises SourceUnavailable when the port is taken.
        """
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((_HOST, port))
        except OSError as error:
            listening.close()
            raise SourceUnavailable("sandbox", f"Port {port} cannot be used: {error.strerror}.") from error
        listening.listen(256)
        server = cls(seed, clock, listening, faults or Faults(seed=seed), limited=limited)
        server._thread.start()
        server._ready.wait()
        if server._failure is not None:
            raise SourceUnavailable("sandbox", f"The server did not start: {server._failure}.") from server._failure
        return server

    @property
    def origin(self) -> str:
        return f"http://{_HOST}:{self.port}"

    @property
    def base_urls(self) -> dict[str, str]:
        """Base URL of each provider, by the name of its source."""
        return {name: self.origin + provider.prefix for name, provider in self._providers.items()}

    def base_url(self, source: str) -> str:
        """Where a source finds its provider; raises BadParameter for one that this world does not have."""
        try:
            return self.origin + self._providers[source].prefix
        except KeyError:
            raise BadParameter(
                f"The sandbox does not speak for {source!r}.", hint=f"It has {', '.join(sorted(self._providers))}."
            ) from None

    def stop(self) -> None:
        """End the world and wait for its thread; a second call does nothing."""
        if self._loop is not None and self._ended is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(_STOP_S)

    def __enter__(self) -> SandboxServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def state(self, now: str) -> ServerState:
        return ServerState(
            seed=self.seed, now=now, base_urls=self.base_urls, requests=dict.fromkeys(self._providers, 0) | self._front.served
        )  # fmt: skip

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:  # the thread's outermost call: hand it to whoever waits in `start`
            self._failure = error
        finally:
            self._socket.close()
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        # Without cancellation a client that gave up on a hanging route would hold its task for ever.
        answering = web.Server(self._front.answer, handler_cancellation=True, access_log=None)
        runner = web.ServerRunner(answering, shutdown_timeout=0.2)
        await runner.setup()
        self._ready.set()
        # Connections queue in the kernel until the world is drawn.
        self._front.open(self._providers)
        await web.SockSite(runner, self._socket).start()
        try:
            await self._ended.wait()
        finally:
            await runner.cleanup()


class _Front:
    """Takes a request to its provider, through the faults and the limits."""

    def __init__(self, server: SandboxServer, clock: Clock, *, limited: bool) -> None:
        self._server = server
        self._clock = clock
        self._limited = limited
        self._world: SimulatedWorld | None = None
        self._providers: Mapping[str, Provider] = {}
        self._limiters: dict[tuple[str, str], Limiter] = {}
        self.served: dict[str, int] = {}

    def open(self, by_name: Mapping[str, Provider]) -> None:
        self._world = SimulatedWorld(self._server.seed)
        self._providers = by_name

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path.startswith(CONTROL):
            return await self._control(request)
        # A prefix starts with the provider's name.
        provider = self._providers.get(request.path.split("/", 2)[1])
        if provider is not None and f"{request.path}/".startswith(f"{provider.prefix}/"):
            self.served[provider.name] = self.served.get(provider.name, 0) + 1
            return await self._provide(provider, request, request.path.removeprefix(provider.prefix))
        return self._response(said({"error": "no such provider in the sandbox"}, status=404))

    async def _provide(self, provider: Provider, request: web.BaseRequest, path: str) -> web.StreamResponse:
        assert self._world is not None  # no request is accepted before `open`
        posted = request.method == "POST" and bool(provider.posts)
        ask = Ask(
            path=path, params=request.query, headers={name.lower(): value for name, value in request.headers.items()},
            body=await request.read() if posted else b"", posted=posted,
        )  # fmt: skip
        strikes = self._server.faults.strike(provider.name, path)
        for fault, delay_s in strikes:
            if fault.kind == "hang":
                await asyncio.Event().wait()  # until the client gives up or the server ends
            if fault.kind == "reset":
                return _reset(request)
            if fault.kind == "latency":
                await asyncio.sleep(delay_s)
        scene = Scene(world=self._world, now=self._clock.now())
        if request.method not in ("GET", "HEAD") and not posted:
            return self._response(said({"error": "method not allowed"}, status=405))
        answer = _spoilt(self._asked(provider, ask, scene, strikes), strikes)
        for fault, _ in strikes:
            if fault.kind == "drop":
                return await self._drop(request, answer, fault)
            if fault.kind == "drip":
                return await self._drip(request, answer, fault)
            if fault.kind == "endless":
                return await self._endless(request, answer)
        return self._response(answer)

    async def _drop(self, request: web.BaseRequest, answer: Said, fault: Fault) -> web.StreamResponse:
        """Promise the whole body, send a part of it, and hang up."""
        whole = self._response(answer)
        response = web.StreamResponse(status=answer.status, headers=whole.headers)
        response.content_length = len(answer.body)
        await response.prepare(request)
        await response.write(answer.body[: int(len(answer.body) * fault.share_of_body)])
        if request.transport is not None:
            request.transport.close()
        return response

    async def _drip(self, request: web.BaseRequest, answer: Said, fault: Fault) -> web.StreamResponse:
        """Promise the whole body and send it byte by byte: never silent, never done in time."""
        response = web.StreamResponse(status=answer.status, headers=self._response(answer).headers)
        response.content_length = len(answer.body)
        await response.prepare(request)
        with suppress(ConnectionError):  # nobody reads on
            for at in range(len(answer.body)):
                await response.write(answer.body[at : at + 1])
                await asyncio.sleep((fault.latency_ms or _DRIP_MS) / 1000)
        return response

    async def _endless(self, request: web.BaseRequest, answer: Said) -> web.StreamResponse:
        """A body of two gigabytes whose length is not told."""
        headers = {name: value for name, value in self._response(answer).headers.items() if name != "Content-Length"}
        response = web.StreamResponse(status=answer.status, headers=headers)
        await response.prepare(request)
        with suppress(ConnectionError):  # nobody reads on
            for _ in range(_ENDLESS_BLOCKS):
                await response.write(_BLOCK)
        return response

    def _asked(self, provider: Provider, ask: Ask, scene: Scene, strikes: tuple[tuple[Fault, float], ...]) -> Said:
        """The provider's answer within its limit, or what its faults put in place of it."""
        for fault, _ in strikes:
            if fault.kind == "rate_limit":
                return provider.limited(ask, scene, Spent(allowed=False, retry_after_s=fault.retry_after_s))
            if fault.kind == "status":
                return said({"error": "injected fault"}, status=fault.status)
        spent = self._spend(provider, ask)
        if not spent.allowed:
            answer = provider.limited(ask, scene, spent)
        else:
            handler, parts = provider.find(ask.path, posted=ask.posted)
            answer = handler(_routed(ask, parts), scene)
        marked = {**answer.headers, **provider.mark(spent)}
        return Said(body=answer.body, status=answer.status, content_type=answer.content_type, headers=marked)

    def _spend(self, provider: Provider, ask: Ask) -> Spent:
        plan = provider.plan(ask)
        limiter = self._limiters.get((provider.name, plan))
        if limiter is None:
            make: Callable[[], Limiter] = provider.limiters[plan] if self._limited else Unlimited
            limiter = self._limiters[provider.name, plan] = make()
        return limiter.spend(provider.weigh(ask), self._clock.monotonic())

    async def _control(self, request: web.BaseRequest) -> web.StreamResponse:
        """`GET /_sandbox/state`, and `GET`, `POST`, `DELETE /_sandbox/faults`."""
        faults = self._server.faults
        if request.path == f"{CONTROL}/state":
            return self._response(said(self._server.state(self._clock.now().isoformat())))
        if request.path != f"{CONTROL}/faults":
            return self._response(said({"error": "not found"}, status=404))
        if request.method == "POST":
            # A page in a browser can post plain text to a loopback address, but not this type without being asked first.
            if request.content_type != "application/json":
                return self._response(said({"error": "send application/json"}, status=415))
            try:
                order = msgspec.json.decode(await request.read(), type=FaultOrder)
            except (msgspec.MsgspecError, BadParameter) as error:
                return self._response(said({"error": str(error)}, status=400))
            if order.provider not in self._providers:
                return self._response(said({"error": f"no provider {order.provider!r}"}, status=400))
            faults.set(order.provider, *order.faults)
        elif request.method == "DELETE":
            faults.clear()
        return self._response(said({name: faults.of(name) for name in self._providers}))

    def _response(self, answer: Said) -> web.Response:
        return web.Response(
            body=answer.body,
            status=answer.status,
            headers={
                **answer.headers,
                "Content-Type": answer.content_type,
                "Date": format_datetime(self._clock.now(), usegmt=True),
                "Server": "mobius-sandbox",
            },
        )


def _routed(ask: Ask, parts: Mapping[str, str]) -> Ask:
    return replace(ask, parts=parts)


def _spoilt(answer: Said, strikes: tuple[tuple[Fault, float], ...]) -> Said:
    """The answer as its faults leave it."""
    for fault, _ in strikes:
        if fault.kind == "truncate":
            kept = answer.body[: int(len(answer.body) * fault.share_of_body)]
            answer = Said(body=kept, status=answer.status, content_type=answer.content_type, headers=answer.headers)
        elif fault.kind == "content_type":
            page = b"<!doctype html><title>Just a moment</title><p>Checking your browser.</p>"
            answer = Said(body=page, content_type="text/html; charset=utf-8")
        elif fault.kind == "garbage":
            answer = Said(body=b'{"error":[],"result":{' + b"\x00\xff\xfe", content_type=answer.content_type)
    return answer


def _reset(request: web.BaseRequest) -> web.Response:
    """Break the connection off: the client sees a reset in place of an answer."""
    transport = request.transport
    if transport is not None:
        raw = transport.get_extra_info("socket")
        if raw is not None:
            # Linger of zero seconds: the kernel sends RST in place of FIN.
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        transport.abort()
    return web.Response(status=500)
