"""Posts, headlines, page views, tone, code and offices: they follow the market, and speak as their providers do."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import numpy as np
import pytest
from defusedxml.ElementTree import fromstring

from mobius.sandbox.crowd import headlines, posts
from mobius.sandbox.paths import BEGINS_S, BIRTH_S
from mobius.sandbox.wire import whole
from mobius.sandbox.world import SimulatedWorld

from .conftest import Caller

ATOM = "{http://www.w3.org/2005/Atom}"
FEAR = ("rekt", "scared", "dump", "cooked", "bleeding", "ngmi", "lost", "capitulate")


def test_a_fall_brings_fearful_posts(world: SimulatedWorld) -> None:
    days = np.arange(BIRTH_S - 300 * 86_400, BIRTH_S, 86_400)
    logs = np.log(world.closes(world.index("BTC"), days // 3600 * 3600))
    moves = np.diff(logs)
    worst, best = int(np.argmin(moves)), int(np.argmax(moves))

    def fearful(day: int) -> float:
        found = posts(world, "Bitcoin", now_s=int(days[day + 1]), hours=8, most=100)
        return sum(any(word in post.title.lower() for word in FEAR) for post in found) / len(found)

    assert fearful(worst) > fearful(best) + 0.3


def test_posts_hold_copies_and_a_text_that_gives_orders(world: SimulatedWorld) -> None:
    found = posts(world, "CryptoCurrency", now_s=BIRTH_S, hours=720, most=2000)
    titles = [post.title for post in found]
    assert len(titles) > len(set(titles)) + 100
    assert any(title.startswith("Ignore all previous instructions") for title in titles)
    assert sum("GIVEAWAY" in title for title in titles) > 10
    assert [post.at_s for post in found] == sorted((post.at_s for post in found), reverse=True)
    assert all(post.at_s <= BIRTH_S for post in found)
    assert posts(world, "nothing_here", now_s=BIRTH_S, hours=24, most=10) == ()


def test_headlines_come_after_the_leap_they_tell_of(world: SimulatedWorld) -> None:
    found = headlines(world, now_s=BIRTH_S, hours=300 * 24, tickers=("BTC",))
    leaps = [each for each in found if " an hour" in each.title or "within the hour" in each.title]
    assert leaps
    for each in leaps:
        hour = int(each.slug.partition("-")[2])
        before, after = world.closes(world.index("BTC"), BEGINS_S + np.array([hour - 1, hour]) * 3600)
        assert BEGINS_S + hour * 3600 <= each.at_s < BEGINS_S + (hour + 1) * 3600
        assert (after > before) == any(word in each.title for word in ("jumps", "gains"))


def test_feeds_are_rss_and_one_is_atom(get: Caller) -> None:
    feed = fromstring(get("rss_coindesk", "/arc/outboundfeeds/rss/").body)
    items = feed.findall("channel/item")
    assert len(items) > 5
    instants = [parsedate_to_datetime(item.findtext("pubDate", "")).timestamp() for item in items]
    assert instants == sorted(instants, reverse=True)
    assert max(instants) <= BIRTH_S
    atom = fromstring(get("rss_theblock", "/rss.xml").body)
    assert len(atom.findall(f"{ATOM}entry")) > 5
    stories = {item.findtext("title") for item in items}
    others = {entry.findtext(f"{ATOM}title") for entry in atom.findall(f"{ATOM}entry")}
    assert stories & others
    for name, path in (("rss_sec", "/news/pressreleases.rss"), ("rss_cftc", "/RSS/RSSGP/rssgp.xml")):
        assert fromstring(get(name, path).body).findall("channel/item")
    assert get("rss_decrypt", "/other").status == 404


def test_reddit_gives_feeds_to_all_and_listings_to_those_logged_in(get: Caller) -> None:
    feed = fromstring(get("reddit_rss", "/r/dogecoin/new/.rss", limit=50).body)
    assert len(feed.findall(f"{ATOM}entry")) == 50
    assert get("reddit_rss", "/r/no_such_place/new/.rss").status == 404
    assert get("reddit", "/r/dogecoin/new").status == 401
    base = get.server.base_url("reddit")
    login = get.url(f"{base}/api/v1/access_token", method="POST", body=b"", headers={"Authorization": "Basic eDp5"})
    headers = {"Authorization": f"Bearer {login.json['access_token']}"}
    listing = get.url(f"{base}/r/dogecoin/new", headers=headers, params={"limit": 10}).json["data"]
    assert len(listing["children"]) == 10
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]
    assert [child["data"]["title"] for child in listing["children"]] == titles[:10]
    found = get.url(
        f"{base}/r/CryptoCurrency/search", headers=headers, params={"q": "doge", "t": "week", "limit": 100}
    ).json
    assert found["data"]["children"]
    assert all(
        "doge" in f"{child['data']['title']} {child['data']['selftext']}".lower() for child in found["data"]["children"]
    )


def test_more_is_read_on_days_of_large_moves(get: Caller, world: SimulatedWorld) -> None:
    stem = "/metrics/pageviews/per-article/en.wikipedia/all-access/user"
    rows = get("wikipedia", f"{stem}/Bitcoin/daily/20260101/20261101").json["items"]
    assert len(rows) == 305
    days = [datetime.strptime(row["timestamp"][:8], "%Y%m%d").replace(tzinfo=UTC).timestamp() for row in rows]
    closes = np.log(world.closes(world.index("BTC"), np.array([int(days[0]), *(int(day) + 86_400 for day in days)])))
    assert np.corrcoef(np.abs(np.diff(closes)), [row["views"] for row in rows])[0, 1] > 0.5
    assert get("wikipedia", f"{stem}/Nothing_known/daily/20260101/20260110").status == 404
    assert get("wikipedia", f"{stem}/Bitcoin/daily/20261102/20261102").status == 404
    assert get("wikipedia", f"{stem}/Bitcoin/daily/x/20261102").status == 400


def test_gdelt_answers_in_json_and_refuses_in_plain_text(get: Caller) -> None:
    query = {"query": '"bitcoin" sourcelang:english', "format": "json"}
    articles = get("gdelt", "/doc/doc", mode="artlist", timespan="14d", maxrecords=20, **query).json["articles"]
    assert 0 < len(articles) <= 20
    tone = get("gdelt", "/doc/doc", mode="timelinetone", timespan="7d", **query).json["timeline"][0]["data"]
    assert len(tone) == 169
    assert all(-10 < point["value"] < 10 for point in tone)
    assert get("gdelt", "/doc/doc", mode="artlist", timespan="1d", format="json", query="zzzz").json == {}
    for wrong in ({"timespan": "soon"}, {"mode": "weather"}, {"query": ""}):
        answer = get("gdelt", "/doc/doc", **({"mode": "artlist", "timespan": "1d"} | query | wrong))
        assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


def test_repositories_have_weeks_of_commits(get: Caller) -> None:
    path = "/repos/bitcoin/bitcoin"
    assert get("github", path).json["full_name"] == "bitcoin/bitcoin"
    statuses = [get("github", f"{path}/stats/participation").status for _ in range(2)]
    assert statuses[1] == 200
    weeks = get("github", f"{path}/stats/commit_activity").json
    totals = get("github", f"{path}/stats/participation").json["all"]
    assert [week["total"] for week in weeks] == totals
    assert all(week["total"] == sum(week["days"]) for week in weeks)
    assert (len(weeks), len(weeks[0]["days"])) == (52, 7)
    assert weeks[-1]["week"] <= BIRTH_S < weeks[-1]["week"] + 7 * 86_400
    assert len(get("github", f"{path}/contributors", per_page=5).json) == 5
    assert get("github", f"{path}/releases").json[0]["published_at"] < "2026-11-02T09"
    assert get("github", "/repos/no/such").json["message"] == "Not Found"


def test_statistics_are_now_and_then_still_being_computed(get: Caller) -> None:
    from mobius.core.repositories import DEVELOPED

    names = sorted({name for each in DEVELOPED.values() for name in each.repositories})[:30]
    first = [get("github", f"/repos/{name}/stats/participation") for name in names]
    assert 0 < sum(answer.status == 202 and answer.body == b"" for answer in first) < len(first)
    assert all(get("github", f"/repos/{name}/stats/participation").status == 200 for name in names)


def test_offices_publish_on_working_days(get: Caller) -> None:
    params = {"conditions[term]": '"digital asset"', "per_page": "5", "order": "newest"}
    page = get("federal_register", "/documents.json", **params).json
    assert len(page["results"]) == 5 < page["count"]
    days = [datetime.fromisoformat(row["publication_date"]) for row in page["results"]]
    assert all(day.weekday() < 5 for day in days)
    assert days == sorted(days, reverse=True)
    sec = get(
        "federal_register",
        "/documents.json",
        **params,
        **{"conditions[agencies][]": "securities-and-exchange-commission"},
    )
    assert {row["agencies"][0]["slug"] for row in sec.json["results"]} == {"securities-and-exchange-commission"}
    assert get("federal_register", "/documents.json", **{"conditions[agencies][]": "nobody"}).status == 400


def test_edgar_tells_filings_in_columns_and_wants_a_name(get: Caller) -> None:
    filings = get("edgar", "/submissions/CIK0001980994.json").json["filings"]["recent"]
    assert len({len(column) for column in filings.values()}) == 1
    assert filings["filingDate"] == sorted(filings["filingDate"], reverse=True)
    assert get("edgar", "/submissions/CIK0000000001.json").status == 404
    url = get.server.base_url("edgar") + "/submissions/CIK0001980994.json"
    assert get.url(url, headers={"User-Agent": "mobius/1"}).status == 403
    assert get.url(url, headers={"User-Agent": "mobius/1 (me@example.org)"}).status == 200
    found = get(
        "edgar_search", "/LATEST/search-index", q='"spot bitcoin"', startdt="2026-01-01", enddt="2026-11-02"
    ).json
    assert found["hits"]["total"]["value"] == len(found["hits"]["hits"]) > 0
    assert all("2026-01-01" <= hit["_source"]["file_date"] <= "2026-11-02" for hit in found["hits"]["hits"])


def test_positions_stand_for_tuesdays_as_text(get: Caller) -> None:
    where = "contract_market_name like '%BITCOIN%'"
    order = {"$order": "report_date_as_yyyy_mm_dd DESC", "$limit": "4", "$where": where}
    rows = get("cftc", "/resource/gpe5-46if.json", **order).json
    assert {row["contract_market_name"] for row in rows} == {"BITCOIN", "MICRO BITCOIN"}
    for row in rows:
        day = datetime.fromisoformat(row["report_date_as_yyyy_mm_dd"]).replace(tzinfo=UTC)
        assert day.weekday() == 1
        assert BIRTH_S - day.timestamp() >= 3 * 86_400
        assert whole(row["asset_mgr_positions_long"]) is not None
        assert whole(row["lev_money_positions_short"]) is not None
    assert get("cftc", "/resource/gpe5-46if.json", **{"$where": "drop"}).status == 400


def test_treasuries_sum_to_their_total(get: Caller) -> None:
    found = get("coingecko_treasuries", "/companies/public_treasury/bitcoin").json
    assert found["total_holdings"] == sum(row["total_holdings"] for row in found["companies"])
    price = get("coingecko", "/simple/price", ids="bitcoin", vs_currencies="usd", precision="full").json["bitcoin"][
        "usd"
    ]
    assert found["total_value_usd"] == pytest.approx(found["total_holdings"] * price, rel=1e-6)
    assert get("coingecko_treasuries", "/governments/public_treasury/bitcoin").json["governments"]
    assert get("coingecko_treasuries", "/companies/public_treasury/solana").status == 404
