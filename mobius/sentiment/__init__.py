"""Mood of texts: words in, scores out. Here: scoring, crowds of posts, composites. Not here: fetching posts (sources, desk)."""
