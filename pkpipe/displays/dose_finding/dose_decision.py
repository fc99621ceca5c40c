"""The dose decision: proposal, reason, what pending subjects change, decisions so far (14.1.4.2)."""

from __future__ import annotations

import re
from typing import Any, Final

import polars as pl

from pkpipe.clinical.collected import NOT_COLLECTED
from pkpipe.displays.bilingual import Words
from pkpipe.displays.builders import About, Field, listing
from pkpipe.displays.display import Content, Display, Material, Nothing, Sheet
from pkpipe.displays.dose_finding.decision_words import NO_ESCALATION, NOBODY, subjects
from pkpipe.displays.dose_finding.dose_proposal import Seen, proposal
from pkpipe.displays.dose_finding.rules_in_words import rules_in_words
from pkpipe.displays.number_text import day
from pkpipe.displays.statements import Fact, fact_sheet
from pkpipe.escalation.comparators.context import LABEL
from pkpipe.escalation.decision.assumptions import in_words
from pkpipe.escalation.decision.decision_sentences import BECAUSE, DECISIONS

C: Final = pl.col
DECISION: Final = "escalation/DECISION"
SUBJECTS: Final = "escalation/ADDLT"
STUDY: Final = "SCOPE = 'STUDY'"
LEVELS: Final = "SCOPE = 'LEVEL'"
WHO: Final = Words(
    "The safety review committee; this is what the protocol's rules propose.",
    "由安全性审查委员会决定；此处为方案规则的建议。",
)
ABOUT: Final = {
    "PROPOSAL": Words("Proposal", "建议"),
    "REASON": Words("Reason", "理由"),
    "NENROL": Words("New subjects to enrol", "拟新入组受试者"),
    "WHO": Words("Who decides", "决定者"),
    "PENDING": Words("In the DLT window", "DLT观察窗内"),
    "LEVEL": Words("Level last dosed", "最近给药的剂量水平"),
    "MODE": Words("Phase of the design", "设计阶段"),
    "EARLIEST": Words("Decision possible from", "最早可作决定的日期"),
    "RULES": Words("Rules of the table that decide", "所依据的决策规则"),
    "ASSUMED": Words("Assumptions it rests on", "所依据的假设"),
    "COUNTS": Words("Counts by level", "各剂量水平计数"),
}
MODES: Final = {
    "accelerated": Words("Accelerated titration", "加速滴定"),
    "standard": Words("Standard", "标准递增"),
}
NO_LOG: Final = Words("No log of decisions is among the inputs.", "输入数据中无既往决定的记录。")
NO_OTHERS: Final = Words(
    "Other designs are not asked: the study file states no target DLT rate.",
    "未询问其他设计：研究文件未规定目标DLT发生率。",
)
CONTEXT_ONLY: Final = Words(
    "Other designs are context only, never the decision of the protocol.",
    "其他设计仅供参考，并非方案决定。",
)
NOBODY_PENDING: Final = Words(
    "No subject is pending: the decision is complete.", "无待定受试者：决定所需数据完整。"
)


def _decision(material: Material) -> Content:
    if material.study.escalation is None:
        return Nothing(NO_ESCALATION)
    answer = material["DECISION"].filter(C("SCOPE") == "STUDY")
    if answer.is_empty():
        return Nothing(NOBODY)
    row = answer.row(0, named=True)
    seen = Seen.of(material["DECISION"], material.study)
    first = _proposal(material, row, seen)
    if row["DECISION"] == "NO_DECISION":
        return (first,)
    made = (_outcomes(material, row), _log(material), _others(material))
    return (first, *(sheet for sheet in made if sheet is not None))


def _proposal(material: Material, row: dict[str, Any], seen: Seen) -> Sheet:
    lost = NOT_COLLECTED in str(row["REASON"])
    why = Words(_sentence(_after(row["REASON"], BECAUSE.en)), _after(row["REASONZH"], BECAUSE.zh))
    told = _told(material, row, seen, why, lost=lost)
    facts = [Fact(code, ABOUT[code], said, table, rows) for code, said, table, rows in told]
    if row["NENROL"] is not None:
        number = float(row["NENROL"])
        said = subjects(row["NENROL"])
        place = ABOUT["NENROL"]
        facts.insert(2, Fact("NENROL", place, said, DECISION, STUDY, number, "subjects"))
    notes = [] if (material["LOOKAHD"].height or lost) else [NOBODY_PENDING]
    if material["DECLOG"].is_empty():
        notes.append(NO_LOG)
    plan = material.study.escalation
    notes.append(NO_OTHERS if plan is None or plan.target_dlt_rate is None else CONTEXT_ONLY)
    return fact_sheet(facts, About("PROPOSAL", Words("Proposal", "建议"), tuple(notes)))


