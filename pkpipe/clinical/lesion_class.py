"""Which class a lesion is of, target, non-target or new: as its row in TR says, else as TU identifies it.

SDTMIG 3.4 has the class in TUSTRESC; TRGRPID is a group that a sponsor may leave empty.
"""

from __future__ import annotations

import polars as pl

from pkpipe.protocol.response_options import INVESTIGATOR


def reader(evaluator: str, identity: str) -> pl.Expr:
    """Who assessed: `INVESTIGATOR`, or `INDEPENDENT ASSESSOR/RADIOLOGIST 1`."""
    who = pl.col(evaluator).fill_null(INVESTIGATOR)
    return pl.when(pl.col(identity).is_null()).then(who).otherwise(who + "/" + pl.col(identity))


def with_class(tr: pl.DataFrame, tu: pl.DataFrame) -> pl.DataFrame:
    """TR with TRGRPID, where it is empty, as TU says of the lesion.

    By the same reader; where a reader has no row of TU of a subject, by any: a lesion that has the name of
    another reader's is another lesion. A lesion that TU has twice is of the class of its first visit.
    """
    if tr.is_empty() or tr["TRGRPID"].null_count() == 0 or tu.is_empty():
        return tr
    known = (
        tu.with_columns(_READER=reader("TUEVAL", "TUEVALID"))
        .filter(pl.col("TULNKID").is_not_null())
        .sort("USUBJID", "_READER", "TULNKID", "VISITNUM", "SRCROW", nulls_last=True)
        .unique(["USUBJID", "_READER", "TULNKID"], keep="first", maintain_order=True)
        .select(
            "USUBJID", "_READER", TRLNKID="TULNKID", _CLASS=pl.col("TUSTRESC").str.to_uppercase()
        )
    )
    of_any = known.unique(["USUBJID", "TRLNKID"], keep="first", maintain_order=True)
    own = known.select("USUBJID", "_READER", _OWN=pl.lit(value=True)).unique()
    lesion = ["USUBJID", "TRLNKID"]
    said = pl.coalesce("_CLASS", pl.when(pl.col("_OWN").is_null()).then("_ANY"))
    return (
        tr.with_columns(_READER=reader("TREVAL", "TREVALID"))
        .join(known, on=["USUBJID", "_READER", "TRLNKID"], how="left", maintain_order="left")
        .join(of_any.select(*lesion, _ANY="_CLASS"), on=lesion, how="left", maintain_order="left")
        .join(own, on=["USUBJID", "_READER"], how="left", maintain_order="left")
        .with_columns(TRGRPID=pl.coalesce("TRGRPID", said))
        .select(tr.columns)
    )
