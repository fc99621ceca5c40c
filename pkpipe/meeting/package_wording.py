"""The words of a meeting package itself, in both languages; what is shown comes from the results."""

from __future__ import annotations

from typing import Final

from pkpipe.displays.bilingual import Words

APPROVED: Final = Words("Approved", "已批准")
DECISION: Final = Words("Dose Decision", "剂量决定")
DETAILS: Final = Words("Details for the Dose-Escalation Meeting", "剂量递增会议详细资料")
SLIDES: Final = Words("Dose-Escalation Meeting", "剂量递增会议")
FORM: Final = Words("Sign-off of the Dose Decision", "剂量决定签署表")
NO_PROPOSAL: Final = Words("No decision to take", "无需作出决定")
DOSE: Final = Words("Which dose", "剂量")
MORE: Final = Words("The rest stands in the details: {number}", "其余内容见详细资料：{number}")
MORE_OF_REPORT: Final = Words("The rest stands in the report: {number}", "其余内容见报告：{number}")
LEVEL: Final = Words("Level", "剂量水平")
RUN: Final = Words("Manifest of the run (SHA-256)", "运行清单（SHA-256）")
SINCE: Final = Words("Compared with the run at", "比较对象：截止日")
CHANGES_IF: Final = Words("What each pending outcome would change", "各待定结果将带来的变化")
SAFETY: Final = Words("Safety by level", "各剂量水平的安全性")
QUERIES: Final = Words("Open queries that could move it", "可能改变决定的未解决质疑")
RECORDED: Final = Words("Decisions of the committee before", "委员会既往决定")
NOTHING: Final = Words("Nothing to show", "无可显示内容")
PROPOSED: Final = Words("What the rules propose", "按方案规则的建议")
DECIDED: Final = Words("What the committee decides", "委员会的决定")
AS_PROPOSED: Final = Words("As proposed", "同意上述建议")
OTHERWISE: Final = Words("Otherwise: level and dose", "其他：剂量水平及剂量")
TO_ENROL: Final = Words("Subjects to enrol", "拟入组例数")
MEMBERS: Final = (
    Words("Name", "姓名"),
    Words("Role", "职责"),
    Words("Vote", "表决"),
    Words("Rationale", "理由"),
    Words("Signature", "签名"),
    Words("Date", "日期"),
)
VOTES: Final = Words(
    "Vote: agree, disagree or abstain. A vote that is not for the proposal needs a rationale.",
    "表决：同意、不同意或弃权。未同意建议者须写明理由。",
)
ANALYTE: Final = Words("Analyte", "分析物")
STUDY: Final = Words("Study", "研究")
SIGNATURE: Final = Words("Signature", "签名")
SIGNED: Final = Words("{meaning} by {person}, {time}", "{meaning}：{person}，{time}")
BECAUSE: Final = Words(" ({reason})", "（{reason}）")
MEANINGS: Final = {"review": Words("Review", "审阅"), "approval": Words("Approval", "批准")}
APPROVALS: Final = Words(
    "Approvals: {given} of {needed} needed", "批准签名：需{needed}人，已有{given}人"
)
COLON: Final = Words(": ", "：")
NO_LONGER: Final = Words("no longer of these files", "不再对应现有文件")
# What `pkpipe diff` gives as the cause of a change; several stand side by side.
CAUSES: Final = {
    said.en: said
    for said in (
        Words("data new", "新数据"),
        Words("data corrected", "数据更正"),
        Words("data deleted", "数据删除"),
        Words("cut date", "数据截止日"),
        Words("configuration", "研究设置"),
        Words("exclusion", "排除清单"),
        Words("code", "程序代码"),
        Words("environment", "软件包版本"),
        Words("about the run", "运行本身"),
        Words("unexplained", "原因不明"),
    )
}
SLIDE_TITLES: Final = {
    "PROPOSAL": Words("Proposal of the protocol's rules", "方案规则的建议"),
    "LEVELS": Words("Subjects and dose-limiting toxicity by level", "各剂量水平的受试者与剂量限制性毒性"),
    "PENDING": Words("Subjects in the DLT window", "DLT观察窗内的受试者"),
    "OUTCOMES": Words("What each pending outcome would change", "各待定结果将带来的变化"),
    "DLT": Words("Dose-limiting toxicities", "剂量限制性毒性"),
    "EVENTS": Words("Adverse events by cohort", "各队列不良事件"),
    "SHARES": Words("Grade 3 or higher, serious and related events", "3级及以上、严重及相关不良事件"),
    "EXPOSURE": Words("Exposure by dose level, first cycle measured", "各剂量水平的暴露量（首个测定周期）"),
    "RESPONSE": Words("Response", "疗效"),
    "QUERIES": Words("Open queries that could move the decision", "可能影响决定的未解决质疑"),
    "TIMES": Words("Enrolment and waiting times", "入组与等待时间"),
}  # fmt: skip
NOBODY_PENDING: Final = Words("Nobody is in the DLT window.", "无受试者处于DLT观察窗内。")
