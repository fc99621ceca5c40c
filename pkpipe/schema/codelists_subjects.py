"""Codelists about subjects: demography, disposition, vital status. Sources and form as in `codelists`."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.coded_words import Codelist

SEX: Final = Codelist(
    "sex",
    "CDISC SEX (C66731)",
    {
        "M": ("MALE", "MAN", "男", "男性"),
        "F": ("FEMALE", "WOMAN", "女", "女性"),
        "U": ("UNKNOWN", "未知", "不详"),
        "UNDIFFERENTIATED": ("INTERSEX",),
    },
)
VITAL_STATUS: Final = Codelist(
    "vital status",
    "CDISC SSTATUS (C124304)",
    {
        "ALIVE": ("LIVING", "存活", "生存", "在世"),
        "DEAD": ("DIED", "DECEASED", "DEATH", "死亡"),
        "LOST TO FOLLOW-UP": ("LTFU", "失访"),
        "UNKNOWN": ("未知", "不详"),
    },
)
DISPOSITION_CATEGORY: Final = Codelist(
    "category of a disposition record",
    "CDISC DSCAT (C74558)",
    {
        "DISPOSITION EVENT": ("DISPOSITION", "处置事件"),
        "PROTOCOL MILESTONE": ("MILESTONE", "方案里程碑"),
        "OTHER EVENT": ("其他事件",),
    },
)
WHAT_ENDED: Final = Codelist(
    "what ended",
    "CDISC DSSCAT (C170443)",
    {
        "STUDY TREATMENT": (
            *("TREATMENT", "END OF TREATMENT", "EOT", "STUDY DRUG"),
            *("研究治疗", "治疗", "治疗结束", "结束治疗"),
        ),
        "STUDY PARTICIPATION": (
            *("STUDY", "PARTICIPATION", "END OF STUDY", "EOS"),
            *("研究参与", "参与研究", "研究", "研究结束", "结束研究"),
        ),
    },
)
DISPOSITION: Final = Codelist(
    "disposition",
    "CDISC NCOMPLT, PROTMLST (C66727, C114118)",
    {
        "INFORMED CONSENT OBTAINED": ("签署知情同意书", "获得知情同意", "知情同意"),
        "RANDOMIZED": ("RANDOMISED", "随机", "随机化"),
        "ENROLLED": ("入组",),
        "COMPLETED": ("完成", "已完成"),
        "DEATH": ("DIED", "死亡"),
        "ADVERSE EVENT": ("不良事件",),
        "PROGRESSIVE DISEASE": ("DISEASE PROGRESSION", "疾病进展"),
        "DISEASE RELAPSE": ("疾病复发",),
        "LACK OF EFFICACY": ("缺乏疗效",),
        "LOST TO FOLLOW-UP": ("LTFU", "LOST TO FU", "LOST TO FOLLOWUP", "失访"),
        "PHYSICIAN DECISION": ("INVESTIGATOR DECISION", "研究者决定", "医生决定"),
        "WITHDRAWAL BY SUBJECT": (
            *("SUBJECT WITHDRAWAL", "WITHDREW CONSENT", "WITHDRAWAL OF CONSENT"),
            *("CONSENT WITHDRAWN", "受试者退出", "受试者撤回知情同意", "撤回知情同意", "撤回同意"),
        ),
        "WITHDRAWAL BY PARENT/GUARDIAN": (),
        "OTHER": ("其他", "其它"),
        "PROTOCOL DEVIATION": ("方案偏离",),
        "PROTOCOL VIOLATION": ("方案违背",),
        "PREGNANCY": ("妊娠",),
        "RECOVERY": (),
        "SCREEN FAILURE": ("SCREENING FAILURE", "筛选失败"),
        "STUDY TERMINATED BY SPONSOR": ("申办方终止研究", "申办者终止研究"),
        "SITE TERMINATED BY SPONSOR": (),
        "SYMPTOMATIC DETERIORATION": (),
        "NON-COMPLIANCE WITH STUDY DRUG": (),
        "FAILURE TO MEET RANDOMIZATION CRITERIA": (),
        "STUDY TERMINATED": (),
        "TECHNICAL PROBLEMS": (),
        "ELIGIBILITY CRITERIA MET": (),
        # no CDISC term: the document conformance check C05 asks for
        "DOSE INCREASE AGREEMENT": (),
    },
)
RACE: Final = Codelist(
    "race",
    "CDISC RACE (C74457)",
    {
        "ASIAN": ("亚洲人", "亚裔", "黄种人"),
        "WHITE": ("CAUCASIAN", "白人"),
        "BLACK OR AFRICAN AMERICAN": ("BLACK", "AFRICAN AMERICAN", "黑人"),
        "AMERICAN INDIAN OR ALASKA NATIVE": (),
        "NATIVE HAWAIIAN OR OTHER PACIFIC ISLANDER": (),
        "MULTIPLE": (),
        "OTHER": ("其他", "其它"),
        "UNKNOWN": ("未知", "不详"),
        "NOT REPORTED": (),
    },
)
ETHNICITY: Final = Codelist(
    "ethnicity",
    "CDISC ETHNIC (C66790)",
    {
        "HISPANIC OR LATINO": ("HISPANIC",),
        "NOT HISPANIC OR LATINO": ("NOT HISPANIC", "NON-HISPANIC"),
        "NOT REPORTED": (),
        "UNKNOWN": ("未知", "不详"),
    },
)
WITHOUT_ARM: Final = Codelist(
    "reason for no arm",
    "CDISC ARMNULRS (C142179); before SDTMIG 3.3 the codes stand in ARMCD",
    {
        "SCRNFAIL": (
            "SCREEN FAILURE",
            "SCREENING FAILURE",
            "SCREEN FAIL",
            "SCREENFAIL",
            "筛选失败",
        ),
        "NOTASSGN": ("NOT ASSIGNED", "未分配"),
        "NOTTRT": ("NOT TREATED", "ASSIGNED, NOT TREATED", "未治疗"),
        "UNPLAN": ("UNPLANNED TREATMENT",),
    },
)
