"""Every option once: name, default, help. Here: the table, reading it, the frozen result. Imports nothing of ours.

Read once, in `app.py`, from the environment and from `settings.toml` in the home folder (the environment wins), and
handed down. Each source adds `MOBIUS_<SOURCE>_URL` and, where it takes one, its key: derived from the sources' SPECs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct


class BadSetting(Exception):
    """A setting that cannot be used; `app.py` turns it into a sentence for the person."""


class Option(Struct, frozen=True):
    name: str
    default: str
    help: str
    secret: bool = False


OPTIONS: tuple[Option, ...] = (
    Option("MOBIUS_HOME", "", "Folder of all data; by default the platform's user data folder."),
    Option("MOBIUS_WORLD", "live", "World to live in: live, sandbox, sandbox:<seed> or tape:<sha>."),
    Option("MOBIUS_DATABASE_URL", "", "SQLAlchemy URL of the database; by default SQLite in the world's folder."),
    Option("MOBIUS_DEADLINE_S", "5", "Seconds a question may take on the command line and the page."),
    Option("MOBIUS_ANSWERS_KEPT", "10000", "Newest answers kept for `why`; older ones are forgotten."),
    Option(
        "MOBIUS_KEY", "file", "Where the keys of what is private lie: file, or passphrase (then it is asked at start)."
    ),
    Option(
        "MOBIUS_PASSPHRASE",
        "",
        "The passphrase of the keys, instead of being asked; not in settings.toml.",
        secret=True,
    ),
    Option("MOBIUS_PASSPHRASE_FD", "", "File descriptor to read the passphrase from, instead of being asked."),
    Option("MOBIUS_CACHE_MB", "64", "Size of the cache on disk, in megabytes."),
    Option("MOBIUS_PROXY", "", "HTTP proxy for all sources, such as http://127.0.0.1:8118."),
    Option("MOBIUS_LOG_LEVEL", "warning", "Level of the log on stderr: debug, info, warning or error."),
    Option(
        "MOBIUS_SANDBOX_SPEED", "", "How many times faster than real time the sandbox's clock runs; it keeps the last."
    ),
)


class Settings(Struct, frozen=True):
    """The values in force, by name. Secrets are masked in its repr."""

    values: Mapping[str, str]
    origins: Mapping[str, str]
    """Where each value came from: `environment`, `settings.toml` or `default`."""

    def __repr__(self) -> str:
        return f"Settings({', '.join(sorted(self.origins))})"

    def text(self, name: str) -> str:
        return self.values[name]

    def number(self, name: str, *, least: float) -> float:
        try:
            value = float(self.values[name])
        except ValueError as error:
            raise BadSetting(f"{name} is {self.values[name]!r}, which is no number.") from error
        if not value >= least:
            raise BadSetting(f"{name} is {self.values[name]!r}; it must be at least {least:g}.")
        return value


def options_of_sources(sources: Sequence[tuple[str, str, str | None, str]]) -> tuple[Option, ...]:
    """Options of sources given as (name, base URL, key setting or None, what a key adds)."""
    found: list[Option] = []
    for name, base_url, key, adds in sources:
        found.append(Option(f"MOBIUS_{name.upper()}_URL", base_url, f"Base URL of {name}."))
        if key is not None:
            found.append(Option(key, "", adds, secret=True))
    return tuple(found)


def read_settings(environment: Mapping[str, str], file: Path | None, extra: Sequence[Option] = ()) -> Settings:
    """Read every option; raises BadSetting for an unknown name in the file or an unreadable file."""
    options = {option.name: option for option in (*OPTIONS, *extra)}
    in_file = _read_file(file, options) if file is not None else {}
    values: dict[str, str] = {}
    origins: dict[str, str] = {}
    for name, option in options.items():
        for origin, value in (("environment", environment.get(name)), ("settings.toml", in_file.get(name))):
            if value is not None and value.strip():
                values[name], origins[name] = value.strip(), origin
                break
        else:
            values[name], origins[name] = option.default, "default"
    return Settings(values, origins)


def _read_file(file: Path, options: Mapping[str, Option]) -> dict[str, str]:
    if not file.is_file():
        return {}
    import tomllib  # most people have no such file

    try:
        table = tomllib.loads(file.read_text())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(f"{file.name} cannot be read: {error}.") from error
    unknown = sorted(set(table) - set(options))
    if unknown:
        raise BadSetting(f"{file.name} has {unknown[0]!r}, which is no setting.")
    return {name: str(value) for name, value in table.items()}
