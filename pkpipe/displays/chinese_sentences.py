"""Sentences that rooms make of templates, in Chinese: each template as a pattern with what stands for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from pkpipe.clinical.collected import NOT_COLLECTED
from pkpipe.displays.words import Words

# In this order: a longer template before a part of it.
TEMPLATES: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern), chinese)
    for pattern, chinese in (
        # why a subject counts for DLT or not (pkpipe/escalation/subjects/evaluability.py)
        (r"window completed on (\S+) without DLT", r"观察窗于\1结束，未发生DLT"),
        (r"left the window on (\S+) without DLT, to be replaced", r"于\1离开观察窗，未发生DLT，需替换"),
        (r"window open until ([\d-]+)", r"观察窗至\1结束"),
        (r"died on (\S+), and no DLT is flagged: not counted", r"于\1死亡，未标记为DLT：不计入"),
        (r"DLT on (\S+) outside the window, not counted", r"\1的DLT在观察窗外，不计入"),
        (r"^DLT on ([\d-]+)", r"于\1发生DLT"),
        (r"received (\S+) % of a planned dose, least (\S+ %)", r"实际给药为计划剂量的\1 %，低于\2"),
        (r"counts only with a DLT", r"仅在发生DLT时计入"),
        (r": to be replaced", r"：需替换"),
        (r"not done: ", r"未完成："),
        (r"not dosed", r"未给药"),
        (r"backfill, not counted", r"回填受试者，不计入"),
        (rf"an early end of the study is {NOT_COLLECTED}: ", r"研究提前结束的信息未收集："),
        (rf"{NOT_COLLECTED}: ", r"未收集："),
        # the decision and its reason (pkpipe/escalation/decision/words.py)
        (r"Escalate: enrol (\d+) at level (\S+)\.", r"剂量递增：在剂量水平\2入组\1例。"),
        (r"Stay: enrol (\d+) at level (\S+)\.", r"维持剂量：在剂量水平\2入组\1例。"),
        (r"Stop escalating: enrol (\d+) at the lower level (\S+)\.",
         r"停止递增：在较低剂量水平\2入组\1例。"),
        (r"De-escalate: enrol (\d+) at level (\S+)\.", r"剂量递减：在剂量水平\2入组\1例。"),
        (r"Wait: no decision before the running windows close\.", r"等待：观察窗结束前不作决定。"),
        (r"Declare level (\S+) the maximum tolerated dose\.", r"确定剂量水平\1为最大耐受剂量（MTD）。"),
        (r"Level (\S+) is the maximum administered dose; the MTD was not reached\.",
         r"剂量水平\1为最大给药剂量（MAD），未达到MTD。"),
        (r"Stop: no tolerable dose among the levels\.", r"停止：各剂量水平均不可耐受。"),
        (r"Stop: no level can be declared the maximum tolerated dose\.", r"停止：无剂量水平可确定为MTD。"),
        (r"No decision: the counts do not describe a state of this design\.",
         r"无法决定：计数不符合本设计。"),
        (r"\s*Reason: ", r"理由："),
        (r"(\S+) exceeds the MTD \((\d+) of (\d+) with DLT\)", r"\1超过MTD（\3例中\2例发生DLT）"),
        (r"(\S+) is excluded \((\d+) of (\d+) with DLT\)", r"\1被排除（\3例中\2例发生DLT）"),
        (r"the table reads (\w) for (\d+) of (\d+) at (\S+?)(?=[;,]|$)", r"决策表对\4的\3例中\2例为\1"),
        (r"the table reads (\w) for (\d+) of (\d+) with DLT", r"决策表对\3例中\2例发生DLT为\1"),
        (r"(\S+) has (\d+) DLT in (\d+): the MTD is below the lowest level",
         r"\1的\3例中\2例发生DLT：MTD低于最低剂量水平"),
        (r"(\S+): (\d+) of (\d+) with DLT", r"\1：\3例中\2例发生DLT"),
        (r"(\S+) has (\d+) of (\d+)", r"\1的\3例中\2例发生DLT"),
        (r"(\S+) has (\d+) evaluable", r"\1有\2例可评估"),
        (r"(\S+) has (\d+) in the window", r"\1有\2例在观察窗内"),
        (r"(\d+) in the window", r"\1例在观察窗内"),
        (r"enrol (\d+) to reach (\d+)", r"再入组\1例以达到\2例"),
        (r"the cohort of (\d+) is not full", r"\1例的队列未满"),
        (r"enrol (\d+) at (\S+)", r"在\2入组\1例"),
        (r"enrol (\d+)", r"入组\1例"),
        (r"no related grade 2 or more", r"无相关的2级及以上事件"),
        (r"titration ended by a related grade 2 or more", r"因相关的2级及以上事件结束加速滴定"),
        (r"first subject", r"首例受试者"),
        (r"highest open level, so the MTD is not reached", r"为最高开放剂量水平，故未达到MTD"),
        (r"the optional level may be opened", r"可开放备选剂量水平"),
        (r"\(context only, not the protocol's decision\)", r"（仅供参考，非方案决定）"),
        (r"^reproduced: ", r"结果一致："),
        # what may become of pending subjects (pkpipe/escalation/decision/lookahead.py)
        (r"(\d+) completes? without DLT", r"\1例完成观察且未发生DLT"),
        (r"(\d+) leaves? and (?:is|are) replaced", r"\1例离开并被替换"),
        (r"(\d+) grade 2 or more", r"\1例发生2级及以上事件"),
        (r"(\d+) DLTs?\b", r"\1例发生DLT"),
        # conduct of the trial (pkpipe/escalation/conformance)
        (r"vital[_ ]signs", r"生命体征"),
        (r"physical[_ ]examination", r"体格检查"),
        (r"performance[_ ]status", r"体能状态"),
        (r"\blaboratory\b", r"实验室检查"),
        (r": the protocol sets no such rule", r"：方案无此规定"),
        (r": nothing to judge yet", r"：尚无可判定的内容"),
        (r"window over on (\S+), next group dosed on (\S+)", r"观察窗于\1结束，下一组于\2给药"),
        (r"dose of (\S+) (\S+) days from its planned date", r"\1给药，与计划日期相差\2天"),
        (r"(\S+) before the dose of (\S+): missing or too early", r"\2给药前的\1缺失或过早"),
        (r"no contact is due yet", r"尚无到期的随访"),
        (r"(\d+) contacts, widest gap (\d+) days", r"\1次随访，最长间隔\2天"),
        (r"increased on (\S+): no decision that clears the level dated on or before the dose",
         r"于\1增加剂量：给药当日或之前无开放该剂量水平的决定"),
        (r"not asked: lost, dead or withdrawn before it was due", r"不适用：到期前失访、死亡或退出"),
        # why a subject is in no analysis set (pkpipe/subjects/populations.py)
        (r"^not treated$", r"未接受治疗"),
        (r"screen failure", r"筛选失败"),
        (r"arm is not a cohort of the study", r"分组不是本研究的队列"),
        (r"no dose recorded", r"无给药记录"),
        (r"no concentration result after the first dose", r"首次给药后无药物浓度结果"),
        (r"no antibody result after the first dose", r"首次给药后无抗体结果"),
        (r"no target lesion at baseline", r"基线无靶病灶"),
        (r"no evaluable subject", r"无可评估受试者"),
    )
)  # fmt: skip

MARKS: Final = (("; ", "；"), (", ", "，"))


def in_chinese(text: str | None) -> str:
    """The text with every template that it holds in Chinese; the rest as it is."""
    told = text or ""
    for pattern, chinese in TEMPLATES:
        told = pattern.sub(chinese, told)
    if told == text:
        return told
    for english, chinese in MARKS:
        told = told.replace(english, chinese)
    return told if not told.endswith(".") else f"{told[:-1]}。"


def sentences(texts: Iterable[str | None]) -> dict[str, Words]:
    """Each text of a column with its Chinese, as the words of a field."""
    return {text: Words(text, in_chinese(text)) for text in dict.fromkeys(texts) if text}
