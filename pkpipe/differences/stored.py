"""One finished run read back: its tables, what it was made of, and the delivery before it was cut."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from pkpipe.differences.displayed_values import DISPLAYED, SHOWN
from pkpipe.displays import of_files
from pkpipe.errors import DataError
from pkpipe.protocol.study import Study
from pkpipe.reading.files import read_table
from pkpipe.rooms import BY_NAME, COLLECT
from pkpipe.schema.adam.validate import APPROVAL, SEEN
from pkpipe.schema.column import SOURCE_PLACE
from pkpipe.schema.own_inputs import SPECS
from pkpipe.snapshot.cutoff import ONGOING
from pkpipe.snapshot.mapping import empty
from pkpipe.snapshot.rows_used import LEFT_OUT
from pkpipe.store.manifest import differences, in_the_wrong_place, read_manifest
from pkpipe.store.recorded_settings import recorded_study
from pkpipe.validate.checks.cells import typed

DISPLAYS: Final = "displays/DISPLAYS"
OF_FILES: Final = "_OF_FILES"
BASIS: Final = (APPROVAL.code, SEEN.code)


@dataclass(frozen=True)
class StoredRun:
    """A run's folder with its manifest; tables are read when asked."""

    folder: Path
    manifest: Mapping[str, Any]

    @functools.cached_property
    def study(self) -> Study:
        """The study as the run resolved it, at the run's cutoff."""
        return recorded_study(self.folder, self.manifest).at(self.cutoff)

    @property
    def cutoff(self) -> datetime.date:
        """The data cutoff."""
        return datetime.date.fromisoformat(self.manifest["cutoff"])

    @property
    def name(self) -> str:
        """The folder's own name: the cutoff, with the revision if it is one."""
        return self.folder.name

    def table(self, name: str) -> pl.DataFrame:
        """A table by `room/TABLE`."""
        return read_table(self.folder / f"{name}.parquet")

    @functools.cached_property
    def _listed(self) -> frozenset[str]:
        return frozenset(entry["path"] for entry in self.manifest["outputs"])

    def _has(self, name: str) -> bool:
        """Whether the run has a table, by `room/TABLE`; one of an earlier version of pkpipe may not."""
        return f"{name}.parquet" in self._listed

    @functools.cached_property
    def displayed(self) -> dict[str, pl.DataFrame]:
        """The tables whose numbers people read; a run of an earlier version of pkpipe may lack some."""
        return {name: self.table(name) for name in DISPLAYED if self._has(name)}

    @functools.cached_property
    def displays(self) -> pl.DataFrame | None:
        """The displays of the run; None: a run of a version of pkpipe that had none."""
        if not (self._has(SHOWN) and self._has(DISPLAYS)):
            return None
        made = self.table(DISPLAYS)
        about = [of_files(sources.split(", ")) for sources in made["SOURCES"].fill_null("")]
        return made.with_columns(pl.Series(OF_FILES, about, dtype=pl.Boolean))

    def shown(self, *, of_files: bool) -> pl.DataFrame:
        """The shown cells of displays that tell of files and findings, or of the others."""
        assert self.displays is not None
        numbers = self.displays.filter(pl.col(OF_FILES) == of_files).select(DISPLAY="number")
        return self.table(SHOWN).join(numbers, on="DISPLAY", how="semi", maintain_order="left")

    @functools.cached_property
    def collect(self) -> pl.DataFrame | None:
        """Which columns the files had; None: a run of an earlier version of pkpipe."""
        return self.table(COLLECT) if self._has(COLLECT) else None

    @functools.cached_property
    def basis(self) -> dict[str, pl.DataFrame]:
        """The runs that decisions name, as they were looked up; none in a run of an earlier version."""
        names = [n for n in BASIS if self._has(f"validate/{n}")]
        return {name: self.table(f"validate/{name}") for name in names}

    def validated(self, code: str) -> pl.DataFrame:
        """A domain as its cells were read."""
        return _shaped(self.table(f"validate/{code}"), typed(empty(SPECS[code]), SPECS[code]))

    @functools.cached_property
    def delivered(self) -> dict[str, pl.DataFrame]:
        """The raw tables as they arrived, all text: what the cutoff took away or changed is put back."""
        away = self.table("snapshot/CUTAWAY").filter(pl.col("REASON") != LEFT_OUT)
        return {code: self._delivered(code, away) for code in SPECS if self._wrote(code)}

    def _wrote(self, code: str) -> bool:
        return code in BY_NAME["snapshot"].writes

    def _delivered(self, code: str, away: pl.DataFrame) -> pl.DataFrame:
        kept = _shaped(self.table(f"snapshot/{code}"), empty(SPECS[code]))
        record = pl.Struct({name: pl.String() for name in SPECS[code].names})
        mine = away.filter(pl.col("TABLE") == code).select(
            pl.col("RECORD").str.json_decode(record).struct.unnest(),
            *SOURCE_PLACE,
            _WHY=pl.col("REASON"),
        )
        changed = mine.filter(pl.col("_WHY") == ONGOING)
        as_is = kept.join(changed, on=SOURCE_PLACE, how="anti", maintain_order="left")
        whole = [
            as_is,
            *(
                part.select(kept.columns)
                for part in (changed, mine.join(changed, on=SOURCE_PLACE, how="anti"))
            ),
        ]
        return pl.concat(whole).sort(*SOURCE_PLACE, maintain_order=True)


def _shaped(frame: pl.DataFrame, like: pl.DataFrame) -> pl.DataFrame:
    """The columns that a domain has now: a run of an earlier version of pkpipe may lack some."""
    return pl.concat([like, frame], how="diagonal").select(like.columns)


def read_run(folder: Path) -> StoredRun:
    """A finished run.

    Raises:
        DataError: there is none, or its files are not those its manifest names.
    """
    manifest = read_manifest(folder)
    # Only its own files: raw files may have moved on since, the snapshot holds what was read.
    wrong = in_the_wrong_place(folder, manifest)
    wrong += differences(folder, {**manifest, "inputs": []}, None)
    if wrong:
        raise DataError(
            "\n  ".join([f"{folder}: cannot be compared, it is not what its manifest says", *wrong])
        )
    return StoredRun(folder, manifest)
