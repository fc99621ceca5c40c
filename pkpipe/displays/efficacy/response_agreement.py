"""One response against another at each time point: derived and reported, investigator and review (14.2.3)."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.displays.bilingual import NONE, Words, same
from pkpipe.displays.builders import About, Field, Layout, listing, side_by_side
from pkpipe.displays.display import Content, Display, Material, Nothing, Sheet
from pkpipe.displays.efficacy.efficacy_listings import visit_field
from pkpipe.displays.efficacy.efficacy_words import NONE_PLANNED, RESPONSES
from pkpipe.displays.rows_behind import where

C: Final = pl.col
COMPARED: Final = "tumor/RECON"
SERIES: Final = ("COMPARE", "CRIT", "EVAL", "EVALID")
TOTAL: Final = Words("Total", "合计")
AGREED: Final = Words("Time points that agree", "一致的评估时间点")
NOBODY: Final = Words("no time point has both responses", "无同时具有两种疗效评估的时间点")
ORDER: Final = tuple(RESPONSES)


def agreement(material: Material) -> Content:
    """A table of time points for every criterion set, comparison and reader; then those that differ."""
    if material.study.response is None:
        return Nothing(NONE_PLANNED)
    both = material["RECON"].filter(C("AGREE").is_not_null())
    if both.is_empty():
        lost = material.lost("RS", "TR", "TU")
        return Nothing(NOBODY if lost == NONE else lost)
    sheets: list[Sheet] = []
    for key, rows in both.sort(SERIES, nulls_last=False).group_by(SERIES, maintain_order=True):
        sheets += _of(material, rows, [None if k is None else str(k) for k in key])
    return tuple(sheets)


def _of(material: Material, rows: pl.DataFrame, key: list[str | None]) -> list[Sheet]:
    compare, criteria, reader, identifier = key
    code = "/".join(part for part in key if part)
    review = compare == "investigator-review"
    who = "/".join(part for part in (reader, identifier) if part)
    title = (
        Words(f"Investigator against {who} ({criteria})", f"研究者与 {who} 的比较（{criteria}）")
        if review
        else Words(
            f"Derived from the lesions against the {who} as reported ({criteria})",
            f"由病灶推导的疗效与 {who} 报告的疗效比较（{criteria}）",
        )
    )
    sides = (
        (Words("Investigator", "研究者"), Words("Review", "评审"))
        if review
        else (Words("Derived", "推导"), Words("Reported", "报告"))
    )
    crossed = _crossed(rows, About(code, title, _alone(material, key)), sides)
    differ = rows.filter(C("AGREE") != "Y")
    return [crossed, *([_differ(differ, code, title, sides)] if differ.height else [])]


def _crossed(rows: pl.DataFrame, about: About, sides: tuple[Words, Words]) -> Sheet:
    """Time points by both responses."""
    known = [v for v in ORDER if v in rows["DERIVED"] or v in rows["REPORTED"]]
    other = sorted({*rows["DERIVED"], *rows["REPORTED"]} - {*known})
    values = [*known, *other]
    grid = pl.DataFrame({"DERIVED": values}).join(pl.DataFrame({"REPORTED": values}), how="cross")
    counted = rows.group_by("DERIVED", "REPORTED").agg(VALUE=pl.len())
    n = rows.height
    base = rows.select(where(rows, **{k: rows[k][0] for k in SERIES})).item(0, 0)
    each = grid.join(counted, on=["DERIVED", "REPORTED"], how="left", maintain_order="left")
    each = each.with_columns(
        VALUE=C("VALUE").fill_null(0).cast(pl.Float64),
        STAT=pl.lit("records"),
        N=pl.lit(n, dtype=pl.Int64),
        ROWS=pl.concat_str(
            pl.lit(f"{base} AND AGREE IS NOT NULL"),
            where(grid, DERIVED=C("DERIVED"), REPORTED=C("REPORTED")),
            separator=" AND ",
        ),
    )  # fmt: skip
    agreed = rows.filter(C("AGREE") == "Y").height
    last = pl.DataFrame(
        {
            "DERIVED": ["AGREE"],
            "REPORTED": ["TOTAL"],
            "STAT": ["record_share"],
            "X": [float(agreed)],
            "N": [n],
            "VALUE": [100 * agreed / n],
            "ROWS": [f"{base} AND AGREE = 'Y'"],
        }
    )
    cells = pl.concat([each, last], how="diagonal").with_columns(
        TABLES=pl.lit(COMPARED), UNIT=pl.lit("time points"), LABEL="DERIVED"
    )
    words = {**{v: RESPONSES.get(v, same(v)) for v in values}, "AGREE": AGREED}
    columns = [(v, _side(sides[1], words[v])) for v in values]
    layout = Layout(
        ("DERIVED",), {"LABEL": sides[0]}, "REPORTED", [*columns, ("TOTAL", TOTAL)], words
    )
    return side_by_side(cells, layout, about)


def _side(side: Words, response: Words) -> Words:
    return Words(f"{side.en}\n{response.en}", f"{side.zh}\n{response.zh}")


def _alone(material: Material, key: list[str | None]) -> tuple[Words, ...]:
    """How many time points have one side only, which are not compared."""
    mine = [C(n).eq_missing(pl.lit(v, dtype=pl.String)) for n, v in zip(SERIES, key, strict=True)]
    rows = material["RECON"].filter(C("AGREE").is_null(), *mine)
    if rows.is_empty():
        return ()
    told = rows.group_by("WHY").len().sort("WHY", nulls_last=True)
    zh = {"derived only": "仅有推导结果", "reported only": "仅有报告结果"}
    english = "; ".join(f"{n} {why or 'on one side only'}" for why, n in told.iter_rows())
    chinese = "；".join(
        f"{n} 个{zh.get(why, why or '仅有一方结果')}" for why, n in told.iter_rows()
    )
    return (Words(f"Not compared: {english}.", f"未比较：{chinese}。"),)


def _differ(rows: pl.DataFrame, code: str, title: Words, sides: tuple[Words, Words]) -> Sheet:
    """The time points that differ, with the arithmetic of the derived response."""
    fields = (
        Field("USUBJID", Words("Subject", "受试者")),
        visit_field(rows),
        Field("ADT", Words("Date", "日期")),
        Field("DERIVED", sides[0], words=RESPONSES),
        Field("REPORTED", sides[1], words=RESPONSES),
        Field("DAYSOFF", Words("Days apart", "相差天数")),
        Field("ARITH", Words("Arithmetic", "计算过程"), chinese="ARITHZH"),
    )
    key = ("USUBJID", *SERIES, "VISIT", "ADT")
    named = Words(f"{title.en}: time points that differ", f"{title.zh}：不一致的时间点")
    ordered = rows.sort("USUBJID", "ADT", "VISIT")
    return listing(ordered, fields, COMPARED, key, About(f"{code}/DIFFER", named))


DISPLAYS: Final = (
    Display(
        "T14.2.3.1",
        Words(
            "Investigator's Response against the Derived Response",
            "研究者评估疗效与推导疗效的比较",
        ),
        "RSP",
        agreement,
        (COMPARED,),
        (),
        ("REC-12",),
        ("response",),
    ),
)
