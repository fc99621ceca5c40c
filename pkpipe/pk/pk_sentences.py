"""Why a sample, a profile or a parameter of pharmacokinetics is as it is, said once in both languages.

The rooms keep the English of a reason in their tables, several of them with `; ` between; a display finds by
these templates what was said, and with which numbers.
"""

from __future__ import annotations

from typing import Final

from pkpipe.sentences import Words

# Samples
NOT_ANALYSED: Final = Words(
    "this analyte and matrix is not analysed in this study", "本研究不检测该分析物和基质"
)
NO_RESULT: Final = Words("no result", "无结果")
NO_TIME: Final = Words("no collection time", "无采样时间")
NO_DOSE_BEFORE: Final = Words("no dose to which the sample belongs", "样本无对应的给药")
SECOND: Final = Words("a second sample at the same time", "同一时间的第二个样本")
NOT_PREDOSE: Final = Words(
    "called predose but drawn after the dose had begun", "标为给药前样本，但在给药开始后采集"
)
NO_PLANNED_TIME: Final = Words("no planned time", "无计划时间")
OUTSIDE: Final = Words("outside the sampling window", "超出采样时间窗")
BEFORE_LEVEL: Final = Words("before the first dose at this level", "该剂量水平首次给药前")
LONG_AFTER: Final = Words(
    "more than a dosing interval after the dose before", "距上次给药超过一个给药间隔"
)
ONLY_TROUGH: Final = Words("stands only as the trough of the dose before", "仅作为上次给药的谷浓度")
EARLY_END: Final = Words(
    "end-of-infusion sample drawn before the infusion ended", "输注结束样本在输注结束前采集"
)
LATE: Final = Words("drawn after the end of the dosing interval", "给药间隔结束后采集")
EMBEDDED: Final = Words("BLQ between quantifiable samples", "BLQ位于可定量样本之间")
RISES: Final = Words(
    "more than {} times the sample before it, after the peak", "峰后浓度超过前一样本的{}倍"
)
# Profiles
DOSE_DEVIATES: Final = Words(
    "actual dose deviates more than {} % from plan", "实际剂量偏离计划超过{} %"
)
CARRIED: Final = Words(
    "more than 5 % of CMAX was there before the first dose", "首次给药前浓度超过CMAX的5 %"
)
ONLY_BEFORE_NEXT: Final = Words(
    "no sample after this dose but the one before the next", "本次给药后仅有下次给药前样本"
)
FEW_SAMPLES: Final = Words(
    "samples after the dose: {}; areas and slopes need {}",
    "给药后样本数{}，计算面积和斜率需{}",
)
# Parameters
PLANNED_DURATION: Final = Words(
    "infusion as long as planned: its start or end is not recorded with a time",
    "输注时长按计划计算：其开始或结束时间未记录",
)
PAYLOAD: Final = Words("the dose of free payload is not known", "游离载荷的剂量未知")
ON_CONJUGATE: Final = Words(
    "on the dose of the conjugate, of which an unknown part is released",
    "按偶联物剂量计算，其中释放的比例未知",
)
NO_DOSE: Final = Words("the dose in mg is not known", "以mg计的剂量未知")
NO_TROUGH: Final = Words(
    "no sample before a next dose within its window", "时间窗内无下次给药前样本"
)
NO_PEAK: Final = Words(
    "no sample at the end of the infusion, so no peak", "无输注结束样本，故无峰浓度"
)
TROUGH_HIGHEST: Final = Words(
    "the highest concentration is the one before the next dose, so no peak was seen",
    "最高浓度为下次给药前样本，未见峰浓度",
)
DOUBTED_PEAK: Final = Words("no sample at the end of the infusion", "无输注结束样本")
BY_HAND: Final = Words("terminal points by hand", "末端点由人工选定")
OF_LEDGER: Final = Words("ledger {}: {}", "人工决定记录{}：{}")
RELEASE_LIMITED: Final = Words(
    "terminal payload phase likely limited by release from the conjugate",
    "载荷末端相可能受偶联物释放限制",
)
NOT_SHOWN: Final = Words("apparent: steady state is not shown", "表观值：未证明达到稳态")
SHARE_OF_STEADY: Final = Words(
    "about {} % of the area at steady state is expected", "预计约为稳态面积的{} %"
)
AFTER_FIRST: Final = Words("after the first dose: {}", "首次给药后：{}")
NO_PROFILE_PLANNED: Final = Words("no profile is planned", "未计划采样")
# Summaries
NO_FIRST: Final = Words("no profile after the first dose", "首次给药后无数据")
DOSE_CHANGED: Final = Words("the dose changed between the profiles", "两次数据之间剂量改变")
ZERO_OR_BLQ: Final = Words("a value is zero or BLQ", "存在零或BLQ值")
FEW_SUBJECTS: Final = Words("fewer than {} subjects", "受试者少于{}例")
FEW_VALUES: Final = Words("fewer than {} values", "数值少于{}个")
FEW_RATIOS: Final = Words("fewer than {} ratios", "比值少于{}个")
MANY_BLQ: Final = Words("more than {} % of the values are BLQ", "超过{} %的数值为BLQ")
NOT_POSITIVE: Final = Words("a value is zero or negative", "存在零或负值")
NOT_QUANTIFIABLE: Final = Words("no quantifiable value", "无可定量数值")
MEAN_NOT_POSITIVE: Final = Words("the mean is not positive", "均值不为正")
STILL_CHANGE: Final = Words("troughs still change from dose to dose", "谷浓度仍随给药次数变化")
NOT_ASSESSABLE: Final = Words(
    "not assessable: fewer than {} subjects with {} quantifiable troughs",
    "无法评估：有{1}个可定量谷浓度的受试者少于{0}例",
)
NOT_ZERO: Final = Words("the limits of the slope do not contain 0", "斜率的置信区间不包含0")
CHANGES: Final = Words("the change per dose exceeds {} %", "每次给药变化超过{} %")
# Ratios of a conjugate and its parts; an analyte may stand before the reason
OF_ANALYTE: Final = Words("{}: {}", "{}：{}")
NO_PROFILE: Final = Words("{}: no profile", "{}：无数据")
NO_SAMPLE: Final = Words("{}: no sample at this time", "{}：该时间无样本")
ZERO: Final = Words("{}: zero or BLQ", "{}：为零或BLQ")
NOT_ABOVE_ZERO: Final = Words("{}: no result above zero", "{}：无大于零的结果")
OTHER_UNIT: Final = Words("{}: in {}, the study has {}", "{}：单位为{}，研究规定为{}")
APART: Final = Words("drawn more than {} min apart", "采样时间相差超过{}分钟")
BOTH_BLQ: Final = Words("{} and {} are BLQ", "{}和{}均为BLQ")
ONE_BLQ: Final = Words("{} is BLQ", "{}为BLQ")
NO_RATIO: Final = Words("no ratio to describe", "无可描述的比值")
SOME_BLQ: Final = Words("{} of {} ratios have a BLQ value", "{1}个比值中{0}个含BLQ值")
ASSAY: Final = Words("the assay measures {}", "该方法检测{}")
MEASURED: Final = {
    "conjugated_antibody": Words("conjugated antibody", "偶联抗体"),
    "conjugated_payload": Words("antibody-conjugated payload", "抗体偶联载荷"),
}
# Treatments
NOT_TREATED: Final = Words("no value under {}", "{}下无值")
NOT_ONCE: Final = Words(
    "a subject has several values under one treatment in one period, so that none is taken",
    "受试者在同一处理、同一周期有多个值，故均不采用",
)
