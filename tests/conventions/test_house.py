"""What the house promises about its own code, held by reading it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "mobius"
PURE = ("core", "analytics", "language", "charts", "desk")
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))
TOOLS = sorted(path for path in (PACKAGE / "assistant" / "tools").glob("*.py") if path.name != "__init__.py")


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def top_imports(path: Path) -> Iterator[str]:
    for node in tree(path).body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_says_what_it_is_about(path: Path) -> None:
    if path.read_text().strip():
        assert ast.get_docstring(tree(path)), "no header docstring"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_fits_in_the_head(path: Path) -> None:
    if "table" not in path.name and "glossary" not in str(path):  # data, not code
        assert len(path.read_text().splitlines()) <= 450


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_names_say_something(path: Path) -> None:
    assert path.stem not in {"utils", "helpers", "common", "misc"}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef):
            assert not re.search(r"Manager|Advanced|Enhanced|Optimized|V\d$", node.name), node.name


@pytest.mark.parametrize("path", [p for p in MODULES if p.relative_to(PACKAGE).parts[0] in PURE], ids=name)
def test_pure_rooms_have_no_clock_and_no_hidden_randomness(path: Path) -> None:
    if path.name == "ids.py":
        return  # ids are random by purpose; the caller may give the entropy
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = ast.unparse(node.func)
            assert called not in {
                "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.monotonic",
                "random.random", "np.random.default_rng", "os.urandom", "uuid.uuid4",
            }, f"line {node.lineno}: {called}"  # fmt: skip


@pytest.mark.parametrize("path", TOOLS, ids=name)
def test_the_top_of_a_tool_imports_core_and_msgspec_only(path: Path) -> None:
    for module in top_imports(path):
        root = module.split(".")[0]
        ours_below = module.startswith(("mobius.core", "mobius.assistant.glossary"))
        assert ours_below or root in {"msgspec", "__future__"} or root in _STANDARD, module


_STANDARD = {"collections", "datetime", "decimal", "re", "typing", "dataclasses", "functools", "itertools", "enum"}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_templates_are_literals(path: Path) -> None:
    """What `Writer.say` fills was reviewed where it stands: never text made at run time."""
    if path.relative_to(PACKAGE).parts[0] != "assistant":
        return
    allowed = {"NOTICES[notice.kind]", "template", "verb"}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "say":
            first = node.args[0]
            literal = isinstance(first, ast.Constant) or (
                isinstance(first, ast.IfExp)
                and isinstance(first.body, ast.Constant)
                and isinstance(first.orelse, ast.Constant)
            )
            assert literal or ast.unparse(first) in allowed, f"line {node.lineno}: {ast.unparse(first)}"


def test_nothing_can_sign_or_move_money() -> None:
    words = (
        "private_key",
        "privatekey",
        "sign_transaction",
        "eth_account",
        "send_raw_transaction",
        "eth_sendRaw",
        "mnemonic",
    )
    for path in MODULES:
        if "glossary" in str(path):
            continue  # the glossary explains what these are
        text = path.read_text().lower()
        found = [word for word in words if word.lower() in text]
        assert not found, f"{name(path)}: {found}"


def test_locks_carry_hashes_and_no_addresses() -> None:
    locks = list((ROOT / "requirements").glob("*.lock"))
    assert locks
    for lock in locks:
        text = lock.read_text()
        assert not re.search(r"https?://|index-url|find-links|file:", text), lock.name
        assert "--hash=sha256:" in text


def test_every_lock_package_has_a_lower_bound_and_a_reason() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    reasons = (ROOT / "docs" / "dependencies.md").read_text()
    groups = [project["project"]["dependencies"], *project["dependency-groups"].values()]
    for requirement in (item for group in groups for item in group):
        assert ">=" in requirement, requirement
        package = re.split(r"[\[>=]", requirement)[0]
        assert f"`{package}`" in reasons, f"{package} has no reason in docs/dependencies.md"
