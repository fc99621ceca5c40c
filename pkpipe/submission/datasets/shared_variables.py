"""Variables that several datasets add, each with one meaning."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.submission.dataset import Added

C: Final = pl.col

# Of ADSL, merged into every other dataset.
CORE: Final = (
    "SUBJID",
    "SITEID",
    "AGE",
    "AGEU",
    "SEX",
    "RACE",
    "TRT01P",
    "TRT01A",
    "TRTSDT",
    "TRTEDT",
    "SAFFL",
)
TRTP: Final = Added("TRTP", "text", C("TRT01P"), "Predecessor", "ADSL.TRT01P")
TRTA: Final = Added("TRTA", "text", C("TRT01A"), "Predecessor", "ADSL.TRT01A")
AVISIT: Final = Added(
    "AVISIT", "text", C("VISIT"), "Derived", "The name of the visit as collected."
)
AVISITN: Final = Added(
    "AVISITN",
    "number",
    C("AVISITN"),
    "Derived",
    "The smallest VISITNUM that was delivered for a visit of this name.",
)
ADY: Final = Added(
    "ADY",
    "integer",
    (C("ADT") - C("TRTSDT")).dt.total_days() + (C("ADT") >= C("TRTSDT")).cast(pl.Int64),
    "Derived",
    "ADT - TRTSDT, plus 1 where ADT is not before TRTSDT; there is no day 0.",
)


def source(domain: str, variable: pl.Expr | str, said: str = "") -> tuple[Added, ...]:
    """SRCDOM, SRCVAR and SRCSEQ of rows that come from one record of a domain."""
    has = C("SRCSEQ").is_not_null()
    value = pl.lit(variable) if isinstance(variable, str) else variable
    told = said or f"{variable}, the variable that AVAL comes from."
    return (
        Added(
            "SRCDOM",
            "text",
            pl.when(has).then(pl.lit(domain)),
            "Assigned",
            f"{domain}, the domain of the record; empty where the row does not come from one record.",
        ),
        Added("SRCVAR", "text", pl.when(has).then(value), "Assigned", told),
        Added("SRCSEQ", "integer", C("SRCSEQ"), "Predecessor", f"{domain}.{domain}SEQ"),
    )


def numeric_or_text(domain: str) -> pl.Expr:
    """The result variable that AVAL, or without a number AVALC, comes from."""
    number, text = (pl.lit(f"{domain}STRES{kind}") for kind in "NC")
    return pl.when(C("AVAL").is_not_null()).then(number).otherwise(text)


RESULT: Final = "The numeric result, or the text where there is no number."
