"""What is wrong of subjects, doses, decisions and the ledger, in Chinese; {}: a value of the row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SUBJECTS: Final[Mapping[str, str]] = {
    "a subject in two spellings?": "同一受试者有两种写法？",
    "no cohort of the study": "不是本研究的队列",
    "dead without a date of death": "已死亡而无死亡日期",
    "no date of informed consent": "无知情同意日期",
    "born after informed consent": "出生日期晚于知情同意",
    "died before informed consent": "死亡早于知情同意",
    "died before the first dose": "死亡早于首次给药",
    "treated in another arm than planned": "实际治疗组别与计划不同",
    "an age that no adult patient has": "成年患者不可能的年龄",
    "age and date of birth differ": "年龄与出生日期不符",
    "a date of death without the flag": "有死亡日期而无死亡标记",
    "the reference period ends before it starts": "参照期结束早于开始",
    "not the end of USUBJID": "不是USUBJID的末段",
    "what ended is not said": "未说明结束的是什么",
    "no drug of the study": "不是本研究的药物",
    "a dose in another unit": "剂量单位不同",
    "a dose below zero": "剂量小于零",
    "the dose ends before it starts": "给药结束早于开始",
    "a dose without time of day": "给药无时刻",
    "the end of an infusion without time of day": "输注结束无时刻",
    "every record of the drug has another route than the study file": (
        "该药物所有记录的给药途径均与研究文件不同"
    ),
    "milligrams above 0 of a dose of zero": "剂量为零而毫克数大于0",
    "another dose in mg than EXDOSE in its unit": "毫克剂量与EXDOSE按其单位所示不一致",
    "a cycle that is not planned": "计划外的周期",
    "planned after a dose, and none is recorded where it was planned": (
        "计划于给药后采集，而相应时间无给药记录"
    ),
    "a dose of zero, and no reason": "剂量为零且无原因",
    "a cycle below 1": "周期小于1",
    "a cycle beyond the last one planned": "周期超过计划的最后一个",
    "the day of a dose is not known: samples, windows and dose intensity rest on it": (
        "给药日期未知：样本、观察窗和剂量强度均依赖于此"
    ),
    "a subject that is not in DM": "受试者不在DM中",
    "dated after the day of death": "日期晚于死亡日",
    "samples after dosing of a subject without a dose": "未给药受试者有给药后样本",
    "records of a subject without a dose": "未给药受试者的记录",
    "before informed consent": "早于知情同意",
    "dosed, and never assigned to an arm": "已给药而从未分配组别",
    "assigned, and never dosed": "已分配组别而从未给药",
    "dosed before informed consent": "给药早于知情同意",
    "starts before the dose before it ended": "在前一次给药结束前开始",
    "sooner than half a cycle after the dose before": "距前一次给药不足半个周期",
    "a lower cycle than at an earlier dose": "周期小于之前给药的周期",
    "a cycle is left out before it": "此前缺少一个周期",
    "not the day of the first dose": "不是首次给药日",
    "the first dose is not that of the cohort": "首次剂量不是该队列的剂量",
    "the dose in mg is not the dose per kg times the weight": "剂量（mg）不等于每公斤剂量乘体重",
    "dosed per kg, and no weight is known": "按体重给药而体重未知",
    "a dose after the recorded end of treatment": "给药晚于记录的治疗结束日",
    "a dose after progression": "进展后给药",
    "a dose after a new anti-cancer therapy": "开始新的抗肿瘤治疗后给药",
    "a dose after its window, and no reason": "给药超窗且无原因",
    "an infusion without an end": "输注无结束时间",
    "an infusion over three times as long as planned": "输注时间超过计划的三倍",
    "an infusion under a third as long as planned": "输注时间不足计划的三分之一",
    "a planned dose that no level has": "计划剂量不属于任何剂量水平",
    "over 110 % of the planned dose": "超过计划剂量的110 %",
    "under 90 % of the planned dose, and no reason": "低于计划剂量的90 %且无原因",
    "no dosing frequency that is known": "未知的给药频率",
    "a dose, and EXOCCUR or EXSTAT says that nothing was given": (
        "有剂量，而EXOCCUR或EXSTAT称未给药"
    ),
    "a range of days, and no frequency of the doses in it": "为日期范围而无其中给药的频率",
    "a range of days with a frequency that says no number of doses": (
        "日期范围的频率不能给出给药次数"
    ),
    "a range of doses that has ended, and no end is recorded": "给药范围已结束而未记录结束日",
    "the doses a dose-finding subject received are not documented: a range without an end": (
        "剂量探索受试者的给药未有记录：范围无结束日"
    ),
    "a range of doses without an end: counted to the cutoff": "给药范围无结束日：计至截止日",
    "no range of the drug has the frequency of the study file": (
        "该药物的给药范围均无研究文件所述频率"
    ),
    "another frequency than the study file plans": "频率与研究文件计划不同",
    "the range is no whole number of dosing intervals": "范围不是给药间隔的整数倍",
    "the next record begins on the last day of the range": "下一记录始于该范围的最后一天",
    "two ranges of doses of one drug at the same time": "同一药物的两个给药范围在时间上重叠",
    "soon after an infusion of the same cycle: a part of it?": (
        "紧接同一周期的输注之后：是否为其一部分？"
    ),
    "another planned dose than the doses before and after it": "计划剂量与前后给药不同",
    "a planned dose over one level above the one before it": "计划剂量比前一次高一个以上剂量水平",
    "consented long before the first dose": "知情同意远早于首次给药",
    "not the day of the last dose, as it is of the others": "不是末次给药日，而其他受试者是",
    "one SUBJID of a site for two subjects": "同一中心的一个SUBJID对应两例受试者",
    "in two cohorts: assigned to another in an earlier row": (
        "属于两个队列：前面的行已分配至另一队列"
    ),
    "left the DLT window before the first dose": "首次给药前即离开DLT观察窗",
    "a dose that is not in the protocol: no level has it": "方案中没有的剂量：不属于任何剂量水平",
    "in two cohorts: assigned to one and first dosed at the level of another": (
        "属于两个队列：分配至一个，首次给药却为另一队列的剂量水平"
    ),
    "first dosed at a level that is not open": "首次给药的剂量水平未开放",
    "a new level without a recorded decision": "新剂量水平无决定记录",
    "a new level before its recorded decision": "新剂量水平早于其决定记录",
    (
        "first dosed in an expansion cohort while escalation of its level was open: which cohort "
        "is right?"
    ): "该剂量水平仍在递增时首次给药于扩展队列：哪一队列正确？",
    (
        "first dosed in an escalation cohort after its level went into expansion: which cohort is "
        "right?"
    ): "该剂量水平进入扩展后首次给药于递增队列：哪一队列正确？",
    "decided before the data it rests on": "决定早于所依据的数据",
    "recorded before it was decided": "记录早于决定",
    "no level of the design": "不是设计中的剂量水平",
    "a number of subjects below zero": "受试者数小于零",
    "nobody is named who recorded it": "未写明记录人",
    "it is not said when it was recorded": "未说明记录时间",
    "it is not said why it was decided": "未说明决定理由",
    "no SHA-256 of a manifest": "不是清单的SHA-256",
    "an entry about a {} that does not say which": "关于{}的条目未指明是哪一个",
    "only terminal points are picked": "仅末端消除相的点可被选定",
    "approved by the one who asked for it": "批准人与申请人相同",
    "confirmed without a name or a date": "确认缺少姓名或日期",
    "a number and a word for none": "同时有数值和表示无的用词",
    "a change of the profile goes unnoticed": "药时曲线的变化将不被察觉",
    "confirmed before it was recorded": "确认早于记录",
    "points to more than one record": "指向多条记录",
    "picks the sample that another entry leaves out": "选定了另一条目排除的样本",
    "the record holds neither the value of the entry nor the one confirmed": (
        "记录的数值既不是条目中的值，也不是已确认的值"
    ),
    "no run of the audit trail has the manifest that the decision names": (
        "审计轨迹中没有任何运行具有该决定所指的清单"
    ),
    "the run that the decision names was changed or made anew since": (
        "该决定所指的运行其后被更改或重新生成"
    ),
    "the run that the decision names is not approved by as many persons as the study asks for": (
        "该决定所指的运行未获研究要求人数的批准"
    ),
    "the trial was conducted otherwise than this rule asks": "试验实施与该规则要求不符",
    "the day is missing": "缺少日",
    "is not a level of the design": "不是设计中的剂量水平",
    "a dosed subject has no level, or a dose that is not in the protocol": (
        "已给药受试者无剂量水平，或剂量不在方案中"
    ),
    "is a level that is not open": "该剂量水平未开放",
    "a DLT before the first dose": "DLT早于首次给药",
    "a treatment-related toxicity before the first dose": "治疗相关毒性早于首次给药",
    "the window was left before the first dose": "首次给药前即离开观察窗",
    "a DLT of a subject without a first dose": "无首次给药的受试者有DLT",
    "a treatment-related toxicity of a subject without a first dose": (
        "无首次给药的受试者有治疗相关毒性"
    ),
    "a share of the dose that cannot be": "不可能的剂量比例",
    "the subject is in more than one row, so perhaps in two cohorts": (
        "受试者出现于多行，可能属于两个队列"
    ),
}
