"""From SVG to PNG. Here: the raster of a drawing, with the font that stands beside this module. Not here: drawing (svg, card).

The library is loaded at the first picture. Fonts of the machine are not used: a picture is the same everywhere, and is not
empty where there are none. Letters that Inter's subset lacks (Chinese, Arabic, emojis) are drawn as boxes.
"""

from __future__ import annotations

from pathlib import Path

from mobius.core.errors import BadParameter

FONTS = tuple(Path(__file__).with_name("fonts") / name for name in ("Inter-Regular.ttf", "Inter-SemiBold.ttf"))
PIXELS_MAX = 16_000_000
"""Largest picture, in pixels; 64 MB of memory while it is drawn."""
_FAMILY = "Inter"


def rasterise(svg: str, *, width: int, height: int, zoom: float = 2.0, background: str | None = "#ffffff") -> bytes:
    """Draw a standalone SVG document of `width` by `height` as PNG, `zoom` pixels to each of its units.

    `background` None leaves it transparent. Raises BadParameter when the picture would be too large.
    """
    if width * height * zoom * zoom > PIXELS_MAX:
        raise BadParameter(f"A picture of {width} by {height} is too large.", hint="Take a smaller one.")
    from resvg_py import svg_to_bytes  # a library of 4 MB, for those who want pictures

    drawn: bytes = svg_to_bytes(
        svg_string=svg, background=background, zoom=zoom, skip_system_fonts=True,
        font_files=[str(file) for file in FONTS], font_family=_FAMILY, sans_serif_family=_FAMILY,
    )  # fmt: skip
    return drawn