def _told(
    material: Material,
    row: dict[str, Any],
    seen: Seen,
    why: Words,
    *,
    lost: bool,
) -> list[tuple[str, Words, str, str]]:
    mode = str(row["MODE"] or "–")
    rules = str(row["RULES"] or "").split(";")
    answer = (DECISION, STUDY)
    asked = [
        ("PROPOSAL", proposal(row, seen, not_collected=lost), *answer),
        ("REASON", why, *answer),
        ("WHO", WHO, *answer),
        ("PENDING", _pending(material), SUBJECTS, "STATE = 'PENDING'"),
        ("LEVEL", _plain(row["LEVEL"], seen), *answer),
        ("MODE", MODES.get(mode, Words(mode, mode)), *answer),
        ("EARLIEST", _earliest(material, row), *answer),
        ("RULES", rules_in_words(rules), *answer),
        ("ASSUMED", in_words(row["ASSUMP"]) or Words("None", "无"), *answer),
        ("COUNTS", _counts(seen), DECISION, LEVELS),
    ]
    if row["DECISION"] == "NO_DECISION":
        asked = [fact for fact in asked if fact[0] in {"PROPOSAL", "REASON", "WHO"}]
    return asked


def _after(text: object, mark: str) -> str:
    """What follows the mark, or all of it."""
    before, _, after = str(text or "").partition(mark)
    return after or before


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] if re.match(r"[a-z]+ ", text) else text


def _plain(level: object, seen: Seen) -> Words:
    at = seen.at(level)
    return Words(at.en[0].upper() + at.en[1:], at.zh)


def _pending(material: Material) -> Words:
    """Who is awaited, by level, with the day each window closes."""
    waiting = material["ADDLT"].filter(C("STATE") == "PENDING").sort("LEVELN", "WINENDT", "USUBJID")
    if waiting.is_empty():
        return Words("Nobody", "无")
    told = [
        (f"{level}: {subject} (until {day(end)})", f"{level}：{subject}（至{day(end)}）")
        for level, subject, end in waiting.select("LEVEL", "USUBJID", "WINENDT").iter_rows()
    ]
    return Words("; ".join(en for en, _ in told), "；".join(zh for _, zh in told))


def _earliest(material: Material, row: dict[str, Any]) -> Words:
    """A decision that can be taken is possible now, not first at the day of the cutoff."""
    when, cutoff = row["EARLIEST"], material.study.cutoff
    if when is None:
        return Words("–", "–")
    if cutoff is not None and when <= cutoff:
        return Words(
            f"Possible with the data up to the cutoff ({day(cutoff)})",
            f"依据截至数据截止日（{day(cutoff)}）的数据即可作出",
        )
    return Words(day(when), day(when))


def _counts(seen: Seen) -> Words:
    dosed = [code for code, counts in seen.counts.items() if any(counts)]
    told = [(code, seen.there(code)) for code in dosed]
    return Words(
        "; ".join(f"{code}: {said.en}" for code, said in told) or "–",
        "；".join(f"{code}：{said.zh}" for code, said in told) or "–",
    )


def _outcomes(material: Material, row: dict[str, Any]) -> Sheet | None:
    """What each outcome of the pending subjects would lead to, and whether that is another proposal."""
    cases = material["LOOKAHD"]
    if cases.is_empty():
        return None
    now = (row["DECISION"], row["NEXTLVL"], row["MTD"], row["MAD"])
    same = pl.all_horizontal(
        C(name).eq_missing(pl.lit(value, dtype=pl.String))
        for name, value in zip(("DECISION", "NEXTLVL", "MTD", "MAD"), now, strict=True)
    )
    told = cases.with_columns(
        ABOUT=pl.coalesce("NEXTLVL", "MTD", "MAD"),
        CHANGES=pl.when(same).then(pl.lit("N")).otherwise(pl.lit("Y")),
        SAID=_grammar(C("OUTCOME")),
    )
    fields = (
        Field("SAID", Words("If", "若"), chinese="OUTCOMEZH"),
        Field("POSSIBLE", Words("Possible from", "最早日期")),
        Field("DECISION", Words("the rules propose", "则规则建议"), words=DECISIONS),
        Field("ABOUT", Words("Level", "剂量水平")),
        Field("NENROL", Words("Subjects to enrol", "拟入组例数")),
        Field("CHANGES", Words("Another proposal than now", "与目前建议不同"), words=CHANGE),
        Field("REASON", Words("Why", "理由"), chinese="REASONZH"),
    )
    about = About(
        "LOOKAHEAD", Words("What pending subjects could change", "待定受试者可能带来的变化")
    )
    return listing(told, fields, "escalation/LOOKAHD", ("OUTCOME",), about, ("CASE",))


