"""How long each dose level took: enrolment, windows, decision, the first dose after it (14.1.4.4)."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.displays.bilingual import Words
from pkpipe.displays.builders import About, Field, listing
from pkpipe.displays.display import Content, Display, Material, Nothing
from pkpipe.displays.dose_finding.decision_words import NO_ESCALATION, NOBODY, doses_of
from pkpipe.displays.figures.enrolment_timeline import enrolment_timeline

C: Final = pl.col
SUBJECTS, LOG = "escalation/ADDLT", "escalation/DECLOG"
ESCALATING: Final = C("PART") == "escalation"
DAYS: Final = "days"
NOTE: Final = Words(
    "Subjects of the escalation. Round: the subjects dosed at a level until a decision about it; who is "
    "dosed there afterwards is of the next round. The dose after a decision is the first at any level on "
    "that day or later. "
    "Days: between the dates beside each other; a round that is not over has fewer of them. "
    "Fewer than 0 days to the decision: it was taken before the last window closed.",
    "仅含剂量递增部分的受试者。轮次：在该剂量水平作出决定之前给药的受试者；此后在该水平给药者属于下一轮。"
    "其后首次给药：决定当日或之后任一剂量水平的首次给药。"
    "天数：相邻日期之间；未结束的轮次缺少部分天数。至决定天数小于0：末个观察窗结束前已作出决定。",
)
NO_LOG: Final = Words(
    "No decision is recorded, so no days to or after one are known.",
    "无已记录的决定，故至决定及其后的天数未知。",
)
FIELDS: Final = (
    Field("LEVEL", Words("Level", "剂量水平")),
    Field("DOSE", Words("Planned dose", "计划剂量")),
    Field("ROUND", Words("Round", "轮次")),
    Field("TREATED", Words("Subjects dosed", "给药例数")),
    Field("FIRST", Words("First subject dosed", "首例受试者给药")),
    Field("LAST", Words("Last subject dosed", "末例受试者给药")),
    Field("ENROLD", Words("Days of enrolment", "入组天数"), stat=DAYS),
    Field("CLOSED", Words("Last DLT window closes", "末个DLT观察窗结束")),
    Field("WINDOWD", Words("Days of waiting for windows", "等待观察窗天数"), stat=DAYS),
    Field("DECIDED", Words("Decision recorded", "决定日期")),
    Field("DECIDED_D", Words("Days to the decision", "至决定天数"), stat=DAYS),
    Field("NEXT", Words("First dose after it, at any level", "其后首次给药（任一剂量水平）")),
    Field("NEXTAT", Words("Level of that dose", "该次给药的剂量水平")),
    Field("NEXTD", Words("Days from the decision to that dose", "自决定至该次给药天数"), stat=DAYS),
)


def waiting_times(material: Material) -> pl.DataFrame:
    """One row a round of a level, lowest level first, with its dates and the days between them.

    A round is of the subjects dosed at the level until a decision about it was recorded; whoever is dosed
    there after it, because more were asked for or a higher level was given up, is of the next one.
    """
    dosed = material["ADDLT"].filter(ESCALATING & C("TRTSDT").is_not_null())
    log = material["DECLOG"].select(LEVEL="level", OPENED=C("date").cast(pl.Date)).drop_nulls()
    rounds = _decided(_rounds(dosed, log), log)
    timed = rounds.join(_next_doses(dosed, rounds), on="DECIDED", how="left", maintain_order="left")

    def apart(first: str, last: str) -> pl.Expr:
        return (C(last) - C(first)).dt.total_days()

    return timed.with_columns(
        DOSE=C("LEVEL").replace_strict(doses_of(material.study), default=""),
        ENROLD=apart("FIRST", "LAST"),
        WINDOWD=apart("LAST", "CLOSED"),
        DECIDED_D=apart("CLOSED", "DECIDED"),
        NEXTD=apart("DECIDED", "NEXT"),
    )


def _rounds(dosed: pl.DataFrame, log: pl.DataFrame) -> pl.DataFrame:
    """Subjects of a level by the last decision about it on the day of their first dose or before."""
    by_day = dosed.sort("TRTSDT", "LEVELN", "USUBJID").join_asof(
        log.unique().sort("OPENED", "LEVEL"),
        left_on="TRTSDT",
        right_on="OPENED",
        by="LEVEL",
        check_sortedness=False,
    )
    return (
        by_day.group_by("LEVEL", "LEVELN", "OPENED")
        .agg(
            TREATED=C("USUBJID").n_unique().cast(pl.Int64),
            FIRST=C("TRTSDT").min(),
            LAST=C("TRTSDT").max(),
            CLOSED=C("WINENDT").max(),
        )
        .sort("LEVELN", "LEVEL", "FIRST")
        .with_columns(ROUND=pl.int_range(1, pl.len() + 1).over("LEVEL"))
    )


def _decided(rounds: pl.DataFrame, log: pl.DataFrame) -> pl.DataFrame:
    """What ended each round: the decision that opened the next one, of the last round the last there is."""
    last = log.group_by("LEVEL").agg(ENDED=C("OPENED").max())
    ends = pl.coalesce(C("OPENED").shift(-1).over("LEVEL"), "ENDED")
    return rounds.join(last, on="LEVEL", how="left", maintain_order="left").with_columns(
        DECIDED=pl.when(C("OPENED").is_null() | (ends > C("OPENED"))).then(ends)
    )


def _next_doses(dosed: pl.DataFrame, rounds: pl.DataFrame) -> pl.DataFrame:
    """For each day of a decision the first dose of a subject on it or later, and at which level."""
    doses = dosed.sort("TRTSDT", "LEVELN", "USUBJID").unique(
        "TRTSDT", keep="first", maintain_order=True
    )
    return (
        rounds.select("DECIDED")
        .drop_nulls()
        .unique()
        .sort("DECIDED")
        .join_asof(
            doses.select(NEXT="TRTSDT", NEXTAT="LEVEL"),
            left_on="DECIDED",
            right_on="NEXT",
            strategy="forward",
            coalesce=False,
        )
    )


def _nothing(material: Material) -> Nothing | None:
    if material.study.escalation is None:
        return Nothing(NO_ESCALATION)
    dosed = material["ADDLT"].filter(ESCALATING & C("TRTSDT").is_not_null())
    return Nothing(NOBODY) if dosed.is_empty() else None


def _times(material: Material) -> Content:
    nothing = _nothing(material)
    if nothing is not None:
        return nothing
    times = waiting_times(material)
    about = About(notes=() if times["DECIDED"].is_not_null().any() else (NO_LOG,))
    return (listing(times, FIELDS, SUBJECTS, ("LEVEL",), about),)


def _timeline(material: Material) -> Content:
    nothing = _nothing(material)
    if nothing is not None:
        return nothing
    dosed = material["ADDLT"].filter(ESCALATING & C("TRTSDT").is_not_null())
    decisions = material["DECLOG"].select("date", "level").drop_nulls().cast({"date": pl.Date})
    return (enrolment_timeline(dosed, decisions, material.study.cutoff),)


DISPLAYS: Final = (
    Display(
        "T14.1.4.4",
        Words("Enrolment and Waiting Times by Dose Level", "各剂量水平的入组与等待时间"),
        "DLT",
        _times,
        (SUBJECTS, LOG),
        (),
        ("SET-DLT",),
        ("escalation",),
        (NOTE,),
    ),
    Display(
        "F14.1.4.2",
        Words("Timeline of Enrolment, DLT Windows and Decisions", "入组、DLT观察窗与决定的时间线"),
        "DLT",
        _timeline,
        (SUBJECTS, LOG),
        (),
        ("SET-DLT",),
        ("escalation",),
    ),
)
