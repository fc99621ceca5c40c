"""Deaths, and what is known of subjects with a serious event, a DLT or a death (14.3.2, 14.3.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.collected import NOT_COLLECTED
from pkpipe.clinical.ends import DEATH
from pkpipe.displays.bilingual import Words, chinese, english, lost
from pkpipe.displays.builders import LABEL, About, Field, listing
from pkpipe.displays.display import Column, Content, Display, Material, Nothing, Sheet, cells
from pkpipe.displays.formats import TEXT
from pkpipe.displays.rows_behind import where
from pkpipe.displays.safety.safety_words import ACTIONS, OUTCOMES
from pkpipe.displays.subject_words import DLT_STATES, ENDS, SEX, TUMOURS

C: Final = pl.col
SUBJECTS, EVENTS, WINDOWS = "subjects/ADSL", "safety/ADAE", "escalation/ADDLT"
NOBODY_DIED: Final = Words("nobody died by the cutoff", "截至数据截止日无死亡")
NOBODY: Final = Words(
    "no serious event, no dose-limiting toxicity and no death",
    "无严重不良事件、剂量限制性毒性或死亡",
)
NO_CAUSE: Final = {"DEATH": Words("not recorded", "未记录")}
IMPUTED: Final = {
    "D": Words("day imputed", "日填补"),
    "M": Words("month and day imputed", "月日填补"),
}
IN_WINDOW: Final = {
    "Y": Words("within the window of adverse events", "在不良事件观察窗内"),
    "N": Words("after it", "观察窗之后"),
}
DIED: Final = (
    Field("COHORT", Words("Cohort", "队列")),
    Field("USUBJID", Words("Subject", "受试者")),
    Field("TRTSDT", Words("First dose", "首次给药")),
    Field("TRTEDT", Words("Last dose", "末次给药")),
    Field("DTHDT", Words("Death", "死亡日期")),
    Field("DTHDTF", Words("Date", "日期填补"), words=IMPUTED),
    Field("DTHDY", Words("Study day", "研究日")),
    Field("AFTER", Words("Days after last dose", "距末次给药天数")),
    Field("WINDOW", Words("When", "时间"), words=IN_WINDOW),
    Field("DTHCAUS", Words("Cause", "死因"), words=NO_CAUSE),
    Field("DCTREAS", Words("Treatment ended for", "治疗结束原因"), words=ENDS),
    Field("NACTDT", Words("New anti-cancer therapy", "新抗肿瘤治疗")),
)  # fmt: skip


def _with_days(material: Material) -> pl.DataFrame:
    """Who died, with the study day and the days from the last dose; whoever was enrolled."""
    plan = material.study.safety
    days = plan.teae_days + plan.teae_window_days if plan else None
    after = (C("DTHDT") - C("TRTEDT")).dt.total_days()
    day = (C("DTHDT") - C("TRTSDT")).dt.total_days()
    end = pl.lit(days, dtype=pl.Int64)
    within = pl.when(after <= end).then(pl.lit("Y")).when(after > end).then(pl.lit("N"))
    return (
        material["ADSL"]
        .filter(C("DTHDT").is_not_null())
        .with_columns(
            DTHDY=day + (day >= 0).cast(pl.Int64),
            AFTER=after,
            WINDOW=within,
        )
        .sort("COHORTN", "DTHDT", "USUBJID", nulls_last=True)
    )


def _deaths(material: Material) -> Content:
    said = next(iter(material["ADSL"]["DTHRS"].drop_nulls()), None)
    if said is not None and said.startswith(NOT_COLLECTED):
        return Nothing(lost(said))
    rows = _with_days(material)
    if rows.is_empty():
        return Nothing(NOBODY_DIED)
    note = Words(
        "Everybody who died by the cutoff, also long after the last dose. Where no fatal event says why, "
        "the cause is the term of the disposition.",
        "截至数据截止日的全部死亡，包括末次给药很久之后者。无致死事件说明死因时，死因取自处置记录的术语。",
    )
    return (listing(rows, DIED, SUBJECTS, ("USUBJID",), About(notes=(note,))),)


# Lines about the subject, before its events: code, words, column of ADSL, words of its values.
ABOUT: Final[tuple[tuple[str, Words, str, Mapping[str, Words]], ...]] = (
    ("SEX", Words("Sex", "性别"), "SEX", SEX),
    ("AGE", Words("Age", "年龄"), "AGE", {}),
    ("TUMTYPE", Words("Tumour", "肿瘤类型"), "TUMTYPE", TUMOURS),
    ("DOSE1", Words("Planned first dose", "计划首次剂量"), "DOSE1", {}),
    ("TRTSDT", Words("First dose", "首次给药"), "TRTSDT", {}),
    ("TRTEDT", Words("Last dose", "末次给药"), "TRTEDT", {}),
    ("STATE", Words("DLT window", "剂量限制性毒性观察窗"), "STATE", DLT_STATES),
    ("DCTREAS", Words("Treatment ended for", "治疗结束原因"), "DCTREAS", ENDS),
    ("NACTDT", Words("New anti-cancer therapy", "新抗肿瘤治疗"), "NACTDT", {}),
    ("DTHDT", Words("Death", "死亡"), "DTHDT", {}),
    ("DTHCAUS", Words("Cause of death", "死因"), "DTHCAUS", NO_CAUSE),
)
COLUMNS: Final = (
    Column("ITEM", Words("Item", "项目"), numeric=False),
    Column("TOLD", Words("Recorded", "记录"), numeric=False),
)


def _narratives(material: Material) -> Content:
    flagged = (C("AESER") == "Y") | (C("AEDLTFL") == "Y") | (C("DTHFL") == "Y")
    events = material["ADAE"].filter(flagged.fill_null(value=False))
    died = material["ADSL"].filter(C("DTHDT").is_not_null()).select("USUBJID")
    who = pl.concat([events.select("USUBJID"), died]).unique()
    states = material["ADDLT"].select("USUBJID", "STATE")
    subjects = (
        material["ADSL"]
        .join(who, on="USUBJID", how="semi", maintain_order="left")
        .join(states, on="USUBJID", how="left", maintain_order="left")
        .sort("COHORTN", "USUBJID", nulls_last=True)
    )
    if subjects.is_empty():
        limiting = ("AE.AEDLTFL",) if material.study.escalation else ()
        reason = material.known.reason("AE.AESER", *limiting, *DEATH)
        return Nothing(NOBODY if reason is None else lost(reason))
    lines = pl.concat([_of_subjects(subjects), _of_events(events)]).sort(
        "PART", "ASTDT", "AESEQ", nulls_last=False, maintain_order=True
    )
    of = lines.partition_by("USUBJID", maintain_order=True, as_dict=True)
    heads = subjects.select("USUBJID", C("COHLABEL").fill_null(C("COHORT"))).iter_rows()
    return tuple(_block(of[(usubjid,)], usubjid, cohort) for usubjid, cohort in heads)


def _of_subjects(subjects: pl.DataFrame) -> pl.DataFrame:
    parts = [
        subjects.select(
            "USUBJID",
            PART=pl.lit(place),
            ASTDT=pl.lit(None, dtype=pl.Date),
            AESEQ=pl.lit(None, dtype=pl.Int64),
            ROW=pl.lit(code),
            ITEM=pl.lit(head.en),
            ITEMZH=pl.lit(head.zh),
            TOLD=english(C(column).cast(pl.String).str.strip_suffix(".0"), words),
            TOLDZH=chinese(C(column).cast(pl.String), words) if words else pl.lit(None, dtype=pl.String),
            TABLES=pl.lit(WINDOWS if code == "STATE" else SUBJECTS),
            ROWS=where(subjects, USUBJID=C("USUBJID")),
        )
        for place, (code, head, column, words) in enumerate(ABOUT)
    ]  # fmt: skip
    return pl.concat(parts).drop_nulls("TOLD")


def _of_events(events: pl.DataFrame) -> pl.DataFrame:
    """A line an event: term, grade, study days, what was done and how it ended."""
    marks = [
        pl.when(C(flag) == "Y").then(pl.lit(word))
        for flag, word in (("AESER", "serious"), ("AEDLTFL", "DLT"), ("DTHFL", "fatal"),
                           ("RELFL", "related"))
    ]  # fmt: skip
    marks_zh = [
        pl.when(C(flag) == "Y").then(pl.lit(word))
        for flag, word in (("AESER", "严重"), ("AEDLTFL", "剂量限制性毒性"), ("DTHFL", "致死"),
                           ("RELFL", "与研究药物相关"))
    ]  # fmt: skip
    until = C("AENDT").cast(pl.String)
    grade = C("AETOXGR").cast(pl.String)
    en = (
        C("AEDECOD"),
        pl.lit("grade ") + grade,
        pl.lit("from ") + C("ASTDT").cast(pl.String) + pl.lit(" (day ") + C("ASTDY").cast(pl.String)
        + pl.lit(")"),
        pl.coalesce(pl.lit("to ") + until, pl.lit("no end recorded")),
        *marks,
        english(C("AEACN"), ACTIONS).str.to_lowercase(),
        english(C("AEOUT"), OUTCOMES).str.to_lowercase(),
    )  # fmt: skip
    zh = (
        C("AEDECOD"),
        grade + pl.lit("级"),
        pl.lit("自 ") + C("ASTDT").cast(pl.String) + pl.lit("（第") + C("ASTDY").cast(pl.String)
        + pl.lit("天）"),
        pl.coalesce(pl.lit("至 ") + until, pl.lit("未记录结束")),
        *marks_zh,
        pl.coalesce(chinese(C("AEACN"), ACTIONS), "AEACN"),
        pl.coalesce(chinese(C("AEOUT"), OUTCOMES), "AEOUT"),
    )  # fmt: skip
    # an event stands between the doses and the end of treatment
    return events.select(
        "USUBJID",
        PART=pl.lit(6),
        ASTDT="ASTDT",
        AESEQ="AESEQ",
        ROW=pl.lit("AE/") + C("AESEQ").cast(pl.String),
        ITEM=pl.lit("Adverse event"),
        ITEMZH=pl.lit("不良事件"),
        TOLD=pl.concat_str(*en, separator=", ", ignore_nulls=True),
        TOLDZH=pl.concat_str(*zh, separator="，", ignore_nulls=True),
        TABLES=pl.lit(EVENTS),
        ROWS=where(events, USUBJID=C("USUBJID"), AESEQ=C("AESEQ")),
    )


def _block(lines: pl.DataFrame, usubjid: str, cohort: str | None) -> Sheet:
    parts = _columns_of(lines)
    rows = pl.concat(parts).sort("_I", "_J").drop("_I", "_J")
    title = f"{usubjid}, {cohort}" if cohort else usubjid
    return Sheet(COLUMNS, rows, usubjid, Words(title, title))


def _columns_of(lines: pl.DataFrame) -> Iterator[pl.DataFrame]:
    named = lines.with_row_index("_I")
    for place, column in enumerate(("ITEM", "TOLD")):
        part = named.with_columns(
            COL=pl.lit(column),
            STAT=pl.lit(LABEL if column == "ITEM" else TEXT),
            TEXT=column,
            TEXTZH=f"{column}ZH",
        )
        yield cells(part).with_columns(part["_I"], _J=pl.lit(place))


DISPLAYS: Final = (
    Display(
        "L14.3.2.1",
        Words("Listing of Deaths", "死亡列表"),
        "ENR",
        _deaths,
        (SUBJECTS,),
        DEATH,
        ("SET-ENR",),
    ),
    Display(
        "T14.3.3.1",
        Words(
            "Data for Narratives: Serious Events, Dose-Limiting Toxicities and Deaths",
            "叙述性资料：严重不良事件、剂量限制性毒性与死亡",
        ),
        "ENR",
        _narratives,
        (SUBJECTS, EVENTS),
        ("AE",),
        ("SET-ENR",),
    ),
)
