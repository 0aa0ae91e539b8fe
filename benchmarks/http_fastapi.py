"""The rival of `benchmarks.http`: the price route as FastAPI and pydantic have it, its types read at run time."""

from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query  # type: ignore[import-not-found, unused-ignore]
from pydantic import BaseModel


class FactRef(BaseModel):
    fact: str
    format: str
    text: str


class TextBlock(BaseModel):
    type: Literal["text"]
    text: list[str | FactRef]


class SeriesData(BaseModel):
    name: str
    unit: str
    ts: list[int]
    columns: dict[str, list[float | None]]


class ChartBlock(BaseModel):
    type: Literal["chart"]
    figure: str
    title: str
    series: list[str]
    data: dict[str, SeriesData]
    levels: list[FactRef] = []


class Fact(BaseModel):
    id: str
    value: float | int | str | bool | None
    unit: str
    reason: str | None = None
    source: str
    path: str | None = None
    as_of: str | None = None
    fetched_at: str | None = None
    tier: str = "origin"
    simulated: bool = False
    derived_from: list[str] = []
    how: str | None = None
    n: int | None = None
    sha256: str | None = None


class SourceNote(BaseModel):
    name: str
    as_of: str | None = None
    tier: str | None = None
    attribution: str | None = None
    failed: str | None = None


class Answer(BaseModel):
    id: str
    status: Literal["answered", "partial", "clarify", "refused", "no_data"]
    question: str
    intent: str
    intents: list[str] = []
    confidence: float | None = None
    slots: dict[str, Any] = {}
    as_of: str | None = None
    world: str
    headline: list[str | FactRef]
    headline_plain: str
    blocks: list[TextBlock | ChartBlock] = []
    facts: dict[str, Fact] = {}
    caveats: list[list[str | FactRef]] = []
    sources: list[SourceNote] = []
    simulated: bool = False
    followups: list[str] = []
    elapsed_ms: float = 0.0


class PriceQuery(BaseModel):
    assets: list[str]
    quote: str = "USD"


def application(kept: dict[str, Any]) -> FastAPI:
    """One route that answers with `kept`, read into the model and written out of it."""
    app = FastAPI(openapi_url=None)

    async def price(query: Annotated[PriceQuery, Query()]) -> Answer:
        return Answer.model_validate(kept)

    app.add_api_route("/v1/tools/price", price, response_model=Answer)
    return app
