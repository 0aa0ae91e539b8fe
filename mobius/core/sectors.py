"""What an asset is for, in a word. Here: sectors of the larger assets. Not here: the assets themselves (assets)."""

from __future__ import annotations

from collections.abc import Mapping

_LINES = """
layer 1|ETH SOL BNB TRX ADA HYPE SUI AVAX TON HBAR DOT NEAR APT ICP ETC ALGO ATOM SEI KAS XTZ S EGLD FLR INJ TIA KAVA CFX BERA
layer 2|ARB OP POL STRK ZK MNT STX IMX METIS MANTA SCR BLAST LINEA LRC
payments|XRP XLM LTC BCH DASH BSV XNO DGB DCR
privacy|XMR ZEC ZEN ROSE
exchange|BNB LEO CRO BGB OKB KCS GT NEXO WOO
DeFi|UNI AAVE MKR SKY LDO CRV PENDLE ENA ONDO JUP COMP SNX YFI BAL SUSHI CVX GMX DYDX MORPHO AERO 1INCH CAKE RAY EIGEN ETHFI
meme|DOGE SHIB PEPE BONK WIF FLOKI FARTCOIN PENGU TRUMP SPX BRETT MOG POPCAT TURBO PNUT MOODENG DOGS NOT
AI and data|TAO FET RENDER VIRTUAL GRT FIL AR AKT WLD KAITO ARKM GRASS LPT
games|IMX AXS SAND MANA GALA BEAM RON APE MAGIC ENJ
oracles|LINK PYTH API3 BAND UMA
"""
SECTORS: Mapping[str, tuple[str, ...]] = {
    name: tuple(tickers.split()) for name, tickers in (line.split("|") for line in _LINES.split("\n") if line)
}
"""Tickers by sector; an asset may stand in two, wrapped and staked ones in none."""
