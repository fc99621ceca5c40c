"""Codes of safety data in words: tests, visits, body systems, actions taken, how an event ended."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from pkpipe.displays.bilingual import Words, same

# LBTESTCD, VSTESTCD and EGTESTCD of CDISC.
TESTS: Final[Mapping[str, Words]] = {
    "ALB": Words("Albumin", "白蛋白"),
    "ALP": Words("Alkaline phosphatase", "碱性磷酸酶"),
    "ALT": Words("Alanine aminotransferase", "丙氨酸氨基转移酶"),
    "AMYLASE": Words("Amylase", "淀粉酶"),
    "AST": Words("Aspartate aminotransferase", "天门冬氨酸氨基转移酶"),
    "BILI": Words("Bilirubin", "总胆红素"),
    "BUN": Words("Blood urea nitrogen", "血尿素氮"),
    "CA": Words("Calcium", "钙"),
    "CK": Words("Creatine kinase", "肌酸激酶"),
    "CREAT": Words("Creatinine", "肌酐"),
    "GGT": Words("Gamma glutamyl transferase", "γ-谷氨酰转移酶"),
    "GLUC": Words("Glucose", "葡萄糖"),
    "HGB": Words("Haemoglobin", "血红蛋白"),
    "K": Words("Potassium", "钾"),
    "LIPASET": Words("Lipase", "脂肪酶"),
    "LYM": Words("Lymphocytes", "淋巴细胞"),
    "MG": Words("Magnesium", "镁"),
    "NEUT": Words("Neutrophils", "中性粒细胞"),
    "PLAT": Words("Platelets", "血小板"),
    "SODIUM": Words("Sodium", "钠"),
    "TSH": Words("Thyrotropin", "促甲状腺激素"),
    "WBC": Words("Leukocytes", "白细胞"),
    "DIABP": Words("Diastolic blood pressure", "舒张压"),
    "ECOG": Words("ECOG performance status", "ECOG 体能状态"),
    "HEIGHT": Words("Height", "身高"),
    "PULSE": Words("Pulse rate", "脉搏"),
    "RESP": Words("Respiratory rate", "呼吸频率"),
    "SYSBP": Words("Systolic blood pressure", "收缩压"),
    "TEMP": Words("Temperature", "体温"),
    "WEIGHT": Words("Weight", "体重"),
    "OXYSAT": Words("Oxygen saturation", "血氧饱和度"),
    "EGHRMN": Words("Mean heart rate", "平均心率"),
    "PRAG": Words("PR interval", "PR 间期"),
    "QRSAG": Words("QRS duration", "QRS 时限"),
    "QTCFAG": Words("QTcF interval", "QTcF 间期"),
    "QTAG": Words("QT interval", "QT 间期"),
}
# Body systems of the physical examination.
BODY: Final[Mapping[str, Words]] = {
    "ABDOMEN": Words("Abdomen", "腹部"),
    "GENAPP": Words("General appearance", "一般情况"),
    "HEART": Words("Heart", "心脏"),
    "HEENT": Words("Head, eyes, ears, nose and throat", "头、眼、耳、鼻、喉"),
    "LUNGS": Words("Lungs", "肺部"),
    "LYMPH": Words("Lymph nodes", "淋巴结"),
    "NEURO": Words("Neurological", "神经系统"),
    "SKIN": Words("Skin", "皮肤"),
    "EXTREM": Words("Extremities", "四肢"),
}
# CDISC codelists ACN and OUT.
ACTIONS: Final[Mapping[str, Words]] = {
    "DOSE NOT CHANGED": Words("Dose not changed", "剂量不变"),
    "DOSE REDUCED": Words("Dose reduced", "减量"),
    "DOSE INCREASED": Words("Dose increased", "增量"),
    "DOSE RATE REDUCED": Words("Infusion slowed", "输注减慢"),
    "DRUG INTERRUPTED": Words("Drug interrupted", "暂停给药"),
    "DRUG WITHDRAWN": Words("Drug withdrawn", "停药"),
    "NOT APPLICABLE": Words("Not applicable", "不适用"),
    "NOT EVALUABLE": Words("Not evaluable", "无法评价"),
    "UNKNOWN": Words("Unknown", "未知"),
}
OUTCOMES: Final[Mapping[str, Words]] = {
    "RECOVERED/RESOLVED": Words("Recovered", "痊愈"),
    "RECOVERED/RESOLVED WITH SEQUELAE": Words("Recovered with sequelae", "痊愈伴后遗症"),
    "RECOVERING/RESOLVING": Words("Recovering", "好转"),
    "NOT RECOVERED/NOT RESOLVED": Words("Not recovered", "未痊愈"),
    "FATAL": Words("Fatal", "死亡"),
    "UNKNOWN": Words("Unknown", "未知"),
}
_VISITS: Final[Mapping[str, str]] = {
    "SCREENING": "筛选期",
    "BASELINE": "基线",
    "END OF TREATMENT": "治疗结束访视",
}
_OF_A_CYCLE: Final = re.compile(r"CYCLE (\d+) DAY (\d+)")
_OF_A_WEEK: Final = re.compile(r"WEEK (\d+)")
_FOLLOW_UP: Final = re.compile(r"SAFETY FOLLOW-UP DAY (\d+)")


def visit_words(visit: str) -> Words:
    """A visit as the study names it, and in Chinese where its name is a usual one."""
    if found := _OF_A_CYCLE.fullmatch(visit):
        return Words(visit, f"第{found[1]}周期第{found[2]}天")
    if found := _OF_A_WEEK.fullmatch(visit):
        return Words(visit, f"第{found[1]}周")
    if found := _FOLLOW_UP.fullmatch(visit):
        return Words(visit, f"安全性随访第{found[1]}天")
    return Words(visit, _VISITS[visit]) if visit in _VISITS else same(visit)
