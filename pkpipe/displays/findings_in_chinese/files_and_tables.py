"""What is wrong of files, tables, codes and visits, in Chinese; {}: a value of the row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FILES: Final[Mapping[str, str]] = {
    "a row filter asks for a column that the file does not have": "行筛选所用的列在文件中不存在",
    "the row filter leaves no row out": "行筛选未排除任何行",
    "the row filter leaves no row of the file": "行筛选未保留文件的任何行",
    "rows are left out by the row filter": "有行被行筛选排除",
    "sequence numbers are to be made, and the file has its own": "要求生成序号，而文件已有序号",
    "a file of supplemental qualifiers without this column": "补充限定词文件缺少此列",
    "a supplemental qualifier of no row of its domain": "补充限定词在其域中无对应行",
    "two values of one supplemental qualifier for a row": "一行的同一补充限定词有两个值",
    "a supplemental qualifier named as a column that the file has already": (
        "补充限定词与文件已有的列同名"
    ),
    "supplemental qualifiers that are not used": "未使用的补充限定词",
    "not separated by commas, read as its header says": "不以逗号分隔，按表头判断读取",
    "another date format than declared for the column": "日期格式与该列声明的不同",
    "another offset from UTC than earlier rows": "与UTC的时差不同于前面的行",
    "24:00, taken as 00:00 of the next day": "24:00，按次日00:00处理",
    "a decimal point where a comma is declared": "声明为逗号小数点处出现了句点",
    "converted as the study file says, to": "按研究文件换算为",
    "the file is not there": "文件不存在",
    "the file cannot be read as its name says": "无法按文件名所示格式读取",
    "the file has no such column": "文件中无此列",
    "unknown column: a name misspelt here loses its values": "未知的列：列名拼写错误将丢失其数值",
    "the column holds no plain values": "该列不是普通数值",
    "two columns of one name: which holds the values?": "两列同名：数值在哪一列？",
    "the row has fewer fields than the header": "该行字段数少于表头",
    "a value beyond the last named column": "最后一个有名称的列之后仍有数值",
    "the row belongs to another study": "该行属于另一研究",
    "the row belongs to another domain": "该行属于另一域",
    "the study file gives one value for every row, the file gives another": (
        "研究文件为每行规定一个值，文件给出另一个值"
    ),
    "no date: kept, whatever the cutoff": "无日期：不论截止日均保留",
    "the table has no dates: all of it is kept": "该表无日期：全部保留",
    "partial date that may lie after the cutoff: kept": "不完整日期，可能在截止日之后：保留",
    "dated years after the cutoff and cut away: is the year right?": (
        "日期晚于截止日数年，已截去：年份是否正确？"
    ),
    "computed by a formula, the stored result is taken": "由公式计算，取其存储的结果",
    (
        "the workbook asks to be computed anew on opening: the stored results of its formulas may "
        "be none"
    ): "工作簿要求打开时重新计算：公式的存储结果可能为空",
    "a formula without a stored result": "公式无存储结果",
    "an error value of the spreadsheet": "电子表格的错误值",
    "merged cells: only the first of them has a value": "合并单元格：仅第一个有值",
    "a hidden row, read like any other": "隐藏行，照常读取",
    "a hidden column, read like any other": "隐藏列，照常读取",
    "the sequence number is used twice for the subject": "该受试者的序号重复使用",
    "a sequence number is missing before this row: was a record lost?": (
        "此行之前缺少序号：是否丢失记录？"
    ),
    "a year in which no trial ran: is it right?": "该年份没有试验进行：是否正确？",
    "no row has a value: what rests on it is left out": "无任何行有值：依赖此列的内容从略",
    "another day than the visit has in the other tables": "与其他表中该访视的日期不同",
    "far from the dose of its cycle: is the date right?": "远离其周期的给药：日期是否正确？",
    "long after the dose before it, and the cutoff cuts it away: is the date right?": (
        "距前一次给药很久，且被截止日截去：日期是否正确？"
    ),
    "far from the week of treatment its visit is named for": "远离其访视名称所示的治疗周",
    "dated out of the order of the sequence numbers": "日期与序号顺序不符",
    "ends before it starts, and its start after the cutoff would cut it away": (
        "结束早于开始，而开始在截止日之后会被截去"
    ),
    "another spelling of a term": "术语的另一种拼写",
    "a value is missing": "数值缺失",
    "text where a number belongs": "应为数字处为文本",
    "no finite number": "不是有限数",
    "no whole number": "不是整数",
    "no date that can be read": "无法读取的日期",
    "no whole date": "不是完整日期",
    "not in the codelist": "不在代码表中",
    "no term of the codelist": "不是代码表中的术语",
    "empty where nearly every other row is filled": "几乎所有其他行均有值，此处为空",
    "characters that no one typed: read in the wrong encoding?": (
        "无人会输入的字符：是否以错误编码读取？"
    ),
    "only month or year is known: which day was it?": "仅知年月或年：具体是哪一日？",
    "the same record twice": "同一记录重复",
    "two records of one test and time": "同一检查、同一时间有两条记录",
    "a waiver that no finding answers to": "豁免条目没有对应的发现",
    "another value than in the delivery of the earlier cutoff: why?": (
        "与前一截止日交付的数值不同：原因？"
    ),
    (
        "the audit trail is not whole: the delivery of the earlier cutoff is not proved, and nothing is "
        "compared with it"
    ): "审计追踪不完整：前一截止日期的交付数据无法证实，未与其比较",
    "a record of the delivery of the earlier cutoff is gone: why?": (
        "前一截止日交付的记录已消失：原因？"
    ),
    "the dose decision rests on it, and it is not collected": "剂量决定依赖该内容，但未收集",
    (
        "no row at all in {}, and subjects were treated: is there nothing, or was it not delivered?"
    ): "受试者已接受治疗，而{}中无任何记录：确无数据，还是未交付？",
    "a treated subject without any row in {}, unlike those followed no longer": (
        "接受治疗的受试者在{}中无任何记录，而随访并不更长的其他受试者有"
    ),
    "a visit without a row in {}, which the others have at such a visit": (
        "该访视在{}中无记录，而其他受试者的此类访视有"
    ),
    "a dose without a row in {} in its cycle, unlike those of others": (
        "该次给药的周期在{}中无记录，而其他给药有"
    ),
    "another number than the visit has elsewhere": "编号与该访视在别处的编号不同",
    "another name than the visit has elsewhere": "名称与该访视在别处的名称不同",
    "another cycle than the visit has elsewhere": "周期与该访视在别处的周期不同",
    "another name than the test has elsewhere": "名称与该检查在别处的名称不同",
    "another code than the test has elsewhere": "代码与该检查在别处的代码不同",
    "another category than the test has elsewhere": "类别与该检查在别处的类别不同",
    "another number than the time point has elsewhere": "编号与该时间点在别处的编号不同",
    "another name than the time point has elsewhere": "名称与该时间点在别处的名称不同",
    "another unit than the test has elsewhere": "单位与该检查在别处的单位不同",
    "another specimen than the test has elsewhere": "标本与该检查在别处的标本不同",
    "another name than the arm has elsewhere": "名称与该组别在别处的名称不同",
    "another code than the arm has elsewhere": "代码与该组别在别处的代码不同",
    "another country than the site has elsewhere": "国家与该中心在别处的国家不同",
    "another route than the drug has elsewhere": "给药途径与该药物在别处的不同",
    "another class than the term has elsewhere": "系统器官分类与该术语在别处的不同",
    "another body system than the term has elsewhere": "身体系统与该术语在别处的不同",
    "another coded term than the reported one has elsewhere": "同一报告用语在别处编码为另一术语",
    "the lesion has another place elsewhere": "该病灶在别处的部位不同",
    "the lesion is of another class elsewhere": "该病灶在别处的类别不同",
    "the lesion is of another group elsewhere": "该病灶在别处的分组不同",
    "the lesion is measured otherwise elsewhere": "该病灶在别处的测量方式不同",
    "another lower limit than elsewhere": "正常值下限与别处不同",
    "another upper limit than elsewhere": "正常值上限与别处不同",
    "not done, and no reason": "未进行，且无原因",
    "not done, and a result": "未进行，却有结果",
    "no result and no reason": "无结果且无原因",
    "computed and not measured (this flag, or DTYPE): listed, and left out of every number": (
        "为计算值而非测量值（此标记或DTYPE）：列出，不计入任何数值"
    ),
    "text and number differ by over 1 %": "文本与数值相差超过1 %",
    "a number as text only": "数值仅以文本给出",
    "a number whose text is none": "有数值而文本为空",
    "a number that starts at 1": "应从1开始的编号",
    "a number that starts at 0": "应从0开始的编号",
    "no column {} ({} rows, the first is row {}): {}": "无{}列（{}行，首行为第{}行）：{}",
}
