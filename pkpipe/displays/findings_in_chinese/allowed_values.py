"""What is allowed, in Chinese, and what stands behind the words of a check; {}: a value of the row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ALLOWED: Final[Mapping[str, str]] = {
    "results that the laboratory confirms": "经实验室确认的结果",
    "a number that the laboratory confirms": "由实验室确认的数值",
    "the date of death, partial if need be": "死亡日期，必要时可不完整",
    "the date of consent": "知情同意日期",
    "before RFICDTC": "早于RFICDTC",
    "{} or later": "{}或更晚",
    "{} or more": "{}或更大",
    "{} or fewer": "{}或更少",
    "{} or less": "{}或更小",
    "above 0": "大于0",
    (
        "0 where nothing was given; to leave such rows out, in the study file: sources: EX: drop: "
        "{EXOCCUR: N}"
    ): "未给药者填0；若略去此类行，在研究文件中写：sources: EX: drop: {EXOCCUR: N}",
    "a record in EX of its cycle, of dose 0 if nothing was given": "EX中该周期的记录，未给药则剂量为0",
    "a dose in EX at the planned time before it": "EX中在其前计划时间有给药",
    "EXDOSE in mg; is EXDOSU its unit?": "以mg计的EXDOSE；EXDOSU是否为其单位？",
    "0, or the dose in EXDOSE": "0，或在EXDOSE中给出剂量",
    "above 0, or a reason in EXADJ": "大于0，或在EXADJ中给出原因",
    "1 to drugs.max_cycles": "1至drugs.max_cycles",
    "drugs.max_cycles at most": "至多drugs.max_cycles",
    "years from BRTHDTC to RFICDTC": "BRTHDTC至RFICDTC的年数",
    "each subject in one spelling": "每名受试者只有一种写法",
    "a code of cohorts": "队列的代码",
    "the last part of USUBJID": "USUBJID的末段",
    "date and time": "日期和时刻",
    "date and time, such as 2026-06-30T08:15": "日期和时刻，如2026-06-30T08:15",
    "a result, or {} NOT DONE": "结果，或{} NOT DONE",
    "a reason": "原因",
    "why it was not done": "未进行的原因",
    "where it is": "所在部位",
    "NON-TARGET, or a lesion of a later scan": "NON-TARGET，或之后影像的病灶",
    "the sizes measured on this scan": "此次影像测得的大小",
    "the number of {}": "{}的数值",
    "empty (or 0) where PCSTRESC says BLQ": "PCSTRESC为BLQ时为空（或0）",
    "the result of a diluted sample; one that came apart from this file is declared with {}": (
        "稀释后样本的结果；另行提供的结果以{}声明"
    ),
    "{}; delivered in another unit: {}": "{}；以其他单位提供时：{}",
    "{}; another word of theirs: {}": "{}；对方的其他用词：{}",
    "empty in a measured record; if this one is measured: {}": "测量记录中为空；若此条为测量值：{}",
    "the date of death": "死亡日期",
    "the date it resolved": "恢复日期",
    "3 or more, or a grade that the protocol counts": "3级及以上，或方案计入的级别",
    "the investigator's judgement": "研究者的判断",
    "a preferred term": "首选术语",
    "a system organ class": "系统器官分类",
    "MILD is grade 1, MODERATE 2, SEVERE 3 to 5, life-threatening 4, death 5": (
        "MILD为1级，MODERATE为2级，SEVERE为3至5级，危及生命为4级，死亡为5级"
    ),
    "biomarkers of the study file": "研究文件中的生物标志物",
    "either": "二者之一",
    "a whole date, with its time for PK": "完整日期，药代动力学需含时刻",
    "a whole date; until then: the last possible day, not after death or the cutoff": (
        "完整日期；在此之前：取最晚可能日，不晚于死亡日或截止日"
    ),
    "its cutoff or later": "其截止日或更晚",
    "its date or later": "其日期或更晚",
    "a name": "姓名",
    "a date": "日期",
    "the reason in the words of who decided, e.g. of the minutes": "决定者原话的理由，如会议纪要",
    "64 hexadecimal digits": "64位十六进制数字",
    "PICK with LAMBDA_Z, or EXCLUDE": "PICK与LAMBDA_Z合用，或EXCLUDE",
    "PICK with LAMBDA_Z": "PICK与LAMBDA_Z合用",
    "another name than RECBY": "与RECBY不同的姓名",
    "CONFBY and CONFDT, or neither": "CONFBY和CONFDT同时填写或均不填写",
    "CONCSUM of the profile, from PROFILE": "PROFILE中该药时曲线的CONCSUM",
    "10 mm or more (twice the slice thickness above 5 mm), nodes 15 mm short axis or more": (
        "10 mm及以上（层厚大于5 mm时为层厚的两倍），淋巴结短径15 mm及以上"
    ),
    "a number in mm, or a state such as TOO SMALL TO MEASURE, ABSENT": (
        "以mm为单位的数值，或TOO SMALL TO MEASURE、ABSENT等状态"
    ),
    "a manifest of this study's audit trail, which pkpipe audit verify proves": (
        "本研究审计轨迹中的清单，可由 pkpipe audit verify 证实"
    ),
    "a frozen run (pkpipe cutoff --freeze)": "已冻结的运行（pkpipe cutoff --freeze）",
    "an entry that points to one record; MATRIX, CYCLE or PROFILE tell them apart": (
        "指向一条记录的条目；以MATRIX、CYCLE或PROFILE区分"
    ),
    "one of the two": "二者之一",
    (
        "CONFBY, CONFDT and in CONFVAL the value as it is now, or in CONFVALC BLQ, NOT DONE or GONE"
    ): "CONFBY、CONFDT，并在CONFVAL填写现值，或在CONFVALC填写BLQ、NOT DONE或GONE",
    "a screen, confirm, titre or NAb test, as the study names them": (
        "筛查、确证、滴度或NAb检测，名称同研究文件"
    ),
    "POSITIVE, NEGATIVE, a titre such as 100, 1:100, <100 or >=1600, NOT DONE, empty": (
        "POSITIVE、NEGATIVE、滴度（如100、1:100、<100或>=1600）、NOT DONE、空"
    ),
    "one result a sample": "每个样本一个结果",
    "the screening result of that sample": "该样本的筛查结果",
    "a confirmation of a positive screen": "筛查阳性的确证",
    "the confirmation": "确证结果",
    "the ADA result of that sample": "该样本的ADA结果",
    "NAb results of ADA-positive samples": "ADA阳性样本的NAb结果",
    "titres of ADA-positive samples": "ADA阳性样本的滴度",
    "that titre or more, or a text such as <100": "该滴度或更高，或如<100的文本",
    "the titre of ISSTRESC, its log10, or empty": "ISSTRESC的滴度、其log10或为空",
    "log10 titres, or titre_scale: dilution": "log10滴度，或 titre_scale: dilution",
    "one assay version a subject, or a bridging study": "每例受试者一个方法版本，或桥接研究",
    "at least the whole date": "至少为完整日期",
    "the titre": "滴度",
    "four decimals": "四位小数",
    "one sum": "一个总和",
    "LYMPH NODE or an organ in TULOC, or LPERP for a node, LDIAM for any other lesion": (
        "TULOC为LYMPH NODE或某器官；淋巴结用LPERP，其他病灶用LDIAM"
    ),
    "the name of the visit, or more assessment_days": "访视名称，或更大的assessment_days",
    "CR, NE or PD after CR": "CR之后为CR、NE或PD",
    "iUPD at the assessment before": "前一次评估为iUPD",
    "Y on the accepted records": "被采纳的记录为Y",
    "Y on the records of one reader": "一名阅片者的记录为Y",
    "on or after the start date": "起始日或之后",
    "on or after the start date, empty for a prior therapy": "起始日或之后，既往治疗则为空",
    "up to the date of death": "不晚于死亡日",
    "a subject of the reference": "参照表中的受试者",
    "up to the cutoff": "不晚于截止日",
    "PFS up to the end of OS": "PFS不晚于OS终点",
    "an entry before the end": "进入时间早于终点时间",
    "a kind that survival.competing names": "survival.competing中列出的类型",
    "two groups or more in a stratum, or other strata": "每层至少两组，或改用其他分层",
    "a whole date, such as 2026-06-30, with or without a time": (
        "完整日期，如2026-06-30，可含或不含时刻"
    ),
    "the day of the first dose or later": "首次给药日或更晚",
    "a first dose": "首次给药",
    "one row a subject": "每例受试者一行",
    "at most {} days before the first dose": "首次给药前至多{}天",
    "rows in {}, or why there are none": "{}中的记录，或无记录的原因",
    "a scan at most {} days old": "不早于{}天的影像检查",
    "within {} of it": "在其{}以内",
    "at most {} days": "至多{}天",
    "{} of the sample": "该样本的{}",
    "an event as sent, or the data of the later one": "按提交的事件，或后一事件的数据",
    (
        "a whole date; until then: the first possible day, not before the first dose where it may "
        "be that day"
    ): "完整日期；在此之前：取最早可能日，若可能为首次给药日则不早于该日",
    "a subject with a record in EX": "在EX中有记录的受试者",
    "one record an event": "每个事件一条记录",
    "SYSBP above DIABP": "SYSBP高于DIABP",
    (
        "sources.DECISIONS.constants: {reason: the value of every row}, or "
        "sources.DECISIONS.columns: {reason: their name of it}"
    ): (
        "sources.DECISIONS.constants: {reason: 各行的值}，或 sources.DECISIONS.columns: {reason: "
        "对方的列名}"
    ),
    "a finding of this delivery by its CHECK, ROW and USUBJID, or no waiver": (
        "以CHECK、ROW和USUBJID指明本次交付的一项发现，否则不设豁免"
    ),
    "results of this subject": "该受试者的结果",
    "results of this cycle": "该周期的结果",
    "a whole trail (pkpipe audit verify names what is wrong)": (
        "完整的审计追踪（pkpipe audit verify指出问题所在）"
    ),
    "its size, or NOT DONE with a reason": "其大小，或NOT DONE及原因",
    "TUSTRESC of the lesion": "该病灶的TUSTRESC",
    "the response of the parts": "各组成部分的疗效",
    "the response of the sum of diameters": "直径总和对应的疗效",
    "sizes of the target lesions in TR": "TR中靶病灶的大小",
    "NEWLPROG Y in RS": "RS中NEWLPROG为Y",
    "a response in RS": "RS中的疗效",
    "the new lesion in TU": "TU中的新病灶",
    "the cohort the subject was enrolled in": "受试者入组的队列",
    "the dose before and after, or why it was another": "前后的剂量，或剂量不同的原因",
    "at most the next level": "至多下一剂量水平",
    "a cohort in DM.ARMCD": "DM.ARMCD中的队列",
    "a record in EX": "EX中的记录",
    "the day of the last dose in EX": "EX中的末次给药日",
    "the next cycle": "下一周期",
    "the day of the first dose in EX": "EX中的首次给药日",
    "the dose of the cohort's level": "该队列剂量水平的剂量",
    "EXDOSE times the weight": "EXDOSE乘体重",
    "a WEIGHT in kg in VS": "VS中以kg计的WEIGHT",
    "why the dose was late": "给药延迟的原因",
    "its end": "其结束时间",
    "why the dose was less": "剂量减少的原因",
    "one record a dose": "每次给药一条记录",
    "empty while the dosing goes on": "给药持续期间为空",
    "the day of the last dose": "末次给药日",
    "the day before: the later record's dose is counted": "前一天：计后一记录的剂量",
    "another CYCLE for a dose of its own; for a part EXINTRFL Y, or drugs.part_gap_hours": (
        "独立给药用另一CYCLE；为一部分时EXINTRFL为Y，或drugs.part_gap_hours"
    ),
    "DM.DTHDTC or earlier": "DM.DTHDTC或更早",
    "one SUBJID a subject of a site": "同一中心每例受试者一个SUBJID",
    "a lower dose after the event": "事件后的较低剂量",
    "an event with DOSE REDUCED or the like in AEACN": "AEACN为DOSE REDUCED或类似的事件",
    "lesions of a day before the first dose": "首次给药前某日的病灶",
    "a scan of that day or visit in TR or TU": "TR或TU中该日或该访视的影像检查",
    "at most {} days from a scan of the visit": "与该访视影像检查相距不超过{}天",
    "an overall response in RS": "RS中的总体疗效",
    "a TULNKID of the subject in TU": "该受试者在TU中的TULNKID",
    "a TRLNKID of the subject in TR": "该受试者在TR中的TRLNKID",
    "results and normal range in one unit": "结果与正常范围单位一致",
    "what most rows say": "多数行的内容",
    "Y, or N confirmed by the investigator": "Y，或经研究者确认的N",
    "no more than one dose after the event": "事件后至多一次给药",
    "an event in AE with AEACN DRUG WITHDRAWN": "AE中AEACN为DRUG WITHDRAWN的事件",
    "a response PD in RS": "RS中的PD疗效",
    "soon after the last dose": "末次给药后不久",
    "an end of STUDY TREATMENT in DS": "DS中STUDY TREATMENT的结束",
    "DSDECOD ADVERSE EVENT in DS": "DS中DSDECOD为ADVERSE EVENT",
    "the order of PCTPTNUM": "PCTPTNUM的顺序",
    "below or near the limit of quantification": "低于或接近定量下限",
    "an analyte of a drug the subject got": "受试者所用药物的分析物",
    "a percentage": "百分数",
    "a value that the laboratory confirms": "经实验室确认的数值",
    "as the others before the first dose": "与其他受试者首次给药前相同",
    "each name once": "每个名称一次",
    "each subject once": "每例受试者一次",
    "the day; or the option partial_dates: last, first, ne": (
        "日；或选项 partial_dates: last、first、ne"
    ),
    "an entry that answers to a finding": "对应某项发现的条目",
    "a PARCAT1": "一个PARCAT1",
    "a ADTM": "一个ADTM",
    "a PARAMCD": "一个PARAMCD",
}
# After the words of a check and a colon.
DETAILS: Final[Mapping[str, str]] = {
    "{}, {} times what they suggest": "{}，为其提示值的{}倍",
    "already row {}": "与第{}行相同",
    "read as {}": "读作{}",
    "{} and {}": "{}和{}",
    "{} has {}": "{}为{}",
    "{} between {}": "{}，前后为{}",
    "{} after {}": "{}，此前为{}",
    "level {}, decided on {}": "剂量水平{}，决定于{}",
    "{} in row {}": "{}，见第{}行",
    "{} is {} there": "{}在彼处为{}",
    "{}, {} days off": "{}，相差{}天",
    "last dose {}": "末次给药{}",
    "{}, {} has it": "{}，{}中有",
    "{} beside {} %": "{}，相邻为{} %",
}
