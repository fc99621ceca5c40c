"""Tables that are asked by many rules at once, with what several of them derive from the tables made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from pkpipe.protocol.study import Study


class MadeOnce(dict[str, pl.DataFrame]):
    """Tables of one study that nobody changes, and the tables that were derived from them so far."""

    def __init__(self, tables: Mapping[str, pl.DataFrame], study: Study) -> None:
        super().__init__(tables)
        self.study = study
        self.made: dict[str, pl.DataFrame] = {}


def made_once(
    name: str, tables: Mapping[str, pl.DataFrame], study: Study, make: Callable[[], pl.DataFrame]
) -> pl.DataFrame:
    """A table derived from others: as it was made before, where the tables remember that."""
    if not isinstance(tables, MadeOnce) or tables.study is not study:
        return make()
    if name not in tables.made:
        tables.made[name] = make()
    return tables.made[name]
