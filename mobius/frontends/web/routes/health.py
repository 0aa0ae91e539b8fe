"""`/healthz` and `/metrics`: for whoever watches over the process. Not here: what a source answers (doctor)."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from mobius import __version__
from mobius.frontends.web.site import Asked, Site, bytes_reply, json_reply
from mobius.observe.openmetrics import MEDIA_TYPE, Gauge, openmetrics


def handlers(site: Site) -> Sequence[HTTPRouteHandler]:
    started_s = site.application.clock.monotonic()

    @get("/healthz")
    async def healthz(request: Asked) -> Response[bytes]:
        return json_reply(b'{"status":"ok"}')

    @get("/metrics")
    async def metrics(request: Asked) -> Response[bytes]:
        world = site.application.world.name
        gauges = (
            Gauge("mobius_up_seconds", round(site.application.clock.monotonic() - started_s, 3), "Since the start."),
            Gauge("mobius_streams_running", site.streams.n_running, "Questions that run for a stream."),
            Gauge("mobius_watchers", site.watching.n_watchers, "Listeners of live prices."),
            Gauge("mobius_build", 1, "Version and world.", {"version": __version__, "world": world}),
        )
        text = openmetrics(site.metrics.snapshot(), gauges)
        return bytes_reply(text.encode(), MEDIA_TYPE)

    return healthz, metrics
