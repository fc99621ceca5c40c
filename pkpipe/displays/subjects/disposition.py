"""Disposition, analysis sets, and who discontinued (14.1.1, 16.2.1)."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.collected import NOT_COLLECTED
from pkpipe.displays.bilingual import NONE, Words, chinese, lost, reason_in_chinese
from pkpipe.displays.builders import About, Field, listing
from pkpipe.displays.counted import Line, by_value, count_sheet, counted, groups_of, headed
from pkpipe.displays.display import Content, Display, Material, Nothing
from pkpipe.displays.populations import POPULATIONS, Population
from pkpipe.displays.subject_words import ENDS, STUDY_STATUS
from pkpipe.subjects.populations import OUTSIDE

C: Final = pl.col
SUBJECTS: Final = "subjects/ADSL"
ENROLLED: Final = C("ENRLFL") == "Y"
TREATED: Final = (C("SAFFL") == "Y", "SAFFL = 'Y'")
STATUS: Final = Words("Status at the cutoff", "数据截止时的状态")
OF_SET: Final = Words("Analysis set", "分析集")
COHORT: Final = Field("COHORT", Words("Cohort", "队列"))
SUBJECT: Final = Field("USUBJID", Words("Subject", "受试者"))


def _reason(material: Material, column: str) -> Words:
    """Why a count cannot be given, as ADSL says it of everybody."""
    said = next(iter(material["ADSL"][column].drop_nulls()), None)
    return lost(said) if said is not None and said.startswith(NOT_COLLECTED) else NONE


def _disposition(material: Material) -> Content:
    subjects, ends = material["ADSL"], _reason(material, "DISPRS")
    treated, sql = TREATED
    off = (treated & C("EOTDT").is_not_null(), f"{sql} AND EOTDT IS NOT NULL")
    left = (C("EOSSTT") == "DISCONTINUED", "EOSSTT = 'DISCONTINUED'")
    on = treated & C("EOTDT").is_null()
    status = [
        Line("ENROLLED", Words("Enrolled", "入组"), ENROLLED, "ENRLFL = 'Y'"),
        Line("TREATED", Words("Treated", "接受治疗"), treated, sql),
        Line("UNTREATED", Words("Not treated", "未接受治疗"), ~treated, "SAFFL <> 'Y'"),
        _said("ONTRT", Words("On treatment", "治疗中"), (on, f"{sql} AND EOTDT IS NULL"), ends),
    ]
    treatment = [_said("OFFTRT", Words("Treatment ended", "治疗结束"), off, ends)]
    study = [_said("OFFSTUDY", Words("Study discontinued", "提前退出研究"), left, ends)]
    if ends == NONE:
        treatment += by_value(subjects, "DCTREAS", NONE, ENDS, off)
        study += by_value(subjects, "DCSREAS", NONE, ENDS, left)
    done = (C("EOSSTT") == "COMPLETED", "EOSSTT = 'COMPLETED'")
    study.insert(0, _said("COMPLETED", Words("Study completed", "完成研究"), done, ends))
    died = (treated & C("DTHDT").is_not_null(), f"{sql} AND DTHDT IS NOT NULL")
    death = [_said("DEATHS", Words("Died", "死亡"), died, _reason(material, "DTHRS"))]
    lines = [
        *headed(status, STATUS),
        *headed(treatment, Words("End of treatment", "治疗结束情况")),
        *headed(study, Words("End of study", "研究结束情况")),
        *headed(death, Words("Deaths", "死亡情况")),
    ]
    groups = groups_of(material, ENROLLED)
    return (count_sheet(counted(subjects, lines, groups, SUBJECTS), lines, groups, head=STATUS),)


def _said(code: str, words: Words, of: tuple[pl.Expr, str], reason: Words) -> Line:
    return Line(code, words, *of, reason=reason)


SETS: Final = ("ENR", "SAF", "EFF", "DLT", "PKC", "ADA", "RSP")
TABLES: Final = {"ADSL": SUBJECTS, "ADDLT": "escalation/ADDLT"}


def _sets(material: Material) -> Content:
    groups = groups_of(material, ENROLLED)
    lines, parts = [], []
    for code in SETS:
        set_ = POPULATIONS[code]
        if code == "DLT" and material.study.escalation is None:
            continue
        lines.append(Line(code, set_.words, set_.holds, set_.sql, reason=_of_set(material, set_)))
        records = material[set_.table]
        parts.append(counted(records, lines[-1:], groups, TABLES[set_.table]))
    sheet = count_sheet(
        pl.concat(parts), lines, groups, About("COUNTS", Words("Subjects", "受试者数")), OF_SET
    )
    out = _left_out(material)
    if out.is_empty():
        return (sheet,)
    about = About("LEFTOUT", Words("Subjects not in a set, and why", "未纳入分析集的受试者及原因"))
    named = {w.en: w for w in (POPULATIONS[s].words for s in SETS)}
    fields = (
        *(COHORT, SUBJECT, Field("SET", OF_SET, words=named)),
        Field("WHY", Words("Reason", "原因"), chinese="WHYZH"),
    )
    return (sheet, listing(out, fields, SUBJECTS, ("USUBJID", "SET"), about, ("USUBJID",)))


def _of_set(material: Material, set_: Population) -> Words:
    if set_.reason:
        return _reason(material, set_.reason)
    said = None
    if set_.table == "ADDLT" and material["ADDLT"]["STATE"].is_null().any():
        said = next(iter(material["ADDLT"].filter(C("STATE").is_null())["REASON"]), None)
    return lost(said) if said is not None and said.startswith(NOT_COLLECTED) else NONE


def _left_out(material: Material) -> pl.DataFrame:
    """Subjects that a set does not hold, each with the reason; not where nobody can say."""
    subjects = material["ADSL"]
    parts = [
        subjects.filter(~set_.holds.fill_null(value=False) & C(set_.reason).is_not_null()).select(
            *("COHORT", "USUBJID"),
            SET=pl.lit(set_.words.en),
            WHY=C(set_.reason),
            WHYZH=pl.coalesce(chinese(C(set_.reason), OUTSIDE), reason_in_chinese(C(set_.reason))),
        )
        for set_ in (POPULATIONS[code] for code in SETS if code != "EFF")
        if set_.reason and _reason(material, set_.reason) == NONE
    ]
    dlt = POPULATIONS["DLT"]
    states = material["ADDLT"].filter(~dlt.holds)
    said = {"WHY": C("REASON"), "WHYZH": C("REASONZH")}
    parts.append(states.select("COHORT", "USUBJID", SET=pl.lit(dlt.words.en), **said))
    return pl.concat(parts).sort("SET", "COHORT", "USUBJID", maintain_order=True)


FIELDS: Final = (
    *(COHORT, SUBJECT),
    Field("TRTSDT", Words("First dose", "首次给药日期")),
    Field("TRTEDT", Words("Last dose", "末次给药日期")),
    Field("EOTDT", Words("End of treatment", "治疗结束日期")),
    Field("DCTREAS", Words("Why treatment ended", "治疗结束原因"), words=ENDS),
    Field("EOSSTT", Words("Status in the study", "研究状态"), words=STUDY_STATUS),
    Field("EOSDT", Words("End of study", "研究结束日期")),
    Field("DCSREAS", Words("Why study ended", "研究结束原因"), words=ENDS),
    Field("NACTDT", Words("New anti-cancer therapy", "新抗肿瘤治疗日期")),
    Field("DTHDT", Words("Death", "死亡日期")),
    Field("LSTALVDT", Words("Last known alive", "末次已知存活日期")),
)


def _discontinued(material: Material) -> Content:
    reason = _reason(material, "DISPRS")
    if reason != NONE:
        return Nothing(reason)
    ended = material["ADSL"].filter(C("EOTDT").is_not_null() | C("EOSDT").is_not_null())
    if ended.is_empty():
        return Nothing(Words("nobody has discontinued", "无受试者终止"))
    ordered = ended.sort("COHORTN", "USUBJID", nulls_last=True)
    return (listing(ordered, FIELDS, SUBJECTS, ("USUBJID",)),)


DISPLAYS: Final = (
    Display(
        "T14.1.1.1",
        Words("Disposition of Subjects", "受试者分布"),
        "ENR",
        _disposition,
        (SUBJECTS,),
        rule=("SET-ENR", "SET-SAF"),
    ),
    Display(
        "T14.1.1.2",
        Words("Analysis Sets", "分析集"),
        "ENR",
        _sets,
        (SUBJECTS, "escalation/ADDLT"),
        rule=("SET-ENR", "SET-SAF", "SET-DLT", "SET-PKC", "SET-ADA", "SET-RSP", "SET-EFF"),
    ),
    Display(
        "L16.2.1",
        Words("Listing of Discontinued Subjects", "终止治疗或研究的受试者列表"),
        "ENR",
        _discontinued,
        (SUBJECTS,),
    ),
)
