"""Texts whose intent needs no classifier. Here: slash commands, set phrases, bare names and addresses. Not here: the rest."""

from __future__ import annotations

import re

from mobius.core.assets import ASSETS
from mobius.language.features import mask
from mobius.language.mentions import Reading
from mobius.language.readings import SATS_A_BYTE
from mobius.language.spans import BAR_SIZES
from mobius.language.words import CRYPTO_WORDS

_COMMANDS: dict[str, str] = {
    "price": "price", "p": "price", "quote": "price", "convert": "convert", "chart": "chart", "c": "chart",
    "market": "market",
    "briefing": "market", "gainers": "market", "fear": "market", "technicals": "technicals", "ta": "technicals",
    "rsi": "technicals",
    "signals": "signals", "signal": "signals", "forecast": "forecast", "predict": "forecast",
    "portfolio": "portfolio_risk",
    "risk": "portfolio_risk", "optimize": "portfolio_optimize", "optimise": "portfolio_optimize",
    "rebalance": "portfolio_optimize",
    "yield": "yield", "yields": "yield", "apy": "yield", "staking": "staking", "stake": "staking",
    "compare": "defi_compare",
    "flows": "defi_flows", "tvl": "defi_flows", "whales": "whales", "wallet": "wallet", "contract": "contract",
    "gas": "gas",
    "gwei": "gas", "sentiment": "sentiment", "news": "news", "devs": "dev_activity",
    "institutions": "institutional_flows",
    "etf": "institutional_flows", "chains": "crosschain", "bridge": "crosschain", "arbitrage": "arbitrage",
    "arb": "arbitrage",
    "derivatives": "derivatives", "funding": "derivatives", "alert": "alerts", "alerts": "alerts", "explain": "explain",
    "what": "explain", "help": "help", "start": "help", "commands": "help", "about": "help", "menu": "help",
    "hi": "greeting",
}  # fmt: skip
_PHRASES: dict[str, str] = {
    phrase: intent
    for intent, phrases in {
        "greeting": "gm,gn,hi,hello,hey,yo,thanks,thank you,thx,ty,bye,goodbye,good morning,good night,hola,hallo,"
        "bonjour,salut,ciao,"
        "danke,merci,gracias,obrigado,привет,спасибо,你好,谢谢,merhaba,selam",
        "market": "market,markets,crypto,crypto market,gainers,losers",
        "news": "news,headlines,crypto news",
        "gas": "gas,gwei",
        "whales": "whales",
        "alerts": "alerts,my alerts",
        "portfolio_risk": "portfolio,my portfolio,pnl",
        "yield": "yield,yields",
        "help": "help,?,ayuda,hilfe,aide,ajuda,yardim,aiuto,помощь,帮助",
    }.items()
    for phrase in phrases.split(",")
}
_TELL_ME = re.compile(
    r"\b(?:tell|alert|notify|ping|warn|message|text|wake|email|dm|buzz|poke|remind|holler at) me (?:up )?(?:when|if|"
    r"once|as soon as|whenever|the moment|in case)\b"
    r"|\blet me know (?:when|if|once|as soon as)\b|^(?:when|if|once)\b.*\b(?:tell|alert|notify|ping|warn|message) me\b"
    r"|\b(?:sag|gib) mir bescheid|\bavisame\b|\balertame\b|\bpreviens-moi\b|\balerte-moi\b|\bme avis[ae]\b|"
    r"\bavise-me\b|\bhaber ver\b"
    r"|(?:сообщи|уведоми|предупреди|дай знать|напиши мне).*(?:когда|если)|提醒我|通知我|알려줘"
)
_CONTRACT = re.compile(
    r"\b(?:safe|scam|honey ?pot|rug|rugpull|legit|owner|admin|deployer|mint(?:s|ed|able)?|upgrad\w*|proxy|proxies|"
    r"pausable?|pause[sd]?|functions?|selectors?|renounced"
    r"|blacklist\w*|backdoor|audit\w*|verified|bytecode|contract|sell tax|buy tax|malicious|timelock|implementation|"
    r"multisig"
    r"|sicher|vertrag|seguro|segura|estafa|contrato|contrat|arnaque|sur|golpe|truffa|guvenli|kontrat|безопас\w*|"
    r"контракт\w*|скам)\b|安全|合约|貔貅|骗局"
)
_WALLET = re.compile(
    r"\b(?:holds?|holding|holdings|balances?|who|whose|sanction\w*|ofac|owns|net worth|activity|transactions?|history|"
    r"approvals?|allowances?|portfolio|wallet"
    r"|guthaben|saldo|solde|bakiye|баланс|кошел\w*)\b|余额|持仓|是谁"
)
_FEES = re.compile(r"\bgas\b(?! (?:tokens?|coin|price of))|\bgwei\b")
_SUBJECTS: dict[str, frozenset[str]] = {
    "sentiment": frozenset("sentiment hype mood vibe vibes buzz fud".split()),
    "arbitrage": frozenset("arb arbs arbitrage".split()),
    "institutional_flows": frozenset({"etf", "etfs"}),
    "gas": frozenset({"fee", "fees"}),
}
"""Words that say what is asked of an asset, where nothing says that its price is."""
_SHORT = 5
_OF_PRICE = frozenset("price prices worth value quote cost kurs precio prix preco".split())
_GAS_ALONE = frozenset(
    "gas price prices fee fees cost costs now today rn the whats what is are current @day @t @i ?".split()
)
_CONTRACT_FIRST = re.compile(r"\b(?:mint|upgrade|pause|blacklist|honey ?pot|proxy|owner|contract|admin)\b|合约")


