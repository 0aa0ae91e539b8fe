"""HTTP by hand over a socket: what the tests ask with, so that they may also ask wrongly, slowly or not to the end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Got:
    """A whole reply."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def kind(self) -> str:
        """The kind of a problem document, which it must be, in the one shape."""
        assert self.headers["content-type"] == "application/problem+json", self.text
        said = self.json()
        assert set(said) == {"type", "title", "status", "error"}
        assert set(said["error"]) == {"kind", "message", "hint"}
        assert said["status"] == self.status
        assert said["type"] == f"urn:mobius:error:{said['error']['kind']}"
        assert said["error"]["message"]
        return str(said["error"]["kind"])


@dataclass(slots=True)
class Line:
    """An open connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def got(self, *, head_only: bool = False) -> Got:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split(" ")[1])
        headers = {}
        for row in head[1:-2]:
            name, _, value = row.partition(":")
            headers[name.strip().lower()] = value.strip()
        body = b"" if head_only or status in (204, 304) else await self._body(headers)
        return Got(status, headers, body)

    async def _body(self, headers: Mapping[str, str]) -> bytes:
        if headers.get("transfer-encoding") == "chunked":
            parts = []
            while part := await self.chunk():
                parts.append(part)
            return b"".join(parts)
        return await self.reader.readexactly(int(headers.get("content-length", "0")))

    async def chunk(self) -> bytes:
        """The next chunk of a body without length; empty at its end."""
        size = int(await self.reader.readline(), 16)
        data = await self.reader.readexactly(size)
        await self.reader.readline()
        return data

    def drop(self) -> None:
        self.writer.transport.abort()


@dataclass(frozen=True, slots=True)
class Web:
    """A server under test."""

    address: str

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc

    @property
    def port(self) -> int:
        port = urlsplit(self.address).port
        assert port is not None
        return port

    async def line(self) -> Line:
        return Line(*await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 24))

    def head(self, method: str, target: str, headers: Mapping[str, str] | None = None) -> bytes:
        told = {"host": self.host, **{name.lower(): value for name, value in (headers or {}).items()}}
        rows = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items()), "", ""]
        return "\r\n".join(rows).encode("latin-1")

    async def ask(
        self, method: str, target: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Got:
        told = dict(headers or {})
        if body is not None:
            told |= {"content-length": str(len(body))}
        line = await self.line()
        try:
            await line.send(self.head(method, target, told) + (body or b""))
            return await asyncio.wait_for(line.got(head_only=method == "HEAD"), 20)
        finally:
            line.writer.close()

    async def get(self, target: str, **headers: str) -> Got:
        return await self.ask("GET", target, headers={name.replace("_", "-"): text for name, text in headers.items()})

    async def post(self, target: str, document: Any, **headers: str) -> Got:
        told = {"content-type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}}
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        return await self.ask("POST", target, body=body, headers=told)


@dataclass(frozen=True, slots=True)
class Event:
    id: str
    name: str
    data: str


def events_of(text: str) -> list[Event]:
    """The complete events of a piece of an event stream, as a browser would read them."""
    found = []
    for block in text.split("\n\n")[:-1]:
        fields: dict[str, list[str]] = {}
        for row in block.split("\n"):
            name, _, value = row.partition(":")
            if name:
                fields.setdefault(name, []).append(value.removeprefix(" "))
        if "data" in fields:
            found.append(Event(fields["id"][0], fields["event"][0], "\n".join(fields["data"])))
    return found
