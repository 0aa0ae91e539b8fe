"""What contracts of the simulated chains answer to a call: tokens, Comets, the fee oracles of layer twos, Multicall3.

Here: call and code_at. Not here: JSON-RPC (node). Selectors are the first four bytes of the Keccak hash of the signature beside
them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from mobius.core.candles import IntArray
from mobius.sandbox import draws
from mobius.sandbox.bridging import ESCROWS, locked, supply_on
from mobius.sandbox.gas import PACES, Pace, base_fees_wei, height, sealed_s
from mobius.sandbox.ledgers import TOKEN_AT, Token
from mobius.sandbox.lending import Lending, Reserve, of_protocol
from mobius.sandbox.world import SimulatedWorld

MULTICALL = "0xca11bde05977b3631167028862be2a173976ca11"
_OPTIMISM_ORACLE = "0x420000000000000000000000000000000000000f"
_ARBITRUM_NODE = "0x00000000000000000000000000000000000000c8"
_YEAR_S = 31_536_000
_WORD = 32
_BYTE_GAS, _L1_SHARE = 16, 0.06  # blobs and compression: what is left of the price of calldata
_MOST_CALLS = 300


class Reverted(Exception):
    """The contract refused the call."""


def code_at(chain: str, address: str) -> str:
    """Some bytes where a contract stands, none elsewhere."""
    return "0x60806040526004361061001e5760003560e01c" if _contract(chain, address) else "0x"


def call(world: SimulatedWorld, pace: Pace, block: int, to: str, data: bytes) -> bytes:
    """The return data of a call at a block; raises Reverted. An address without code returns nothing."""
    chain, at_s = pace.chain, np.array([sealed_s(pace, block)])
    selector, rest = data[:4].hex(), data[4:]
    if to == MULTICALL:
        return _multicall(world, pace, block, selector, rest)
    if (reserve := _comets(chain).get(to)) is not None:
        return _comet(world, reserve, at_s, selector, rest)
    if (token := TOKEN_AT.get((chain, to))) is not None:
        return _token(world, token, at_s, selector, rest)
    if to == _OPTIMISM_ORACLE and chain in ("optimism", "base"):
        return _oracle(world, at_s, selector, rest)
    if to == _ARBITRUM_NODE and chain == "arbitrum":
        return _node_interface(world, pace, block, at_s, selector, rest)
    return b""


def ether_at(world: SimulatedWorld, pace: Pace, block: int, address: str) -> int:
    """Native coin at an address, in wei: some at most addresses, what a bridge holds at its contracts."""
    if pace.chain == "ethereum":
        bridged = locked(world, address, "ETH", sealed_s(pace, block))
        if bridged is not None:
            return int(bridged * 10**18)
    part = draws.uniform(draws.key(world.seed, "balance", pace.chain, address), np.arange(2))
    return int(float(part[1]) * 10**18 * 12) if part[0] < 0.7 else 0


def _contract(chain: str, address: str) -> bool:
    known = address in (MULTICALL, _OPTIMISM_ORACLE) or address in _comets(chain)
    known = known or (chain == "ethereum" and address in ESCROWS)
    return known or (chain, address) in TOKEN_AT


def _comets(chain: str) -> dict[str, Reserve]:
    return {one.contract.lower(): one for one in of_protocol("compound-v3") if one.token.chain == chain}


# --------------------------------------------------------------------------------------------------------------- tokens


def _token(world: SimulatedWorld, token: Token, at_s: IntArray, selector: str, rest: bytes) -> bytes:
    if selector == "18160ddd":  # totalSupply()
        return _number(int(supply_on(world, token, int(at_s[0]))) * 10**token.decimals)
    if selector == "313ce567":  # decimals()
        return _number(token.decimals)
    if selector in ("95d89b41", "06fdde03"):  # symbol(), name()
        return _text(token.symbol)
    if selector == "70a08231" and len(rest) >= _WORD:  # balanceOf(address)
        owner = rest[12:_WORD].hex()
        bridged = locked(world, f"0x{owner}", token.ticker, int(at_s[0])) if token.chain == "ethereum" else None
        if bridged is not None:
            return _number(int(bridged * 10**token.decimals))
        part = draws.uniform(draws.key(world.seed, "holds", token.chain, token.symbol, owner), np.arange(2))
        dollars = 40_000.0 * float(part[1]) ** 4 if part[0] < 0.35 and int(owner, 16) else 0.0
        units = dollars / world.market.price(world.index(token.ticker), int(at_s[0]))
        return _number(int(units * 10**token.decimals))
    raise Reverted


# ---------------------------------------------------------------------------------------------------------------- Comet


def _comet(world: SimulatedWorld, reserve: Reserve, at_s: IntArray, selector: str, rest: bytes) -> bytes:
    lending, unit = Lending(world), 10**reserve.token.decimals
    simple: Mapping[str, Callable[[], int]] = {
        "7eb71131": lambda: int(float(lending.used(reserve, at_s)[0]) * 1e18),  # getUtilization()
        "18160ddd": lambda: int(float(lending.supplied(reserve, at_s)[0]) * unit),  # totalSupply()
        "8285ef40": lambda: int(float(lending.borrowed(reserve, at_s)[0]) * unit),  # totalBorrow()
        "c55dae63": lambda: int(reserve.token.address, 16),  # baseToken()
        "44c1e5eb": lambda: unit,  # baseScale()
        "a46fe83b": lambda: 5,  # numAssets()
        "313ce567": lambda: reserve.token.decimals,  # decimals()
    }
    if selector in simple:
        return _number(simple[selector]())
    if selector in ("d955759d", "9fa83b5a") and len(rest) >= _WORD:  # getSupplyRate(uint256), getBorrowRate(uint256)
        used = np.array([int.from_bytes(rest[:_WORD], "big") / 1e18])
        rate = reserve.curve.borrow_apr(used)
        if selector == "d955759d":
            rate = rate * used * (1.0 - reserve.curve.reserve_factor)
        return _number(int(float(rate[0]) / _YEAR_S * 1e18))
    if selector == "95d89b41":  # symbol()
        return _text(f"c{reserve.token.symbol}v3")
    raise Reverted


# ------------------------------------------------------------------------------------------------------------ layer two


def _l1_fee(world: SimulatedWorld, at_s: int) -> int:
    """Base fee on Ethereum at an instant, in wei."""
    ethereum = PACES["ethereum"]
    return int(base_fees_wei(world, ethereum, np.array([height(ethereum, at_s * 1000)]))[0])


def _oracle(world: SimulatedWorld, at_s: IntArray, selector: str, rest: bytes) -> bytes:
    fee = _l1_fee(world, int(at_s[0]))
    if selector == "519b4bd3":  # l1BaseFee()
        return _number(fee)
    if selector == "49948e0e" and len(rest) >= 2 * _WORD:  # getL1Fee(bytes)
        length = int.from_bytes(rest[_WORD : 2 * _WORD], "big")
        if length > len(rest):
            raise Reverted
        return _number(int((length + 68) * _BYTE_GAS * fee * _L1_SHARE))
    if selector == "f1c7a58b" and len(rest) >= _WORD:  # getL1FeeUpperBound(uint256)
        length = min(int.from_bytes(rest[:_WORD], "big"), 10**6)
        return _number(int((length + 68) * _BYTE_GAS * fee * _L1_SHARE * 1.2))
    raise Reverted


def _node_interface(world: SimulatedWorld, pace: Pace, block: int, at_s: IntArray, selector: str, rest: bytes) -> bytes:
    if selector not in (
        "c94e6eeb",
        "77d488a2",
    ):  # gasEstimateComponents, gasEstimateL1Component, of (address,bool,bytes)
        raise Reverted
    base = int(base_fees_wei(world, pace, np.array([block]))[0])
    l1_fee = _l1_fee(world, int(at_s[0]))
    l1_gas = int((len(rest) + 100) * _BYTE_GAS * l1_fee * _L1_SHARE / max(base, 1))
    told = (l1_gas, base, l1_fee)
    return b"".join(_number(value) for value in ((21_000 + l1_gas, *told) if selector == "c94e6eeb" else told))


# ------------------------------------------------------------------------------------------------------------ Multicall3


def _multicall(world: SimulatedWorld, pace: Pace, block: int, selector: str, rest: bytes) -> bytes:
    if selector == "42cbb15c":  # getBlockNumber()
        return _number(block)
    if selector == "4d2301cc" and len(rest) >= _WORD:  # getEthBalance(address)
        return _number(ether_at(world, pace, block, f"0x{rest[12:_WORD].hex()}"))
    if selector != "82ad56cb":  # aggregate3((address,bool,bytes)[])
        raise Reverted
    results = []
    for to, lenient, data in _calls(rest):
        try:
            if to == MULTICALL and data[:4].hex() == selector:
                raise Reverted
            results.append((True, call(world, pace, block, to, data)))
        except Reverted:
            if not lenient:
                raise
            results.append((False, b""))
    rows = [_number(int(good)) + _number(2 * _WORD) + _bytes(data) for good, data in results]
    places, at = [], len(rows) * _WORD
    for row in rows:
        places.append(_number(at))
        at += len(row)
    return _number(_WORD) + _number(len(rows)) + b"".join(places) + b"".join(rows)


def _calls(rest: bytes) -> list[tuple[str, bool, bytes]]:
    """The decoded array of (address, allowFailure, callData); raises Reverted for anything that is none."""

    def word(at: int) -> int:
        if at + _WORD > len(rest):
            raise Reverted
        return int.from_bytes(rest[at : at + _WORD], "big")

    array = word(0) + _WORD
    count = word(array - _WORD) if array >= _WORD and array <= len(rest) else -1
    if not 0 <= count <= _MOST_CALLS:
        raise Reverted
    found = []
    for place in range(count):
        row = array + word(array + place * _WORD)
        data = row + word(row + 2 * _WORD)
        size = word(data)
        if size > len(rest):
            raise Reverted
        found.append(
            (f"0x{word(row) & (2**160 - 1):040x}", bool(word(row + _WORD)), rest[data + _WORD : data + _WORD + size])
        )
    return found


def _number(value: int) -> bytes:
    return value.to_bytes(_WORD, "big")


def _bytes(data: bytes) -> bytes:
    return _number(len(data)) + data + b"\x00" * (-len(data) % _WORD)


def _text(text: str) -> bytes:
    return _number(_WORD) + _bytes(text.encode())
