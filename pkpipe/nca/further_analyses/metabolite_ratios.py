"""Metabolite to parent: each other analyte over the parent, in mol where masses are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from pkpipe.errors import ConfigError
from pkpipe.nca.given_tables.inputs import ANALYTE_COLUMNS

C: Final = pl.col
# CDISC PKPARM: the parameter, the code of its ratio and its label.
RATIOS: Final = (
    ("CMAX", "MRCMAX", "Metabolite Ratio for Max Conc"),
    ("AUCLST", "MRAUCLST", "Metabolite Ratio for AUC to Last Nonzero"),
    ("AUCIFO", "MRAUCIFO", "Metabolite Ratio for AUC Infinity Obs"),
    ("AUCTAU", "MRAUCTAU", "Metabolite Ratio for AUC Dosing Interval"),
)
NO_PARENT: Final = "the parent has no value"
NO_METABOLITE: Final = "the metabolite has no value"


def analyte_key(table: pl.DataFrame, keys: Sequence[str], parent: str) -> str:
    """The key that names analytes and knows the parent.

    Raises:
        ConfigError: none does; the analytes there are.
    """
    named = [k for k in keys if k.upper() in ANALYTE_COLUMNS] or list(keys)
    for key in named:
        if (table[key].cast(pl.String) == parent).any():
            return key
    there = {k: table[k].cast(pl.String).unique().sort().head(5).to_list() for k in named}
    told = "; ".join(f"{k}: {', '.join(map(str, v))}" for k, v in there.items()) or "no key"
    raise ConfigError(f"--parent {parent}: no analyte of that name ({told})")


def with_ratios(
    table: pl.DataFrame,
    keys: Sequence[str],
    parent: str,
    molar_mass: float | Mapping[str, float] | None,
) -> pl.DataFrame:
    """The long table with the ratios of each metabolite behind its other rows.

    Raises:
        ConfigError: no such parent, or a molar mass of some of the analytes only.
    """
    key = analyte_key(table, keys, parent)
    of_profile = [c for c in keys if c != key] + ["START", "END"]
    name = C(key).cast(pl.String)
    parents = table.filter(name == parent).select(
        *of_profile, "PPTESTCD", _P="PPSTRESN", _S="STATUS"
    )
    rows = table.filter(name != parent, C("PPTESTCD").is_in([code for code, _, _ in RATIOS]))
    both = rows.join(
        parents, on=[*of_profile, "PPTESTCD"], how="inner", nulls_equal=True, maintain_order="left"
    )
    by = _by_mass(both[key].cast(pl.String), parent, molar_mass)
    value = C("PPSTRESN") / C("_P") * by
    code = {old: new for old, new, _ in RATIOS}
    label = {old: words for old, _, words in RATIOS}
    why = (
        pl.when(C("PPSTRESN").is_null())
        .then(pl.lit(NO_METABOLITE))
        .when((C("_P") > 0).fill_null(value=False).not_())
        .then(pl.lit(NO_PARENT))
    )
    doubted = pl.when(C("STATUS") == "OK").then("_S").otherwise("STATUS")
    ratios = both.with_columns(
        PPTEST=C("PPTESTCD").replace_strict(label, return_dtype=pl.String),
        PPTESTCD=C("PPTESTCD").replace_strict(code, return_dtype=pl.String),
        PPSTRESN=pl.when(why.is_null()).then(value),
        PPSTRESU=pl.lit("1"),
        PPSTAT=pl.when(why.is_not_null()).then(pl.lit("NOT DONE")),
        PPREASND=why,
        STATUS=doubted,
        REASON=pl.when(doubted != "OK").then(
            pl.coalesce("REASON", pl.lit("the value of the parent is doubted"))
        ),
    ).select(table.columns)
    return pl.concat([table, ratios]).sort(
        [*keys, "START", "END"], nulls_last=True, maintain_order=True
    )


def _by_mass(
    analytes: pl.Series, parent: str, molar_mass: float | Mapping[str, float] | None
) -> pl.Series:
    """Molar mass of the parent over that of each metabolite; 1 where no masses are given."""
    if not isinstance(molar_mass, Mapping):
        return pl.Series([1.0]).new_from_index(0, len(analytes))
    lost = sorted({parent, *analytes.unique().drop_nulls()} - set(molar_mass))
    if lost:
        raise ConfigError(
            f"--molar-mass: none for {', '.join(lost)} (given: {', '.join(molar_mass)})"
        )
    mass = analytes.replace_strict(dict(molar_mass), return_dtype=pl.Float64)
    return molar_mass[parent] / mass
