"""Dose-limiting toxicity by dose level, and every subject's DLT window (14.1.4.1, 16.2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from pkpipe.clinical.dose_decision import DLT
from pkpipe.displays.bilingual import Words, lost
from pkpipe.displays.builders import Field, Layout, listing, side_by_side
from pkpipe.displays.display import Content, Display, Material, Nothing, Picture
from pkpipe.displays.dose_finding.decision_words import NO_ESCALATION, NOBODY, doses_of
from pkpipe.displays.dose_finding.dose_proposal import WITHHELD
from pkpipe.displays.figures.dose_ladder import dose_ladder
from pkpipe.displays.subject_words import DLT_STATES, PARTS, YES
from pkpipe.escalation.subjects.evaluability import BACKFILL

C: Final = pl.col
SUBJECTS: Final = "escalation/ADDLT"
DECISION: Final = "escalation/DECISION"
LEFT_OUT: Final = BACKFILL.en
COUNTED_SUBJECTS: Final = f" AND REASON NOT LIKE '%{LEFT_OUT}%'"


@dataclass(frozen=True)
class Item:
    """A column of counts by level: how many subjects, and the condition that finds them."""

    head: Words
    number: str  # column of DECISION, or "" where it is counted here
    sql: str


ITEMS: Final = {
    "TREATED": Item(Words("Treated", "接受治疗"), "", "TRTSDT IS NOT NULL"),
    "EVALUABLE": Item(Words("Evaluable", "可评估"), "N", "STATE IN ('EVALUABLE', 'EVALUABLE_DLT')"),
    "NODLT": Item(Words("Without DLT", "未发生DLT"), "", "STATE = 'EVALUABLE'"),
    "WITH": Item(Words("With DLT", "发生DLT"), "Y", "STATE = 'EVALUABLE_DLT'"),
    "DLT": Item(
        Words("With DLT: x/n (%) (exact 95 % CI)", "发生DLT：x/n（%）（精确95%置信区间）"),
        "Y",
        "STATE = 'EVALUABLE_DLT'",
    ),
    "PENDING": Item(Words("In the window", "观察窗内"), "PEND", "STATE = 'PENDING'"),
    "EXCLUDED": Item(
        Words("Excluded, to be replaced", "排除，需替换"),
        "",
        "STATE = 'NOT_EVALUABLE' AND TRTSDT IS NOT NULL",
    ),
    "LATE": Item(
        Words("DLT outside the window", "观察窗外的DLT"),
        "LATEDLT",
        "DLTDT IS NOT NULL AND DLTFL IS NULL",
    ),
}
MOST_LEVELS: Final = 20  # in the drawing of the ladder; the table has them all
ABOVE: Final = 2  # of those, how many stand above the highest that was dosed
VERDICT: Final = Words("Where the level stands", "该剂量水平的状态")
VERDICTS: Final = {
    "MTD": Words("Maximum tolerated dose", "最大耐受剂量"),
    "MAD": Words("Maximum administered dose", "最大给药剂量"),
    "ABOVE": Words("Exceeds the MTD", "超过最大耐受剂量"),
    "NEXT": Words("Next level", "下一剂量水平"),
    "ADD": Words("More subjects are enrolled here", "在该剂量水平继续入组"),
    "WAIT": Words("Waiting for running windows", "等待观察窗结束"),
    "PASSED": Words("Passed", "已通过"),
    "CLOSED": Words("Not opened", "未开放"),
    "NONE": Words("No decision", "暂不决定"),
}
EXACT: Final = Words(
    "Evaluable subjects; exact (Clopper–Pearson) interval; without backfill and events outside the window.",
    "仅含可评估受试者；精确（Clopper–Pearson）区间；不含回填受试者及观察窗外的事件。",
)


def levels_of(material: Mapping[str, pl.DataFrame] | Material) -> pl.DataFrame:
    """The rows of DECISION about levels, lowest first, with the other counts of ITEMS beside them."""
    subjects = material["ADDLT"].filter(C("TRTSDT").is_not_null())
    counted = subjects.group_by("LEVEL").agg(
        TREATED=C("USUBJID").n_unique().cast(pl.Int64),
        EXCLUDED=C("USUBJID").filter(C("STATE") == "NOT_EVALUABLE").n_unique().cast(pl.Int64),
    )
    levels = material["DECISION"].filter(C("SCOPE") == "LEVEL")
    return levels.join(counted, on="LEVEL", how="left", maintain_order="left").with_columns(
        C("TREATED", "EXCLUDED").fill_null(0), NODLT=C("N") - C("Y")
    )


def verdicts(material: Mapping[str, pl.DataFrame] | Material) -> dict[str, str]:
    """For each level a code of VERDICTS: where it stands by the decision as it is now."""
    answer = material["DECISION"].filter(C("SCOPE") == "STUDY")
    levels = levels_of(material)
    codes = levels["LEVEL"].to_list()
    if answer.is_empty():
        return dict.fromkeys(codes, "CLOSED")
    row = answer.row(0, named=True)
    if row["DECISION"] in {"NO_DECISION", "INVALID_STATE"}:
        return dict.fromkeys(codes, "NONE")
    named = {row["MTD"]: "MTD", row["MAD"]: "MAD"} if row["MTD"] or row["MAD"] else {}
    if row["NEXTLVL"]:
        named[row["NEXTLVL"]] = "NEXT" if row["DECISION"] == "ESCALATE" else "ADD"
    if row["DECISION"] == "WAIT":
        named[row["NEXTLVL"] or row["LEVEL"]] = "WAIT"
    below = str(row["RULES"] or "").split(";")[0] in {"R11", "T01", "T02"}
    goal = row["MTD"] or row["NEXTLVL"]
    ceiling = codes.index(goal) + 1 if goal in codes else 0
    dosed = (levels["TREATED"] > 0).to_list()
    rest = [
        "CLOSED" if not seen else "ABOVE" if below and place >= ceiling else "PASSED"
        for place, seen in enumerate(dosed)
    ]
    return {code: named.get(code, other) for code, other in zip(codes, rest, strict=True)}


def _nothing(material: Material) -> Words | None:
    """Why there is no level to show: no escalation, not collected, nobody dosed, or withheld."""
    if material.study.escalation is None:
        return NO_ESCALATION
    if (reason := material.known.reason(*DLT)) is not None:
        return lost(reason)
    if material["ADDLT"]["TRTSDT"].is_null().all():
        return NOBODY
    levels = (material["DECISION"]["SCOPE"] == "LEVEL").any()
    return None if levels else WITHHELD


def _summary(material: Material) -> Content:
    if (why := _nothing(material)) is not None:
        return Nothing(why)
    levels = levels_of(material)
    left_out = material["ADDLT"]["REASON"].str.contains(LEFT_OUT, literal=True).any()
    parts = [_item(levels, code, counted=bool(left_out)) for code in ITEMS]
    said = verdicts(material)
    parts.append(
        levels.select(
            "LEVEL",
            ITEM=pl.lit("VERDICT"),
            STAT=pl.lit("text"),
            TEXT=C("LEVEL").replace_strict({k: VERDICTS[v].en for k, v in said.items()}),
            TEXTZH=C("LEVEL").replace_strict({k: VERDICTS[v].zh for k, v in said.items()}),
            TABLES=pl.lit(DECISION),
            ROWS=pl.lit("SCOPE = 'STUDY'"),
        )
    )
    doses = doses_of(material.study)
    place = {code: n for n, code in enumerate(levels["LEVEL"])}
    rows = pl.concat(parts, how="diagonal_relaxed").with_columns(
        DOSE=C("LEVEL").replace_strict(doses, default="")
    )
    layout = Layout(
        ("LEVEL",),
        {"LEVEL": Words("Level", "剂量水平"), "DOSE": Words("Planned dose", "计划剂量")},
        "ITEM",
        [*((code, item.head) for code, item in ITEMS.items()), ("VERDICT", VERDICT)],
    )
    ordered = rows.sort(C("LEVEL").replace_strict(place), maintain_order=True)
    return (side_by_side(ordered, layout),)


def _item(levels: pl.DataFrame, code: str, *, counted: bool) -> pl.DataFrame:
    item = ITEMS[code]
    column = item.number or code
    number = C(column)
    rate = code == "DLT"
    quoted = C("LEVEL").str.replace_all("'", "''", literal=True)
    more = COUNTED_SUBJECTS if counted and column in {"N", "NODLT", "Y", "PEND"} else ""
    nothing = pl.lit(None, dtype=pl.Float64)
    known = number.is_not_null()
    return levels.select(
        "LEVEL",
        ITEM=pl.lit(code),
        STAT=pl.lit("rate" if rate else "count"),
        VALUE=(100 * C("Y") / C("N")).fill_nan(None) if rate else number.cast(pl.Float64),
        X=C("Y").cast(pl.Float64) if rate else nothing,
        N=C("N") if rate else pl.lit(None, dtype=pl.Int64),
        LOWER=100 * C("LOWER") if rate else nothing,
        UPPER=100 * C("UPPER") if rate else nothing,
        UNIT=pl.lit("subjects"),
        REASON=pl.when(~known | (C("N") == 0)).then("REASON")
        if rate
        else pl.when(~known).then("REASON"),
        TEXT=pl.when(~known).then("REASON").when((C("N") == 0) & rate).then(pl.lit("–")),
        TEXTZH=pl.when(~known).then("REASONZH"),
        TABLES=pl.lit(SUBJECTS),
        ROWS=pl.concat_str(pl.lit("LEVEL = '"), quoted, pl.lit(f"' AND {item.sql}{more}")),
    )


def _ladder(material: Material) -> Content:
    if (why := _nothing(material)) is not None:
        return Nothing(why)
    dosed = material["ADDLT"].filter(C("TRTSDT").is_not_null())
    levels = _around(levels_of(material))
    said = verdicts(material)
    stands = {code: VERDICTS[one] for code, one in said.items()}
    drawn = dose_ladder(dosed, levels, doses_of(material.study), stands, said)
    every = levels_of(material).height
    return (drawn if levels.height == every else _in_part(drawn, levels.height, every),)


def _in_part(drawn: Picture, shown: int, every: int) -> Picture:
    """The drawing with a word on the levels it has not."""
    told = Words(
        f" Drawn: {shown} of {every} levels, up to those above the highest dosed; all: T14.1.4.1.",
        f"图中为{every}个剂量水平中的{shown}个（至最高已给药水平之上）；全部见T14.1.4.1。",
    )
    both = (before + more for before, more in zip(drawn.caption, told, strict=True))
    return replace(drawn, caption=Words(*both))


def _around(levels: pl.DataFrame) -> pl.DataFrame:
    """The levels that fit in one drawing: those up to a little above the highest that was dosed."""
    dosed = (levels["TREATED"] > 0).arg_true()
    last = max((int(dosed[-1]) if dosed.len() else 0) + 1 + ABOVE, MOST_LEVELS)
    return levels.slice(max(min(last, levels.height) - MOST_LEVELS, 0), MOST_LEVELS)


def _windows(material: Material) -> Content:
    if material.study.escalation is None:
        return Nothing(NO_ESCALATION)
    subjects = material["ADDLT"]
    if subjects.is_empty():
        return Nothing(NOBODY)
    fields = (
        Field("LEVEL", Words("Level", "剂量水平")),
        Field("COHORT", Words("Cohort", "队列")),
        Field("USUBJID", Words("Subject", "受试者")),
        Field("PART", Words("Part", "研究部分"), words=PARTS),
        Field("TRTSDT", Words("First dose", "首次给药日期")),
        Field("WINENDT", Words("Window closes", "观察窗结束日期")),
        Field("STATE", Words("Status", "状态"), words=DLT_STATES),
        Field("DLTTERM", Words("DLT", "剂量限制性毒性")),
        Field("DLTDT", Words("Onset of the DLT", "DLT发生日期")),
        Field("G2FL", Words("Related, grade 2 or more", "相关的2级及以上事件"), words=YES),
        Field(
            "DOSEFRAC",
            Words("Smallest dose in the window (fraction of planned)", "观察窗内最小给药比例（实际/计划）"),
            stat="two_decimals",
        ),
        Field("MISSED", Words("Examinations not done", "未完成的检查"), chinese="MISSEDZH"),
        Field("REASON", Words("Why", "原因"), chinese="REASONZH"),
    )  # fmt: skip
    ordered = subjects.sort("LEVELN", "TRTSDTM", "USUBJID", nulls_last=True)
    return (listing(ordered, fields, SUBJECTS, ("USUBJID",)),)


DISPLAYS: Final = (
    Display(
        "T14.1.4.1",
        Words("Dose-Limiting Toxicity by Dose Level", "按剂量水平总结的剂量限制性毒性"),
        "DLT",
        _summary,
        (SUBJECTS, DECISION),
        (),
        ("SET-DLT", "ESC-1"),
        ("escalation",),
        (EXACT,),
    ),
    Display(
        "F14.1.4.1",
        Words("Dose Ladder", "剂量阶梯图"),
        "DLT",
        _ladder,
        (SUBJECTS, DECISION),
        (),
        ("SET-DLT",),
        ("escalation",),
    ),
    Display(
        "L16.2.3",
        Words("DLT Window by Subject", "各受试者的剂量限制性毒性观察窗"),
        "DLT",
        _windows,
        (SUBJECTS,),
        (),
        ("SET-DLT",),
        ("escalation",),
    ),
)
