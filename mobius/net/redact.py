"""Addresses fit to be shown. Here: `redacted` and `shown_base`, which take keys out of a URL. Not here: redaction of logs."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_SECRET_PARAM = re.compile(r"([?&][^=&#]*(?:key|token|secret|signature|password|auth)[^=&#]*=)[^&#]*", re.IGNORECASE)
_USER_INFO = re.compile(r"^([a-z][a-z0-9+.-]*://)[^/?#@]*@", re.IGNORECASE)


def redacted(url: str) -> str:
    """The URL without user names, passwords and the values of parameters that sound like keys.

    >>> redacted("https://me:pw@example.org/v1?ids=btc&x_cg_demo_api_key=CG-123#top")
    'https://example.org/v1?ids=btc&x_cg_demo_api_key=***#top'
    """
    return _SECRET_PARAM.sub(r"\1***", _USER_INFO.sub(r"\1", url))


def shown_base(base_url: str, public: str) -> str:
    """A base URL without what only its owner may see: of one from the settings the host alone (nodes keep keys in paths).

    >>> shown_base("https://eth.example.org/v2/s3cret", "https://node.example.com")
    'https://eth.example.org/***'
    >>> shown_base("https://node.example.com/v1", "https://node.example.com/v1/")
    'https://node.example.com/v1'
    """
    if base_url == public.partition("?")[0].rstrip("/"):
        return base_url
    try:
        parts = urlsplit(base_url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:  # no address at all: asking says so
        return "***"
    return f"{parts.scheme}://{host}" + ("/***" if parts.path.strip("/") else "")
