"""Tables that are asked by many rules at once, with what several of them derive from the tables made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from pkpipe.protocol.study import Study


class MadeOnce(dict[str, pl.DataFrame]):
    """Tables of one study that nobody changes, and the tables that were derived from them so far."""

    def __init__(self, tables: Mapping[str, pl.DataFrame]) -> None:
        super().__init__(tables)
        self._made: dict[tuple[str, int], tuple[Study, pl.DataFrame]] = {}

    def of(self, name: str, study: Study, make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """The derived table of this name; it is made where it is asked for the first time."""
        key = (
            name,
            id(study),
        )  # the study is kept beside the table, so that no other one gets its id
        if key not in self._made:
            self._made[key] = study, make()
        return self._made[key][1]


def made_once(
    name: str, tables: Mapping[str, pl.DataFrame], study: Study, make: Callable[[], pl.DataFrame]
) -> pl.DataFrame:
    """A table derived from others: as it was made before, where the tables remember that."""
    return tables.of(name, study, make) if isinstance(tables, MadeOnce) else make()
