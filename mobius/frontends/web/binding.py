"""The socket the page is served on. Here: binding it, on the next free port when the wanted one is taken."""

from __future__ import annotations

import errno
import os
import socket

from mobius.core.errors import BadParameter

PORT = 8765
TRIES = 20
_TAKEN = (errno.EADDRINUSE, errno.EACCES)
BACKLOG = 512


def bind(host: str, port: int) -> socket.socket:
    """A listening socket on `host` at `port`, at one of the next nineteen when that is taken, or else at any free one.

    `port` 0 is any free one. Raises BadParameter when the machine has no such address, or the port is none.
    """
    if not 0 <= port < 65_536:
        raise BadParameter(f"{port} is no port.", hint="Ports go from 0 to 65535.")
    family, address = _address(host)
    candidates = [0] if port == 0 else [*range(port, min(port + TRIES, 65_536)), 0]
    for number in candidates:
        bound = _bound(family, address, number)
        if bound is not None:
            return bound
    raise BadParameter(f"No port of {host} is free.")


def _address(host: str) -> tuple[socket.AddressFamily, str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError) as error:
        raise BadParameter(f"{host[:60]!r} is no address of this machine.") from error
    family, _, _, _, address = next((each for each in found if each[0] == socket.AF_INET), found[0])
    return family, str(address[0])


def _bound(family: socket.AddressFamily, address: str, port: int) -> socket.socket | None:
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name != "nt":  # there it would let two listen on one port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind((address, port))
        bound.listen(BACKLOG)
        bound.setblocking(False)
    except OSError as error:
        bound.close()
        if error.errno in _TAKEN:
            return None
        raise BadParameter(f"{address} cannot be listened on: {error.strerror}.") from error
    return bound
