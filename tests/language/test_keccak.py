"""Keccak-256 by its published vectors, and EIP-55 by the examples of its specification."""

from __future__ import annotations

import pytest

from mobius.language.keccak import checksummed, keccak256


@pytest.mark.parametrize(
    ("data", "digest"),
    [
        (b"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        (b"abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
        (b"testing", "5f16f4c7f149ac4f9510d9cf8cf384038ad348b3bcdc01915f95de12df9d1b02"),
        (b"transfer(address,uint256)", "a9059cbb2ab09eb219583f4a59a5d0623ade346d962bcd4e46b11da047c9049b"),
    ],
)
def test_published_vectors(data: bytes, digest: str) -> None:
    assert keccak256(data).hex() == digest


def test_block_borders_are_padded() -> None:
    assert len({keccak256(b"a" * n) for n in (134, 135, 136, 137, 271, 272)}) == 6


@pytest.mark.parametrize(
    "address",
    ["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
     "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb", "0x52908400098527886E0F7030069857D2E4169EE7",
     "0xde709f2102306220921060314715629080e2fb77"],
)  # fmt: skip
def test_addresses_of_the_specification_are_right_and_a_changed_case_is_wrong(address: str) -> None:
    assert checksummed(address)
    letters = [i for i, char in enumerate(address) if char.isalpha() and i > 1]
    wrong = address[: letters[0]] + address[letters[0]].swapcase() + address[letters[0] + 1 :]
    assert not checksummed(wrong)
