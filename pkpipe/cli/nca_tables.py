"""The tables of `pkpipe nca` as people hand them in: names, types, words for BLQ, the keys of a profile."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.cli.nca_called import CALLED
from pkpipe.cli.nca_doubts import check_clock
from pkpipe.cli.nca_words import KIND, ONE_ZERO, ROUTE, TIME_RULE, TO_INFINITY
from pkpipe.clinical import blq
from pkpipe.clinical.computed import is_computed
from pkpipe.errors import ConfigError, DataError
from pkpipe.finding.table import raise_if_any
from pkpipe.nca.given_tables.check_list import UNIT_STATED, UNITS
from pkpipe.nca.given_tables.inputs import ANALYTE_COLUMNS
from pkpipe.nca.given_tables.profile_keys import COMPUTED, DERIVED
from pkpipe.nca.given_tables.profile_keys import TEXT_OF_CONC as RAW
from pkpipe.nca.given_tables.row_checks import TIME_RULES, finding
from pkpipe.nca.laid_out.intervals import INTERVAL_KINDS
from pkpipe.nca.laid_out.sorted_arrays import ROUTES, by_group
from pkpipe.reading.unit_columns import one_spelling, same_unit, unit_column
from pkpipe.reading.verb_files import ROW, nearest, plain_name, read_given, say
from pkpipe.reading.verb_tables import read_known
from pkpipe.schema.codelists import YES_NO
from pkpipe.schema.column import Column, Kind

UPPER: Final = ("ULOQ", "PCULOQ", "AULOQ")
RENAMED: Final = "; --rename NAME=COLUMN tells what the files call it, such as --rename TIME=time_h"
HINT: Final = (
    "words for BLQ are BLQ, <LLOQ, <0.5, 低于定量下限 and those after --blq-text, such as "
    "--blq-text ND where ND is not detected, and not `not done`"
)


def conc_columns(texts: Sequence[str]) -> tuple[Column, ...]:
    """The columns of the concentrations; texts: further words for BLQ."""

    def says(text: pl.Expr) -> pl.Expr:
        return blq.says(text) | blq.is_one_of(text, texts)

    result = Column("CONC", "number", required=True, hint=HINT, besides=says, kept_as=RAW)
    return (
        Column("TIME", "number", required=True),
        result,
        replace(
            _optional("BLQ", "only 0 and words are BLQ", "integer", called=("BLQFL", "BLOQ")),
            codelist=ONE_ZERO,
            hint="1 is below the limit, 0 is not",
            unlike=UPPER,
        ),
        replace(
            _optional("LLOQ", "a number below it is no BLQ", "number"),
            unlike=(*UPPER, "LLOQU"),
        ),
        Column("TIMENOM", "number"),
        replace(
            _optional("TIMERULE", "all samples have the rule of time_basis", allowed=TIME_RULES),
            codelist=TIME_RULE,
            unlike=("TIMEU", "TIMEUNIT", "TIMEUNITS"),
        ),
        _optional("NOMWIN", "all samples have the window of nominal_window", "number"),
        _flag("LAMZFL", "no point of the slope is picked"),
        _flag("EXCLFL", "no sample is left out"),
        Column("EXCLRSN"),
        _optional("TIMEEND", "no row is a collection over a time", "number"),
        _optional("VOLUME", "no collection has an amount", "number"),
        _optional("AMOUNT", "no collection has an amount", "number"),
        replace(_optional(DERIVED, "every row is one that was measured"), unlike=("TYPE",)),
        _optional(COMPUTED, "every row is one that was measured", called=("DRVFL",)),
    )


def _optional(
    name: str,
    matters: str,
    kind: Kind = "text",
    *,
    allowed: tuple[str, ...] = (),
    called: tuple[str, ...] = (),
) -> Column:
    """A column that is often absent; one that is nearly it is refused, for then the answer is another."""
    also = CALLED.get(name, ())
    return Column(
        name, kind, allowed=allowed, called=called, exactly=also, matters=matters, usual=False
    )


def _flag(name: str, matters: str = "") -> Column:
    """Y, N or empty, in any spelling."""
    column = _optional(name, matters, allowed=("Y", "N"))
    return replace(column, codelist=YES_NO)


DOSE: Final = (
    Column("TIME", "number", required=True, filled=True),
    Column("DOSE", "number", required=True, filled=True),
    Column("ROUTE", required=True, filled=True, codelist=ROUTE, allowed=ROUTES),
    _optional("DURATION", "an infusion lasts 0", "number", called=("DUR", "DURH", "INFDUR")),
    _optional("TAU", "no dosing interval is stated", "number", called=("TAUH",)),
    Column("TIMENOM", "number"),
    _flag("FIRSTFL"),
    Column("WEIGHT", "number"),
    Column("BSA", "number"),
    Column("RBASE", "number"),
)
INTERVALS: Final = (
    Column("START", "number", required=True, filled=True),
    Column("END", "number", required=True, codelist=TO_INFINITY),
    replace(
        _optional("KIND", "the kind of an interval is told by its times", allowed=INTERVAL_KINDS),
        codelist=KIND,
    ),
)
MATRIX_COLUMNS: Final = ("PCSPEC", "MATRIX", "SPECIMEN", "FLUID")
EXCRETA: Final = r"(?i)urine|f(a)?eces|faecal|fecal|stool|尿|粪"


class Names:
    """What the files call the columns, and which of these names some file has."""

    def __init__(self, given: list[list[str]] | None) -> None:
        words = [word for group in given or () for word in group]
        if wrong := [w for w in words if not all(w.partition("=")[::2])]:
            raise ConfigError(f"--rename {wrong[0]}: NAME=COLUMN is wanted, e.g. TIME=time_h")
        self.ours = {theirs: ours for ours, _, theirs in (w.partition("=") for w in words)}
        self.met: set[str] = set()

    def __call__(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The table with its columns renamed."""
        here = {theirs: ours for theirs, ours in self.ours.items() if theirs in frame.columns}
        self.met |= set(here)
        named = [here.get(c, c) for c in frame.columns]
        if twice := sorted({n for n in named if named.count(n) > 1}):
            raise ConfigError(f"--rename gives two columns the name {', '.join(twice)}")
        return frame.rename(here)

    def check(self) -> None:
        """Every column named is in some file."""
        if lost := [c for c in self.ours if c not in self.met]:
            raise ConfigError(f"--rename: no file has a column {', '.join(lost)}")


