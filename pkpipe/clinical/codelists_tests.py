"""Codes of tests as CDISC writes them, and what laboratories and sites write instead.

Sources: CDISC SDTM controlled terminology (LBTESTCD C65047, VSTESTCD C66741, TRTESTCD C96778, SPECTYPE
C78734); the Chinese names as laboratories write them. A code that is not listed stays as it is.
"""

from __future__ import annotations

from typing import Final

from pkpipe.clinical.lesions import SIZE_TESTS
from pkpipe.schema.coded_words import Codelist
from pkpipe.schema.codelists import RESPONSE_TEST

LAB_TEST: Final = Codelist(
    "laboratory test",
    "CDISC LBTESTCD (C65047)",
    {
        "ALB": ("ALBUMIN", "白蛋白"),
        "ALP": ("ALKALINE PHOSPHATASE", "碱性磷酸酶"),
        "ALT": (
            "SGPT",
            "GPT",
            "ALAT",
            "ALANINE AMINOTRANSFERASE",
            "丙氨酸氨基转移酶",
            "谷丙转氨酶",
        ),
        "AMYLASE": ("淀粉酶",),
        "APTT": ("活化部分凝血活酶时间",),
        "AST": (
            *("SGOT", "GOT", "ASAT", "ASPARTATE AMINOTRANSFERASE"),
            *("天门冬氨酸氨基转移酶", "天冬氨酸氨基转移酶", "谷草转氨酶"),
        ),
        "BILI": ("TBIL", "TBILI", "TOTAL BILIRUBIN", "BILIRUBIN", "总胆红素"),
        "CA": ("CALCIUM", "钙"),
        "CHOL": ("CHOLESTEROL", "胆固醇", "总胆固醇"),
        "CK": ("CPK", "CREATINE KINASE", "肌酸激酶"),
        "CREAT": ("CREATININE", "CREA", "SCR", "肌酐", "血肌酐"),
        "GGT": ("GAMMA GT", "Γ-谷氨酰转移酶", "谷氨酰转移酶"),
        "GLUC": ("GLUCOSE", "GLU", "葡萄糖", "血糖"),
        "HGB": ("HB", "HEMOGLOBIN", "HAEMOGLOBIN", "血红蛋白"),
        "INR": ("国际标准化比值",),
        "K": ("POTASSIUM", "钾", "血钾"),
        "LIPASE": ("脂肪酶",),
        "LYM": ("LYMPHOCYTES", "淋巴细胞计数"),
        "MG": ("MAGNESIUM", "镁"),
        "NEUT": ("ANC", "NEUTROPHILS", "中性粒细胞计数", "中性粒细胞绝对值"),
        "PHOS": ("PHOSPHATE", "磷"),
        "PLAT": ("PLT", "PLATELETS", "PLATELET COUNT", "血小板", "血小板计数"),
        "SODIUM": ("NA", "钠", "血钠"),
        "TRIG": ("TRIGLYCERIDES", "甘油三酯"),
        "WBC": ("LEUKOCYTES", "WHITE BLOOD CELLS", "白细胞", "白细胞计数"),
    },
)
VITAL_SIGN: Final = Codelist(
    "vital sign",
    "CDISC VSTESTCD (C66741)",
    {
        "WEIGHT": ("WT", "BODY WEIGHT", "体重"),
        "HEIGHT": ("HT", "BODY HEIGHT", "身高"),
        "TEMP": ("TEMPERATURE", "BODY TEMPERATURE", "体温"),
        "SYSBP": ("SBP", "SYSTOLIC BLOOD PRESSURE", "收缩压"),
        "DIABP": ("DBP", "DIASTOLIC BLOOD PRESSURE", "舒张压"),
        "PULSE": ("PULSE RATE", "脉搏"),
        "HR": ("HEART RATE", "心率"),
        "RESP": ("RESPIRATORY RATE", "呼吸"),
        "ECOG": ("ECOG PS", "ECOG PERFORMANCE STATUS"),
    },
)
# In the order of SIZE_TESTS: longest diameter, its perpendicular, short axis, diameter.
SIZE_WORDS: Final = (
    (
        *("LONGEST DIAMETER", "LONG DIAMETER", "LONGEST AXIS", "LONG AXIS", "LONGEST DIAM", "LD"),
        *("长径", "最长径", "最大径", "最大直径", "长轴"),
    ),
    (
        *("LONGEST PERPENDICULAR", "PERPENDICULAR DIAMETER", "SHORT DIAMETER", "SHORTEST DIAMETER"),
        *("短径", "最短径"),
    ),
    ("SHORT AXIS", "SHORTAXIS", "SHORTEST AXIS", "短轴"),
    ("DIAM", "直径"),
)
LESION_TEST: Final = Codelist(
    "measurement of a lesion",
    "CDISC TRTESTCD (C96778)",
    dict(zip(SIZE_TESTS["any"], SIZE_WORDS, strict=True))
    | {
        "TUMSTATE": ("TUMOR STATE", "TUMOUR STATE", "LESION STATE", "肿瘤状态", "病灶状态"),
        "SUMDIAM": ("SUM OF DIAMETERS", "SUM OF DIAMETER", "SLD", "SOD", "直径总和", "径线总和"),
    },
)
SPECIMEN: Final = Codelist(
    "specimen",
    "CDISC SPECTYPE (C78734)",
    {
        "SERUM": ("血清",),
        "PLASMA": ("血浆",),
        "BLOOD": ("WHOLE BLOOD", "全血", "血液"),
        "URINE": ("尿", "尿液"),
        "CEREBROSPINAL FLUID": ("CSF", "脑脊液"),
    },
)
BY_COLUMN: Final[dict[tuple[str, str], Codelist]] = {
    ("LB", "LBTESTCD"): LAB_TEST,
    ("VS", "VSTESTCD"): VITAL_SIGN,
    ("TR", "TRTESTCD"): LESION_TEST,
    ("RS", "RSTESTCD"): RESPONSE_TEST,
}
