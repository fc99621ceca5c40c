"""Anti-cancer therapy and other medication beside study treatment (14.1.2.3)."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.therapy import PRIOR
from pkpipe.displays.bilingual import Words, same
from pkpipe.displays.builders import About
from pkpipe.displays.counted import Line, count_sheet, counted, groups_of
from pkpipe.displays.display import Content, Display, Material, Nothing
from pkpipe.displays.populations import TREATED
from pkpipe.displays.subject_words import THERAPIES

C: Final = pl.col
RECORDS: Final = "validate/CM"
ANY: Final = Words("Any", "任一")
NO_CATEGORY: Final = Words("Without a category", "未注明类别")
KIND: Final = Words("Category", "类别")
NO_PRIOR: Final = Words(
    "No record of therapy before the study is among the data delivered.",
    "提交的数据中无研究前治疗的记录。",
)
NO_RECORD: Final = Words("no record of therapy", "无治疗记录")


def _therapies(material: Material) -> Content:
    groups = groups_of(material, TREATED)
    records = material["CM"].join(groups.members.select("USUBJID"), on="USUBJID", how="semi")
    if records.is_empty():
        return Nothing(NO_RECORD)
    told = C("CMCAT").fill_null("").alias("CAT"), pl.coalesce("CMDECOD", "CMTRT").alias("TERM")
    named = records.select("USUBJID", *told)
    lines = [line for kind in sorted(named["CAT"].unique()) for line in _kind(named, kind)]
    before = named["CAT"].str.contains(PRIOR).any()
    about = About(notes=() if before else (NO_PRIOR,))
    rows = counted(named, lines, groups, RECORDS)
    return (count_sheet(rows, lines, groups, about, KIND),)


def _kind(named: pl.DataFrame, kind: str) -> list[Line]:
    """Any therapy of a category, then each, the most frequent first."""
    words = THERAPIES.get(kind.upper(), same(kind)) if kind else NO_CATEGORY
    holds, sql = C("CAT") == kind, f"COALESCE(CMCAT, '') = '{_quoted(kind)}'"
    terms = (
        named.filter(holds)
        .group_by("TERM")
        .agg(pl.col("USUBJID").n_unique())
        .sort("USUBJID", "TERM", descending=[True, False])["TERM"]
        .drop_nulls()
    )
    of = [
        Line(
            f"{kind}/{term}",
            same(term),
            holds & (C("TERM") == term),
            f"{sql} AND COALESCE(CMDECOD, CMTRT) = '{_quoted(term)}'",
        )
        for term in terms
    ]
    return [Line(f"{kind}/", ANY, holds, sql, words), *of]


def _quoted(text: str) -> str:
    return text.replace("'", "''")


DISPLAYS: Final = (
    Display(
        "T14.1.2.3",
        Words("Anti-Cancer Therapy and Other Medication", "抗肿瘤治疗及其他用药"),
        "SAF",
        _therapies,
        (RECORDS,),
        ("CM",),
        ("SET-SAF",),
    ),
)
