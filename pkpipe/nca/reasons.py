"""Why there is no value, in words of both languages; the numbers live only inside the kernel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from pkpipe.sentences import Words

NONE: Final = 0
NO_DOSE: Final = 1
NO_SAMPLE: Final = 2
ALL_BLQ: Final = 3
NO_START: Final = 4
START_DROPPED: Final = 5
ONE_SAMPLE: Final = 6
TOO_FEW: Final = 7
FLAT: Final = 8
RISING: Final = 9
VETOED: Final = 10
PICKED_FEW: Final = 11
PICKED_RISING: Final = 12
NO_TAU: Final = 13
COVERAGE: Final = 14
NO_TROUGH: Final = 15
NO_EOI: Final = 16
NEVER_RISES: Final = 17
TWO_POINTS: Final = 18
DIVISION: Final = 19
NO_DOSE_AMOUNT: Final = 20
NEGATIVE: Final = 21
LATER_DOSE: Final = 22
NO_DURATION: Final = 23
OVERFLOW: Final = 24
MIXED_ROUTES: Final = 25
CUT_SHORT: Final = 26

# The causes of `terminal`, in its order.
OF_SLOPE: Final = np.array([NONE, TOO_FEW, FLAT, RISING, VETOED, PICKED_FEW, PICKED_RISING])


OF_CUT_SHORT: Final = Words(
    "another dose is given before the end of the partial area", "部分面积结束前又有一次给药"
)
SAID: Final[Mapping[int, Words]] = {
    NO_DOSE: Words("no dose is recorded for these samples", "这些样本无给药记录"),
    NO_SAMPLE: Words("no concentration was measured in the interval", "间隔内无测得的浓度"),
    ALL_BLQ: Words(
        "every concentration of the interval is below the limit of quantification",
        "间隔内全部浓度低于定量下限",
    ),
    NO_START: Words(
        "no concentration at the start of the interval, and no rule supplies one",
        "间隔起点无浓度，且无规则补充",
    ),
    START_DROPPED: Words(
        "the sample at the start is below the limit of quantification and the rule drops it",
        "起点样本低于定量下限，按规则剔除",
    ),
    ONE_SAMPLE: Words("a single concentration makes no area", "仅有一个浓度，不能计算面积"),
    TOO_FEW: Words(
        "fewer than {} quantifiable samples are eligible for the terminal slope",
        "可用于末端斜率的可定量样本少于{}个",
    ),
    FLAT: Words("the terminal concentrations do not vary", "末端浓度无变化"),
    RISING: Words("the terminal concentrations do not decline in any window", "末端浓度无下降"),
    VETOED: Words("the window with the best fit rises", "拟合最佳的区间呈上升"),
    PICKED_FEW: Words(
        "fewer than 2 of the samples picked for the terminal slope are quantifiable",
        "为末端斜率选定的样本中可定量者少于2个",
    ),
    PICKED_RISING: Words(
        "the samples picked for the terminal slope do not decline", "为末端斜率选定的样本无下降"
    ),
    NO_TAU: Words("no dosing interval is stated", "未规定给药间隔"),
    COVERAGE: Words(
        "samples cover less than {} % of the dosing interval, too little to extrapolate to its end",
        "采样覆盖不足给药间隔的{} %，不能外推至其终点",
    ),
    NO_TROUGH: Words("no sample at the end of the dosing interval", "给药间隔终点无样本"),
    NO_EOI: Words("no sample at the end of the infusion", "无输注结束样本"),
    NEVER_RISES: Words("the concentration never rises", "浓度无上升"),
    TWO_POINTS: Words(
        "two points lie on a line: the adjusted R² is not defined",
        "两点必在一条直线上：校正决定系数无定义",
    ),
    DIVISION: Words("the value it is divided by is zero", "分母为零"),
    NEGATIVE: Words(
        "a concentration in the interval is negative: none of it can be trusted",
        "间隔内有负浓度：均不可信",
    ),
    LATER_DOSE: Words(
        "a later dose lies in the interval: what is left of this one at its end is not known",
        "间隔内有后续给药：其终点时本次给药的剩余量未知",
    ),
    NO_DURATION: Words("the duration of an infusion is not stated", "未说明输注时长"),
    MIXED_ROUTES: Words(
        "intravenous and extravascular doses lie in the interval: no amount is known to enter",
        "间隔内既有静脉又有血管外给药：进入体内的量未知",
    ),
    OVERFLOW: Words(
        "the numbers are too large or too small to compute with", "数值过大或过小，无法计算"
    ),
    CUT_SHORT: OF_CUT_SHORT,
    NO_DOSE_AMOUNT: Words("no dose lies in the interval", "间隔内无给药"),
}


def words(min_points: int, min_coverage: float) -> dict[int, str]:
    """The sentence of each cause, with the limits of the analysis in it."""
    limits = {TOO_FEW: f"{min_points}", COVERAGE: f"{min_coverage * 100:g}"}
    return {cause: said.en.format(limits.get(cause, "")) for cause, said in SAID.items()}
