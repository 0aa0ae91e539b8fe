"""The commands found in their folders, and what is read of them without running them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mobius.core.tools import Command, Tool
from mobius.frontends.cli.catalogue import Folders
from mobius.frontends.cli.fields import fields_of
from mobius.frontends.cli.parser import GLOBAL_OPTIONS, parse_command, parse_tool
from mobius.frontends.cli.planned import not_built
from mobius.frontends.cli.words import FLAGS, TAKE_A_VALUE

ENTRIES = Folders().entries()


def test_every_command_is_listed() -> None:
    names = {entry.name for entry in ENTRIES if not entry.is_tool}
    assert names >= {"doctor", "history gaps", "history import", "history list", "understand", "why"}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_what_is_listed_is_found_and_says_the_same(entry: tuple[str, str, bool]) -> None:
    name, summary, is_tool = entry
    words = name.split()
    found = Folders().match([*words, "btc"])
    assert found is not None
    command, n_words = found
    command = getattr(command, "beside", None) or command  # a tool is listed, and the command beside it is found
    assert n_words == len(words)
    assert (command.name, command.summary) == (name, summary)
    assert isinstance(command, Tool if is_tool else Command)
    assert summary.endswith(".")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_no_argument_hides_an_option_of_every_command(entry: tuple[str, str, bool]) -> None:
    found = Folders().match(entry[0].split())
    assert found is not None
    command = getattr(found[0], "beside", None) or found[0]
    if isinstance(command, Tool):
        assert {item.name for item in fields_of(command.query)} >= set(command.positional)
        parse = parse_tool
        arguments = ["1"] * 3
        try:
            parse(command, arguments)
        except Exception as error:
            assert "arguments" in str(error)
    else:
        assert command.show is not None
        assert command.examples
        taken = {option.name for option in GLOBAL_OPTIONS}
        assert not taken & {option.name for option in command.options}
        if all(option.optional or option.name.startswith("-") for option in command.options):
            assert parse_command(command, []).arguments.keys() == {
                option.name.strip("-").replace("-", "_") for option in command.options
            }


@pytest.mark.parametrize(
    "words", [["nothing"], ["../why"], ["why/../why"], ["__init__"], ["what's", "up"], ["History"], []]
)
def test_what_is_no_name_is_not_found(words: list[str]) -> None:
    assert Folders().match(words) is None


def test_the_options_before_a_command_are_those_of_the_parser() -> None:
    assert {option.name for option in GLOBAL_OPTIONS if option.flag} == FLAGS
    assert {option.name for option in GLOBAL_OPTIONS if not option.flag} == TAKE_A_VALUE


def test_nothing_that_is_built_is_promised_as_a_command() -> None:
    for entry in ENTRIES:
        assert not_built(entry.name) is None, entry.name


def test_the_overview_of_everything_fits_eighty_columns() -> None:
    done = subprocess.run([sys.executable, "-m", "mobius", "--help"], capture_output=True, text=True, check=True)
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    for entry in ENTRIES:
        assert f"\n  {entry.name} " in done.stdout
