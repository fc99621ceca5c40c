"""The Chinese of the formulas of NCA parameters that are told in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FORMULAS: Final[Mapping[str, str]] = {
    "largest concentration; of a multiple dose (MD) from START to TAU": (
        "最大浓度；多次给药（MD）取START至TAU"
    ),
    "time of the first largest concentration, see CMAX": "首个最大浓度的时间，见CMAX",
    "smallest concentration from START to TAU, both included; without TAU of all": (
        "START至TAU（含两端）的最小浓度；无TAU时取全部"
    ),
    "time of the first smallest concentration, see CMIN": "首个最小浓度的时间，见CMIN",
    "time of the first quantifiable concentration": "首个可定量浓度的时间",
    "last quantifiable concentration": "末次可定量浓度",
    "time of CLST": "CLST的时间",
    "time of the first sample whose next is higher": "其后样本浓度更高的首个样本的时间",
    "measured at a first dose; else on the line through the first two logs; else the first": (
        "首次给药时为实测值；否则由前两个对数浓度连线得出；否则取首个浓度"
    ),
    "sample at the end of infusion, within its window": "输注结束时的样本，须在时间窗内",
    "last sample at the end of TAU, within its window": "TAU结束时的末个样本，须在时间窗内",
    "concentrations, BLQ and start value included": "浓度个数，含BLQ和起始值",
    "concentrations above zero": "大于零的浓度个数",
    "sum of the doses from START to before END": "START至END之前的剂量之和",
    "minus the slope of ln(concentration) on time in the terminal window": (
        "末端区间内ln(浓度)对时间的斜率取负"
    ),
    "points of the terminal window": "末端区间的点数",
    "first time of the terminal window": "末端区间的首个时间",
    "last time of the terminal window": "末端区间的末个时间",
    "squared correlation in the terminal window": "末端区间内相关系数的平方",
    "correlation of time and ln(concentration) in the terminal window": (
        "末端区间内时间与ln(浓度)的相关系数"
    ),
    "terminal line at TLST": "末端直线在TLST处的值",
    "sum of segment areas from START to TLST": "START至TLST各区段面积之和",
    "AUCLST and the straight line from CLST to the first BLQ after it": (
        "AUCLST加自CLST至其后首个BLQ的直线下面积"
    ),
    "100 (area from the dose to the first sample, under C0) / AUCIFO": (
        "100 (给药至首个样本、C0下的面积) / AUCIFO"
    ),
    "100 (area from the dose to the first sample, under C0) / AUCIFP": (
        "100 (给药至首个样本、C0下的面积) / AUCIFP"
    ),
    "sum of segment moments from START to TLST": "START至TLST各区段一阶矩之和",
    "AUMCLST and the moment of the line from CLST to the first BLQ after it": (
        "AUMCLST加自CLST至其后首个BLQ的直线的一阶矩"
    ),
    "area from START to TAU; beyond TLST to a BLQ drawn by TAU, else the observed exponential": (
        "START至TAU的面积；TLST之后若TAU前有BLQ则至该BLQ，否则按实测指数外推"
    ),
    "as AUCTAU; beyond TLST the predicted exponential": "同AUCTAU；TLST之后按预测指数外推",
    "as AUCTAU; beyond TLST nothing": "同AUCTAU；TLST之后不计",
    "as AUCTAU; beyond TLST as AUCALL": "同AUCTAU；TLST之后同AUCALL",
    "moment from START to TAU; as AUCTAU": "START至TAU的一阶矩；同AUCTAU",
    "points of the terminal window below the limit of quantification": "末端区间内低于定量下限的点数",
    "SD of ln(concentration) about the terminal line, by maximum likelihood": (
        "ln(浓度)对末端直线的残差标准差（最大似然）"
    ),
    "as AUMCTAU; beyond TLST the predicted exponential": "同AUMCTAU；TLST之后按预测指数外推",
    "100 (AUCTAU - AUCTAUL) / AUCTAU; 0 where samples or a BLQ reach the end of TAU": (
        "100 (AUCTAU - AUCTAUL) / AUCTAU；样本或BLQ覆盖至TAU终点时为0"
    ),
    "100 (largest - CMIN) / CAVG, both from START to TAU": (
        "100 (最大值 - CMIN) / CAVG，均取START至TAU"
    ),
    "(largest - CMIN) / CMIN, both from START to TAU": "(最大值 - CMIN) / CMIN，均取START至TAU",
    "largest from START to TAU / CTROUGH": "START至TAU的最大值 / CTROUGH",
    "area from START to END; beyond TLST to a BLQ drawn by END, else the observed exponential": (
        "START至END的面积；TLST之后若END前有BLQ则至该BLQ，否则按实测指数外推"
    ),
    "as AUCINT; beyond TLST the predicted exponential": "同AUCINT；TLST之后按预测指数外推",
    "as AUCINT; beyond TLST nothing": "同AUCINT；TLST之后不计",
    "as AUCINT; beyond TLST as AUCALL": "同AUCINT；TLST之后同AUCALL",
    "moment about the dose; as AUCINT": "以给药时间为原点的一阶矩；同AUCINT",
    "as AUMCINT; beyond TLST the predicted exponential": "同AUMCINT；TLST之后按预测指数外推",
    "as AUMCINT; beyond TLST nothing": "同AUMCINT；TLST之后不计",
    "as AUMCINT; beyond TLST as AUMCALL": "同AUMCINT；TLST之后同AUMCALL",
    "AUMCLST / AUCLST - mean input time": "AUMCLST / AUCLST - 平均输入时间",
    "AUMCIFO / AUCIFO - mean input time": "AUMCIFO / AUCIFO - 平均输入时间",
    "AUMCIFP / AUCIFP - mean input time": "AUMCIFP / AUCIFP - 平均输入时间",
    "AUMCLST / AUCLST - mean dose time": "AUMCLST / AUCLST - 平均给药时间",
    "AUMCIFO / AUCIFO - mean dose time": "AUMCIFO / AUCIFO - 平均给药时间",
    "AUMCIFP / AUCIFP - mean dose time": "AUMCIFP / AUCIFP - 平均给药时间",
    "[AUMCTAU + TAU (AUCIFO - AUCTAU)] / AUCTAU - mean input time": (
        "[AUMCTAU + TAU (AUCIFO - AUCTAU)] / AUCTAU - 平均输入时间"
    ),
    "[AUMCTAUP + TAU (AUCIFP - AUCTAUP)] / AUCTAUP - mean input time": (
        "[AUMCTAUP + TAU (AUCIFP - AUCTAUP)] / AUCTAUP - 平均输入时间"
    ),
    "[AUMCTAU + TAU (AUCIFO - AUCTAU)] / AUCTAU - mean dose time": (
        "[AUMCTAU + TAU (AUCIFO - AUCTAU)] / AUCTAU - 平均给药时间"
    ),
    "[AUMCTAUP + TAU (AUCIFP - AUCTAUP)] / AUCTAUP - mean dose time": (
        "[AUMCTAUP + TAU (AUCIFP - AUCTAUP)] / AUCTAUP - 平均给药时间"
    ),
    "hours above the stated concentration, from START to the last sample or END": (
        "高于规定浓度的小时数，自START至末次样本或END"
    ),
    "hours at or below it, see TAT": "不高于该浓度的小时数，见TAT",
    "area between curve and threshold, where it is above it": "曲线高于阈值处与阈值之间的面积",
    "area between curve and threshold, where it is below it": "曲线低于阈值处与阈值之间的面积",
}
