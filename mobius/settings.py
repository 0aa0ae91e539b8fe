"""Every option once: name, default, help. Here: the table, reading it, the frozen result. Imports nothing of ours.

Read once, in `app.py`, from the environment and from `settings.toml` in the home folder (the environment wins), and
handed down. Each source adds `MOBIUS_<SOURCE>_URL` and, where it takes one, its key: derived from the sources' SPECs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

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
    Option(
        "MOBIUS_REDIS_URL",
        "",
        "Redis or Valkey shared by several processes as second cache tier, such as unix:///run/valkey.sock.",
    ),
    Option("MOBIUS_WARMING", "on", "Fetch ahead what is likely to be asked next, while the process stays: on or off."),
    Option(
        "MOBIUS_WARMING_BUDGET",
        "0.2",
        "How much more may be fetched from a source for that than questions alone would, as a fraction.",
    ),
    Option("MOBIUS_CONTACT", "", "An address that providers who ask for one may write to (SEC EDGAR, Wikimedia)."),
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

    environment: Mapping[str, str] = {}
    """Where options that sources add are looked up, when a source is loaded."""

    def __repr__(self) -> str:
        return f"Settings({', '.join(sorted(self.origins))})"

    def text(self, name: str) -> str:
        return self.values[name]

    def of_source(self, name: str) -> str:
        """An option that a source adds; empty where it is not set."""
        return self.environment.get(name, "").strip() or self.values.get(name, "")

    def number(self, name: str, *, least: float) -> float:
        try:
            value = float(self.values[name])
        except ValueError as error:
            raise BadSetting(f"{name} is {self.values[name]!r}, which is no number.") from error
        if not value >= least:
            raise BadSetting(f"{name} is {self.values[name]!r}; it must be at least {least:g}.")
        return value


class DeclaresSettings(Protocol):
    """What a source's SPEC tells of its settings."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def base_url(self) -> str: ...
    @property
    def key(self) -> Any: ...
    @property
    def cost(self) -> Any: ...


def options_of_source(spec: DeclaresSettings) -> Iterator[Option]:
    """A base URL for each; a key and a cap where the source takes one."""
    yield Option(f"MOBIUS_{spec.name.upper()}_URL", spec.base_url, f"Base URL of {spec.title}.")
    if spec.key is not None:
        yield Option(spec.key.setting, "", spec.key.adds, secret=True)
    if spec.cost is not None:
        yield Option(
            spec.cost.cap_setting, "", f"The most to spend on {spec.title} in a month, in dollars; without it, off."
        )


def read_settings(
    environment: Mapping[str, str], file: Path | None, of_sources: Callable[[], Iterable[Option]] = tuple
) -> Settings:
    """Read every option; raises BadSetting for an unknown name in the file or an unreadable file.

    `of_sources` lists the options that sources add; it is called only when the file names something else than OPTIONS.
    """
    options = {option.name: option for option in OPTIONS}
    in_file = _read_file(file) if file is not None else {}
    if not options.keys() >= in_file.keys():
        known = options.keys() | {option.name for option in of_sources()}
        unknown = sorted(in_file.keys() - known)
        if unknown and file is not None:
            raise BadSetting(f"{file.name} has {unknown[0]!r}, which is no setting.")
    values: dict[str, str] = {}
    origins: dict[str, str] = {}
    for name in (*options, *(name for name in in_file if name not in options)):
        for origin, value in (("environment", environment.get(name)), ("settings.toml", in_file.get(name))):
            if value is not None and value.strip():
                values[name], origins[name] = value.strip(), origin
                break
        else:
            values[name], origins[name] = options[name].default if name in options else "", "default"
    return Settings(values, origins, environment)


def _read_file(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    import tomllib  # most people have no such file

    try:
        table = tomllib.loads(file.read_text())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(f"{file.name} cannot be read: {error}.") from error
    return {name: str(value) for name, value in table.items()}
