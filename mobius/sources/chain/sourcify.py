"""Sourcify: published source of contracts on every EVM chain, checked against the code on chain. Keyless.

Here: SPEC, rows, parse and fetch. The first place to look for source: it tells whether the match is exact, and what a proxy
points to. Not here: what a contract can do.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

from mobius.core.errors import NoData, SourceChanged, SourceUnavailable
from mobius.core.explorer_needs import VerifiedSource, VerifiedSourceQuery
from mobius.core.facts import Sourced
from mobius.core.keeping import LISTING
from mobius.core.ports import Http
from mobius.core.protocols import CHAINS
from mobius.core.sources import Limits, Rights, SourceSpec
from mobius.sources import hexes
from mobius.sources.reading import decode, endpoint, expect_ok, sourced

SPEC = SourceSpec(
    name="sourcify",
    title="Sourcify",
    kind="chain",
    base_url="https://sourcify.dev/server",
    limits=Limits(per_minute=120, burst=5, concurrent=3, timeout_s=6.0),
    needs=("verified_source",),
    rights=Rights(attribution="Verified source: Sourcify", may_share=True),
    probe="/health",
)
FIELDS = "abi,sources,compilation,proxyResolution"
_MATCHES: dict[str, Literal["exact", "partial"]] = {"exact_match": "exact", "match": "partial"}


class _File(Struct, frozen=True):
    content: str = ""


class _Compilation(Struct, frozen=True, rename="camel"):
    language: str | None = None
    compiler_version: str | None = None
    name: str | None = None


class _Implementation(Struct, frozen=True):
    address: str


class _Proxy(Struct, frozen=True, rename="camel"):
    is_proxy: bool = False
    proxy_type: str | None = None
    implementations: tuple[_Implementation, ...] = ()


class _Contract(Struct, frozen=True, rename="camel"):
    match: str | None = None
    abi: msgspec.Raw = msgspec.Raw(b"null")
    sources: dict[str, _File] | None = None
    compilation: _Compilation | None = None
    proxy_resolution: _Proxy | None = None


class _Fault(Struct, frozen=True, rename="camel"):
    message: str = ""
    custom_code: str | None = None


def parse_source(body: bytes, address: str) -> VerifiedSource:
    """Published source. Raises NoData where there is no match."""
    row = decode(body, _Contract, SPEC.name)
    if row.match is None:
        raise NoData(SPEC.name, "The source of this contract is not published there.")
    if row.match not in _MATCHES:
        raise SourceChanged(SPEC.name, "an unknown kind of match", path="$.match")
    abi, made = bytes(row.abi), row.compilation or _Compilation()
    if abi != b"null" and abi[:1] != b"[":
        raise SourceChanged(SPEC.name, "not an interface", path="$.abi")
    proxy = row.proxy_resolution
    return VerifiedSource(
        address=address,
        name=hexes.label(made.name),
        compiler=hexes.label(made.compiler_version),
        language=hexes.label(made.language),
        abi=None if abi == b"null" else abi.decode(),
        files={name: file.content for name, file in (row.sources or {}).items()},
        proxy_kind=None if proxy is None or not proxy.is_proxy else hexes.label(proxy.proxy_type) or "proxy",
        implementations=()
        if proxy is None
        else tuple(
            hexes.address(one.address, SPEC.name, f"$.proxyResolution.implementations[{n}].address")
            for n, one in enumerate(proxy.implementations)
        ),
        match=_MATCHES[row.match],
    )


async def verified_source(query: VerifiedSourceQuery, http: Http) -> Sourced[VerifiedSource]:
    """Published source, or the interface alone."""
    found = CHAINS.get(query.chain)
    if found is None or found.chain_id is None:
        raise NoData(SPEC.name, f"{SPEC.title} knows nothing of {query.chain}.")
    address = hexes.asked_address(query.address)
    path = f"/v2/contract/{found.chain_id}/{address}"
    params = {"fields": "abi,compilation,proxyResolution" if query.abi_only else FIELDS}
    reply = await http.get(path, params, keep=LISTING)
    if reply.status == 400 and reply.body.lstrip()[:1] == b"{":
        said = decode(reply.body, _Fault, SPEC.name)
        if said.custom_code == "unsupported_chain":
            raise NoData(SPEC.name, f"{SPEC.title} does not serve {found.name}.")
        raise SourceUnavailable(SPEC.name, f"{SPEC.title} answered: {hexes.label(said.message) or 'a bad request'}")
    expect_ok(reply, SPEC.name)
    return sourced(parse_source(reply.body, address), SPEC.name, endpoint(path, params), [reply])


OFFERS = {"verified_source": verified_source}
