"""What another censoring scheme or reader does to each subject's time."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.sentences import sentence

SENSITIVITY: Final = {
    "USUBJID": pl.String(),
    "PARAMCD": pl.String(),
    "SCHEME": pl.String(),
    "AVAL": pl.Float64(),
    "CNSR": pl.Int64(),
    "AVALA": pl.Float64(),
    "CNSRA": pl.Int64(),
    "MOVED": pl.String(),
    "WHY": pl.String(),
}
_KEY: Final = ("USUBJID", "PARAMCD")


def moved(adtte: pl.DataFrame) -> pl.DataFrame:
    """One row a subject, endpoint and other scheme: its time beside the leading one, and what changed.

    A subject with a time in only one of the two (a response counted by one scheme) has a row too.
    """
    leading = adtte.filter(pl.col("ANL01FL") == "Y").select(
        *_KEY, AVALA="AVAL", CNSRA="CNSR", WORDSA="EVNTDESC", LEADS=pl.lit(True)
    )
    schemes = adtte.filter(pl.col("ANL01FL").is_null()).select("SCHEME", "PARAMCD").unique()
    others = adtte.filter(pl.col("ANL01FL").is_null()).select(
        *_KEY, "SCHEME", "AVAL", "CNSR", WORDS="EVNTDESC", COUNTS=pl.lit(True)
    )
    expected = leading.join(schemes, on="PARAMCD", how="inner")
    both = expected.join(others, on=[*_KEY, "SCHEME"], how="full", coalesce=True)
    same = pl.col("AVAL").eq_missing(pl.col("AVALA")) & pl.col("CNSR").eq_missing(pl.col("CNSRA"))
    change = sentence(
        "{} instead of {}",
        pl.col("WORDS").fill_null("no time"),
        pl.col("WORDSA").fill_null("no time"),
    )
    why = (
        pl.when(pl.col("WORDS") == pl.col("WORDSA"))
        .then(sentence("{} on another date", "WORDS"))
        .otherwise(change)
    )
    table = both.with_columns(MOVED=pl.when(~same).then(pl.lit("Y")), WHY=pl.when(~same).then(why))
    return table.select(pl.col(n).cast(t) for n, t in SENSITIVITY.items()).sort(
        "USUBJID", "PARAMCD", "SCHEME"
    )