def override(reading: Reading) -> str | None:
    """The intent of a text that is clear by its form, else None."""
    if not reading.tokens:
        return "help"
    first = reading.tokens[0]
    if first.low == "/" and len(reading.tokens) > 1 and (intent := _COMMANDS.get(reading.tokens[1].low)) is not None:
        return _refined(intent, reading)
    phrase = reading.low.strip(" !.,?")
    if phrase in _PHRASES:
        return _PHRASES[phrase]
    if _TELL_ME.search(reading.low) and _about_markets(reading):
        return "alerts"
    if reading.addresses or reading.ens:
        return _of_address(reading)
    if "gas" in reading.low and "gas" in (words := mask(reading)) and _GAS_ALONE.issuperset(words):
        return "gas"
    assets = [e.entry.asset for e in reading.entities if e.entry.asset]
    if assets == ["SP500"] and not any(t.low in CRYPTO_WORDS for t in reading.tokens):
        return "out_of_scope"
    return None


def _about_markets(reading: Reading) -> bool:
    """Whether what is waited for is of the trade: a name, a word, a level of a price."""
    return bool(reading.entities or reading.addresses or reading.indicators) or any(
        t.low in CRYPTO_WORDS for t in reading.tokens
    )


def settled(intent: str, reading: Reading) -> str:
    """What the contract's near neighbours make of the classifier's word: counted coins in money are converted, and so on."""
    if intent in ("price", "signals") and (subject := _subject(reading)) is not None:
        return subject
    if intent in ("price", "convert") and SATS_A_BYTE.search(reading.low):
        return "gas"
    if intent == "price":
        counted = any(
            q.of is not None and q.value != 1 and reading.entities[q.of].entry.asset for q in reading.quantities
        )
        n_assets = sum(bool(entity.entry.asset) for entity in reading.entities)
        if counted and (reading.currencies or n_assets > 1):
            return "convert"
        if _FEES.search(reading.low):
            return "gas"
        bare = all(word.startswith("@") or word in ("/", "?") for word in mask(reading))
        if bare and any(span.text in BAR_SIZES and not span.window for span in reading.spans):
            return "chart"
    return intent


def _subject(reading: Reading) -> str | None:
    """ "btc etf", "doge hype check", "any arb on eth": the intent of a short text whose one subject is plain."""
    said = {token.low for i, token in enumerate(reading.tokens) if token.kind == "word" and i not in reading.taken}
    placed = any(e.entry.exchange or (e.entry.protocol and not e.entry.asset) for e in reading.entities)
    named = any(e.entry.asset for e in reading.entities)
    if not named or placed or len(said) > _SHORT or said & _OF_PRICE:
        return None
    return next((intent for intent, words in _SUBJECTS.items() if said & words), None)


def names_asset(reading: Reading) -> bool:
    """Whether a text plainly names something of the trade: no guess at a misspelling, no word with an ordinary meaning."""
    if reading.addresses or reading.ens:
        return True
    return any(not (e.guessed or e.entry.careful or _is_elsewhere(e.entry.asset)) for e in reading.entities)


def _is_elsewhere(ticker: str | None) -> bool:
    return ticker is not None and ASSETS[ticker].kind in ("index", "commodity", "fiat")


def _refined(intent: str, reading: Reading) -> str:
    if intent == "portfolio_risk" and re.search(r"\boptimi[sz]e\b|\brebalance\b", reading.low):
        return "portfolio_optimize"
    return intent


def _of_address(reading: Reading) -> str | None:
    """An address by itself is a wallet; words of admin powers make it a contract."""
    if len(reading.tokens) == 1:
        return "wallet"
    asks_contract, asks_wallet = bool(_CONTRACT.search(reading.low)), bool(_WALLET.search(reading.low))
    if reading.ens and not asks_contract:
        return "wallet" if asks_wallet else None
    if asks_contract and (not asks_wallet or _CONTRACT_FIRST.search(reading.low)):
        return "contract" if reading.addresses else None
    return "wallet" if asks_wallet and not asks_contract else None
