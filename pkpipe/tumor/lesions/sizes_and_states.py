"""From TR and TU as delivered to one row a lesion and time point: a size or a state, node or not."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.lesion_class import reader
from pkpipe.clinical.lesions import (
    LONG_AXIS,
    SHORT_AXIS,
    SIZE_TESTS,
    is_node,
    of_a_lesion,
    undecided,
)
from pkpipe.clinical.visits import names_no_single
from pkpipe.schema import dates
from pkpipe.schema.coded_words import folded
from pkpipe.tumor.criteria import NODE_NORMAL, UNITS_PER_MM
from pkpipe.tumor.lesions.segments import starts
from pkpipe.tumor.lesions.states import states_said
from pkpipe.tumor.options import ResponseOptions

NO_SIZE: Final = 9
MERGER: Final = r"(?i)\b(merged|coalesced|confluent)\b"
LESION_CLASSES: Final = ("TARGET", "NON-TARGET", "NEW")


def time_point(dtc: str) -> pl.Expr:
    """The name of the time point: its visit, or its date where the visit names no single one."""
    stamp = pl.col(dtc).str.slice(0, 10).fill_null("")
    visit = folded(pl.col("VISIT"))  # `Week 6` and `WEEK 6` are one
    return (
        pl.when(visit.is_null())
        .then(stamp)
        .when(names_no_single())
        .then(visit + " " + stamp)
        .otherwise(visit)
    )


def resolved(dtc: pl.Expr, partial: str) -> pl.Expr:
    """The day an assessment counts for: as given, or the last or first it can mean.

    With `ne` an incomplete date still needs a place in the order: the last day it can mean.
    """
    return dates.first_day(dtc) if partial == "first" else dates.last_day(dtc)


def identified(tu: pl.DataFrame) -> pl.DataFrame:
    """One row a reader and lesion: where it is, node or not, of which class, in which rows of TU."""
    first = (
        tu.with_columns(READER=reader("TUEVAL", "TUEVALID"))
        .filter(pl.col("TULNKID").is_not_null())
        .sort("USUBJID", "READER", "TULNKID", "VISITNUM", "SRCROW", nulls_last=True)
        .filter(starts(("USUBJID", "READER", "TULNKID")))
    )
    return first.select(
        "USUBJID",
        "READER",
        pl.col("TULNKID").alias("TRLNKID"),
        "TULOC",
        pl.col("TUSTRESC").str.to_uppercase().alias("CLASS"),
        "VISIT",
        "VISITNUM",
        "TUDTC",
        "SRCROW",
    )


def lesion_rows(tr: pl.DataFrame, tu: pl.DataFrame, options: ResponseOptions) -> pl.DataFrame:
    """One row a reader, time point and lesion, sorted so; repeats stay with FIRST false.

    Adds: READER, TPKEY, GRP (TARGET, NON-TARGET, NEW), NODAL, OPEN (node or not is not said),
    SIZE (0.1 µm), STATE, ADATE, FULLDAY.
    """
    known = identified(tu)
    tr = tr.filter(of_a_lesion(pl.col("TRTESTCD")))
    placed = pl.concat([_with_place(tr, known), _new_from_tu(tr, known)], how="diagonal")
    rows = (
        placed.with_columns(TPKEY=time_point("TRDTC"), SAID=states_said(placed["TRSTRESC"]))
        .with_columns(_size(options), STATE=_state(), MERGED=_merged())
        .with_columns(
            ADATE=resolved(pl.col("TRDTC"), options.partial_dates),
            FULLDAY=pl.col("TRDTC").str.len_chars() >= 10,
            ORDER=_preference(),
        )
        .with_columns(SIZE=pl.when(pl.col("ORDER") < NO_SIZE).then("SIZE"))
        .drop("SAID")
    )
    return _split_visits(ordered(rows.filter(pl.col("GRP").is_in(LESION_CLASSES))))


LESION: Final = ("USUBJID", "READER", "TPKEY", "GRP", "TRLNKID")


def ordered(rows: pl.DataFrame) -> pl.DataFrame:
    """Sorted by lesion and time point, the row that counts first: with a value, preferred test, larger."""
    return rows.sort(
        *LESION,
        pl.col("SIZE").is_null() & pl.col("STATE").is_null(),
        "ORDER",
        pl.col("SIZE").fill_null(-1) * -1,
        "STATE",
        "TRDTC",
        "SRCROW",
        nulls_last=True,
    ).with_columns(FIRST=starts(LESION))


def _split_visits(rows: pl.DataFrame) -> pl.DataFrame:
    """A visit in which one lesion was assessed on two days is two time points, told apart by the day."""
    valued = pl.col("SIZE").is_not_null() | pl.col("STATE").is_not_null()
    again = ~pl.col("FIRST") & valued & (pl.col("ORDER") == pl.col("ORDER").shift(1))
    other_day = pl.col("TRDTC").str.slice(0, 10) != pl.col("TRDTC").shift(1).str.slice(0, 10)
    visits = rows.filter((again & other_day).fill_null(value=False)).select(LESION[:3]).unique()
    if visits.is_empty():
        return rows
    marked = rows.join(visits.with_columns(SPLIT=pl.lit(True)), on=LESION[:3], how="left")
    day = pl.concat_str(
        pl.col("TPKEY"), pl.lit(" "), pl.col("TRDTC").str.slice(0, 10).fill_null("")
    )
    return ordered(
        marked.with_columns(TPKEY=pl.when("SPLIT").then(day).otherwise("TPKEY")).drop("SPLIT")
    )


def _with_place(tr: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """TR with the location of its lesion, from the same reader's TU row; the class stands in TRGRPID.

    Where a reader has no row of TU of a subject, from any reader's: a lesion that has the name of another
    reader's is another lesion.
    """
    own = known.select("USUBJID", "READER", "TRLNKID", "TULOC")
    with_own = known.select("USUBJID", "READER", OWN=pl.lit(value=True)).unique()
    other = (
        known.sort("USUBJID", "TRLNKID", "READER")
        .filter(starts(("USUBJID", "TRLNKID")))
        .select("USUBJID", "TRLNKID", LOC2="TULOC")
    )
    placed = (
        tr.with_columns(READER=reader("TREVAL", "TREVALID"))
        .join(own, on=("USUBJID", "READER", "TRLNKID"), how="left")
        .join(other, on=("USUBJID", "TRLNKID"), how="left")
        .join(with_own, on=("USUBJID", "READER"), how="left")
        .with_columns(
            TULOC=pl.coalesce("TULOC", pl.when(pl.col("OWN").is_null()).then("LOC2")),
            GRP=pl.col("TRGRPID").str.to_uppercase(),
        )
    )
    axes = _axes(placed)
    joined = placed.join(axes, on=("USUBJID", "READER", "TRLNKID"), how="left", nulls_equal=True)
    seen = {"short": pl.col("SHORTAX"), "long": pl.col("LONGAX")}
    return joined.with_columns(
        NODAL=is_node(pl.col("TULOC"), **seen), OPEN=undecided(pl.col("TULOC"), **seen)
    ).drop("OWN", "LOC2", "SHORTAX", "LONGAX")


def _axes(rows: pl.DataFrame) -> pl.DataFrame:
    """By which axis each lesion was ever measured: where the place leaves it open, this tells a node."""
    valued = rows.filter(pl.col("TRSTRESN").is_not_null() | pl.col("TRSTRESC").is_not_null())
    return valued.group_by("USUBJID", "READER", "TRLNKID").agg(
        SHORTAX=pl.col("TRTESTCD").is_in(SHORT_AXIS).any(),
        LONGAX=pl.col("TRTESTCD").is_in(LONG_AXIS).any(),
    )


def _new_from_tu(tr: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """A new lesion that only TU names is an unequivocal one: identifying it is the statement."""
    stated = tr.with_columns(READER=reader("TREVAL", "TREVALID")).select(
        "USUBJID", "READER", "TRLNKID"
    )
    return (
        known.filter(pl.col("CLASS") == "NEW")
        .join(stated, on=("USUBJID", "READER", "TRLNKID"), how="anti")
        .select(
            "USUBJID",
            "READER",
            "TRLNKID",
            "TULOC",
            "VISIT",
            "VISITNUM",
            GRP=pl.lit("NEW"),
            NODAL=is_node(pl.col("TULOC"), short=pl.lit(value=False), long=pl.lit(value=False)),
            TRTESTCD=pl.lit("TUMSTATE"),
            TRSTRESC=pl.lit("UNEQUIVOCAL"),
            TRDTC=pl.col("TUDTC"),
            SRCROW=pl.lit(None, dtype=pl.Int64),
        )
    )


def _size(options: ResponseOptions) -> pl.Expr:
    """Size in units of 0.1 µm; 0 for an absent lesion, the convention for one too small to measure."""
    read = (pl.col("TRSTRESN") * UNITS_PER_MM).round(0).cast(pl.Int64, strict=False)
    said = pl.col("SAID")
    small = round(options.too_small_mm * UNITS_PER_MM)
    size = (
        pl.when(pl.col("TRSTAT").is_not_null() | (pl.col("TRSTRESU").str.to_lowercase() != "mm"))
        .then(None)
        .when(pl.col("TRSTRESN") >= 0)
        .then(read)
        .when(said == "ABSENT")
        .then(0)
        .when(said == "TOO SMALL")
        .then(small)
    )
    return size.cast(pl.Int64).alias("SIZE")


def _state() -> pl.Expr:
    """State of a lesion that is judged, not measured; null if it was not done or not evaluable."""
    said = pl.when(pl.col("TRSTAT").is_null()).then(pl.col("SAID"))
    measured = (pl.col("TRSTRESN") > 0) & pl.col("TRSTAT").is_null()
    gone = pl.when(pl.col("NODAL")).then(pl.col("TRSTRESN") * UNITS_PER_MM < NODE_NORMAL)
    return (
        pl.when(said == "NE")
        .then(None)
        .when(said == "TOO SMALL")
        .then(pl.lit("PRESENT"))
        .when(said.is_not_null())
        .then(said)
        .when(gone | ((pl.col("TRSTRESN") == 0) & pl.col("TRSTAT").is_null()))
        .then(pl.lit("ABSENT"))
        .when(measured)
        .then(pl.lit("PRESENT"))
    )


def _merged() -> pl.Expr:
    """True if the lesion is said to have grown into another, as its state or as why it has no size."""
    why = pl.col("TRREASND").str.contains(MERGER).fill_null(value=False)
    return (pl.col("SAID") == "MERGED").fill_null(value=False) | (
        pl.col("TRSTRESN").is_null() & why
    )


def _preference() -> pl.Expr:
    """Position of the measurement among those that give the size; NO_SIZE for one that gives none."""
    place = {kind: {code: i for i, code in enumerate(codes)} for kind, codes in SIZE_TESTS.items()}
    code = pl.col("TRTESTCD")
    size = (
        pl.when(pl.col("NODAL"))
        .then(code.replace_strict(place["node"], default=None, return_dtype=pl.Int8))
        .otherwise(code.replace_strict(place["other"], default=None, return_dtype=pl.Int8))
    )
    judged = pl.when(code == "TUMSTATE").then(0).otherwise(1).cast(pl.Int8)
    return pl.when(pl.col("GRP") == "TARGET").then(size.fill_null(NO_SIZE)).otherwise(judged)
