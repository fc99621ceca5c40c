"""Names of PK parameters: English from the registry of the NCA, Chinese as NMPA submissions use it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pkpipe.displays.bilingual import Words
from pkpipe.nca import PARAMETERS

CHINESE: Final[Mapping[str, str]] = {
    "CMAX": "峰浓度",
    "TMAX": "达峰时间",
    "CMIN": "最低浓度",
    "TMIN": "最低浓度时间",
    "TFIRST": "首个可定量浓度时间",
    "CLST": "末次可定量浓度",
    "TLST": "末次可定量浓度时间",
    "TLAG": "滞后时间",
    "C0": "初始浓度",
    "CEOI": "输注结束时浓度",
    "CTROUGH": "谷浓度",
    "NCONC": "有结果的样本数",
    "NCONCM": "可定量样本数",
    "TDOSE": "给药间隔内总剂量",
    "LAMZ": "末端消除速率常数",
    "LAMZHL": "末端消除半衰期",
    "LAMZNPT": "末端消除相点数",
    "LAMZLL": "末端消除相起点",
    "LAMZUL": "末端消除相终点",
    "LAMZSPN": "末端消除相跨度",
    "R2": "决定系数",
    "R2ADJ": "校正决定系数",
    "CORRXY": "时间与对数浓度的相关系数",
    "LAMZNBLQ": "末端消除相低于定量下限的点数",
    "LAMZSD": "末端消除相残差标准差",
    "CLSTP": "末次可定量浓度（预测值）",
    "AUCLST": "药时曲线下面积（0 至末次可定量浓度）",
    "AUCALL": "药时曲线下面积（全部样本）",
    "AUCIFO": "药时曲线下面积（0 至无穷大，实测）",
    "AUCIFP": "药时曲线下面积（0 至无穷大，预测）",
    "AUCPEO": "药时曲线下面积外推百分比（实测）",
    "AUCPEP": "药时曲线下面积外推百分比（预测）",
    "AUCPBEO": "药时曲线下面积回推百分比（实测）",
    "AUCPBEP": "药时曲线下面积回推百分比（预测）",
    "AUMCLST": "一阶矩曲线下面积（0 至末次可定量浓度）",
    "AUMCALL": "一阶矩曲线下面积（全部样本）",
    "AUMCIFO": "一阶矩曲线下面积（0 至无穷大，实测）",
    "AUMCIFP": "一阶矩曲线下面积（0 至无穷大，预测）",
    "AUMCPEO": "一阶矩曲线下面积外推百分比（实测）",
    "AUMCPEP": "一阶矩曲线下面积外推百分比（预测）",
    "AUCTAU": "给药间隔内药时曲线下面积",
    "AUCTAUP": "给药间隔内药时曲线下面积（预测）",
    "AUCTAUL": "给药间隔内药时曲线下面积（至末次可定量浓度）",
    "AUCTAUA": "给药间隔内药时曲线下面积（全部样本）",
    "AUMCTAU": "给药间隔内一阶矩曲线下面积",
    "AUMCTAUP": "给药间隔内一阶矩曲线下面积（预测）",
    "AUCTAUPE": "给药间隔内药时曲线下面积外推百分比（实测）",
    "AILAMZ": "蓄积指数（按末端消除速率常数）",
    "CAVG": "平均浓度",
    "FLUCP": "波动百分比",
    "SWING": "摆动度",
    "PTROUGHR": "峰谷比",
    "AUCINT": "部分药时曲线下面积",
    "AUCINTP": "部分药时曲线下面积（预测）",
    "AUCINTL": "部分药时曲线下面积（至末次可定量浓度）",
    "AUCINTA": "部分药时曲线下面积（全部样本）",
    "AUMCINT": "部分一阶矩曲线下面积",
    "AUMCINTP": "部分一阶矩曲线下面积（预测）",
    "AUMCINTL": "部分一阶矩曲线下面积（至末次可定量浓度）",
    "AUMCINTA": "部分一阶矩曲线下面积（全部样本）",
    "CLO": "清除率（实测）",
    "CLP": "清除率（预测）",
    "CLLST": "清除率（按至末次可定量浓度的面积）",
    "VZO": "末端相分布容积（实测）",
    "VZP": "末端相分布容积（预测）",
    "MRTIVLST": "平均滞留时间（静脉，至末次可定量浓度）",
    "MRTIVIFO": "平均滞留时间（静脉，实测）",
    "MRTIVIFP": "平均滞留时间（静脉，预测）",
    "VSSO": "稳态分布容积（实测）",
    "VSSP": "稳态分布容积（预测）",
    "VSSLST": "稳态分布容积（按至末次可定量浓度的面积）",
    "CLFO": "表观清除率（实测）",
    "CLFP": "表观清除率（预测）",
    "CLFLST": "表观清除率（按至末次可定量浓度的面积）",
    "VZFO": "表观末端相分布容积（实测）",
    "VZFP": "表观末端相分布容积（预测）",
    "MRTEVLST": "平均滞留时间（血管外，至末次可定量浓度）",
    "MRTEVIFO": "平均滞留时间（血管外，实测）",
    "MRTEVIFP": "平均滞留时间（血管外，预测）",
    "CLSS": "稳态清除率",
    "VZSS": "稳态末端相分布容积",
    "MRTIVMDO": "稳态平均滞留时间（静脉，实测）",
    "MRTIVMDP": "稳态平均滞留时间（静脉，预测）",
    "VSSIVMDO": "多次给药稳态分布容积（实测）",
    "VSSIVMDP": "多次给药稳态分布容积（预测）",
    "CLSSF": "稳态表观清除率",
    "VZSSF": "稳态表观末端相分布容积",
    "MRTEVMDO": "稳态平均滞留时间（血管外，实测）",
    "MRTEVMDP": "稳态平均滞留时间（血管外，预测）",
    "EFFHLO": "有效半衰期（按平均滞留时间）",
    "EFFHLFO": "表观有效半衰期（按平均滞留时间）",
    "TAT": "高于阈值的时间",
    "TAPT": "高于阈值的时间百分比",
    "TBT": "低于阈值的时间",
    "TBPT": "低于阈值的时间百分比",
    "AUCAT": "高于阈值部分的面积",
    "AUCBT": "低于阈值部分的面积",
}
_DOSE_NORMALISED: Final = "剂量归一化的"
_LABELS: Final[Mapping[str, str]] = {p.code: p.label for p in PARAMETERS}
RATIO: Final = "AR"  # before the code of a parameter: its accumulation ratio
# Read off a sample, so told as finely as a clock is read; a position, described by middle and range.
TIMES: Final = frozenset({"TMAX", "TMIN", "TFIRST", "TLST", "TLAG", "LAMZLL", "LAMZUL"})
FITS: Final = frozenset({"R2", "R2ADJ", "CORRXY"})


def parameter_words(code: str) -> Words:
    """The name of a parameter, or of the accumulation ratio of one; an unknown code stands for itself."""
    if code in _LABELS:
        return Words(_LABELS[code], _chinese(code))
    if code.startswith(RATIO) and code[len(RATIO) :] in _LABELS:
        of = parameter_words(code[len(RATIO) :])
        return Words(f"Accumulation Ratio of {of.en}", f"{of.zh}的蓄积比")
    return Words(code, code)


def named(code: str) -> Words:
    """The name with the code behind it, by which a pharmacologist knows it."""
    words = parameter_words(code)
    return words if words.en == code else Words(f"{words.en} ({code})", f"{words.zh} ({code})")


def _chinese(code: str) -> str:
    if code in CHINESE:
        return CHINESE[code]
    base = code.removesuffix("D")
    return f"{_DOSE_NORMALISED}{CHINESE[base]}" if base in CHINESE else _LABELS[code]


def statistic_of(code: str) -> str:
    """The formatting rule of one value of a parameter."""
    if code in TIMES:
        return "two_decimals"
    return "three_decimals" if code in FITS else "number"
