"""What the waterfall, the spider and the swimmer show, as tables; drawing is left to the report (REC-10)."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.schema.dates import study_day

WHO: Final = ("USUBJID", "COHORT", "LEVEL")


NOTHING_COUNTED: Final = "no counted assessment after baseline"


def _usable(points: pl.DataFrame) -> pl.DataFrame:
    """Counted time points with a complete sum and its change from baseline."""
    return points.filter(
        pl.col("ANL01FL").is_not_null() & pl.col("COMPLETE") & pl.col("PCHG").is_not_null()
    )


def _why_not(points: pl.DataFrame) -> pl.DataFrame:
    """USUBJID and WHYNOT: what a subject lacks to be drawn, in the order a reader would ask."""
    seen = points.group_by("USUBJID").agg(
        POSTN=pl.col("ANL01FL").count(), NEXP=pl.col("NEXP").max(), BASED=pl.col("BASE").count()
    )
    reason = (
        pl.when(pl.col("POSTN") == 0)
        .then(pl.lit(NOTHING_COUNTED))
        .when(pl.col("NEXP") == 0)
        .then(pl.lit("no target lesion"))
        .when(pl.col("BASED") == 0)
        .then(pl.lit("no complete baseline sum"))
        .otherwise(pl.lit("no complete sum up to progression"))
    )
    return seen.select("USUBJID", WHYNOT=reason)


def waterfall(points: pl.DataFrame, best: pl.DataFrame) -> pl.DataFrame:
    """Best change of the sum from baseline (%), up to and including first progression, before new therapy.

    points: `counted` derived time points of one reader.  best: one row a treated subject.
    Every subject has a row; who is not drawn has DRAWN `N` and the reason for the caption.
    """
    usable = _usable(points).join(best.select("USUBJID", "PDDT"), on="USUBJID", how="inner")
    lowest = (
        usable.filter((pl.col("ADT") <= pl.col("PDDT")).fill_null(value=True))
        .group_by("USUBJID")
        .agg(BESTPCHG=pl.col("PCHG").min())
    )
    table = best.join(lowest, on="USUBJID", how="left").join(
        _why_not(points), on="USUBJID", how="left"
    )
    reason = pl.when(pl.col("BESTPCHG").is_null()).then(
        pl.coalesce("WHYNOT", pl.lit(NOTHING_COUNTED))
    )
    return (
        table.with_columns(REASON=reason)
        .sort("BESTPCHG", "USUBJID", descending=[True, False], nulls_last=True)
        .with_columns(
            DRAWN=pl.when(pl.col("REASON").is_null()).then(pl.lit("Y")).otherwise(pl.lit("N")),
            CONFFL=_confirmed(),
        )
        .with_columns(ORDER=pl.when(pl.col("DRAWN") == "Y").then(pl.int_range(1, pl.len() + 1)))
        .select(*WHO, "TUMTYPE", "BESTPCHG", "BOR", "CBOR", "CONFFL", "ORDER", "DRAWN", "REASON")
        .sort("USUBJID")
    )


def _confirmed() -> pl.Expr:
    """Y: the best response is confirmed, N: a response that is not; null: no response."""
    return (
        pl.when(pl.col("CRSPDT").is_not_null())
        .then(pl.lit("Y"))
        .when(pl.col("RSPDT").is_not_null())
        .then(pl.lit("N"))
    )


def spider(
    points: pl.DataFrame, baselines: pl.DataFrame, subjects: pl.DataFrame, best: pl.DataFrame
) -> pl.DataFrame:
    """Change of the sum from baseline by study day; the line starts at 0 % at the baseline scan.

    points: `counted` derived time points of one reader.  baselines: USUBJID, ADT.  best: one row a treated
    subject; who of them is not drawn has one row without a day, with the reason for the caption.
    """
    shown = _usable(points).select("USUBJID", "ADT", "PCHG", "AVALC", "ANL02FL")
    start = baselines.join(shown.select("USUBJID").unique(), on="USUBJID", how="semi").select(
        "USUBJID",
        "ADT",
        PCHG=pl.lit(0.0),
        AVALC=pl.lit(None, dtype=pl.String),
        ANL02FL=pl.lit("Y"),
    )
    drawn = (
        pl.concat([start, shown])
        .join(subjects.select(*WHO, "TRTSDT"), on="USUBJID", how="inner")
        .with_columns(ADY=study_day(pl.col("ADT"), pl.col("TRTSDT")))
        .filter(pl.col("ADY").is_not_null())
    )
    missing = (
        best.select(WHO)
        .join(drawn, on="USUBJID", how="anti")
        .join(_why_not(points), on="USUBJID", how="left")
        .select(*WHO, REASON=pl.coalesce("WHYNOT", pl.lit(NOTHING_COUNTED)))
        .with_columns(REASON=pl.col("REASON").str.replace(" up to progression", ""))
    )
    columns = ("USUBJID", "ADY", "ADT", "PCHG", "AVALC", "ANL02FL", "COHORT", "LEVEL", "REASON")
    return (
        pl.concat([drawn, missing], how="diagonal").select(columns).sort("USUBJID", "ADY", "PCHG")
    )


def swimmer(subjects: pl.DataFrame, best: pl.DataFrame) -> pl.DataFrame:
    """One row a treated subject and event, in study days: bars have a start and an end, marks only a start.

    subjects: ADSL.  best: the leading best responses.  A response lasts to progression, death or last
    assessment; ONGOING is an arrow for who is still treated at the cutoff. Where the end of treatment was not
    collected nobody is known to be: a bar ends with the last dose.
    """
    table = subjects.filter(pl.col("TRTSDT").is_not_null()).join(
        best.select("USUBJID", "RSPDT", "CRSPDT", "PDDT", "LSTADT", "BOR"), on="USUBJID", how="left"
    )
    alive = pl.col("DTHDT").is_null()
    known = pl.col("DISPRS").is_null()
    on_drug = pl.col("EOTDT").is_null() & known & alive & pl.col("CUTDT").is_not_null()
    drug_end = pl.when(on_drug).then("CUTDT").otherwise(pl.coalesce("EOTDT", "TRTEDT", "DTHDT"))
    confirmed = pl.when(pl.col("CRSPDT").is_not_null()).then(pl.lit(" confirmed"))
    label = pl.col("BOR") + confirmed.fill_null(" unconfirmed")
    nothing = pl.lit(None, dtype=pl.Date)
    events = (
        ("TREATMENT", pl.col("TRTSDT"), drug_end, pl.lit(None, dtype=pl.String)),
        (
            "RESPONSE",
            pl.coalesce("CRSPDT", "RSPDT"),
            pl.coalesce("PDDT", "DTHDT", "LSTADT"),
            label,
        ),
        ("PD", pl.col("PDDT"), nothing, pl.lit("PD")),
        ("DEATH", pl.col("DTHDT"), nothing, pl.lit("DEATH")),
        ("ONGOING", pl.when(on_drug).then("CUTDT"), nothing, pl.lit("on treatment")),
        ("CUTOFF", pl.col("CUTDT"), nothing, pl.lit("data cutoff")),
    )
    lengths = table.select("USUBJID", LENGTH=(drug_end - pl.col("TRTSDT")).dt.total_days())
    places = lengths.sort("LENGTH", "USUBJID", descending=[True, False], nulls_last=True)
    places = places.with_columns(ORDER=pl.int_range(1, pl.len() + 1)).drop("LENGTH")
    return (
        pl.concat(
            table.filter(start.is_not_null()).select(
                *WHO,
                EVENT=pl.lit(event),
                EVENTN=pl.lit(position),
                STARTDY=study_day(start, pl.col("TRTSDT")).cast(pl.Float64),
                ENDDY=study_day(end, pl.col("TRTSDT")).cast(pl.Float64),
                AVALC=words.cast(pl.String),
            )
            for position, (event, start, end, words) in enumerate(events)
        )
        .join(places, on="USUBJID", how="left")
        .sort("ORDER", "EVENTN")
        .drop("EVENTN")
        .select("USUBJID", "EVENT", "STARTDY", "ENDDY", "AVALC", "COHORT", "LEVEL", "ORDER")
        .sort("USUBJID", "EVENT", maintain_order=True)
    )
