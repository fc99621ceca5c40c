"""What was seen at a time point: target lesions and their sum, non-target lesions, new lesions."""

from __future__ import annotations

import polars as pl

from pkpipe.tumor.criteria import NODE_NORMAL
from pkpipe.tumor.lesions.segments import BY_READER, starts


def target_sums(used: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Per time point: sum of the baseline target lesions, how many measured, how many remain."""
    targets = used.filter(pl.col("GRP") == "TARGET")
    chosen = baseline_targets(targets, points)
    remains = pl.when("NODAL").then(pl.col("SIZE") >= NODE_NORMAL).otherwise(pl.col("SIZE") > 0)
    marked = targets.join(
        chosen.with_columns(CHOSEN=pl.lit(True)),
        on=(*BY_READER, "TRLNKID"),
        how="left",
        maintain_order="left",
    ).with_columns(CHOSEN=pl.col("CHOSEN").fill_null(value=False))
    size = pl.when("CHOSEN").then("SIZE")
    return marked.group_by("T", maintain_order=True).agg(
        SLD=pl.when(size.count() > 0).then(size.sum()),
        NMEAS=(size.is_not_null() & ~pl.col("SHORT")).sum().cast(pl.Int64),
        REMAIN=(remains & pl.col("CHOSEN")).sum().cast(pl.Int64),
        NSTRAY=(~pl.col("CHOSEN") & pl.col("SIZE").is_not_null()).sum().cast(pl.Int64),
        TARGETDT=pl.col("ADATE").max(),
        DIVIDED=_told(marked, "DIVIDED"),
        DIVIDEDZH=_told(marked, "DIVIDEDZH"),
    )


def _told(marked: pl.DataFrame, column: str) -> pl.Expr:
    """What is said of lesions that split or merged at a time point; sorting within groups is slow."""
    if not marked[column].count():
        return pl.lit("")
    return pl.col(column).drop_nulls().sort().str.join(", ")


def baseline_targets(targets: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """The target lesions with a size at the baseline of their reader: these make every sum."""
    baseline = points.filter(pl.col("ROLE") == "BASELINE").select("T")
    return (
        targets.join(baseline, on="T", how="semi")
        .filter(pl.col("SIZE").is_not_null())
        .select(*BY_READER, "TRLNKID")
    )


def nontargets(used: pl.DataFrame) -> pl.DataFrame:
    """Per time point: non-target lesions assessed, absent, progressed, and there though no node."""
    state = pl.col("STATE")
    # A node that can be seen again may be benign; what is back after complete response is another lesion.
    here = (state == "PRESENT") & ~pl.col("NODAL")
    return (
        used.filter(pl.col("GRP") == "NON-TARGET")
        .group_by("T", maintain_order=True)
        .agg(
            NTN=state.count().cast(pl.Int64),
            NTPD=(state == "UNEQUIVOCAL").sum().cast(pl.Int64),
            NTABS=(state == "ABSENT").sum().cast(pl.Int64),
            NTPDDT=pl.col("ADATE").filter(state == "UNEQUIVOCAL").min(),
            NTHERE=here.sum().cast(pl.Int64),
            NTHEREDT=pl.col("ADATE").filter(here).min(),
        )
    )


def new_lesions(used: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Per time point: new lesions unequivocal, equivocal, and equivocal but confirmed later (dated back)."""
    new = used.filter(pl.col("GRP") == "NEW")
    proven = (
        new.filter(pl.col("STATE").is_in(("UNEQUIVOCAL", "PRESENT")))
        .select(*BY_READER, "TRLNKID", PROVEN=pl.lit(True))
        .unique(maintain_order=True)
    )
    marked = new.join(
        proven, on=(*BY_READER, "TRLNKID"), how="left", nulls_equal=True, maintain_order="left"
    )
    marked = (
        marked.join(points.select("T", SEEN="ADATE"), on="T", how="left", maintain_order="left")
        .sort(*BY_READER, "TRLNKID", "SEEN", "TPKEY", nulls_last=True)
        .with_columns(DEBUT=starts((*BY_READER, "TRLNKID")))
        .sort("T", "TRLNKID")
    )
    sure = pl.col("STATE").is_in(("UNEQUIVOCAL", "PRESENT"))
    doubt = pl.col("STATE") == "EQUIVOCAL"
    back = doubt & pl.col("PROVEN").fill_null(value=False)
    open_doubt = doubt & ~pl.col("PROVEN").fill_null(value=False)
    return marked.group_by("T", maintain_order=True).agg(
        NEWU=sure.sum().cast(pl.Int64),
        NEWBACK=back.sum().cast(pl.Int64),
        NEWE=open_doubt.sum().cast(pl.Int64),
        NEWSUM=pl.col("SIZE").filter(sure).sum(),
        NEWDEBUT=(pl.col("DEBUT") & (sure | back)).sum().cast(pl.Int64),
        NEWDT=pl.col("ADATE").filter(sure | back).min(),
        NEWIDS=pl.col("TRLNKID").filter(sure | back | open_doubt).str.join(", "),
    )
