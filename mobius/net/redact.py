"""Addresses fit to be shown. Here: `redacted`, which takes keys out of a URL. Not here: redaction of logs (observe)."""

from __future__ import annotations

import re

_SECRET_PARAM = re.compile(r"([?&][^=&#]*(?:key|token|secret|signature|password|auth)[^=&#]*=)[^&#]*", re.IGNORECASE)
_USER_INFO = re.compile(r"^([a-z][a-z0-9+.-]*://)[^/?#@]*@", re.IGNORECASE)


def redacted(url: str) -> str:
    """The URL without user names, passwords and the values of parameters that sound like keys.

    >>> redacted("https://me:pw@example.org/v1?ids=btc&x_cg_demo_api_key=CG-123#top")
    'https://example.org/v1?ids=btc&x_cg_demo_api_key=***#top'
    """
    return _SECRET_PARAM.sub(r"\1***", _USER_INFO.sub(r"\1", url))
