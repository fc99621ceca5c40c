"""Rules of the decision table and the assumptions behind it in words, by their ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pkpipe.displays.words import Words

# pkpipe/escalation/engine: R of the 3+3 design, T of a decision table.
RULES: Final[Mapping[str, Words]] = {
    "R01": Words("a running DLT window is waited for", "等待DLT观察窗结束"),
    "R02": Words("a titration level starts with one subject", "加速滴定剂量水平从1例受试者开始"),
    "R03": Words("a titration level without related grade 2 or more is passed", "无相关2级及以上事件则通过"),
    "R04": Words("related grade 2 or more ends titration", "相关的2级及以上事件结束加速滴定"),
    "R05": Words("a cohort is filled first", "先完成队列入组"),
    "R06": Words("no DLT in the cohort: one level up", "队列中无DLT：递增一个剂量水平"),
    "R07": Words("one DLT in three: enrol to six", "3例中1例DLT：入组至6例"),
    "R08": Words("at most one DLT in six: one level up", "6例中至多1例DLT：递增一个剂量水平"),
    "R11": Words("two or more DLTs: the level exceeds the MTD", "2例及以上DLT：该剂量水平超过MTD"),
    "R12": Words("the level below has enough subjects: it is the MTD", "下一较低剂量水平例数足够：即为MTD"),
    "R13": Words("the level below is filled to six", "下一较低剂量水平入组至6例"),
    "R13b": Words("the level below is filled to a cohort", "下一较低剂量水平入组至一个队列"),
    "R14": Words("the lowest level exceeds the MTD: none is tolerable", "最低剂量水平超过MTD：无可耐受剂量"),
    "R15": Words("the highest level was passed: it is the MAD", "最高剂量水平已通过：即为MAD"),
    "R16": Words("the optional level may be opened", "可开放备选剂量水平"),
    "R19": Words("counts that cannot be", "计数不成立"),
    "T01": Words("the lowest level is excluded", "最低剂量水平被排除"),
    "T02": Words("an excluded level is left", "离开被排除的剂量水平"),
    "T03": Words("a cohort is filled first", "先完成队列入组"),
    "T04": Words("the table reads D: one level down", "决策表为D：递减一个剂量水平"),
    "T05": Words("the table reads E: one level up", "决策表为E：递增一个剂量水平"),
    "T06": Words("the table reads S: stay", "决策表为S：维持剂量"),
    "T08": Words("the table ends here", "决策表到此结束"),
}  # fmt: skip
# pkpipe/escalation/decision/assumptions.py has the English.
ASSUMPTIONS: Final[Mapping[str, str]] = {
    "U01": "加速滴定受试者按DLT观察窗内相关的2级及以上事件判断，均待观察窗结束后进入下一剂量水平",
    "U02": "加速滴定队列中的DLT也是相关的2级及以上毒性",
    "U03": "滴定结束时新增的2例与首例合计3例",
    "U04": "MTD需6例可评估受试者且DLT不超过1例",
    "U05": "上限以下的滴定剂量水平先入组至3例并判断，再入组至6例",
    "U06": "最低剂量水平2例DLT则结束递增，无可耐受剂量",
    "U07": "2例DLT即可决定，不论队列大小",
    "U08": "最高剂量水平不自动扩展至6例",
    "U09": "备选剂量水平由本表以外的决定开放",
    "U10": "未发生DLT而离开观察窗者被替换且不计入；除非已有2例DLT，观察窗未结束时不作决定",
    "U11": "超过3例或6例的可评估受试者按3例或6例判读",
    "U13": "加速模式下有2例无事件受试者的滴定剂量水平视为通过",
    "U14": "下一剂量水平开放后才获知的相关2级及以上事件：自此按标准递增，递增过程中不扩展较低剂量水平",
    "U16": "插入两个剂量水平之间的剂量为标准剂量水平",
    "U19": "无滴定的方案按同一表执行，MTD需6例",
    "U20": "两个剂量水平均有2例及以上DLT时，较低者为上限",
}


def rules_in_words(ids: Iterable[str]) -> Words:
    """`R07: one DLT in three: enrol to six` for each id."""
    told = [(one, RULES.get(one)) for one in ids if one]
    return Words(
        "; ".join(f"{one}: {said.en}" if said else one for one, said in told) or "–",
        "；".join(f"{one}：{said.zh}" if said else one for one, said in told) or "–",
    )


def assumptions_in_words(text: str | None) -> Words:
    """Assumptions as a run words them, `U04: ...; U19: ...`, with the Chinese of each."""
    if not text:
        return Words("None", "无")
    ids = [part.partition(": ")[0] for part in text.split("; ") if part[:1] == "U"]
    known = [f"{one}：{ASSUMPTIONS[one]}" for one in ids if one in ASSUMPTIONS]
    return Words(text, "；".join(known) or text)