CHANGE: Final = {"Y": Words("Yes", "是"), "N": Words("No", "否")}


def _grammar(outcome: pl.Expr) -> pl.Expr:
    """`2 completes without DLT` as people say it."""
    several = r"\b([2-9]|\d\d+) "
    return (
        outcome.str.replace_all(several + "completes", "$1 complete")
        .str.replace_all(several + "leaves and is replaced", "$1 leave and are replaced")
        .str.replace_all(several + r"DLT\b", "$1 DLTs")
    )


def _log(material: Material) -> Sheet | None:
    log = material["DECLOG"]
    if log.is_empty():
        return None
    same = {"Y": Words("No", "否"), "N": Words("Yes", "是")}
    fields = (
        Field("date", Words("Date", "日期")),
        Field("cutoff", Words("On data up to", "数据截至")),
        Field("level", Words("At level", "当时剂量水平")),
        Field("decision", Words("Decision", "决定"), words=DECISIONS),
        Field("next_level", Words("Level", "剂量水平")),
        Field("n_to_enrol", Words("Subjects", "例数")),
        Field("recorded_by", Words("Recorded by", "记录人"), words=RECORDERS),
        Field("recorded_on", Words("Recorded on", "记录日期")),
        Field("same", Words("Would differ with today's data", "按目前数据是否不同"), words=same),
        Field("detail", Words("With today's data", "按目前数据"), chinese="detailZH"),
        *(f for f in BASIS if log[f.name].null_count() < log.height),
    )
    key = ("date", "level", "decision")
    found = ("date", "cutoff", "level", "decision", "next_level")
    about = About("RECORDED", Words("Decisions recorded so far", "既往记录的决定"))
    return listing(log, fields, "escalation/DECLOG", key, about, found)


STATES: Final = {
    "FOUND": Words("unchanged", "未更改"),
    "ALTERED": Words(
        "files changed since: its signatures are no longer of these files",
        "文件已被更改：签名不再对应现有文件",
    ),
    "REPLACED": Words(
        "made anew since: its signatures are no longer of these files",
        "已重新运行：签名不再对应现有文件",
    ),
    "UNKNOWN": Words("not in the audit trail", "审计追踪中无此运行"),
    "UNPROVED": Words("the audit trail is not whole", "审计追踪不完整"),
}
KEPT: Final = {"Y": Words("Yes", "是"), "N": Words("No", "否")}
# Shown where a decision of the log has them.
BASIS: Final = (
    Field("run_state", Words("Run the meeting saw", "会议所依据的运行"), words=STATES),
    Field("approved_by", Words("Approved by", "批准人")),
    Field("approved_on", Words("Approved on", "批准日期")),
    Field("changed", Words("Subjects who stand otherwise now", "状态已不同的受试者")),
    Field("first_dose", Words("First dose at the level", "该剂量水平首次给药")),
    Field("kept", Words("Dosed after the decision", "给药在决定之后"), words=KEPT),
)
RECORDERS: Final = {
    "chair of the safety review committee": Words(
        "chair of the safety review committee", "安全性审查委员会主席"
    )
}


def _others(material: Material) -> Sheet | None:
    """What other designs would say of the same counts, where the study states the rate they aim at."""
    rows = material["DECISION"].filter(C("SCOPE") == "CONTEXT")
    if rows.is_empty():
        return None
    plain = rows.with_columns(
        C("REASON").str.strip_suffix(f" ({LABEL.en})"),
        C("REASONZH").str.strip_suffix(f"（{LABEL.zh}）"),
    )
    fields = (
        Field("METHOD", Words("Design", "设计")),
        Field("DECISION", Words("Would say", "建议"), words=DECISIONS),
        Field("NEXTLVL", Words("Level", "剂量水平")),
        Field("REASON", Words("Why", "理由"), chinese="REASONZH"),
    )
    about = About("OTHERS", Words("Other designs, for context", "其他设计（仅供参考）"))
    return listing(plain, fields, DECISION, ("METHOD",), about, ("SCOPE", "METHOD"))


DISPLAYS: Final = (
    Display(
        "T14.1.4.2",
        Words("Dose Decision", "剂量决定"),
        "DLT",
        _decision,
        (DECISION, SUBJECTS, "escalation/LOOKAHD", "escalation/DECLOG"),
        (),
        ("SET-DLT", "ESC-1", "ESC-6"),
        ("escalation",),
    ),
)
