"""Tables of adverse events: the overview, and terms by worst grade. A subject counts once (SAF-2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.safety.groups import members, percent, sizes

_EMERGENT = pl.col("TRTEMFL") == "Y"
_RELATED, _SEVERE = pl.col("RELFL") == "Y", pl.col("AETOXGR") >= 3
_NO_GRADE: Final = "no CTCAE grade was collected"


@dataclass(frozen=True)
class Line:
    """One line of the overview: which events, in words."""

    code: str
    label: str
    events: pl.Expr
    graded: bool = False  # needs CTCAE grades


OVERVIEW: Final = (
    Line("TEAE", "Any treatment-emergent adverse event", _EMERGENT),
    Line("TEAE_REL", "Related", _EMERGENT & _RELATED),
    Line("TEAE_G3", "Grade 3 or higher", _EMERGENT & _SEVERE, graded=True),
    Line("TEAE_REL_G3", "Related, grade 3 or higher", _EMERGENT & _RELATED & _SEVERE, graded=True),
    Line("TEAE_SER", "Serious", _EMERGENT & (pl.col("AESER") == "Y")),
    Line("TEAE_DTH", "Leading to death", _EMERGENT & (pl.col("DTHFL") == "Y")),
    Line("TEAE_DISC", "Leading to discontinuation", _EMERGENT & (pl.col("DISCFL") == "Y")),
    Line("TEAE_INT", "Leading to interruption or delay", _EMERGENT & (pl.col("INTRFL") == "Y")),
    Line("IRAE", "Immune-related (in its own window)", pl.col("IRTEMFL") == "Y"),
    Line("DLT", "Dose-limiting toxicity, as the investigator flagged it", pl.col("AEDLTFL") == "Y"),
)
GRADES: Final = ("ANY", "1", "2", "3", "4", "5", "NOT GRADED")
ANY_TERM: Final = None  # AEDECOD of the line that counts the class as a whole


def aesum_of(adae: pl.DataFrame, adsl: pl.DataFrame) -> pl.DataFrame:
    """Subjects and events of each overview line, by group; every line and group is there, with 0 if none."""
    membership = members(adsl)
    treated = adae.join(membership.drop("N"), on="USUBJID", how="inner")
    ungraded = adae.height > 0 and adae["AETOXGR"].null_count() == adae.height
    groups = sizes(membership)
    lines = [
        groups.join(
            treated.filter(line.events)
            .group_by("GROUP", "GROUPVAL")
            .agg(X=pl.col("USUBJID").n_unique().cast(pl.Int64), EVENTS=pl.len().cast(pl.Int64)),
            on=["GROUP", "GROUPVAL"],
            how="left",
            maintain_order="left",
        ).with_columns(
            pl.lit(i).alias("ORDER"),
            pl.lit(line.code).alias("PARAMCD"),
            pl.lit(line.label).alias("PARAM"),
            pl.lit(_NO_GRADE if line.graded and ungraded else None, dtype=pl.String).alias(
                "REASON"
            ),
        )
        for i, line in enumerate(OVERVIEW)
    ]
    known = pl.col("REASON").is_null()
    return (
        pl.concat(lines)
        .with_columns(pl.when(known).then(pl.col(c).fill_null(0)).alias(c) for c in ("X", "EVENTS"))
        .sort("GROUP", "GROUPVAL", "ORDER")
        .select(
            *("GROUP", "GROUPVAL", "PARAMCD", "PARAM", "X", "N"),
            percent().alias("PCT"),
            "EVENTS",
            "REASON",
        )
    )


def aesoc_of(adae: pl.DataFrame, adsl: pl.DataFrame) -> pl.DataFrame:
    """Subjects by class and term at their worst grade, classes and terms by frequency, then alphabet.

    AEDECOD empty: the class as a whole. ORDER is that of all subjects together, so groups line up.
    """
    membership = members(adsl)
    emergent = adae.filter(_EMERGENT).join(membership.drop("N"), on="USUBJID", how="inner")
    levels = pl.concat(
        [
            _worst(emergent, ["GROUP", "GROUPVAL", "AESOC", "AEDECOD"]),
            _worst(emergent, ["GROUP", "GROUPVAL", "AESOC"]).with_columns(
                AEDECOD=pl.lit(ANY_TERM, dtype=pl.String)
            ),
        ],
        how="diagonal",
    )
    counted = pl.concat([levels, levels.with_columns(GRADE=pl.lit("ANY"))])
    keys = ["GROUP", "GROUPVAL", "AESOC", "AEDECOD", "GRADE"]
    rows = counted.group_by(keys).agg(X=pl.len().cast(pl.Int64))
    return (
        rows.join(sizes(membership), on=["GROUP", "GROUPVAL"], how="left")
        .join(_order(rows), on=["AESOC", "AEDECOD"], how="left", nulls_equal=True)
        .with_columns(
            PCT=percent(),
            RANK=pl.col("GRADE").replace_strict(
                {g: i for i, g in enumerate(GRADES)}, return_dtype=pl.Int8
            ),
        )
        .sort("GROUP", "GROUPVAL", "ORDER", "RANK")
        .select(*keys, "X", "N", "PCT", "ORDER")
    )


def _worst(events: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """One row a subject and key with the worst grade as text."""
    worst = events.group_by([*keys, "USUBJID"]).agg(pl.col("AETOXGR").max())
    return worst.with_columns(GRADE=pl.col("AETOXGR").cast(pl.String).fill_null("NOT GRADED")).drop(
        "AETOXGR"
    )


def _order(rows: pl.DataFrame) -> pl.DataFrame:
    """Position of each line: classes by frequency, then name; the class itself first, then its terms."""
    everyone = rows.filter((pl.col("GROUP") == "ALL") & (pl.col("GRADE") == "ANY"))
    classes = everyone.filter(pl.col("AEDECOD").is_null()).select("AESOC", SOCX="X")
    return (
        everyone.join(classes, on="AESOC", how="left")
        .sort(
            "SOCX",
            "AESOC",
            pl.col("AEDECOD").is_not_null(),
            "X",
            "AEDECOD",
            descending=[True, False, False, True, False],
        )
        .select("AESOC", "AEDECOD")
        .with_row_index("ORDER", offset=1)
        .with_columns(pl.col("ORDER").cast(pl.Int64))
    )
