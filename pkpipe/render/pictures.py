"""Drawings as PNG, for media that cannot hold SVG."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pkpipe.render.fonts import fonts
from pkpipe.render.printed_page import Drawing
from pkpipe.render.typesetting import typeset

PPI: Final = 150
POINTS: Final = 72
SOURCE: Final = """
#set page(width: auto, height: auto, margin: 0pt)
#let names = json("names.json")
#for (i, name) in names.enumerate() {
  if i > 0 { pagebreak() }
  image(name, format: "svg")
}
"""


@dataclass(frozen=True)
class Png:
    """One picture of dots, with the size it has on paper in points."""

    content: bytes

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height, from the head of the file."""
        wide, tall = struct.unpack(">II", self.content[16:24])
        return int(wide), int(tall)

    @property
    def width(self) -> float:
        """In points."""
        return self.pixels[0] * POINTS / PPI

    @property
    def height(self) -> float:
        """In points."""
        return self.pixels[1] * POINTS / PPI


def as_png(drawings: Sequence[Drawing]) -> dict[str, Png]:
    """Drawings by name; one that cannot be read stops the run with its name."""
    if not drawings:
        return {}
    files = {f"{i}.svg": d.svg.encode() for i, d in enumerate(drawings)}
    files["names.json"] = json.dumps(list(files)).encode()
    folders = sorted({font.path.parent for font in fonts()})
    made = typeset(SOURCE, files, png=PPI, fonts=folders)
    return {d.name: Png(content) for d, content in zip(drawings, made, strict=True)}
