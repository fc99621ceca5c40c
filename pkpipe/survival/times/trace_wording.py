"""What the rules of a time to event say, in words of both languages: situations, dates, the trace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pkpipe.sentences import Words

# What a time ends with, by what `endpoints` calls it.
SITUATIONS: Final[Mapping[str, Words]] = {
    "Disease Progression": Words("Progression", "疾病进展"),
    "Progression": Words("Progression", "疾病进展"),
    "Clinical Progression": Words("Clinical progression", "临床进展"),
    "Death": Words("Death", "死亡"),
    "Response": Words("Response", "缓解"),
    "Alive": Words("Alive", "存活"),
    "No progression, alive": Words("No progression, alive", "未进展，存活"),
    "New anti-cancer therapy before an event": Words(
        "New anti-cancer therapy before an event", "事件前开始新的抗肿瘤治疗"
    ),
    "New anti-cancer therapy for claimed progression": Words(
        "New anti-cancer therapy for claimed progression", "因判定进展开始新的抗肿瘤治疗"
    ),
    "Event after missed assessments": Words("Event after missed assessments", "漏检评估后发生事件"),
    "No baseline assessment": Words("No baseline assessment", "无基线评估"),
    "No adequate assessment after baseline, alive": Words(
        "No adequate assessment after baseline, alive", "基线后无充分评估，存活"
    ),
    "Clinical progression without a scan": Words(
        "Clinical progression without a scan", "仅临床进展，无影像学评估"
    ),
    "Lost to follow-up": Words("Lost to follow-up", "失访"),
    "Withdrew consent": Words("Withdrew consent", "撤回知情同意"),
    "Not known to be alive after the start": Words(
        "Not known to be alive after the start", "起始后存活状态未知"
    ),
    "Last Tumor Assessment": Words("Last tumour assessment", "末次肿瘤评估"),
    "Death before progression": Words("Death before progression", "进展前死亡"),
    "Never assessed": Words("Never assessed", "从未评估"),
    "New anti-cancer therapy, progression claimed": Words(
        "New anti-cancer therapy, progression claimed", "开始新的抗肿瘤治疗，并判定进展"
    ),
    "Progression claimed without a scan": Words(
        "Progression claimed without a scan", "无影像学评估而判定进展"
    ),
    "First dose": Words("First dose", "首次给药"),
    "Randomization": Words("Randomisation", "随机化"),
}
# What the date of a censoring is.
DATES: Final[Mapping[str, Words]] = {
    "Last adequate assessment": Words("Last adequate assessment", "末次充分评估"),
    "Last adequate assessment up to new anti-cancer therapy": Words(
        "Last adequate assessment up to new anti-cancer therapy", "新抗肿瘤治疗前末次充分评估"
    ),
    "Last adequate assessment before the missed ones": Words(
        "Last adequate assessment before the missed ones", "漏检前末次充分评估"
    ),
    "Last planned assessment attended": Words(
        "Last planned assessment attended", "末次按计划完成的评估"
    ),
    "Last planned assessment attended up to new anti-cancer therapy": Words(
        "Last planned assessment attended up to new anti-cancer therapy",
        "新抗肿瘤治疗前末次按计划完成的评估",
    ),
    "Last planned assessment attended before the missed ones": Words(
        "Last planned assessment attended before the missed ones", "漏检前末次按计划完成的评估"
    ),
    "Alive During Study": Words("Last known alive", "末次已知存活"),
    "Last assessment or therapy": Words("Last assessment or therapy", "末次评估或治疗"),
    "Last Tumor Assessment": Words("Last tumour assessment", "末次肿瘤评估"),
    "First dose": Words("First dose", "首次给药"),
    "Randomization": Words("Randomisation", "随机化"),
    "First response": Words("First response", "首次缓解"),
}
# The candidate dates of a trace, by what `candidate_dates` calls them there.
CANDIDATES: Final[Mapping[str, Words]] = {
    "progression": Words("progression", "进展"),
    "clinical progression": Words("clinical progression", "临床进展"),
    "death": Words("death", "死亡"),
    "new therapy": Words("new therapy", "新抗肿瘤治疗"),
    "last adequate assessment": Words("last adequate assessment", "末次充分评估"),
    "last assessment": Words("last assessment", "末次评估"),
    "last known alive": Words("last known alive", "末次已知存活"),
}
NONE: Final = Words("none", "无")
CANDIDATE: Final = Words("{} {}", "{}：{}")
STARTS: Final = Words("start {}", "起始：{}")
NO_START: Final = Words("missing, no time", "缺失，无时间")
RESPONSE: Final = Words("response {}", "缓解：{}")
SEEN: Final = Words("last seen otherwise {}", "其他末次就诊：{}")
MISSED_COUNT: Final = Words("missed before the event {}", "事件前漏检：{}")
GAP: Final = Words("gap before the event too long: {}", "事件前间隔过长：{}")
NOT_COUNTED: Final = Words(
    "missed assessments not counted (no schedule)", "未计漏检次数（无评估计划）"
)
RULE_WON: Final = Words("scheme {}, rule {}: {} -> {} ({})", "方案{}，规则{}：{} -> {}（{}）")
NO_DATE: Final = Words("no date", "无日期")
TRUTH: Final[Mapping[str, Words]] = {
    "true": Words("true", "是"),
    "false": Words("false", "否"),
}
