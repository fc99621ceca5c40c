"""Codes and descriptions of tumour response and time to event in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import Words, chinese, lost
from pkpipe.survival.times.trace_wording import SITUATIONS

NONE_PLANNED: Final = Words(
    "not planned: the study states no tumour response", "未计划：研究未规定肿瘤疗效评估"
)
NOT_PLANNED: Final = Words(
    "not planned: the study states no such endpoint", "未计划：研究未规定该终点"
)
NOT_THESE: Final = Words(
    "not planned: the study does not use these criteria", "未计划：研究未采用该标准"
)
# Kinds of best response (tumor/responses/rates.py): words, and the responses of both criterion sets in each.
BEST_RESPONSES: Final[Mapping[str, tuple[Words, tuple[str, str]]]] = {
    "CR": (Words("Complete response (CR)", "完全缓解（CR）"), ("CR", "iCR")),
    "PR": (Words("Partial response (PR)", "部分缓解（PR）"), ("PR", "iPR")),
    "SD": (Words("Stable disease (SD)", "疾病稳定（SD）"), ("SD", "iSD")),
    "NON": (
        Words("Neither complete response nor progression (non-CR/non-PD)", "非CR/非PD"),
        ("NON-CR/NON-PD", "NON-iCR/NON-iUPD"),
    ),
    "PD": (Words("Progressive disease (PD)", "疾病进展（PD）"), ("PD", "iCPD")),
    "UPD": (
        Words("Progression not confirmed (iUPD)", "未确认的疾病进展（iUPD）"),
        ("iUPD", "iUPD"),
    ),
    "NE": (Words("Not evaluable (NE)", "不可评估（NE）"), ("NE", "NE")),
    "MISSING": (Words("No assessment", "无评估"), ("MISSING", "MISSING")),
}
IMMUNE: Final[Mapping[str, Words]] = {
    "CR": Words("Complete response (iCR)", "完全缓解（iCR）"),
    "PR": Words("Partial response (iPR)", "部分缓解（iPR）"),
    "SD": Words("Stable disease (iSD)", "疾病稳定（iSD）"),
    "NON": Words("Neither (non-iCR/non-iUPD)", "非iCR/非iUPD"),
    "PD": Words("Confirmed progression (iCPD)", "确认的疾病进展（iCPD）"),
}
BEST: Final[Mapping[str, Words]] = {
    "CBOR": Words("Best overall response, confirmed", "最佳总体疗效（已确认）"),
    "BOR": Words("Best overall response, unconfirmed", "最佳总体疗效（未要求确认）"),
}
RATES_BLOCK: Final = "RATES"
# What heads each block of lines; a rate without a head would seem to be of the best response above it.
BLOCKS: Final[Mapping[str, Words]] = {**BEST, RATES_BLOCK: Words("Rates", "缓解率、控制率和获益率")}
RATES: Final[Mapping[str, Words]] = {
    "CORR": Words("Objective response rate, confirmed (CR + PR)", "客观缓解率，已确认（CR + PR）"),
    "ORR": Words(
        "Objective response rate, unconfirmed (CR + PR)", "客观缓解率，未要求确认（CR + PR）"
    ),
    "DCR": Words(
        "Disease control rate, confirmed (CR + PR + SD)", "疾病控制率，已确认（CR + PR + SD）"
    ),
    "CBR": Words("Clinical benefit rate (CR + PR + long SD)", "临床获益率（CR + PR + 长期 SD）"),
}
EXACT: Final = Words(
    "x/N (percent) with exact limits (Clopper–Pearson).",
    "x/N（百分比）及精确置信限（Clopper–Pearson 法）。",
)
CONTROL: Final = Words(
    "Confirmed: a second assessment after the interval of the study file. Disease control: confirmed "
    "response, or stable disease of the shortest duration that counts.",
    "已确认：在研究规定的间隔后再次评估仍为缓解。疾病控制：已确认的缓解或达到最短持续时间的疾病稳定。",
)
RESPONSES: Final[Mapping[str, Words]] = {
    "CR": Words("CR", "CR（完全缓解）"),
    "PR": Words("PR", "PR（部分缓解）"),
    "SD": Words("SD", "SD（疾病稳定）"),
    "NON-CR/NON-PD": Words("non-CR/non-PD", "非CR/非PD"),
    "PD": Words("PD", "PD（疾病进展）"),
    "iCR": Words("iCR", "iCR（免疫完全缓解）"),
    "iPR": Words("iPR", "iPR（免疫部分缓解）"),
    "iSD": Words("iSD", "iSD（免疫疾病稳定）"),
    "NON-iCR/NON-iUPD": Words("non-iCR/non-iUPD", "非iCR/非iUPD"),
    "iUPD": Words("iUPD", "iUPD（免疫未确认的疾病进展）"),
    "iCPD": Words("iCPD", "iCPD（免疫确认的疾病进展）"),
    "NE": Words("NE", "NE（不可评估）"),
    "MISSING": Words("no assessment", "无评估"),
    "NONE": Words("none", "无"),
    "EQUIVOCAL": Words("equivocal", "不明确"),
    "Y": Words("yes", "是"),
    "N": Words("no", "否"),
}
ENDPOINTS: Final[Mapping[str, Words]] = {
    "PFS": Words("Progression-free survival", "无进展生存期"),
    "OS": Words("Overall survival", "总生存期"),
    "DOR": Words("Duration of response", "缓解持续时间"),
    "TTR": Words("Time to response", "至缓解时间"),
}
# Why a time ends without an event (ADTTE.CNSRRSN).
CENSORED: Final[Mapping[int, Words]] = {
    1: Words("no event, followed at the cutoff", "无事件，数据截止时仍在随访"),
    2: Words("new anti-cancer therapy", "开始新的抗肿瘤治疗"),
    3: Words("event after missed assessments", "事件发生于漏检评估之后"),
    4: Words("no baseline assessment", "无基线评估"),
    5: Words("no adequate assessment after baseline", "基线后无充分评估"),
    6: Words("lost to follow-up", "失访"),
    7: Words("withdrew consent", "撤回知情同意"),
    8: Words("clinical progression without a scan", "仅临床进展，无影像学评估"),
}
ENDED: Final[Mapping[str, Words]] = {
    "Disease Progression": Words("progression", "疾病进展"),
    "Clinical Progression": Words("clinical progression", "临床进展"),
    "Death": Words("death", "死亡"),
    "Response": Words("response", "缓解"),
}
# Why there is no estimate or nothing to draw.
REASONS: Final[Mapping[str, Words]] = {
    "not reached": Words("not reached", "未达到"),
    "no subject with this endpoint": Words("no subject with this endpoint", "无具有该终点的受试者"),
    "no subject in the denominator": Words("no subject in the denominator", "分母中无受试者"),
    "no counted assessment after baseline": Words(
        "no counted assessment after baseline", "基线后无计入的评估"
    ),
    "no assessment": Words("no assessment", "无评估"),
    "no target lesion": Words("no target lesion", "无靶病灶"),
    "no complete baseline sum": Words("no complete baseline sum", "无完整的基线总和"),
    "no complete sum": Words("no complete sum", "无完整的总和"),
    "no complete sum up to progression": Words(
        "no complete sum up to progression", "进展前无完整的总和"
    ),
}


def reason(text: str | None) -> Words:
    """A reason in both languages; one without words stands in English."""
    said = text or "no reason given"
    if said.startswith("not collected"):
        return lost(said)
    return REASONS.get(said, Words(said, "未说明原因" if text is None else said))


def changed(texts: pl.Expr) -> pl.Expr:
    """What another scheme changed (TTESENS.WHY), in Chinese."""
    words = {**SITUATIONS, "no time": Words("no time", "无时间")}
    parts = texts.str.splitn(" instead of ", 2)
    now, before = parts.struct.field("field_0"), parts.struct.field("field_1")
    moved = pl.concat_str(
        chinese(texts.str.strip_suffix(" on another date"), words), pl.lit("，日期不同")
    )
    quoted = (pl.lit("由“"), chinese(before, words), pl.lit("”改为“"), chinese(now, words))
    other = pl.concat_str(*quoted, pl.lit("”"))
    return pl.when(before.is_null()).then(moved).otherwise(other)
