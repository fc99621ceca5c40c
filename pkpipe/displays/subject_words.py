"""Codes about subjects in words: who they are, why treatment ended, what counts in the DLT window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pkpipe.displays.bilingual import Words

YES: Final[Mapping[str, Words]] = {"Y": Words("Y", "是"), "N": Words("N", "否")}
SEX: Final[Mapping[str, Words]] = {
    "F": Words("Female", "女"),
    "M": Words("Male", "男"),
    "U": Words("Unknown", "未知"),
    "UNDIFFERENTIATED": Words("Undifferentiated", "未分化"),
}
RACE: Final[Mapping[str, Words]] = {
    "ASIAN": Words("Asian", "亚裔"),
    "WHITE": Words("White", "白人"),
    "BLACK OR AFRICAN AMERICAN": Words("Black or African American", "黑人或非裔美国人"),
    "AMERICAN INDIAN OR ALASKA NATIVE": Words(
        "American Indian or Alaska Native", "美洲印第安人或阿拉斯加原住民"
    ),
    "NATIVE HAWAIIAN OR OTHER PACIFIC ISLANDER": Words(
        "Native Hawaiian or other Pacific Islander", "夏威夷原住民或其他太平洋岛民"
    ),
    "MULTIPLE": Words("Multiple", "多种族"),
    "OTHER": Words("Other", "其他"),
    "NOT REPORTED": Words("Not reported", "未报告"),
    "UNKNOWN": Words("Unknown", "未知"),
}
ETHNIC: Final[Mapping[str, Words]] = {
    "HISPANIC OR LATINO": Words("Hispanic or Latino", "西班牙裔或拉丁裔"),
    "NOT HISPANIC OR LATINO": Words("Not Hispanic or Latino", "非西班牙裔或拉丁裔"),
    "NOT REPORTED": Words("Not reported", "未报告"),
    "UNKNOWN": Words("Unknown", "未知"),
}
COUNTRIES: Final[Mapping[str, Words]] = {
    "CHN": Words("China", "中国"),
    "HKG": Words("Hong Kong, China", "中国香港"),
    "TWN": Words("Taiwan, China", "中国台湾"),
    "AUS": Words("Australia", "澳大利亚"),
    "NZL": Words("New Zealand", "新西兰"),
    "USA": Words("United States", "美国"),
    "CAN": Words("Canada", "加拿大"),
    "JPN": Words("Japan", "日本"),
    "KOR": Words("Korea", "韩国"),
    "SGP": Words("Singapore", "新加坡"),
    "GBR": Words("United Kingdom", "英国"),
    "DEU": Words("Germany", "德国"),
    "FRA": Words("France", "法国"),
    "ESP": Words("Spain", "西班牙"),
    "ITA": Words("Italy", "意大利"),
}
ECOG: Final[Mapping[str, Words]] = {str(n): Words(f"ECOG {n}", f"ECOG {n}分") for n in range(6)}
TUMOURS: Final[Mapping[str, Words]] = {
    "NSCLC": Words("Non-small cell lung cancer", "非小细胞肺癌"),
    "SCLC": Words("Small cell lung cancer", "小细胞肺癌"),
    "CRC": Words("Colorectal cancer", "结直肠癌"),
    "GASTRIC": Words("Gastric cancer", "胃癌"),
    "MELANOMA": Words("Melanoma", "黑色素瘤"),
    "HNSCC": Words("Head and neck squamous cell carcinoma", "头颈部鳞状细胞癌"),
    "TNBC": Words("Triple-negative breast cancer", "三阴性乳腺癌"),
    "UROTHELIAL": Words("Urothelial carcinoma", "尿路上皮癌"),
    "HCC": Words("Hepatocellular carcinoma", "肝细胞癌"),
    "ESCC": Words("Oesophageal squamous cell carcinoma", "食管鳞状细胞癌"),
}
PARTS: Final[Mapping[str, Words]] = {
    "escalation": Words("Dose escalation", "剂量递增"),
    "backfill": Words("Backfill", "回填"),
    "expansion": Words("Dose expansion", "剂量扩展"),
    "other": Words("Other", "其他"),
}
# Why treatment or study ended (CDISC codelists NCOMPLT and DSDECOD).
ENDS: Final[Mapping[str, Words]] = {
    "PROGRESSIVE DISEASE": Words("Progressive disease", "疾病进展"),
    "ADVERSE EVENT": Words("Adverse event", "不良事件"),
    "DEATH": Words("Death", "死亡"),
    "WITHDRAWAL BY SUBJECT": Words("Withdrawal by subject", "受试者退出"),
    "LOST TO FOLLOW-UP": Words("Lost to follow-up", "失访"),
    "PHYSICIAN DECISION": Words("Physician decision", "研究者决定"),
    "LACK OF EFFICACY": Words("Lack of efficacy", "缺乏疗效"),
    "PROTOCOL VIOLATION": Words("Protocol violation", "违背方案"),
    "PROTOCOL DEVIATION": Words("Protocol deviation", "偏离方案"),
    "NON-COMPLIANCE WITH STUDY DRUG": Words("Non-compliance with study drug", "用药依从性差"),
    "PREGNANCY": Words("Pregnancy", "妊娠"),
    "STUDY TERMINATED BY SPONSOR": Words("Study terminated by sponsor", "申办者终止研究"),
    "SITE TERMINATED BY SPONSOR": Words("Site terminated by sponsor", "申办者关闭中心"),
    "COMPLETED": Words("Completed", "完成"),
    "OTHER": Words("Other", "其他"),
}
# Why a dose was not as planned (EXADJ); what to do with it is the site's own word.
ADJUSTMENTS: Final[Mapping[str, Words]] = {
    "DOSE DELAYED": Words("Dose delayed", "给药延迟"),
    "DOSE REDUCED": Words("Dose reduced", "剂量降低"),
    "DOSE INCREASED": Words("Dose increased", "剂量增加"),
    "DOSE INTERRUPTED": Words("Infusion interrupted", "给药中断"),
    "INFUSION NOT COMPLETED": Words("Infusion not completed", "输注未完成"),
    "INFUSION INTERRUPTED": Words("Infusion interrupted", "输注中断"),
}
THERAPIES: Final[Mapping[str, Words]] = {
    "SUBSEQUENT ANTI-CANCER THERAPY": Words("Subsequent anti-cancer therapy", "后续抗肿瘤治疗"),
    "PRIOR ANTI-CANCER THERAPY": Words("Prior anti-cancer therapy", "既往抗肿瘤治疗"),
    "CONCOMITANT MEDICATION": Words("Concomitant medication", "合并用药"),
    "GENERAL CONMED": Words("Concomitant medication", "合并用药"),
    "PREMEDICATION": Words("Premedication", "预处理用药"),
}
STUDY_STATUS: Final[Mapping[str, Words]] = {
    "ONGOING": Words("Ongoing", "进行中"),
    "COMPLETED": Words("Completed", "完成"),
    "DISCONTINUED": Words("Discontinued", "提前终止"),
}
DLT_STATES: Final[Mapping[str, Words]] = {
    "EVALUABLE": Words("Evaluable, without DLT", "可评估，未发生剂量限制性毒性"),
    "EVALUABLE_DLT": Words("Evaluable, with DLT", "可评估，发生剂量限制性毒性"),
    "PENDING": Words("In the DLT window (pending)", "剂量限制性毒性观察窗内（待定）"),
    "NOT_EVALUABLE": Words("Not evaluable (excluded)", "不可评估（排除）"),
}
