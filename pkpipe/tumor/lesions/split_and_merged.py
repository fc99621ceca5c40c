"""Target lesions that split or merged on treatment: still the lesions of baseline, and counted once.

RECIST 1.1 (Eisenhauer 2009, 4.3.2 and appendix II): the longest diameters of the parts of a lesion that fell
apart are added; lesions that grew into one have the longest diameter of that one. A part is named after its
lesion (T04.1 of T04). A merged lesion is named after its lesions (T01/T02), or one of them carries the size
and the other is said to be merged (in TRSTRESC or TRREASND).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.sentences import Words, in_both
from pkpipe.tumor.lesions.segments import BY_READER

LESION: Final = (*BY_READER, "TRLNKID")
PART: Final = r"^(.+)\.[0-9A-Za-z]+$"
TOGETHER: Final = r"[/+]"
MERGED_INTO: Final = Words("{} merged ({})", "{}已融合（{}）")
MERGED: Final = Words("{} merged", "{}已融合")
IN_PARTS: Final = Words("{} as the sum of {} parts", "{}为{}部分之和")


@dataclass(frozen=True)
class Divided:
    """Rows of the baseline target lesions with their parts and mergers put in; the lesions named in TU."""

    rows: (
        pl.DataFrame
    )  # adds DIVIDED, DIVIDEDZH (words or null) and SHORT (a part was not measured)
    known: pl.DataFrame


def may_be_divided(used: pl.DataFrame) -> bool:
    """True if the name of a target lesion, or what is said of it, can mean a part or a merger."""
    named = pl.col("TRLNKID").str.contains(r"[./+]").fill_null(value=False)
    odd = (pl.col("GRP") == "TARGET") & (named | pl.col("MERGED"))
    return bool(used.select(odd.any()).item())


def undivided(used: pl.DataFrame) -> pl.DataFrame:
    """The rows with the columns of `with_divided`, nothing having split or merged."""
    nothing = pl.lit(None, dtype=pl.String)
    return used.with_columns(DIVIDED=nothing, DIVIDEDZH=nothing, SHORT=pl.lit(value=False))


def with_divided(
    used: pl.DataFrame, known: pl.DataFrame, based: pl.DataFrame, points: pl.DataFrame
) -> Divided:
    """Parts added up under their lesion, merged lesions counted once.

    Args:
        used: one row a time point (T) and lesion, sizes in 0.1 µm.
        known: `identified`; the names of parts and mergers are left out, they are no lesions of their own.
        based: USUBJID, READER, TRLNKID of the target lesions with a size at baseline.
        points: T, USUBJID, READER, ADATE of every time point.
    """
    plain = undivided(used)
    target = pl.col("GRP") == "TARGET"
    targets = _merged_by_word(_merged_by_name(plain.filter(target), based))
    rows = pl.concat([_whole(targets, based, points), plain.filter(~target)])
    names = pl.concat([parts(known, based), mergers(known, based)], how="diagonal").select(LESION)
    return Divided(rows, known.join(names, on=LESION, how="anti", maintain_order="left"))


def parts(rows: pl.DataFrame, based: pl.DataFrame) -> pl.DataFrame:
    """The rows that are a part of a lesion of baseline, and of which (WHOLE)."""
    wholes = based.select(*BY_READER, WHOLE="TRLNKID")
    return (
        rows.with_columns(WHOLE=pl.col("TRLNKID").str.extract(PART, 1))
        .join(wholes, on=(*BY_READER, "WHOLE"), how="semi", maintain_order="left")
        .join(based, on=LESION, how="anti", maintain_order="left")
    )


def mergers(rows: pl.DataFrame, based: pl.DataFrame) -> pl.DataFrame:
    """The rows of a lesion made of several of baseline, one row for each (MEMBER, PLACE from 0)."""
    named = (
        rows.filter(pl.col("TRLNKID").str.contains(TOGETHER))
        .with_row_index("MROW")
        .with_columns(MEMBER=pl.col("TRLNKID").str.replace_all(r"\+", "/").str.split("/"))
        .explode("MEMBER")
        .with_columns(PLACE=pl.int_range(pl.len()).over("MROW"))
    )
    members = based.select(*BY_READER, MEMBER="TRLNKID")
    strangers = named.join(members, on=(*BY_READER, "MEMBER"), how="anti").select("MROW").unique()
    return named.join(strangers, on="MROW", how="anti", maintain_order="left").drop("MROW")


def _merged_by_name(targets: pl.DataFrame, based: pl.DataFrame) -> pl.DataFrame:
    """T01/T02 becomes T01 with its size and T02 with none of its own; rows of them without a size go."""
    found = mergers(targets, based)
    if found.is_empty():
        return targets
    first = pl.col("PLACE") == 0
    made = found.with_columns(
        **in_both(
            "DIVIDED", lambda say: pl.when(~first).then(say(MERGED_INTO, "MEMBER", "TRLNKID"))
        ),
        SIZE=pl.when(first | pl.col("SIZE").is_null()).then("SIZE").otherwise(0),
        TRLNKID="MEMBER",
    ).select(targets.columns)
    keys = ["T", *LESION]
    others = targets.join(found.select(*BY_READER, "T", "TRLNKID"), on=keys, how="anti")
    empty = others.filter(pl.col("SIZE").is_null()).join(made, on=keys, how="semi")
    others = others.join(empty.select(keys), on=keys, how="anti", maintain_order="left")
    sized = others.select(keys)
    return pl.concat([others, made.join(sized, on=keys, how="anti", maintain_order="left")])


def _merged_by_word(targets: pl.DataFrame) -> pl.DataFrame:
    """A lesion said to be merged adds nothing where another target lesion was measured that day."""
    beside = pl.col("SIZE").is_not_null().any().over("T")
    said = pl.col("MERGED") & pl.col("SIZE").is_null() & beside
    return targets.with_columns(
        SIZE=pl.when(said).then(0).otherwise("SIZE"),
        **in_both(
            "DIVIDED",
            lambda say: (
                pl.when(said).then(say(MERGED, "TRLNKID")).otherwise(f"DIVIDED{say.ending}")
            ),
        ),
    )


def _whole(targets: pl.DataFrame, based: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Lesions that fell apart with the sum of their parts; the size of the whole counts if it is larger."""
    found = parts(targets, based)
    if found.is_empty():
        return targets
    keys = ["T", *BY_READER, "WHOLE"]
    sums = (
        found.group_by(keys, maintain_order=True)
        .agg(
            pl.exclude("SIZE", "TRLNKID").first(),
            SUM=pl.col("SIZE").sum(),
            N=pl.col("SIZE").count(),
        )
        .join(_asked(found, points), on=keys, how="left", maintain_order="left")
        .with_columns(
            SIZE=pl.when(pl.col("N") > 0).then("SUM"),
            SHORT=(pl.col("N") < pl.col("ASKED")).fill_null(value=False),
            TRLNKID="WHOLE",
            **in_both("DIVIDED", lambda say: say(IN_PARTS, "WHOLE", "N")),
        )
    )
    others = targets.join(found.select("T", *LESION), on=["T", *LESION], how="anti")
    made = sums.select(targets.columns)
    whole = others.select("T", *LESION, OWN="SIZE")
    made = made.join(whole, on=["T", *LESION], how="left", maintain_order="left")
    made = made.filter(~(pl.col("OWN") >= pl.col("SIZE").fill_null(0)).fill_null(value=False))
    kept = others.join(made, on=["T", *LESION], how="anti", maintain_order="left")
    return pl.concat([kept, made.drop("OWN")])


def _asked(found: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """How many parts of a lesion are known by the day of each time point: each is to be measured."""
    days = points.select("T", *BY_READER, "ADATE")
    seen = (
        found.select("T", *BY_READER, "WHOLE", "TRLNKID")
        .join(days.select("T", SEEN="ADATE"), on="T", how="left")
        .group_by(*BY_READER, "WHOLE", "TRLNKID")
        .agg(pl.col("SEEN").min())
    )
    later = seen.join(days, on=BY_READER, how="inner").filter(pl.col("ADATE") >= pl.col("SEEN"))
    return later.group_by("T", *BY_READER, "WHOLE").agg(ASKED=pl.len())
