"""Tables of adverse events: the overview, and terms by worst grade. A subject counts once (SAF-2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.clinical.collected import EVERYTHING, Collected, not_collected, withheld
from pkpipe.clinical.dose_decision import DLT
from pkpipe.clinical.ends import LED_TO_DEATH
from pkpipe.safety.groups_counted import members, percent, sizes

_EMERGENT = pl.col("TRTEMFL") == "Y"
_RELATED, _SEVERE = pl.col("RELFL") == "Y", pl.col("AETOXGR") >= 3
_FLAGGED = pl.col("AEDLTFL") == "Y"
GRADE, RELATED, ACTION, SERIOUS = "AE.AETOXGR", "AE.AEREL", "AE.AEACN", "AE.AESER"
C: Final = pl.col


@dataclass(frozen=True)
class Line:
    """One line of the overview: which events, in words, and the columns without which nobody can say."""

    code: str
    label: str
    events: pl.Expr
    rests_on: tuple[str, ...] = ("AE",)


OVERVIEW: Final = (
    Line("TEAE", "Any treatment-emergent adverse event", _EMERGENT),
    Line("TEAE_REL", "Related", _EMERGENT & _RELATED, (RELATED,)),
    Line("TEAE_G3", "Grade 3 or higher", _EMERGENT & _SEVERE, (GRADE,)),
    Line(
        "TEAE_REL_G3",
        "Related, grade 3 or higher",
        _EMERGENT & _RELATED & _SEVERE,
        (RELATED, GRADE),
    ),
    Line("TEAE_SER", "Serious", _EMERGENT & (pl.col("AESER") == "Y"), ("AE.AESER",)),
    Line("TEAE_DTH", "Leading to death", _EMERGENT & (pl.col("DTHFL") == "Y"), LED_TO_DEATH),
    Line(
        "TEAE_DISC",
        "Leading to discontinuation",
        _EMERGENT & (pl.col("DISCFL") == "Y"),
        (ACTION,),
    ),
    Line(
        "TEAE_INT",
        "Leading to interruption or delay",
        _EMERGENT & (pl.col("INTRFL") == "Y"),
        (ACTION,),
    ),
    Line(
        "IRAE",
        "Immune-related (in its own window)",
        pl.col("IRTEMFL") == "Y",
        ("AE.AEIRFL",),
    ),
    Line("DLT", "Dose-limiting toxicity, as the investigator flagged it", _FLAGGED, DLT),
)
GRADES: Final = ("ANY", "1", "2", "3", "4", "5", "NOT GRADED")
ANY_TERM: Final = None  # AEDECOD of the line that counts the class as a whole


def aesum_of(adae: pl.DataFrame, adsl: pl.DataFrame, known: Collected = EVERYTHING) -> pl.DataFrame:
    """Subjects and events of each overview line, by group; every line and group is there, with 0 if none.

    What a line rests on and was not collected leaves it without a number, and is named in REASON.
    """
    membership = members(adsl)
    treated = adae.join(membership.drop("N"), on="USUBJID", how="inner")
    groups = sizes(membership)
    lines = [
        groups.join(
            treated.filter(line.events)
            .group_by("GROUP", "GROUPVAL")
            .agg(X=pl.col("USUBJID").n_unique().cast(pl.Int64), EVENTS=pl.len().cast(pl.Int64)),
            on=["GROUP", "GROUPVAL"],
            how="left",
            maintain_order="left",
        )
        .join(
            _unanswered(treated, _asked(line, adae)),
            on=["GROUP", "GROUPVAL"],
            how="left",
            maintain_order="left",
        )
        .with_columns(
            pl.lit(i).alias("ORDER"),
            pl.lit(line.code).alias("PARAMCD"),
            pl.lit(line.label).alias("PARAM"),
            pl.coalesce(pl.lit(_lost(line, adae, known), dtype=pl.String), "BARE").alias("REASON"),
        )
        for i, line in enumerate(OVERVIEW)
    ]
    given = pl.col("REASON").is_null()
    return (
        pl.concat(lines)
        .with_columns(pl.when(given).then(pl.col(c).fill_null(0)).alias(c) for c in ("X", "EVENTS"))
        .sort("GROUP", "GROUPVAL", "ORDER")
        .select(
            *("GROUP", "GROUPVAL", "PARAMCD", "PARAM", "X", "N"),
            percent().alias("PCT"),
            "EVENTS",
            "REASON",
        )
    )


def _asked(line: Line, adae: pl.DataFrame) -> list[str]:
    """Needs of a line that each event has to answer: an empty cell is none where others say N."""
    yes_no = {SERIOUS} if (adae["AESER"] == "N").any() else set()
    return [n for n in line.rests_on if n in {GRADE, ACTION} | yes_no]


def _unanswered(treated: pl.DataFrame, asked: list[str]) -> pl.DataFrame:
    """Groups (a site, a cohort) none of whose emergent events answers: a count of them is not known."""
    empty = pl.any_horizontal(pl.lit(value=False), *(_says_nothing(n) for n in asked))
    groups = treated.filter(_EMERGENT).group_by("GROUP", "GROUPVAL").agg(ALL=empty.all())
    why = f"{not_collected(asked)} (no event of the group has a value)"
    return groups.filter("ALL").select("GROUP", "GROUPVAL", BARE=pl.lit(why))


def _lost(line: Line, adae: pl.DataFrame, known: Collected) -> str | None:
    """Why a line has no number; a cutoff may leave no event with a value of a column that others have."""
    said = known.reason(*line.rests_on)
    bare = [n for n in line.rests_on if n in {GRADE, ACTION} and _is_bare(adae, n)]
    return said or (f"{not_collected(bare)} (no event has a value)" if bare else None)


def _is_bare(adae: pl.DataFrame, need: str) -> bool:
    return adae.height > 0 and bool(adae.select(_says_nothing(need).all()).item())


def _says_nothing(need: str) -> pl.Expr:
    """No value, or the word that nobody knows: of such events alone there is no count."""
    value = C(need.partition(".")[2])
    return value.is_null() | (value == "UNKNOWN") if need == ACTION else value.is_null()


def aesoc_of(adae: pl.DataFrame, adsl: pl.DataFrame, known: Collected = EVERYTHING) -> pl.DataFrame:
    """Subjects by class and term at their worst grade, classes and terms by frequency, then alphabet.

    AEDECOD empty: the class as a whole. ORDER is that of all subjects together, so groups line up. Without
    grades each term has its count of any grade, and a row that says why there is no other.
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
    ungraded = known.reason(GRADE)
    lost = pl.lit(ungraded, dtype=pl.String)
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
        .with_columns(REASON=pl.when(pl.col("GRADE") != "ANY").then(lost))
        .pipe(withheld, ungraded, ("X", "N", "PCT"), where=pl.col("GRADE") != "ANY")
        .select(*keys, "X", "N", "PCT", "ORDER", "REASON")
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
