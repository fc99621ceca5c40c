"""What is wrong of lesions, responses and times to event, in Chinese; {}: a value of the row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TUMOURS: Final[Mapping[str, str]] = {
    "a diameter that is not in millimetres": "直径单位不是毫米",
    "a diameter below zero": "直径小于零",
    "a lesion larger than a trunk: centimetres times 100?": "病灶大于躯干：是否厘米乘以100？",
    "a lesion without an organ": "病灶无所在器官",
    "a target lesion without a diameter": "靶病灶无直径",
    "the text of a target lesion's size holds a number and is none: the lesion would be without a size": (
        "靶病灶大小的文本含数字但不是数值：该病灶将无大小"
    ),
    "no response of RECIST or iRECIST": "不是RECIST或iRECIST的疗效",
    "no response of the lesions that is known": "不是已知的病灶疗效",
    "criteria that the study does not use: these responses are left out": (
        "本研究未采用的标准：这些疗效不予使用"
    ),
    "no record of the evaluator who leads: every subject would be without response": (
        "无主要评估者的记录：所有受试者将无疗效"
    ),
    "no record of the evaluator who leads": "无主要评估者的记录",
    "a new lesion by an evaluator who assessed nothing else: it would be no progression of anybody's": (
        "新病灶的评估者未评估其他病灶：该新病灶将不计为任何评估者的进展"
    ),
    "an unknown evaluator, and no other assessed the subject: it would be without response": (
        "评估者未知，且无其他评估者：该受试者将无疗效"
    ),
    "a lesion that TU does not identify": "TU中未识别的病灶",
    "a target lesion without any row in TR": "靶病灶在TR中无任何记录",
    "no tumour measured before the first dose": "首次给药前未测量肿瘤",
    "the last scan before the first dose is too old": "首次给药前的末次影像检查过早",
    "more than five target lesions": "靶病灶超过五个",
    "more than two target lesions of one organ": "同一器官靶病灶超过两个",
    "a target lesion below the measurable size at baseline": "靶病灶基线大小低于可测量标准",
    "a response on a day without a scan": "无影像检查之日有疗效评估",
    "a response dated far from the scans of its visit": "疗效评估日期与该访视影像检查相距较远",
    "lesions measured, and no overall response of that day or visit": "已测量病灶，而该日或该访视无总体疗效",
    "all lesions of the visit far from those of the visits around it": (
        "该访视的所有病灶均远离前后访视"
    ),
    "far from the size of the lesion at the visits around it": "远离该病灶在前后访视的大小",
    "lesions that all lie apart from those of the other subjects": "病灶整体偏离其他受试者",
    "a lesion of the baseline has no row at this visit": "基线病灶在该访视无记录",
    "another group than the lesion has in TU": "分组与该病灶在TU中的不同",
    "the overall response contradicts its parts": "总体疗效与其各组成部分矛盾",
    "the target response contradicts the sizes of the lesions": "靶病灶疗效与病灶大小矛盾",
    "a target response without a measurement of that visit": "有靶病灶疗效而该访视无测量",
    "lesions measured after baseline, and no response of that visit": (
        "基线后已测量病灶而该访视无疗效"
    ),
    "a new lesion in RS, and TU identifies none as others do": "RS有新病灶，而TU未如其他受试者识别",
    "a new lesion in TU, and no response tells of it": "TU有新病灶，而无疗效评估提及",
    "not a known state, taken as not evaluable": "状态未知，按不可评估处理",
    "not in millimetres, taken as not measured": "不是毫米，按未测量处理",
    "negative size, taken as not measured": "大小为负，按未测量处理",
    "finer than 0.1 µm, rounded": "精度高于0.1 µm，已舍入",
    "lesion group not known, not used": "病灶分组未知，不予使用",
    "size of a target lesion without lesion id, not used": "靶病灶大小无病灶编号，不予使用",
    "target lesion without baseline size: the target response is NE": (
        "靶病灶无基线大小：靶病灶疗效为NE"
    ),
    "no baseline scan: the target response is NE": "无基线影像检查：靶病灶疗效为NE",
    "all scans of this evaluator are such as another, who read more, has not: one evaluator in two "
    "spellings?": "该评估者的影像均为另一评估较多的评估者所没有：是否同一评估者的两种写法？",
    "no known state of a non-target or new lesion: a progression would be lost": (
        "非靶病灶或新病灶的状态不是已知用词：可能遗漏进展"
    ),
    "a response by no known test, and no overall response of that day: it would be nobody's": (
        "疗效的检查项目不是已知用词，且当日无总体疗效：该疗效将不被使用"
    ),
    "one visit assessed on two days: two assessments, or one entered twice?": (
        "同一访视有两日评估：是两次评估，还是一次重复录入？"
    ),
    "a new lesion that was seen at the baseline: progression by it is none": (
        "基线时已见的“新病灶”：不应据此判为进展"
    ),
    "every lesion has exactly its size of the scan before: measured anew, or carried forward?": (
        "每个病灶的大小均与前次影像完全相同：是重新测量还是沿用前次？"
    ),
    "lesion measured twice at a time point, the larger size counts": (
        "病灶在同一时间点测量两次，取较大值"
    ),
    "two sums on a date; neither is the other's nadir": "同一日期有两个总和；互不作为最低值",
    "part of a lesion that split: added to the size of that lesion": (
        "分裂病灶的一部分：计入该病灶大小"
    ),
    "a lesion measured as a whole and in parts, the larger size counts": (
        "病灶既整体又分部测量，取较大值"
    ),
    "merged with another target lesion: the merged one counts once": (
        "与另一靶病灶融合：融合病灶只计一次"
    ),
    "said to be merged, but no other target lesion was measured: not evaluable": (
        "称已融合，但未测量其他靶病灶：不可评估"
    ),
    "a lymph node of which only the longest diameter was sent: not evaluable": (
        "淋巴结仅提供最长径：不可评估"
    ),
    "a lesion that is no lymph node of which only the short axis was sent: not evaluable": (
        "非淋巴结病灶仅提供短径：不可评估"
    ),
    "lymph node or not is not said by its place nor by its test: taken as no node": (
        "部位和检查均未说明是否为淋巴结：按非淋巴结处理"
    ),
    "assessment before treatment, not counted": "治疗前的评估，不计入",
    "scans of several days without a visit name, taken as one assessment": (
        "数日内的影像检查无访视名称，按一次评估处理"
    ),
    (
        "target lesions measured in part, the rest on a day too far away, without the name of a "
        "visit: not evaluable"
    ): "靶病灶仅部分测量，其余相隔过远且无访视名称：不可评估",
    "scan after the day of death": "影像检查晚于死亡日",
    "baseline scan older than allowed at first dose": "基线影像检查早于首次给药允许的时间",
    "baseline scan after the first dose": "基线影像检查晚于首次给药",
    "no date, not counted": "无日期，不计入",
    "the lesion was elsewhere before; the first place tells node or not": (
        "该病灶此前位于别处；以首个部位判断是否为淋巴结"
    ),
    "assessed, but not by the evaluator who leads: without response": "有评估，但非由主要评估者评估：无疗效",
    "outside the codelist, not counted": "不在代码表中，不计入",
    "two responses of one reader on a day, the worse counts": "同一阅片者同日两个疗效，取较差者",
    "disease after a complete response: progression by re-growth, unless the CR was none": (
        "完全缓解后出现病灶：为再生长进展，除非该CR不成立"
    ),
    "iCPD without an iUPD before it that it confirms": "iCPD之前无其所确认的iUPD",
    "assessment after the day of death": "评估晚于死亡日",
    "assessment before the anchor date, not counted": "评估早于起始日，不计入",
    "not the accepted assessments of this evaluator, not used": (
        "不是该评估者被采纳的评估，不予使用"
    ),
    "time points of this evaluator of which no record is accepted, not used": (
        "该评估者此时间点无被采纳的记录，不予使用"
    ),
    "records of several readers accepted at one time point: the worse response counts": (
        "同一时间点采纳了多名阅片者的记录：取较差疗效"
    ),
    "no start date: the times of this subject are empty, no assessment counts": (
        "无起始日：该受试者的时间为空，评估均不计入"
    ),
    "died before the start": "死亡早于起始日",
    "starts after the data cutoff: nothing is known of its times": "起始日晚于数据截止日：其时间无从得知",
    "new anti-cancer therapy before the start: a prior therapy? nothing counts after it": (
        "新的抗肿瘤治疗早于起始日：是否为既往治疗？其后均不计入"
    ),
    "known to be alive after the date of death": "死亡日之后仍已知存活",
    "has assessments but no reference dates, so no time and nothing that counts": (
        "有评估而无参照日期，故无时间且均不计入"
    ),
    "is no response that counts": "不是可计入的疗效",
    "an assessment without a date does not count": "无日期的评估不计入",
    "an assessment before the start does not count": "起始日之前的评估不计入",
    "an assessment after the cutoff does not exist": "截止日之后的评估视为不存在",
    "an assessment after the death of the subject": "评估晚于受试者死亡",
    (
        "no date known alive after the start (last known alive, assessment, new therapy): OS ends "
        "on day 1"
    ): "起始日之后无已知存活日期（末次已知存活、评估、新治疗）：OS止于第1天",
    "PFS is longer than OS: the last assessment is after the date last known alive": (
        "PFS长于OS：末次评估晚于末次已知存活日"
    ),
    "under observation only from the end on: the subject is in no estimate of the endpoint": (
        "自终点时间起才进入观察：该受试者不参与该终点的任何估计"
    ),
    "an event of a kind that survival.competing does not name": (
        "事件类型未在survival.competing中列出"
    ),
    "a stratum with one of the groups compared: nothing is compared in it": (
        "该层仅含一个比较组：层内无可比较"
    ),
}
