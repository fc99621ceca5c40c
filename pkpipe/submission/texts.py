"""Texts of pkpipe itself that are longer than a variable may be: split between words, never cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from pkpipe.submission.dataset import Variable

LONGEST: Final = 200  # bytes of a text in a transport file
MOST: Final = 5  # variables of one text


def split_texts(
    rows: pl.DataFrame, variables: Sequence[Variable], names: Sequence[str]
) -> tuple[pl.DataFrame, tuple[Variable, ...]]:
    """Each text of `names` that is too long somewhere, as NAME, NAME1, NAME2 and so on."""
    made = list[Variable]()
    for variable in variables:
        made.append(variable)
        longest = rows[variable.name].str.len_bytes().max() if variable.name in names else 0
        if isinstance(longest, int) and longest > LONGEST:
            rows, more = _split(rows, variable)
            made += more
    return rows.select(v.name for v in made), tuple(made)


def _split(rows: pl.DataFrame, variable: Variable) -> tuple[pl.DataFrame, list[Variable]]:
    texts = rows[variable.name].drop_nulls().unique(maintain_order=True)
    pieces = [[*in_pieces(text)] for text in texts]
    most = min(max(map(len, pieces)), MOST)
    names = [variable.name, *(f"{variable.name[:7]}{n}" for n in range(1, most))]
    table = pl.DataFrame(
        {"_TEXT": texts}
        | {
            f"_{i}": pl.Series([_piece(p, i, most) for p in pieces], dtype=pl.String)
            for i in range(most)
        }
    )
    joined = rows.join(
        table, left_on=variable.name, right_on="_TEXT", how="left", maintain_order="left"
    )
    split = joined.with_columns(pl.col(f"_{i}").alias(name) for i, name in enumerate(names))
    more = [
        replace(variable, name=name, label=_label(variable.label, place), terms=())
        for place, name in enumerate(names[1:], start=2)
    ]
    return split.drop(f"_{i}" for i in range(most)), more


def _label(label: str, place: int) -> str:
    """`Trace (2)`: the label of a piece, which may not be longer than others."""
    return f"{label.encode()[:36].decode(errors='ignore')} ({place})"


def _piece(pieces: Sequence[str], place: int, most: int) -> str | None:
    """The last variable takes what is left, which is refused where it is too long."""
    if place >= len(pieces):
        return None
    return " ".join(pieces[place:]) if place == most - 1 else pieces[place]


def in_pieces(text: str) -> Iterator[str]:
    """The text in pieces of at most 200 bytes, each of whole words; a longer word stays whole."""
    piece = ""
    for word in text.split(" "):
        longer = f"{piece} {word}" if piece else word
        if len(longer.encode()) > LONGEST and piece:
            yield piece
            piece = word
        else:
            piece = longer
    yield piece
