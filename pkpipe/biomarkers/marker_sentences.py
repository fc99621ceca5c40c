"""Why a model of a biomarker against concentration gives no number, once in both languages."""

from __future__ import annotations

from typing import Final

from pkpipe.sentences import Words

FEW_RESULTS: Final = Words(
    "too few results that are not cut off: {}, {} wanted", "未截断的结果过少：{}个，需{}个"
)
FEW_SUBJECTS: Final = Words("too few subjects: {}, {} wanted", "受试者过少：{}例，需{}例")
FEW_LEVELS: Final = Words(
    "too few different concentrations above 0: {}", "大于0的不同浓度过少：{}个"
)
SAME: Final = Words("the results do not differ", "结果无差异")
NO_EFFECT: Final = Words(
    "no effect seen over these concentrations: a constant describes the results as well (AICc)",
    "在这些浓度下未见效应：常数同样可描述结果（AICc）",
)
NO_FIT: Final = Words("the fit did not converge", "拟合未收敛")
AT_BOUND: Final = Words("{} at a bound of its search", "{}位于搜索边界")
NOT_BELOW: Final = Words(
    "concentrations do not span EC50: {} subjects have one above 0 that lies below it, {} wanted",
    "浓度未跨越EC50：{}例受试者有大于0且低于EC50的浓度，需{}例",
)
NOT_ABOVE: Final = Words(
    "concentrations do not span EC50: {} subjects have one above 0 that lies at or above it, {} wanted",
    "浓度未跨越EC50：{}例受试者有不低于EC50的浓度，需{}例",
)
NOT_APART: Final = Words(
    "not identifiable: the points do not tell the parameters apart",
    "不可识别：数据点不能区分各参数",
)
NO_MAXIMUM: Final = Words(
    "not identifiable: the limits of the maximum effect include none",
    "不可识别：最大效应的置信区间包含无效应",
)
WIDE: Final = Words(
    "not identifiable: the limits of EC50 lie more than {}-fold apart",
    "不可识别：EC50置信限相差超过{}倍",
)
