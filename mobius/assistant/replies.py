"""Answers that no tool gives: asking back, refusing, nothing found. Here: their drafts. Not here: when (ask)."""

from __future__ import annotations

from mobius.core.errors import MobiusError, UnknownSymbol, UserError
from mobius.core.intents import WILL_DO
from mobius.core.words import Draft, Line, Static, Writer

ASK_BACK: dict[str, str] = {
    "assets": "Which coin do you mean?",
    "amount": "How much?",
    "quote": "Into what: a currency or another coin?",
    "term": "Which term shall I explain?",
    "address": "Which address?",
    "protocols": "Which protocols?",
}
_EXAMPLES = ("what is BTC worth", "how's the market", "RSI on SOL")


def ask_back(slot: str, tool_examples: tuple[str, ...]) -> Draft:
    line = (Static(ASK_BACK.get(slot, "Could you say that with one detail more?")),)
    return Draft(headline=line, status="clarify", followups=tuple((Static(text),) for text in tool_examples[:3]))


def unknown_asset(error: UnknownSymbol, writer: Writer) -> Draft:
    """Near names as one tap each."""
    headline: Line = (Static("I don't know that asset."),)
    if error.near:
        names = writer.say("Did you mean {names}?", names=" or ".join(error.near))
        headline = (*headline, Static(" "), *names)
        followups = tuple(writer.say("price of {name}", name=near) for near in error.near)
    else:
        headline = (*headline, Static(" Try a ticker such as BTC, or a name such as Bitcoin."))
        followups = ()
    return Draft(headline=headline, status="clarify", followups=followups)


def not_built(intent: str) -> Draft:
    """The honest refusal of an ability that is not there yet, saying what it will do."""
    will = WILL_DO.get(intent, "be answered")
    headline = (Static("I can't do that yet. It will "), Static(will), Static("."))
    return Draft(headline=headline, status="refused", followups=tuple((Static(text),) for text in _EXAMPLES))


def out_of_scope() -> Draft:
    return Draft(
        headline=(Static("That is outside what I know: I look after crypto assets, markets, DeFi and chains."),),
        status="refused",
        followups=tuple((Static(text),) for text in _EXAMPLES[:2]),
    )


def nothing_asked() -> Draft:
    return Draft(
        headline=(Static("Ask me something, for example what a coin is worth."),),
        status="clarify",
        followups=tuple((Static(text),) for text in _EXAMPLES),
    )


def future_day() -> Draft:
    headline = (Static("That day has not come yet, and I don't invent prices."),)
    return Draft(headline=headline, status="no_data")


def failed(error: MobiusError) -> Draft:
    """No answer: the error's own sentence, which code of ours wrote."""
    headline: Line = (Static(error.message),)
    if error.hint:
        headline = (*headline, Static(" "), Static(error.hint))
    asks_back = isinstance(error, UserError) and error.exit_code == UserError.exit_code
    return Draft(headline=headline, status="clarify" if asks_back else "no_data")
