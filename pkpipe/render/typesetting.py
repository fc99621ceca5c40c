"""Typst, the one program that sets pages: sources and data in, bytes out; no file, no network, no clock."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import typst

from pkpipe.errors import DerivationError

MAIN: Final = "main.typ"


def typeset(
    source: str,
    files: Mapping[str, bytes],
    *,
    png: float | None = None,
    fonts: Sequence[Path] = (),
    made: datetime.date | None = None,
) -> list[bytes]:
    """A PDF (one), or with `png` (dots an inch) a picture of each page.

    fonts: folders; no other font is used but typst's own, so that bytes are the same anywhere.

    Raises:
        DerivationError: a drawing or a template is no valid one; typst's own words say where.
    """
    when = datetime.datetime.combine(made or datetime.date(1980, 1, 1), datetime.time.min)
    try:
        content: Any = typst.compile(  # type: ignore[call-overload] # files in memory are not in its stubs
            {MAIN: source.encode(), **files},
            font_paths=[str(folder) for folder in fonts],
            ignore_system_fonts=True,
            format="pdf" if png is None else "png",
            ppi=png,
            timestamp=when.replace(tzinfo=datetime.UTC),
            pdf_tags=False,  # of a table they are ten times its size
        )
    except typst.TypstError as problem:
        raise DerivationError(f"typesetting: {problem}") from problem
    return content if isinstance(content, list) else [content]
