"""ADTR: every target measurement and every sum, with change from baseline and from nadir."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.lesions import LISTED_AS
from pkpipe.sentences import sentence
from pkpipe.tumor.criteria import UNITS_PER_MM
from pkpipe.tumor.lesions.segments import BY_READER, starts

COLUMNS: Final = {
    "USUBJID": pl.String,
    "EVAL": pl.String,
    "EVALID": pl.String,
    "PARAMCD": pl.String,
    "PARAM": pl.String,
    "ADT": pl.Date,
    "ADTC": pl.String,
    "VISIT": pl.String,
    "LNKID": pl.String,
    "LOC": pl.String,
    "NODAL": pl.String,
    "AVAL": pl.Float64,
    "BASE": pl.Float64,
    "CHG": pl.Float64,
    "PCHG": pl.Float64,
    "NADIR": pl.Float64,
    "CHGNAD": pl.Float64,
    "PCHGNAD": pl.Float64,
    "ABLFL": pl.String,
    "PDFL": pl.String,
    "ANL01FL": pl.String,  # a lesion with a value; a complete sum
    "ANL02FL": pl.String,  # lowest complete sum after the anchor
    "ANL03FL": pl.String,  # complete sum before the first progression
    "ANL04FL": pl.String,  # complete sum, or progression
    "LSEXP": pl.String,  # lesions expected and assessed
    "LSASS": pl.String,
    "REASON": pl.String,
    "SRCROW": pl.Int64,
}


def adtr(lesions: pl.DataFrame, points: pl.DataFrame, progressions: pl.DataFrame) -> pl.DataFrame:
    """Target lesions and their sums of every reader.

    lesions: `lesion_rows`.  points: `time_points` in mm, with ANCHOR.
    progressions: USUBJID, READER, ADT of every reported (where none is reported, derived) progression.
    """
    parts = [_lesion_rows(lesions, points), _sum_rows(lesions, points, progressions)]
    table = pl.concat([p.select(pl.col(n).cast(t) for n, t in COLUMNS.items()) for p in parts])
    # sorted by its keys alone: to carry thirty columns through a sort takes half as long again
    order = ("USUBJID", "EVAL", "EVALID", "PARAMCD", "ADT", "VISIT", "SRCROW")
    return table[table.select(pl.arg_sort_by(order, nulls_last=True)).to_series()]


def with_evaluator(table: pl.DataFrame) -> pl.DataFrame:
    """READER split into EVAL and EVALID."""
    parts = pl.col("READER").str.split_exact("/", 1)
    return table.with_columns(
        EVAL=parts.struct.field("field_0"), EVALID=parts.struct.field("field_1")
    )


def _flag(condition: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(pl.lit("Y"))


def _lesion_rows(lesions: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    # A part of a lesion that split is not the lesion of its own number: T04.1 is LDIAM4_1.
    number = (
        pl.col("TRLNKID")
        .str.extract(r"(\d+(?:\.\d+)?)$")
        .str.strip_chars_start("0")
        .str.replace(".", "_", literal=True)
    )
    value = (pl.col("TRSTRESN") * UNITS_PER_MM).round(0) / UNITS_PER_MM
    baseline = points.select(*BY_READER, "TPKEY", ISBASE=pl.col("ROLE") == "BASELINE")
    rows = lesions.filter(
        (pl.col("GRP") == "TARGET") & pl.col("TRTESTCD").is_in(tuple(LISTED_AS))
    ).join(baseline, on=(*BY_READER, "TPKEY"), how="left", maintain_order="left")
    code = pl.col("TRTESTCD").replace_strict(LISTED_AS, return_dtype=pl.String)
    nothing = dict.fromkeys(
        ("BASE", "CHG", "PCHG", "NADIR", "CHGNAD", "PCHGNAD", "PDFL"), pl.lit(None)
    )
    flags = {f"ANL0{i}FL": pl.lit(None, dtype=pl.String) for i in (2, 3, 4)}
    return with_evaluator(rows).with_columns(
        PARAMCD=code + number.fill_null(""),
        PARAM=sentence("Target lesion {} {} (mm)", number.fill_null("?"), "TRTESTCD"),
        ADT="ADATE",
        ADTC="TRDTC",
        LNKID="TRLNKID",
        LOC="TULOC",
        NODAL=pl.when("NODAL").then(pl.lit("Y")).otherwise(pl.lit("N")),
        AVAL=value,
        ABLFL=_flag(pl.col("ISBASE")),
        ANL01FL=_flag(pl.col("TRSTRESN").is_not_null()),
        LSEXP="TRLNKID",
        LSASS=pl.when(pl.col("TRSTRESN").is_not_null()).then("TRLNKID"),
        REASON=pl.when(pl.col("TRSTRESN").is_null()).then(
            pl.coalesce("TRREASND", "TRSTAT", "TRSTRESC", pl.lit("no value"))
        ),
        **nothing,
        **flags,
    )


def _sum_rows(
    lesions: pl.DataFrame, points: pl.DataFrame, progressions: pl.DataFrame
) -> pl.DataFrame:
    """One row a time point with target lesions; NADIR is the smallest complete sum on an earlier day."""
    targets = lesions.filter("FIRST", pl.col("GRP") == "TARGET", pl.col("TRLNKID").is_not_null())
    named = _named(targets)
    base = points.filter(pl.col("ROLE") == "BASELINE").select(*BY_READER, "TPKEY")
    expected = named.join(base, on=(*BY_READER, "TPKEY"), how="semi").select(
        *BY_READER, LSEXP="LSASS"
    )
    marked = progressions.select(*BY_READER, "ADT", PDFL=pl.lit("Y")).unique()
    start = points.filter(pl.col("ROLE") == "BASELINE").select(*BY_READER, BASE="SUMDIAM")
    rows = (
        points.drop("SRCROW", "BASE")
        .join(named, on=(*BY_READER, "TPKEY"), how="inner", maintain_order="left")
        .join(expected, on=BY_READER, how="left", maintain_order="left")
        .join(
            marked,
            left_on=(*BY_READER, "ADATE"),
            right_on=(*BY_READER, "ADT"),
            how="left",
            maintain_order="left",
        )
        .with_columns(ABLFL=_flag(pl.col("ROLE") == "BASELINE"), ANL01FL=_flag(pl.col("COMPLETE")))
        .join(start, on=BY_READER, how="left", maintain_order="left")
        .with_columns(BASE=pl.when(pl.col("ROLE") != "EARLY").then("BASE"))
    )
    change = pl.col("SUMDIAM") - pl.col("BASE")
    from_nadir = pl.col("SUMDIAM") - pl.col("NADIR")
    return with_evaluator(_analysis_flags(rows)).with_columns(
        PARAMCD=pl.lit("SDIAM"),
        PARAM=pl.lit("Target lesions sum of diameters (mm)"),
        ADT="ADATE",
        ADTC="DTC",
        LNKID=pl.lit(None),
        LOC=pl.lit(None),
        NODAL=pl.lit(None),
        AVAL="SUMDIAM",
        CHG=change,
        PCHG=pl.when(pl.col("BASE") > 0).then(100 * change / pl.col("BASE")),
        CHGNAD=from_nadir,
        PCHGNAD=pl.when(pl.col("NADIR") > 0).then(100 * from_nadir / pl.col("NADIR")),
        REASON=pl.when(~pl.col("COMPLETE"))
        .then(sentence("{} of {} target lesions measured", "NMEAS", "NEXP"))
        .otherwise("ROLEWHY"),
    )


def _named(targets: pl.DataFrame) -> pl.DataFrame:
    """The measured lesions of each time point in words; targets are sorted by time point and lesion."""
    place = (*BY_READER, "TPKEY")
    measured = (
        targets.filter(pl.col("SIZE").is_not_null())
        .group_by(place, maintain_order=True)
        .agg(LSASS=pl.col("TRLNKID"))
        .with_columns(pl.col("LSASS").list.join(", "))
    )
    rows = targets.group_by(place, maintain_order=True).agg(pl.col("SRCROW").min())
    joined = rows.join(measured, on=place, how="left", maintain_order="left")
    return joined.with_columns(pl.col("LSASS").fill_null(""))


def _analysis_flags(rows: pl.DataFrame) -> pl.DataFrame:
    """ANL02FL lowest complete sum, ANL03FL those before progression, ANL04FL complete or progression."""
    complete, progressed = pl.col("ANL01FL") == "Y", pl.col("PDFL") == "Y"
    after = (pl.col("ADATE") > pl.col("ANCHOR")).fill_null(pl.col("ROLE") == "POST")
    base = pl.col("BASE")
    share = pl.when(complete & after & (base > 0)).then(pl.col("SUMDIAM") / base)
    ordered = rows.sort(*BY_READER, share, "ADATE", "TPKEY", nulls_last=True)
    lowest = starts(BY_READER) & share.is_not_null()
    ordered = ordered.with_columns(ANL02FL=_flag(lowest)).sort(
        *BY_READER, "ADATE", "TPKEY", nulls_last=True
    )
    ends = ordered.filter(progressed).group_by(BY_READER).agg(FIRSTPD=pl.col("ADATE").min())
    before = (pl.col("ADATE") < pl.col("FIRSTPD")).fill_null(value=True)
    return ordered.join(ends, on=BY_READER, how="left", maintain_order="left").with_columns(
        ANL03FL=_flag(complete & before), ANL04FL=_flag(complete | progressed)
    )