def read(path: Path, columns: Sequence[Column], names: Names) -> pl.DataFrame:
    """The table typed, every misfit named, with the row of the file; a column it lacks stays absent."""
    there: set[str] = set()

    def called(frame: pl.DataFrame) -> pl.DataFrame:
        renamed = _with_conc(names(frame), columns)
        for column in (c for c in renamed.columns if plain_name(c) == "TIME"):
            check_clock(renamed, column, path)
        there.update(plain_name(c) for c in renamed.columns)
        return renamed

    if names.ours:
        # who names columns has seen them: what is nearly one of ours is told; what plainly is one is refused
        found = {plain_name(c) for c in names(read_given(path)).columns}
        plain = [found.intersection(map(plain_name, (*c.called, *c.exactly))) for c in columns]
        columns = [
            c if is_one else replace(c, matters="")
            for c, is_one in zip(columns, plain, strict=True)
        ]
    try:
        frame = read_known(path, columns, called, row=ROW)
    except ConfigError as problem:
        remedy = RENAMED if ": no column " in str(problem) else ""
        raise ConfigError(f"{problem}{remedy}") from problem
    return frame.drop(c.name for c in columns if plain_name(c.name) not in there)


def _with_conc(frame: pl.DataFrame, columns: Sequence[Column]) -> pl.DataFrame:
    """A table of amounts needs no concentrations."""
    there = {plain_name(c) for c in frame.columns}
    wanted = next((c for c in columns if c.name == "CONC"), None)
    if wanted is None or "AMOUNT" not in there or "CONC" in there:
        return frame
    known = {plain_name(c.name) for c in columns}
    free = [c for c in frame.columns if plain_name(c) not in known]
    if nearest(wanted, free) is None:  # one that is nearly it is told as that
        return frame.with_columns(CONC=pl.lit(None, dtype=pl.String))
    return frame


def with_blq_words(conc: pl.DataFrame, path: Path, texts: Sequence[str]) -> pl.DataFrame:
    """BLQ and LLOQ as the text of the result says them: `<0.5` is a BLQ whose limit is 0.5."""
    # a number is no word, unless somebody says that it is one
    words = conc.select((pl.col("CONC").is_null() & pl.col(RAW).is_not_null()).any()).item()
    if not words and not any(re.fullmatch(r"[-+.\d]+", text) for text in texts):
        return conc.drop(RAW)
    raw = pl.col(RAW)
    said = (blq.says(raw) | blq.is_one_of(raw, texts)).fill_null(value=False)
    if not conc.select(said.any()).item():
        return conc.drop(RAW)
    odd = conc.filter(blq.is_one_of(raw, texts) & ~blq.says(raw))[RAW].unique().sort()
    if len(odd):
        say(path, f"read as below the limit of quantification: {', '.join(odd)}")
    flag = pl.col("BLQ") if "BLQ" in conc.columns else pl.lit(None, dtype=pl.Int64)
    stated = pl.col("LLOQ") if "LLOQ" in conc.columns else pl.lit(None, dtype=pl.Float64)
    return conc.with_columns(
        BLQ=pl.when(said).then(1).otherwise(flag),
        LLOQ=pl.coalesce(stated, pl.when(said).then(blq.limit_in(raw))),
    ).drop(RAW)


