"""`/static/…`: scripts, styles and pictures of the page, read once. Here: their bytes, ETags and how long they last.

A page names them under a folder that changes with any of them, `/static/<version>/page.js`, so that a browser may keep
them for a year and still never runs an old one; under the plain name it asks each time, and mostly hears 304.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from mobius.frontends.web.problems import Refused
from mobius.frontends.web.site import Asked, Site, bytes_reply
from mobius.frontends.web.views import STATIC

_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml",
          ".json": "application/json", ".md": "text/plain", ".txt": "text/plain"}  # fmt: skip
_WORTH_PACKING = 1_000
_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFile:
    body: bytes
    packed: bytes | None
    media_type: str
    etag: str


@lru_cache(maxsize=4)
def static_files(folder: Path = STATIC) -> dict[str, StaticFile]:
    """Every file below the folder by its path; what is not there at the start is not served."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() and not file.name.startswith("."))
    return {file.relative_to(folder).as_posix(): _read(file) for file in files}


@lru_cache(maxsize=4)
def version(folder: Path = STATIC) -> str:
    """Sixteen hex digits that change with any file."""
    told = "".join(f"{name}{file.etag}" for name, file in static_files(folder).items())
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def versioned(html: str) -> str:
    """The page with its own files named under the version; text in it cannot hold a bare quotation mark."""
    return html.replace('="/static/', f'="/static/{version()}/')


def handlers(site: Site) -> Sequence[HTTPRouteHandler]:
    @get("/static/{path:path}")
    async def static(request: Asked, path: FromPath[Path]) -> Response[bytes]:
        name = path.as_posix().lstrip("/")
        first, _, rest = name.partition("/")
        lasting = first == version()
        file = static_files().get(rest if lasting else name)
        if file is None:
            raise Refused("not_found", "There is no such file.")
        headers = {"etag": file.etag, "cache-control": _YEAR if lasting else "no-cache", "vary": "accept-encoding"}
        if file.etag in request.headers.get("if-none-match", ""):
            return bytes_reply(b"", file.media_type, status=304, headers=headers)
        if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return bytes_reply(file.packed, file.media_type, headers={**headers, "content-encoding": "gzip"})
        return bytes_reply(file.body, file.media_type, headers=headers)

    return (static,)


def _read(file: Path) -> StaticFile:
    body = file.read_bytes()
    media_type = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    packed = gzip.compress(body, mtime=0) if len(body) > _WORTH_PACKING else None
    return StaticFile(
        body=body, packed=packed if packed is not None and len(packed) < 0.9 * len(body) else None,
        media_type=media_type, etag=f'"{hashlib.sha256(body).hexdigest()[:20]}"',
    )  # fmt: skip
