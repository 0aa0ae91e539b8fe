"""The feeds as sources: one request whatever is asked, under the publisher's name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mobius.core.errors import NoData, NotConfigured, SourceUnavailable
from mobius.core.keeping import POSTS
from mobius.core.record_needs import HeadlinesQuery
from mobius.sources.reference.rss import PATHS, SPECS, offers

if TYPE_CHECKING:
    from tests.sources.conftest import Provider

    Providers = Callable[..., Provider]

SEC = next(spec for spec in SPECS if spec.name == "rss_sec")
BODY = (Path(__file__).parent / "recorded" / "rss_news.xml").read_bytes()


async def test_a_feed_is_asked_whole_and_tells_its_publisher(provider: Providers) -> None:
    http = provider(BODY)
    got = await offers(SEC)["headlines"](HeadlinesQuery(words=("Bitcoin",)), http)
    assert http.asked == [("/news/pressreleases.rss", {})]
    assert http.kept == [POSTS]
    assert {row.outlet for row in got.value} == {"SEC press releases"}
    assert (got.source, got.value[0].field) == ("rss_sec", "rss.channel.item[0].title")


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_every_feed_has_its_path_and_its_own_name(spec: object) -> None:
    name = getattr(spec, "name")  # noqa: B009
    assert PATHS[name].startswith("/")
    assert name.startswith("rss_")


async def test_an_empty_feed_is_no_data(provider: Providers) -> None:
    with pytest.raises(NoData):
        await offers(SEC)["headlines"](HeadlinesQuery(), provider(b"<rss><channel><title>x</title></channel></rss>"))


async def test_an_agency_that_refuses_wants_a_contact(provider: Providers, make_reply: Callable[..., object]) -> None:
    with pytest.raises(NotConfigured) as caught:
        await offers(SEC)["headlines"](HeadlinesQuery(), provider(make_reply(b"<html>", status=403)))
    assert "MOBIUS_CONTACT" in (caught.value.hint or "")


async def test_an_outlet_that_refuses_is_unavailable(provider: Providers, make_reply: Callable[..., object]) -> None:
    with pytest.raises(SourceUnavailable):
        await offers(SPECS[0])["headlines"](HeadlinesQuery(), provider(make_reply(b"<html>", status=403)))
