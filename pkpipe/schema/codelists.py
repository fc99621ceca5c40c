"""The codelists: their terms as CDISC writes them, and what sites and laboratories write instead.

Sources: CDISC SDTM controlled terminology (the codelist's code in each entry); Chinese spellings as in the
CDISC Chinese terminology (NCI EVS) and as case report forms of CTCAE and RECIST 1.1 have them.
"""

from __future__ import annotations

from typing import Final

from pkpipe.schema.coded_words import Codelist

YES_NO: Final = Codelist(
    "yes or no",
    "CDISC NY (C66742)",
    {
        "Y": ("YES", "TRUE", "1", "是", "有"),
        "N": ("NO", "FALSE", "0", "否", "无"),
    },
)
TRIAL_PART: Final = Codelist(
    "part of the trial",
    "methods SET-DLT, ESC-7",
    {
        "ESCALATION": ("DOSE ESCALATION", "DOSE FINDING", "剂量递增", "递增", "爬坡", "剂量爬坡"),
        "BACKFILL": (
            "BACK FILL",
            "BACKFILLED",
            "BACKFILLING",
            "BACKFILL COHORT",
            "回填",
            "回填队列",
        ),
        "EXPANSION": (
            "DOSE EXPANSION",
            "EXPANSION COHORT",
            "扩展",
            "剂量扩展",
            "扩展队列",
            "扩展期",
        ),
    },
)
FLAG: Final = Codelist(
    "yes or empty",
    "CDISC NY (C66742), Y only",
    {"Y": ("YES", "TRUE", "1", "是")},
    nothing=("N", "NO", "FALSE", "0", "否"),  # of a flag of which only Y is recorded
)
NOT_DONE: Final = Codelist(
    "not done",
    "CDISC ND (C66789)",
    {
        "NOT DONE": (
            *("ND", "NOTDONE", "NOT PERFORMED", "NOT COLLECTED"),
            *("未做", "未查", "未检查", "未检测", "未进行", "未采集", "未评估"),
        )
    },
    nothing=("DONE", "PERFORMED", "COMPLETED", "已做", "已完成", "已检测"),
)
EVALUATOR: Final = Codelist(
    "evaluator",
    "CDISC EVAL (C78735)",
    {
        "INVESTIGATOR": (
            *("INVESTIGATORS", "SITE INVESTIGATOR", "INVESTIGATOR ASSESSMENT", "INV"),
            *("PRINCIPAL INVESTIGATOR", "LOCAL INVESTIGATOR", "INVESTIGATOR REVIEW"),
            *("研究者", "研究者评估", "研究者评价", "研究医生"),
        ),
        "INDEPENDENT ASSESSOR": (
            *("INDEPENDENT ASSESSORS", "INDEPENDENT REVIEWER", "INDEPENDENT REVIEW", "IRC", "BICR"),
            *(
                "IRRC",
                "IRR",
                "CENTRAL REVIEW",
                "INDEPENDENT RADIOLOGIC REVIEW",
                "INDEPENDENT REVIEW COMMITTEE",
                "INDEPENDENT RADIOLOGY REVIEW COMMITTEE",
            ),
            *("INDEPENDENT CENTRAL REVIEW", "BLINDED INDEPENDENT CENTRAL REVIEW"),
            *(
                "独立评审",
                "独立评审委员会",
                "独立评估",
                "独立影像评估",
                "独立影像评审",
                "独立评审员",
            ),
            *("盲态独立中心评审", "盲态独立中心影像评审", "独立中心评审", "独立审查委员会"),
        ),
        "ADJUDICATION COMMITTEE": ("裁定委员会",),
        "ADJUDICATOR": ("裁定者", "裁定人"),
        "RADIOLOGIST": ("放射科医生", "影像科医生"),
        "ONCOLOGIST": ("肿瘤科医生",),
        "SPONSOR": ("申办方", "申办者"),
        "VENDOR": (),
        "STUDY SUBJECT": ("受试者",),
    },
)
RESPONSE: Final = Codelist(
    "response",
    "CDISC ONCRSR (C96785); RECIST 1.1 table 1; iRECIST (Seymour 2017)",
    {
        "CR": ("COMPLETE RESPONSE", "COMPLETE REMISSION", "完全缓解"),
        "PR": ("PARTIAL RESPONSE", "PARTIAL REMISSION", "部分缓解"),
        "SD": ("STABLE DISEASE", "疾病稳定", "病情稳定", "稳定"),
        "NON-CR/NON-PD": (
            *("NON CR NON PD", "NONCR/NONPD", "NON-CR AND NON-PD"),
            *(
                "NON-COMPLETE RESPONSE/NON-PROGRESSIVE DISEASE",
                "非CR/非PD",
                "非完全缓解/非疾病进展",
            ),
        ),
        "PD": (
            *("PROGRESSIVE DISEASE", "DISEASE PROGRESSION", "PROGRESSION"),
            *("疾病进展", "病情进展", "进展"),
        ),
        "NE": (
            *("NOT EVALUABLE", "NON EVALUABLE", "INEVALUABLE", "UNEVALUABLE", "NOT ASSESSABLE"),
            *("不可评估", "不可评价", "无法评估", "无法评价", "不能评价", "未能评估"),
        ),
        "NED": ("NO EVIDENCE OF DISEASE", "无疾病证据"),
        "ND": ("NOT DONE", "未做"),
        "iCR": ("IMMUNE COMPLETE RESPONSE", "免疫完全缓解"),
        "iPR": ("IMMUNE PARTIAL RESPONSE", "免疫部分缓解"),
        "iSD": ("IMMUNE STABLE DISEASE", "免疫疾病稳定"),
        "iUPD": (
            *("IMMUNE UNCONFIRMED PROGRESSIVE DISEASE", "UNCONFIRMED IMMUNE PROGRESSIVE DISEASE"),
            *("免疫未确认疾病进展", "免疫未确认的疾病进展"),
        ),
        "iCPD": (
            *("IMMUNE CONFIRMED PROGRESSIVE DISEASE", "CONFIRMED IMMUNE PROGRESSIVE DISEASE"),
            *("免疫确认疾病进展", "免疫确认的疾病进展"),
        ),
        "NON-iCR/NON-iUPD": ("NON ICR NON IUPD", "非iCR/非iUPD"),
        "iNE": ("IMMUNE NOT EVALUABLE", "免疫不可评估"),
    },
)
RESPONSE_TEST: Final = Codelist(
    "test of a response",
    "CDISC ONCRTSCD (C96781)",
    {
        "OVRLRESP": (
            *(
                "OVERALL RESPONSE",
                "OVERALL TUMOR RESPONSE",
                "OVERALL TUMOUR RESPONSE",
                "OVERALL RESP",
            ),
            *("OVERALL TIMEPOINT RESPONSE", "OVERALL TIME POINT RESPONSE"),
            *("总体疗效", "总疗效", "总体缓解", "总体疗效评价", "总体评价"),
        ),
        "TRGRESP": ("TARGET RESPONSE", "靶病灶疗效", "靶病灶缓解"),
        "NTRGRESP": ("NON-TARGET RESPONSE", "NONTARGET RESPONSE", "非靶病灶疗效", "非靶病灶缓解"),
        "NEWLIND": (),
        "BESTRESP": ("BEST OVERALL RESPONSE", "BEST RESPONSE", "最佳总体疗效", "最佳疗效"),
    },
)
MILLIMETRES: Final = Codelist(
    "unit of a diameter",
    "CDISC UNIT (C71620)",
    {"mm": ("MILLIMETRE", "MILLIMETRES", "MILLIMETER", "MILLIMETERS", "毫米")},
)
LESION_CLASS: Final = Codelist(
    "class of a lesion",
    "CDISC TUIDRS (C96784); RECIST 1.1, 3.1.2",
    {
        "TARGET": ("TARGET LESION", "TARGET LESIONS", "靶病灶", "目标病灶", "靶"),
        "NON-TARGET": (
            *("NONTARGET", "NON-TARGET LESION", "NON-TARGET LESIONS", "NONTARGET LESION"),
            *("非靶病灶", "非目标病灶", "非靶"),
        ),
        "NEW": ("NEW LESION", "NEW LESIONS", "新病灶", "新发病灶"),
        "BENIGN ABNORMALITY": (),
        "NON-MEASURABLE": (),
    },
)
SEVERITY: Final = Codelist(
    "severity",
    "CDISC AESEV (C66769)",
    {
        "MILD": ("轻度", "轻"),
        "MODERATE": ("中度", "中"),
        "SEVERE": ("重度", "重", "严重"),
    },
)
GRADE: Final = Codelist(
    "CTCAE grade",
    "CDISC TOXGRV5 (C167392)",
    {
        str(n): (
            f"GRADE {n}",
            f"GRADE{n}",
            f"GR {n}",
            f"G{n}",
            f"CTCAE {n}",
            f"{n}级",
            f"CTCAE GRADE {n}",
            f"{han}级",
            roman,
            f"{roman}级",
            f"GRADE {roman}",
        )
        for n, (han, roman) in enumerate(
            zip("一二三四五", ("I", "II", "III", "IV", "V"), strict=True), start=1
        )
    },
)
CAUSALITY: Final = Codelist(
    "relationship",
    "ICH E2B(R3); the WHO-UMC scale; CDISC leaves AEREL to the sponsor",
    {
        "RELATED": ("YES", "Y", "有关", "相关"),
        "DEFINITELY RELATED": ("DEFINITE", "DEFINITELY", "CERTAIN", "肯定有关", "肯定相关"),
        "PROBABLY RELATED": ("PROBABLE", "PROBABLY", "LIKELY", "LIKELY RELATED", "很可能有关"),
        "POSSIBLY RELATED": ("POSSIBLE", "POSSIBLY", "可能有关", "可能相关"),
        "REMOTE": ("REMOTELY RELATED",),
        "UNLIKELY RELATED": ("UNLIKELY", "可能无关", "可能不相关"),
        "NOT RELATED": (
            *("UNRELATED", "NONE", "NO", "N", "DEFINITELY NOT RELATED"),
            *("无关", "不相关", "肯定无关", "肯定不相关"),
        ),
    },
)
# Terms of CAUSALITY that no study counts as related unless it names them.
UNRELATED: Final = ("NOT RELATED", "UNLIKELY RELATED")
OUTCOME: Final = Codelist(
    "outcome",
    "CDISC OUT (C66768)",
    {
        "RECOVERED/RESOLVED": (
            *("RECOVERED", "RESOLVED", "RECOVERED OR RESOLVED"),
            *("痊愈", "恢复", "已恢复", "已痊愈", "治愈", "恢复/痊愈", "痊愈/恢复", "恢复/解决"),
        ),
        "RECOVERED/RESOLVED WITH SEQUELAE": (
            *("RECOVERED WITH SEQUELAE", "RESOLVED WITH SEQUELAE"),
            *("痊愈有后遗症", "恢复有后遗症", "恢复伴后遗症", "痊愈伴后遗症", "恢复/痊愈伴后遗症"),
        ),
        "RECOVERING/RESOLVING": ("RECOVERING", "RESOLVING", "好转", "恢复中", "正在恢复"),
        "NOT RECOVERED/NOT RESOLVED": (
            *("NOT RECOVERED", "NOT RESOLVED", "NOT RECOVERED OR NOT RESOLVED"),
            *("未恢复", "未痊愈", "未好转", "未恢复/未痊愈", "未痊愈/未恢复", "未恢复/未解决"),
        ),
        "FATAL": ("DEATH", "DIED", "死亡", "致死", "致命"),
        "UNKNOWN": ("未知", "不详"),
    },
)
ACTION: Final = Codelist(
    "action taken",
    "CDISC ACN (C66767)",
    {
        "DOSE NOT CHANGED": (
            *("NONE", "NO CHANGE", "NOT CHANGED", "NO ACTION TAKEN", "DOSE UNCHANGED"),
            *("剂量不变", "剂量未变", "剂量未改变", "未调整剂量", "未采取措施", "无"),
        ),
        "DOSE REDUCED": ("REDUCED", "DOSE REDUCTION", "减量", "剂量减少", "减少剂量", "降低剂量"),
        "DOSE INCREASED": ("INCREASED", "DOSE INCREASE", "加量", "增加剂量", "剂量增加"),
        "DRUG INTERRUPTED": (
            *("INTERRUPTED", "DOSE INTERRUPTED", "DRUG TEMPORARILY INTERRUPTED"),
            *("暂停用药", "暂停给药", "中断用药", "中断给药", "用药中断", "给药中断"),
        ),
        "DRUG WITHDRAWN": (
            *("WITHDRAWN", "DRUG DISCONTINUED", "PERMANENTLY DISCONTINUED"),
            *("DRUG PERMANENTLY DISCONTINUED", "永久停药", "永久停用", "终止用药", "终止给药"),
        ),
        "DOSE RATE REDUCED": ("INFUSION RATE REDUCED", "减慢输注速度", "降低输注速度"),
        "NOT APPLICABLE": ("NA", "N/A", "不适用"),
        "UNKNOWN": ("未知", "不详"),
    },
)
ADA_RESULT: Final = Codelist(
    "antibody result",
    "CDISC SDTMIG 3.4, ISSTRESC",
    {
        "POSITIVE": ("POS", "+", "REACTIVE", "DETECTED", "阳性", "阳性(+)", "POSITIVE(+)"),
        "NEGATIVE": (
            *(
                "NEG",
                "NON-REACTIVE",
                "NONREACTIVE",
                "NOT DETECTED",
                "NOT REACTIVE",
                "阴性",
                "阴性(-)",
                "NEGATIVE(-)",
                "未检出",
            ),
        ),
    },
)
ROUTE: Final = Codelist(
    "route",
    "CDISC ROUTE (C66729)",
    {
        "INTRAVENOUS": ("IV", "I.V.", "静脉", "静脉内", "静脉给药"),
        "INTRAVENOUS DRIP": ("INTRAVENOUS INFUSION", "IV INFUSION", "静脉滴注", "静脉输注"),
        "INTRAVENOUS BOLUS": ("IV BOLUS", "静脉推注"),
        "ORAL": ("PO", "P.O.", "PER OS", "BY MOUTH", "口服"),
        "SUBCUTANEOUS": ("SC", "S.C.", "SUBCUTANEOUS INJECTION", "皮下", "皮下注射"),
        "INTRAMUSCULAR": ("IM", "I.M.", "肌内", "肌肉注射", "肌内注射"),
    },
)
RANGE: Final = Codelist(
    "reference range",
    "CDISC NRIND (C78736)",
    {
        "NORMAL": ("N", "正常"),
        "LOW": ("L", "低", "偏低"),
        "HIGH": ("H", "高", "偏高"),
        "ABNORMAL": ("异常",),
        "LOW LOW": ("LL",),
        "HIGH HIGH": ("HH",),
    },
)
NORMAL_ABNORMAL: Final = Codelist(
    "normal or abnormal",
    "SDTMIG 3.4, PESTRESC",
    {"NORMAL": ("正常",), "ABNORMAL": ("异常",)},
)
