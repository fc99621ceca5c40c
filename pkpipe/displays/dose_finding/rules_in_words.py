"""Rules of the decision table in words, by their ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pkpipe.displays.bilingual import Words

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


def rules_in_words(ids: Iterable[str]) -> Words:
    """`R07: one DLT in three: enrol to six` for each id."""
    told = [(one, RULES.get(one)) for one in ids if one]
    return Words(
        "; ".join(f"{one}: {said.en}" if said else one for one, said in told) or "–",
        "；".join(f"{one}：{said.zh}" if said else one for one, said in told) or "–",
    )
