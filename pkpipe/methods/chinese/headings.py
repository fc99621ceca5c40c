"""The Chinese of chapters, headings and the sentences before tables of the methods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

HEADINGS: Final[Mapping[str, str]] = {
    "Contradictions that a study file must decide": "研究文件须作出决定的矛盾之处",
    "Time": "时间",
    "Analysis sets": "分析集",
    "Dose": "剂量",
    "Concentrations": "浓度",
    "Profiles": "药时曲线",
    "Areas": "曲线下面积",
    "Terminal slope": "末端消除相",
    "Parameters": "参数",
    "Derived pharmacokinetics": "派生药代动力学",
    "Dose proportionality": "剂量比例性",
    "Conjugates": "抗体偶联药物",
    "Immunogenicity": "免疫原性",
    "Response": "疗效",
    "Time to event": "至事件时间",
    "Safety": "安全性",
    "Dose escalation": "剂量递增",
    "Cutoff": "数据截止",
    "Id": "编号",
    "What the protocol text leaves open": "方案文本未明确之处",
    "Definition": "定义",
    "Formula": "公式",
    "Source": "来源",
    "Rule": "规则",
    "A result is": "结果为",
    "Name": "名称",
    "Before the first quantifiable sample": "首个可定量样本之前",
    "Between": "可定量样本之间",
    "After the last": "末个可定量样本之后",
    "Code": "代码",
    "Label": "名称",
    "Class": "分类",
    "Status": "状态",
    "Why": "理由",
    "When": "条件",
    "Target": "靶病灶",
    "Non-target": "非靶病灶",
    "New lesion": "新病灶",
    "Overall": "总体疗效",
    "Situation": "情形",
    "Date": "日期",
    "Counts as": "计为",
    "Term": "术语",
    "Tests": "检查项目",
    "Direction": "方向",
    "Grades": "级别",
    "Decision": "决定",
    "A result is BLQ by the first of these that holds": "按下列首个成立的规则判定结果为BLQ",
    "What the named treatments (CONC-ALT) put for a BLQ": "各命名处理（CONC-ALT）对BLQ的取值",
    "Status of a subject, the first that holds (ADA-4 to ADA-9)": (
        "受试者状态，取首个成立者（ADA-4至ADA-9）"
    ),
    "Neutralising antibodies, the first that holds (ADA-12)": "中和抗体，取首个成立者（ADA-12）",
    "Target response, the first that holds (REC-2)": "靶病灶疗效，取首个成立者（REC-2）",
    "Overall response, the first line that fits (REC-3, REC-4)": (
        "总体疗效，取首个符合的行（REC-3、REC-4）"
    ),
    "Progression-free survival, scheme {}, the first that holds": (
        "无进展生存期，方案{}，取首个成立者"
    ),
    "Overall survival, the first that holds": "总生存期，取首个成立者",
    "Laboratory grades (SAF-3)": "实验室检查分级（SAF-3）",
    (
        "The decision, the first line that holds (ESC-1 to ESC-4); braces are filled from the state"
    ): "决定，取首个成立的行（ESC-1至ESC-4）；花括号内容由当时状态填入",
    "Conduct of the trial (ESC-5)": "试验实施（ESC-5）",
    "low": "低",
    "high": "高",
    "(none)": "（无）",
}
