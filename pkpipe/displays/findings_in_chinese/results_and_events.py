"""What is wrong of samples, examinations, antibodies and events, in Chinese; {}: a value of the row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

RESULTS: Final[Mapping[str, str]] = {
    (
        "above the upper limit of quantification: no number, and its profile has no peak and no "
        "area"
    ): "高于定量范围上限：无数值，其药时曲线无峰值和面积",
    "no matrix, so no analyte's concentration": "无基质，无法归属分析物浓度",
    "no analyte of the study": "不是本研究的分析物",
    "another matrix than declared: not analysed": "基质与声明不同：不作分析",
    "a concentration below zero": "浓度小于零",
    "a limit of quantification that is not above zero": "定量下限不大于零",
    "neither a number nor a known text for BLQ": "既不是数值，也不是已知的BLQ表述",
    "a number in PCSTRESC, none in PCSTRESN": "PCSTRESC中有数值，PCSTRESN中没有",
    "PCSTRESC and PCSTRESN differ by over 1 %": "PCSTRESC与PCSTRESN相差超过1 %",
    "BLQ and a number above zero": "为BLQ而数值大于零",
    "a number below the limit of quantification: taken as BLQ": "数值低于定量下限：按BLQ处理",
    "a result of exactly 0 is taken as BLQ": "结果恰为0，按BLQ处理",
    "a sample without time of day": "样本无时刻",
    "another limit of quantification than declared": "定量下限与声明不同",
    "another unit than the study declares": "单位与研究文件声明不同",
    "a sample planned before the next dose was drawn after it": "计划于下次给药前的样本采于其后",
    "two results of one planned time: which of them is it?": "同一计划时间有两个结果：以哪个为准？",
    "the declared unit, spelled otherwise": "为声明的单位，拼写不同",
    "a sample for a drug the subject never got": "受试者从未使用该药物而有样本",
    "a predose sample after the dose": "给药前样本晚于给药",
    "a sample planned after the dose lies before it": "计划于给药后的样本早于给药",
    "an end-of-infusion sample before the infusion ended": "输注结束样本早于输注结束",
    "an end-of-infusion sample hours after the infusion ended": "输注结束样本晚于输注结束数小时",
    "earlier than a sample planned before it": "早于计划在其之前的样本",
    "measured before the first dose": "首次给药前即测得",
    "no drug with an assay in the study": "不是本研究有检测方法的药物",
    "a time point the schedule does not plan": "计划中没有的时间点",
    "more than all of the dose in the plasma": "血浆中的量超过全部剂量",
    "at the end of the first infusion less than the dose in all the water of a body": (
        "首次输注结束时低于剂量分布于全身体液的浓度"
    ),
    "higher than the sample before it, after the end of the infusion": "输注结束后高于前一样本",
    "far below the samples of the same dose before and after it": "远低于同一次给药的前后样本",
    "before the infusion no less than at its end": "输注前不低于输注结束时",
    "not what the other samples of the subject and of its time point suggest": (
        "与该受试者及该时间点的其他样本不符"
    ),
    "no sample after a dose is above the limit, and in others of this dose or less they are": (
        "给药后样本均低于定量下限，而相同或更低剂量的其他受试者可测得"
    ),
    "another number than the one collected, in the same unit": "与同单位的原始采集值不同",
    "a subject whose samples all lie apart from the others": "该受试者的样本整体偏离其他受试者",
    "the same results as another subject at the same times": "与另一受试者在相同时间的结果完全相同",
    "the same results as in another cycle of the subject at the same times": (
        "与该受试者另一周期相同时间的结果完全相同"
    ),
    "every sample of the subject is of another matrix than declared: it has no profile": (
        "该受试者的样本基质均与声明不同：无药时曲线"
    ),
    "far from the subject's other values of the test": "远离该受试者该检查的其他数值",
    "a subject whose values all lie apart from the others": "该受试者的数值整体偏离其他受试者",
    "the middle of all results lies far outside the normal range: are they in one unit?": (
        "全部结果的中位数远在正常范围之外：单位是否一致？"
    ),
    "systolic not above diastolic pressure": "收缩压不高于舒张压",
    "weight and height of no adult": "体重和身高不似成人",
    "corrected QT is not QT over the cube root of RR": "校正QT不等于QT除以RR的立方根",
    "a hundredth of the subject's other values: a fraction, not %?": (
        "为该受试者其他数值的百分之一：是否为比例而非百分数？"
    ),
    "far from the samples before and after it and from those of the cohort": (
        "远离前后样本及该队列的样本"
    ),
    "occupied before the first dose, unlike the others": "首次给药前即有占有，与其他受试者不同",
    "no dilution of the series of all other titres": "不属于其他所有滴度的稀释系列",
    "confirmed positive, without the result that others then have": (
        "确证阳性，但缺少其他样本此时应有的结果"
    ),
    "a value of {} that a living adult does not have": "存活成人不可能的{}数值",
    "{} in another unit than {}": "{}的单位不是{}",
    "normal range upside down": "正常范围上下颠倒",
    "below the normal range, and called normal": "低于正常范围而判为正常",
    "above the normal range, and called normal": "高于正常范围而判为正常",
    "inside the normal range, and called low or high": "在正常范围内而判为偏低或偏高",
    "a laboratory value below zero": "实验室检查值小于零",
    "a measurement below zero": "测量值小于零",
    "no biomarker of the study: not analysed": "不是本研究的生物标志物：不作分析",
    "the drug that the antibodies bind is not given, and the study has assays of several": (
        "未给出抗体所结合的药物，而本研究有多种药物的检测方法"
    ),
    "belongs to no tier of an ADA assay": "不属于ADA检测的任何一级",
    "is no result": "不是结果",
    "a second result of the same test, drug and time": "同一检测、药物和时间的第二个结果",
    "a confirmation without a screening result of the same sample": (
        "同一样本有确证结果而无筛查结果"
    ),
    "confirmed, though the screen was negative": "筛查阴性而作确证",
    "positive screen without a confirmation: the sample has no status": (
        "筛查阳性而无确证：样本无状态"
    ),
    "a NAb result of a sample without an ADA test": "样本无ADA检测而有NAb结果",
    "NAb-positive, though the sample is ADA-negative": "样本ADA阴性而NAb阳性",
    "a titre of an ADA-negative sample is not used": "ADA阴性样本的滴度不予使用",
    "below the titre at the minimum required dilution": "低于最低要求稀释度的滴度",
    "the text and the number of a titre differ": "滴度的文本与数值不一致",
    "is a dilution, but the options speak of log10 titres": "为稀释倍数，而选项规定为log10滴度",
    "another assay version than the subject's first results: titres may not compare": (
        "检测方法版本与该受试者最初结果不同：滴度可能不可比"
    ),
    "the sample cannot be placed before or after first dose": "无法判断样本在首次给药之前或之后",
    "no time of day: placed by its date": "无时刻：按日期归位",
    "positive without a titre": "阳性而无滴度",
    "a titre without a screening or confirmation result of the same sample: the sample has no status": (
        "有滴度而无同一样本的筛选或确证结果：该样本无状态"
    ),
    "a fatal event with another outcome": "致死事件的结局不符",
    "a fatal event of another grade": "致死事件的级别不符",
    "a fatal event not marked as one": "致死事件未标记为致死",
    "a fatal event that is not serious": "致死事件未列为严重",
    "a fatal event without an end": "致死事件无结束日",
    "resolved, and no end": "已恢复而无结束日",
    "ended, and not resolved": "已结束而未恢复",
    "dose-limiting, and not related": "为剂量限制性而判为无关",
    "dose-limiting, of grade 1 or 2": "为剂量限制性而级别为1或2级",
    "serious or not is not said": "未说明是否严重",
    "related or not is not said": "未说明是否相关",
    "the event is not coded": "事件未编码",
    "the event has no organ class": "事件无系统器官分类",
    "severity and grade contradict each other": "严重程度与级别矛盾",
    "the event ends before it starts": "事件结束早于开始",
    "an event without a CTCAE grade": "事件无CTCAE级别",
    "a relationship of no known meaning: it would count as not related": (
        "含义未知的相关性：将按无关计"
    ),
    "says that it may be related, and counts as not related": "表述为可能相关，而按无关计",
    "a category of no known meaning: taken as no new anti-cancer therapy": (
        "含义未知的类别：不作为新的抗肿瘤治疗"
    ),
    "begun before the last dose, and no category says whether it is against the tumour": (
        "始于末次给药之前，且无类别说明是否为抗肿瘤治疗"
    ),
    "the therapy ends before it starts": "治疗结束早于开始",
    "the same event starts twice on one day": "同一事件在同一天开始两次",
    "the event reduced the dose, no later dose is less": "事件导致减量，而其后剂量并未减少",
    "the dose was changed for an adverse event, and no event says that it changed a dose": (
        "剂量因不良事件更改，而无事件记载更改剂量"
    ),
    "a dose-limiting toxicity before the first dose": "剂量限制性毒性早于首次给药",
    "a dose-limiting toxicity of a subject without a dose": "未给药受试者有剂量限制性毒性",
    (
        "grade 3 or more, related, in the DLT window, treatment interrupted, withdrawn or reduced "
        "for it, and not called a DLT: is that so?"
    ): "DLT观察窗内3级及以上的相关事件，并因此中断、停药或减量，而未判为DLT：是否如此？",
    "a dose-limiting toxicity after the DLT window": "剂量限制性毒性晚于DLT观察窗",
    "the drug was withdrawn for it, and every drug was given on": (
        "因该事件停药，而各药物均继续给药"
    ),
    "treatment ended by an adverse event, and no event withdrew the drug": (
        "治疗因不良事件结束，而无事件导致停药"
    ),
    "the drug was withdrawn for it, and treatment ended for another reason": (
        "因该事件停药，而治疗因其他原因结束"
    ),
    "treatment ended by progression, and no response is PD": "治疗因进展结束，而无疗效评估为PD",
    "a fatal event, and DM knows of no death": "有致死事件，而DM无死亡记录",
    "ended by death, and DM knows of no death": "因死亡结束，而DM无死亡记录",
    "reported dead, and DM knows of no death": "报告死亡，而DM无死亡记录",
    "another day of death than DM": "死亡日与DM不同",
    "reported alive after the death": "死亡后报告存活",
    "dead in DM, and DS does not end by death as for the others": (
        "DM中死亡，而DS未如其他受试者以死亡结束"
    ),
    "dead in DM, and SS does not say so as for the others": "DM中死亡，而SS未如其他受试者记载",
    (
        "an adverse event over two months before informed consent: medical history, or another "
        "year?"
    ): "不良事件早于知情同意两个月以上：是病史还是年份有误？",
    "another day of informed consent than DM": "知情同意日与DM不同",
    "no dose for three cycles and more, and no end of treatment recorded as for the others": (
        "三个及以上周期未给药，而未如其他受试者记录治疗结束"
    ),
    "treatment ended three cycles and more after the last dose: is the year right?": (
        "治疗结束晚于末次给药三个及以上周期：年份是否正确？"
    ),
    (
        "fatal, or grade 3 or more and not unrelated, in the DLT window, and not said whether it "
        "was a DLT"
    ): "DLT观察窗内致死，或3级及以上且非无关的事件，未说明是否为DLT",
    "died in the DLT window, and no adverse event says whether it was a DLT": (
        "于DLT观察窗内死亡，而无不良事件说明是否为DLT"
    ),
    "over a year before informed consent: is the year right?": (
        "早于知情同意一年以上：年份是否正确？"
    ),
    "dated before an earlier visit or after a later one": "日期早于前面的访视或晚于后面的访视",
}
