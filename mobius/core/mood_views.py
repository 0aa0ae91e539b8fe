"""What the desk tells of moods and attention. Here: frozen views of facts. Not here: how they come about (desk, sentiment)."""

from __future__ import annotations

from msgspec import Struct

from mobius.core.facts import Fact
from mobius.core.notices import Notice, SourceFailure


class MoodPart(Struct, frozen=True, kw_only=True):
    """One voice: a network's posts, or the press. Without a value its score says why, and its share is none."""

    name: str
    score: Fact
    """From -1 (grim) to 1 (glad)."""
    share: Fact
    """What it weighs in the composite, percent."""
    posts: Fact | None = None
    """How many posts it rests on, where it rests on posts."""


class AttentionPart(Struct, frozen=True, kw_only=True):
    """How much is looked up now, against the usual of the weeks before."""

    name: str
    ratio: Fact
    now: Fact
    usual: Fact


class QuoteView(Struct, frozen=True, kw_only=True):
    """A post worth reading: outside text, shortened."""

    text: Fact
    place: Fact
    score: Fact


class MoodView(Struct, frozen=True, kw_only=True):
    """How a crowd feels about one asset (None: crypto at large), and how much it looks. `parts` holds every ancestor."""

    asset: str | None
    score: Fact
    """The composite of the parts that spoke, from -1 to 1."""
    band: str
    """What the score is called; empty where there is none."""
    error: Fact
    """Standard error of the posts' part of it."""
    posts: Fact
    """How many posts there were in the window."""
    enough: bool
    """Whether there were posts enough to speak of a mood."""
    coverage: Fact
    """Share of all parts by weight that spoke, percent."""
    voices: tuple[MoodPart, ...]
    trend: Fact
    """The posts of the newest day less those before, on the same scale."""
    price_change: Fact
    """The price's own change over 24 hours, percent, to read the trend against."""
    attention: Fact
    """How many times the usual."""
    lookups: tuple[AttentionPart, ...]
    repeats: Fact
    """Posts that repeat another, weighed down."""
    spam: Fact
    quotes: tuple[QuoteView, ...]
    fear_greed: Fact | None = None
    fear_greed_label: Fact | None = None
    missing: tuple[str, ...] = ()
    """Voices that were not asked, and what they need: `X (MOBIUS_X_KEY)`."""
    parts: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    failures: tuple[SourceFailure, ...] = ()
