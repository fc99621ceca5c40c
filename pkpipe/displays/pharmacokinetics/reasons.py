"""Why there is no value, or what is remarkable about it, in Chinese; the rooms say it in English."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from pkpipe.clinical.collected import NOT_COLLECTED
from pkpipe.displays.bilingual import Words

# What is said, with the numbers in it, and the same in Chinese. A reason may be several of these.
SAID: Final = tuple(
    (re.compile(said), chinese)
    for said, chinese in (
        (r"outside the sampling window", "超出采样时间窗"),
        (r"more than a dosing interval after the dose before", "距上次给药超过一个给药间隔"),
        (r"before the first dose at this level", "该剂量水平首次给药前"),
        (r"not done: (.+)", r"未采集：\1"),
        (
            r"every profile lies on or after the onset of antibodies",
            "全部数据均在抗体出现当时或之后",
        ),
        (rf"{NOT_COLLECTED}: (.+)", r"未收集：\1"),
        (r"stands only as the trough of the dose before", "仅作为上次给药的谷浓度"),
        (r"actual dose deviates more than (\S+) % from plan", r"实际剂量偏离计划超过 \1 %"),
        (
            r"samples after the dose: (\d+); areas and slopes need (\d+)",
            r"给药后样本数 \1，计算面积和斜率需 \2",
        ),
        (r"no sample after this dose but the one before the next", "本次给药后仅有下次给药前样本"),
        (r"terminal points span less than (\S+) half-lives", r"末端点跨度不足 \1 个半衰期"),
        (r"over (\S+) % of the area extrapolated", r"面积外推超过 \1 %"),
        (r"adjusted R² below (\S+)", r"校正决定系数低于 \1"),
        (r"half-life exceeds the sampling window.*", "半衰期超出采样时间窗"),
        (r"apparent: steady state is not shown", "表观值：未证明达到稳态"),
        (r"the dose of free payload is not known", "游离载荷的剂量未知"),
        (
            r"terminal payload phase likely limited by release from the conjugate",
            "载荷末端相可能受偶联物释放限制",
        ),
        (
            r"fewer than (\d+) quantifiable samples are eligible for the terminal slope",
            r"可用于末端斜率的可定量样本少于 \1 个",
        ),
        (
            r"samples cover less than (\S+) % of the dosing interval.*",
            r"采样覆盖不足给药间隔的 \1 %",
        ),
        (r"no concentration at the start of the interval.*", "间隔起点无浓度"),
        (r"no sample before a next dose within its window", "时间窗内无下次给药前样本"),
        (r"no sample at the end of the infusion, so no peak", "无输注结束样本，故无峰浓度"),
        (r"no sample at the end of the infusion", "无输注结束样本"),
        (r"the terminal concentrations do not decline in any window", "末端浓度无下降"),
        (r"the concentration never rises", "浓度无上升"),
        (r"the value it is divided by is zero", "分母为零"),
        (r"fewer than (\d+) subjects", r"受试者少于 \1 例"),
        (r"fewer than (\d+) values", r"数值少于 \1 个"),
        (r"fewer than (\d+) planned doses", r"计划剂量少于 \1 个"),
        (
            r"fewer than (\d+) subjects with (\d+) quantifiable troughs",
            r"有 \2 个可定量谷浓度的受试者少于 \1 例",
        ),
        (r"the limits of the slope do not contain 0", "斜率的置信区间不包含 0"),
        (r"the change per dose exceeds (\S+) %", r"每次给药变化超过 \1 %"),
        (r"troughs still change from dose to dose", "谷浓度仍随给药次数变化"),
        (r"no quarters: fewer than (\d+) subjects", r"受试者少于 \1 例，不分四分位"),
        (
            r"no slope: fewer than (\d+) subjects with, or without, the event",
            r"发生或未发生事件的受试者少于 \1 例，不估计斜率",
        ),
        (
            r"no such parameter after the first dose.*",
            "首次给药后无该参数，而该终点在后续给药前已结束",
        ),
        (r"equal exposures: nobody in this quarter", "暴露量相同，该四分位无受试者"),
        (r"no ratio to describe", "无可描述的比值"),
        (
            r"the highest concentration is the one before the next dose.*",
            "最高浓度为下次给药前样本，未见峰浓度",
        ),
        (r"doses do not differ within a cycle", "周期内剂量无差异"),
        (r"a value is zero or negative", "存在零或负值"),
        (r"the mean is not positive", "均值不为正"),
        (r"more than (\S+) % of the values are BLQ", r"超过 \1 % 的数值为 BLQ"),
    )
)
TOGETHER: Final = re.compile(r"; (?!areas)")


def in_chinese(reason: str) -> str | None:
    """The reason in Chinese, a part without a translation as it is; nothing where no part has one."""
    parts = TOGETHER.split(reason)
    told = [_part(part) for part in parts]
    if all(part is None for part in told):
        return None
    return "；".join(new or old for new, old in zip(told, parts, strict=True))


def _part(reason: str) -> str | None:
    for said, chinese in SAID:
        if found := said.fullmatch(reason):
            return found.expand(chinese)
    return None


def reason_words(reasons: Iterable[str | None]) -> dict[str, Words]:
    """Each reason that has a Chinese wording, by itself."""
    named = {r: in_chinese(r) for r in dict.fromkeys(reasons) if r}
    return {r: Words(r, told) for r, told in named.items() if told}
