"""HTTP/2 where a server offers it over an encrypted connection: negotiated, and HTTP/1.1 elsewhere."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mobius.net.faults import ConnectionFault
from mobius.net.pool_pyreqwest import PyreqwestEngine, build_client

H2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = tmp_path / "loopback.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return file


class Listener:
    """Takes encrypted connections, offers the given protocols, and notes which one was chosen and how it began."""

    def __init__(self, offered: list[str]) -> None:
        self.offered = offered
        self.chosen: list[str | None] = []
        self.began: list[bytes] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tls = writer.get_extra_info("ssl_object")
        self.chosen.append(tls.selected_alpn_protocol())
        self.began.append(await reader.read(len(H2_PREFACE)))
        if self.began[-1] != H2_PREFACE:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        writer.close()


@pytest.fixture
async def listener(certificate: Path, request: pytest.FixtureRequest) -> AsyncIterator[Listener]:
    one = Listener(request.param)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(one.offered)
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0, ssl=context)
    one.port = server.sockets[0].getsockname()[1]
    yield one
    server.close()


@pytest.mark.parametrize(
    ("listener", "chosen"), [(["h2", "http/1.1"], "h2"), (["http/1.1"], "http/1.1")], indirect=["listener"]
)
async def test_the_newest_protocol_that_both_speak_is_chosen(
    listener: Listener, chosen: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    engine = PyreqwestEngine("example", build_client(user_agent="mobius", proxy=None))
    with suppress(ConnectionFault):  # of the newer protocol the server knows no more than its first words
        assert (await engine.get(f"https://127.0.0.1:{listener.port}/", {}, timeout_s=3)).status == 200
    await engine.aclose()
    assert listener.chosen == [chosen]
    assert (listener.began[0] == H2_PREFACE) is (chosen == "h2")
