"""Reddit, twice: the feeds of `www.reddit.com` as Atom without votes, and `oauth.reddit.com` as listings for those logged in.

Here: /r/{sub}/new/.rss; /r/{sub}/new, /r/{sub}/search and the token. Not here: comments, what is written (sandbox.crowd).
"""

from __future__ import annotations

from html import escape

from mobius.sandbox.crowd import Post, posts, subreddits
from mobius.sandbox.limits import Spent, TokenBucket
from mobius.sandbox.syndication import Item, atom
from mobius.sandbox.wire import Ask, Json, Provider, Said, Scene, said, whole

_SITE = "https://www.reddit.com"
_USUAL, _MOST = 25, 100
_SPANS_H = {"hour": 1, "day": 24, "week": 168, "month": 720, "year": 2160, "all": 2160}
_TYPE = "application/atom+xml; charset=UTF-8"


def _count(ask: Ask) -> int:
    return max(1, min(_MOST, whole(ask.params.get("limit", "")) or _USUAL))


def _feed(ask: Ask, scene: Scene) -> Said:
    sub = ask.parts.get("sub", "")
    if sub.lower() not in subreddits():
        return Said(body=b"<!doctype html><title>Not found</title>", status=404, content_type="text/html")
    found = posts(scene.world, sub, now_s=scene.now_s, hours=168, most=_count(ask))
    items = tuple(
        Item(
            at_s=post.at_s, title=post.title, summary=_content(post), address=_address(post), author=f"/u/{post.author}"
        )
        for post in found
    )
    return Said(
        body=atom(f"newest submissions : {sub}", f"{_SITE}/r/{sub}/new/.rss", items, now_s=scene.now_s),
        content_type=_TYPE,
    )


def _content(post: Post) -> str:
    """As its feeds end each post: who wrote it, and two links."""
    text = f'<!-- SC_OFF --><div class="md"><p>{escape(post.text)}</p></div><!-- SC_ON --> &#32; ' if post.text else ""
    links = f'<span><a href="{_address(post)}">[link]</a></span> &#32; <span><a href="{_address(post)}">[comments]</a></span>'
    return f'{text}submitted by &#32; <a href="{_SITE}/user/{post.author}"> /u/{post.author} </a> <br/> {links}'


def _address(post: Post) -> str:
    return f"{_SITE}{_permalink(post)}"


def _permalink(post: Post) -> str:
    return f"/r/{post.place}/comments/{post.id}/a_post/"


def _refused(ask: Ask) -> Said | None:
    if ask.headers.get("authorization", "").startswith("Bearer ") and len(ask.headers["authorization"]) > 7:
        return None
    return said({"message": "Unauthorized", "error": 401}, status=401)


def _new(ask: Ask, scene: Scene) -> Said:
    return _refused(ask) or _listing(ask, scene, hours=168, wanted="")


def _search(ask: Ask, scene: Scene) -> Said:
    hours = _SPANS_H.get(ask.params.get("t", "all"), 24)
    return _refused(ask) or _listing(ask, scene, hours=hours, wanted=ask.params.get("q", "").lower().strip('" '))


def _listing(ask: Ask, scene: Scene, *, hours: int, wanted: str) -> Said:
    sub = ask.parts.get("sub", "")
    if sub.lower() not in subreddits():
        return said({"message": "Not Found", "error": 404}, status=404)
    found = posts(scene.world, sub, now_s=scene.now_s, hours=hours, most=600 if wanted else _count(ask))
    chosen = [post for post in found if wanted in f"{post.title} {post.text}".lower()][: _count(ask)]
    children: list[Json] = [{"kind": "t3", "data": _post(post)} for post in chosen]
    after = f"t3_{chosen[-1].id}" if len(chosen) == _count(ask) else None
    return said(
        {"kind": "Listing", "data": {"after": after, "before": None, "dist": len(chosen), "children": children}}
    )


def _post(post: Post) -> Json:
    return {
        "id": post.id, "name": f"t3_{post.id}", "title": post.title, "selftext": post.text, "score": post.score,
        "ups": post.score, "upvote_ratio": post.ratio, "num_comments": post.replies, "created_utc": float(post.at_s),
        "created": float(post.at_s), "permalink": _permalink(post), "subreddit": post.place, "author": post.author,
        "url": _address(post), "is_self": True, "over_18": False, "stickied": False, "link_flair_text": None,
    }  # fmt: skip


def _token(ask: Ask, scene: Scene) -> Said:
    if not ask.headers.get("authorization", "").startswith("Basic "):
        return said({"message": "Unauthorized", "error": 401}, status=401)
    return said({"access_token": "simulated-token", "token_type": "bearer", "expires_in": 86_400, "scope": "*"})


def _missing(ask: Ask, scene: Scene) -> Said:
    return said({"message": "Not Found", "error": 404}, status=404)


def _limited(ask: Ask, scene: Scene, spent: Spent) -> Said:
    error = {"message": "Too Many Requests", "error": 429}
    return said(error, status=429, headers={"Retry-After": str(spent.retry_after_s)})


def _mark(spent: Spent) -> dict[str, str]:
    left = f"{max(0, 100 - spent.used):.1f}"
    return {"X-Ratelimit-Used": str(spent.used), "X-Ratelimit-Remaining": left, "X-Ratelimit-Reset": "60"}


PROVIDERS = (
    Provider(
        name="reddit",
        prefix="/reddit",
        routes={"/r/{sub}/new": _new, "/r/{sub}/search": _search},
        posts={"/api/v1/access_token": _token},
        missing=_missing,
        limited=_limited,
        limiters={"free": lambda: TokenBucket(100, 100)},
        mark=_mark,
    ),
    Provider(
        name="reddit_rss",
        prefix="/reddit_rss",
        routes={"/r/{sub}/new/.rss": _feed, "/r/{sub}/.rss": _feed},
        missing=_missing,
        limited=_limited,
        limiters={"free": lambda: TokenBucket(10, 10)},
    ),
)
