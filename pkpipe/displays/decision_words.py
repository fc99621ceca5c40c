"""Codes of the escalation in words: decisions, levels with their dose, rules of conduct and their results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pkpipe.displays.words import Words
from pkpipe.protocol.study import Study

DECISIONS: Final[Mapping[str, Words]] = {
    "ESCALATE": Words("Escalate", "剂量递增"),
    "STAY_ADD": Words("Stay and enrol more", "维持剂量并继续入组"),
    "DEESCALATE_EXPAND": Words("Step down and enrol more", "降低剂量并继续入组"),
    "DEESCALATE": Words("De-escalate", "剂量递减"),
    "WAIT": Words("Wait", "等待"),
    "DECLARE_MTD": Words("Declare the MTD", "确定最大耐受剂量"),
    "MAD_REACHED": Words("Maximum administered dose reached", "达到最大给药剂量"),
    "NO_TOLERABLE_DOSE": Words("No tolerable dose", "无可耐受剂量"),
    "INVALID_STATE": Words("No decision: the counts cannot be right", "无法决定：计数不成立"),
    "NO_DECISION": Words("No decision", "暂不决定"),
    "TREAT": Words("Treat at this level", "在该剂量水平给药"),
}
RESULTS: Final[Mapping[str, Words]] = {
    "PASS": Words("Met", "符合"),
    "FAIL": Words("Not met", "不符合"),
    "INDETERMINATE": Words("Cannot be told", "无法判定"),
    "NOT_ASSESSABLE": Words("Not asked", "不适用"),
}
CONDUCT: Final[Mapping[str, Words]] = {
    "C01": Words(
        "The next group starts when every DLT window of the group before is over",
        "前一组所有受试者的DLT观察窗结束后，下一组方可开始",
    ),
    "C02": Words(
        "No more subjects of a group in the DLT window at once than allowed",
        "同一组同时处于DLT观察窗内的受试者不超过规定人数",
    ),
    "C03": Words(
        "The required hours between the first subject of a group and the next",
        "每组首例与后续受试者给药间隔达到规定小时数",
    ),
    "C04": Words("No dose reduction", "不得降低剂量"),
    "C05": Words(
        "A dose increase within a subject only under its conditions",
        "受试者个体内剂量递增须满足规定条件",
    ),
    "C06": Words("From the second cycle on, dosing within the window", "自第2周期起在时间窗内给药"),
    "C07": Words("No more cycles than planned", "周期数不超过计划"),
    "C08": Words("Examinations shortly before each dose", "每次给药前完成规定检查"),
    "C09": Words("A DLT counts only in the window", "仅计入观察窗内的DLT"),
    "C10": Words(
        "No level skipped, a level opened only after the decision to escalate",
        "不得跳过剂量水平，且仅在递增决定后开放",
    ),
    "C11": Words("Group size", "每组例数"),
    "C12": Words("Screening no longer than planned", "筛选期不超过计划"),
    "C13": Words("A visit at the end of treatment", "完成治疗结束访视"),
    "C14": Words("Safety visits after the last dose", "末次给药后完成安全性随访"),
    "C15": Words("Survival contacts at the planned gaps", "按计划间隔进行生存随访"),
    "C16": Words("Treatment stops at the first reason to stop", "出现首个终止原因时停止治疗"),
}
NO_ESCALATION: Final = Words("no dose escalation in this study", "本研究无剂量递增")
NOBODY: Final = Words("nobody has been dosed at this cutoff", "截至数据截止日尚无受试者给药")


def doses_of(study: Study) -> dict[str, str]:
    """The planned dose of each level with its units; with the drug where the study gives several."""
    units = {drug.code: drug.dose_unit for drug in study.drugs}
    several = len(units) > 1
    return {
        level.code: " + ".join(
            f"{drug} {dose:g} {units.get(drug, '')}".strip()
            if several
            else f"{dose:g} {units.get(drug, '')}".strip()
            for drug, dose in level.doses.items()
        )
        for level in (study.escalation.levels if study.escalation else ())
    }


def level_with_dose(level: object, doses: Mapping[str, str]) -> Words:
    """`level G (6 mg/kg)` in both languages."""
    code = str(level or "–")
    dose = doses.get(code)
    told = f"{code} ({dose})" if dose else code
    return Words(f"level {told}", f"剂量水平{told.replace(' (', '（').replace(')', '）')}")


def subjects(number: object) -> Words:
    """`1 subject`, `2 subjects`."""
    count = int(str(number or 0))
    return Words(f"{count} subject{'' if count == 1 else 's'}", f"{count}例受试者")
