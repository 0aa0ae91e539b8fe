"""Build a virtual environment from a hashed lock, with nothing but Python. Run by `make`; also by hand:

    python3 scripts/environment.py .venv requirements/run.lock

It makes the environment by `venv`, else by `pip --python`, else installs what is missing with apt when it is root, else
says in one sentence what to install. A second call with the same lock does nothing.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NEEDS = (3, 11)


def main(arguments: list[str]) -> int:
    if sys.version_info < NEEDS:
        return fail(f"Python {NEEDS[0]}.{NEEDS[1]} or newer is needed; this is {sys.version.split()[0]}.")
    if len(arguments) != 2:
        return fail("Usage: environment.py FOLDER LOCK")
    folder, lock = (ROOT / argument for argument in arguments)
    stamps = folder / ".installed"
    stamp = stamps / lock.stem
    wanted = hashlib.sha256(lock.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return 0
    python = folder / "bin" / "python"
    if not works(python):
        shutil.rmtree(folder, ignore_errors=True)
        problem = create(folder)
        if problem is not None:
            return fail(problem)
    print(f"Installing {lock.relative_to(ROOT)} into {folder.name} ...", file=sys.stderr, flush=True)
    pip = pip_for(python)
    if pip is None:
        return fail("pip is missing: install it (Debian: apt install python3-pip), then try again.")
    quiet = ["install", "-q", "--disable-pip-version-check", "--no-input"]
    for step in (["--require-hashes", "-r", str(lock)], ["--no-deps", "--no-build-isolation", "-e", str(ROOT)]):
        done = subprocess.run([*pip, *quiet, *step], check=False)
        if done.returncode != 0:
            return fail("The packages could not be installed; pip's words above say why.")
    # Our own modules too, so that the first start is as quick as the next, whatever the shell says about bytecode.
    subprocess.run([str(python), "-m", "compileall", "-q", str(ROOT / "mobius")], check=False)
    stamps.mkdir(exist_ok=True)
    stamp.write_text(wanted)
    return 0


def create(folder: Path) -> str | None:
    """Make an empty environment; returns what is missing when that cannot be."""
    for attempt in ("as it is", "after apt"):
        if importlib.util.find_spec("venv") is not None:
            with_pip = importlib.util.find_spec("ensurepip") is not None
            extra = [] if with_pip else ["--without-pip"]
            if with_pip or have_pip():
                made = subprocess.run([sys.executable, "-m", "venv", *extra, str(folder)], check=False)
                if made.returncode == 0:
                    return None
                shutil.rmtree(folder, ignore_errors=True)
        if attempt == "as it is" and not apt("python3-venv", "python3-pip"):
            break
        importlib.invalidate_caches()
    return "Python's venv is missing: install it (Debian: apt install python3-venv), then try again."


def apt(*packages: str) -> bool:
    """Install Debian packages when we may."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", *packages]):
        if subprocess.run(command, check=False, env=quiet, stdout=subprocess.DEVNULL).returncode != 0:
            return False
    return True


def works(python: Path) -> bool:
    return python.is_file() and subprocess.run([str(python), "-c", ""], check=False).returncode == 0


def have_pip() -> bool:
    return importlib.util.find_spec("pip") is not None


def pip_for(python: Path) -> list[str] | None:
    """The environment's own pip, else ours working on it."""
    own = subprocess.run([str(python), "-c", "import pip"], check=False, stderr=subprocess.DEVNULL)
    if own.returncode == 0:
        return [str(python), "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", str(python)] if have_pip() else None


def fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
