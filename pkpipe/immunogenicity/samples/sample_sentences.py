"""What is said of a sample of anti-drug antibodies, once in both languages; tables take the English."""

from __future__ import annotations

from typing import Final

from pkpipe.sentences import Words

SCREEN_NEGATIVE: Final = Words("confirmed but screen negative", "确证阳性但筛选阴性")
NOT_CONFIRMED: Final = Words("screen positive, confirmation missing", "筛选阳性，缺确证结果")
NOT_SCREENED: Final = Words("confirmation without a screen", "有确证结果而无筛选结果")
TITRE_ALONE: Final = Words("titre without screen and confirmation", "仅有滴度，无筛选和确证结果")
NOT_REPORTABLE: Final = Words("no reportable result", "无可报告的结果")
NO_DATE: Final = Words("sample date incomplete", "采样日期不完整")
NO_FIRST_DOSE: Final = Words("no first dose", "无首次给药")
PLANNED_BEFORE: Final = Words(
    "day of first dose, time unknown: planned before the dose",
    "首次给药当日，时间未知：计划于给药前",
)
TAKEN_BEFORE: Final = Words(
    "day of first dose, time unknown: taken as before the dose",
    "首次给药当日，时间未知：视为给药前",
)
STRANGE: Final = Words(
    "day of first dose, time unknown: a time point the schedule does not plan",
    "首次给药当日，时间未知：计划中无此时间点",
)
NOT_BEFORE: Final = Words(
    "day of first dose, time unknown: not planned before the dose",
    "首次给药当日，时间未知：未计划于给药前",
)
BELOW_MRD: Final = Words(
    "titre below the minimum required dilution: that of the MRD taken",
    "滴度低于最低要求稀释度：取该稀释度",
)
WITHOUT_TITRE: Final = Words(
    "positive without a titre: that of the MRD taken", "阳性但无滴度：取最低要求稀释度"
)
BOUND_ONLY: Final = Words(
    "titre below the first dilution, no MRD stated: only its bound is known",
    "滴度低于首个稀释度且未规定最低要求稀释度：仅知其上限",
)
NO_MRD: Final = Words(
    "positive without a titre, no MRD stated", "阳性但无滴度，未规定最低要求稀释度"
)
KEPT: Final = Words("titre below the MRD, kept as reported", "滴度低于最低要求稀释度，按报告值保留")
BEYOND: Final = Words(
    "titre beyond the last dilution tried: at least as reported", "滴度超过最后稀释度：不低于报告值"
)
NO_TITRE: Final = Words("no titre to compare with baseline", "无可与基线比较的滴度")
NO_BASELINE: Final = Words("positive, no baseline to compare with", "阳性，无可比较的基线")
INCONCLUSIVE: Final = Words(
    "drug concentration above the tolerance limit of the assay", "药物浓度高于方法的耐受限"
)
UNCHECKED: Final = Words(
    "no drug concentration with this sample: tolerance not checked",
    "该样本无药物浓度：未核查药物耐受",
)
PERCENTILE: Final = Words("percentile {} of {}", "{1}个值的第{0}百分位数")
MINIMUM: Final = Words("minimum of {}", "{}个值的最小值")
