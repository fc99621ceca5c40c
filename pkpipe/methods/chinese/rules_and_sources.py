"""The Chinese of rules, short formulas, sources and laboratory terms that have it nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

RULES: Final[Mapping[str, str]] = {
    "study file, escalation": "研究文件，escalation",
    "study file, safety": "研究文件，safety",
    "definition of a state": "状态的定义",
    "protocol": "方案",
    "protocol, U08": "方案，U08",
    "protocol, U09": "方案，U09",
    "protocol: three to six": "方案：三例至六例",
    "FDA and EMA guidance on bioequivalence": "FDA和EMA生物等效性指导原则",
    "PKNCA: first keep, middle drop, last keep": "PKNCA：首keep、中drop、末keep",
    "NCA Consortium, chapter 5": "NCA Consortium，第5章",
    "date - first dose + 1 from the first dose on; date - first dose before it": (
        "首次给药及之后：日期 - 首次给药日 + 1；之前：日期 - 首次给药日"
    ),
    "actual - planned": "实际 - 计划",
    "end - start + 1; month = 30.4375 days; week = 7 days": (
        "结束 - 开始 + 1；月 = 30.4375天；周 = 7天"
    ),
    "|actual / planned - 1| > limit (10 % where none is given)": (
        "|实际 / 计划 - 1| > 限度（未给出时为10 %）"
    ),
    "RDI = 100 x given / planned from the first dose to one cycle after the last": (
        "RDI = 100 x 实际 / 计划（自首次给药至末次给药后一个周期）"
    ),
    "linear (C1 + C2) dt / 2; log (C1 - C2) dt / ln(C1 / C2)": (
        "线性 (C1 + C2) dt / 2；对数 (C1 - C2) dt / ln(C1 / C2)"
    ),
    "effective half-life = ln 2 x tau / ln(R / (R - 1))": (
        "有效半衰期 = ln 2 x tau / ln(R / (R - 1))"
    ),
    "100 x (1 - free / total)": "100 x (1 - 游离 / 总)",
    "titre >= factor^2 x baseline": "滴度 >= 稀释因子^2 x 基线",
    "persistent from 112 days on": "112天及以上为持续性",
    "42 days less the window of a scan": "42天减去影像检查时间窗",
    "not ADA-positive": "非ADA阳性",
    "no post-dose NAb result": "无给药后NAb结果",
    "no NAb positive, and a post-dose NAb result is missing": "无NAb阳性，且有给药后NAb结果缺失",
    "no target lesion was chosen": "未选定靶病灶",
    "a target lesion has no baseline size: there is nothing to compare with": (
        "某靶病灶无基线大小：无从比较"
    ),
    "the baseline sum is 0 mm: there was no target lesion": "基线总和为0 mm：当时无靶病灶",
    "no target lesion was measured": "未测量任何靶病灶",
    "all non-nodal target lesions 0 mm and all nodal ones below 10 mm short axis": (
        "所有非淋巴结靶病灶为0 mm，所有淋巴结靶病灶短径小于10 mm"
    ),
    "a target lesion is back after an overall complete response": "总体完全缓解后靶病灶再现",
    "sum at least 120 % of the nadir and at least 5 mm over it": (
        "总和至少为最低值的120 %且至少增加5 mm"
    ),
    "the measured lesions alone are at least 120 % of the nadir and 5 mm over it": (
        "仅已测量病灶即达最低值的120 %且增加5 mm"
    ),
    "a target lesion was not measured": "有靶病灶未测量",
    "sum at most 70 % of the baseline sum": "总和不超过基线总和的70 %",
    "neither of the above": "以上均不符合",
    "event": "事件",
    "START": "起始日",
    "Planned assessment": "计划评估日",
    "Clinical progression": "临床进展",
    "no event and ongoing": "无事件，仍在随访",
    "clinical progression only": "仅临床进展",
    "New anti-cancer therapy": "开始新的抗肿瘤治疗",
}
# Terms of CTCAE 5.0 as its Chinese edition has them.
LABORATORY: Final[Mapping[str, str]] = {
    "Anemia": "贫血",
    "Hemoglobin increased": "血红蛋白升高",
    "White blood cell decreased": "白细胞计数降低",
    "Leukocytosis": "白细胞增多",
    "Neutrophil count decreased": "中性粒细胞计数降低",
    "Lymphocyte count decreased": "淋巴细胞计数降低",
    "Lymphocyte count increased": "淋巴细胞计数升高",
    "Platelet count decreased": "血小板计数降低",
    "Activated partial thromboplastin time prolonged": "活化部分凝血活酶时间延长",
    "INR increased": "INR升高",
    "Alanine aminotransferase increased": "丙氨酸氨基转移酶升高",
    "Aspartate aminotransferase increased": "天冬氨酸氨基转移酶升高",
    "Alkaline phosphatase increased": "碱性磷酸酶升高",
    "GGT increased": "γ-谷氨酰转移酶升高",
    "Blood bilirubin increased": "血胆红素升高",
    "Blood lactate dehydrogenase increased": "血乳酸脱氢酶升高",
    "Serum amylase increased": "血清淀粉酶升高",
    "Lipase increased": "脂肪酶升高",
    "CPK increased": "肌酸磷酸激酶升高",
    "Creatinine increased": "肌酐升高",
    "Hypoalbuminemia": "低白蛋白血症",
    "Hyponatremia": "低钠血症",
    "Hypernatremia": "高钠血症",
    "Hypokalemia": "低钾血症",
    "Hyperkalemia": "高钾血症",
    "Hypocalcemia": "低钙血症",
    "Hypercalcemia": "高钙血症",
    "Hypocalcemia (ionized)": "低钙血症（离子钙）",
    "Hypercalcemia (ionized)": "高钙血症（离子钙）",
    "Hypomagnesemia": "低镁血症",
    "Hypermagnesemia": "高镁血症",
    "Hypoglycemia": "低血糖",
    "Cholesterol high": "胆固醇升高",
    "Hypertriglyceridemia": "高甘油三酯血症",
    "Hyperuricemia": "高尿酸血症",
}