def measured(conc: pl.DataFrame, path: Path) -> pl.DataFrame:
    """The rows that were measured; a copied one stays, for it is held against its first one (`once`)."""
    none = pl.lit(None, dtype=pl.String)
    kind = pl.col(DERIVED) if DERIVED in conc.columns else none
    flag = pl.col(COMPUTED) if COMPUTED in conc.columns else none
    left_out = is_computed(flag, kind)
    rows = conc.filter(left_out)
    if rows.height:
        first = ", ".join(str(row) for row in rows[ROW].head(5))
        say(
            path,
            f"computed and not measured ({DERIVED}, {COMPUTED}), left out: {rows.height} rows ({first})",
        )
    return conc.filter(~left_out)


def check_units(
    frame: pl.DataFrame, path: Path, stated: str | None, value: str, keys: Sequence[str]
) -> None:
    """A column of units says what --conc-unit or --dose-unit says; without these, one unit a profile.

    Raises:
        DataError: rows in another unit.
    """
    column = unit_column(frame.columns, value)
    if column is None:
        return
    rows = frame.filter(pl.col(column).is_not_null() & pl.col(value).is_not_null())
    seen = rows[column].cast(pl.String).unique(maintain_order=True).to_list()
    if stated is not None:
        wrong = pl.col(column).is_in([u for u in seen if not same_unit(u, stated)])
        check = replace(UNIT_STATED, allowed=f"{stated}, as stated for {value}")
    else:
        spelling = one_spelling(rows[column].cast(pl.String))
        unit = pl.col(column).replace(spelling)
        # subjects are compared with each other, analytes and matrices are not
        own = [k for k in keys if k in frame.columns and k.upper() in ANALYTE_COLUMNS]
        wrong = by_group(unit.n_unique(), own) > 1
        check = UNITS
    bad = rows.filter(wrong)
    if bad.height:
        own = [k for k in keys if k in frame.columns]
        raise_if_any(finding(bad, own, path.name, replace(check, column=column)))


def check_matches(conc: pl.DataFrame, dose: pl.DataFrame, keys: Sequence[str]) -> None:
    """At least one profile has samples and a dose.

    Raises:
        DataError: none has, so the keys are spelled in two ways.
    """
    own = [k for k in keys if k in dose.columns]
    if not own or not conc.height or not dose.height:
        return
    if conc.join(dose, on=own, how="semi", nulls_equal=True).is_empty():
        told = "; ".join(
            f"{name}: {', '.join(_who(t.select(own)))}"
            for name, t in (("CONC", conc), ("DOSE", dose))
        )
        raise DataError(
            f"no profile has both samples and a dose: {', '.join(own)} has no value in common ({told})"
        )


def _who(keys: pl.DataFrame) -> list[str]:
    """The first profiles, as a reader would name them."""
    first = keys.unique(maintain_order=True).head(3)
    return [" ".join(str(part) for part in row) for row in first.iter_rows()]


def tell_excreta(conc: pl.DataFrame, path: Path) -> None:
    """Urine and faeces are collected over a time: an area under their concentrations means nothing."""
    for column in (c for c in MATRIX_COLUMNS if c in conc.columns):
        texts = conc[column].cast(pl.String).drop_nulls().unique().sort()
        found = texts.filter(texts.str.contains(EXCRETA)).to_list()
        if found:
            say(
                path,
                f"{column} {', '.join(found)}: collected over a time, so areas and slopes of its "
                "concentrations mean nothing (leave these rows out, or EXCLFL = Y)",
            )


def alike(
    keys: Sequence[str], tables: Sequence[pl.DataFrame | None]
) -> tuple[pl.DataFrame | None, ...]:
    """Keys of one type in all tables that have them: text if the files do not agree."""
    there = [t for t in tables if t is not None]
    mixed = [k for k in keys if len({t.schema[k] for t in there if k in t.columns}) > 1]
    return tuple(
        None if t is None else t.with_columns(pl.col(k).cast(pl.String) for k in mixed if k in t)
        for t in tables
    )
