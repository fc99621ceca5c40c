"""Words at axes and in legends that several figures share."""

from __future__ import annotations

from typing import Final

from pkpipe.displays.bilingual import Words

COHORT: Final = Words("cohort", "队列")
SUBJECT: Final = Words("subject", "受试者")
STUDY_DAY: Final = Words("study day", "研究日")
AFTER_DOSE: Final = Words("time after dose", "给药后时间")
AFTER_FIRST: Final = Words("time from first dose", "首次给药后时间")
NOMINAL: Final = Words("nominal time", "计划时间")
NOMINAL_AFTER_DOSE: Final = Words("nominal time after dose", "给药后计划时间")
TROUGH: Final = Words("trough", "谷浓度")
BY_CYCLE: Final = Words("cycle (dose that the trough follows)", "周期（谷浓度之前的给药）")
NEW_THERAPY: Final = Words("new anti-cancer therapy", "新抗肿瘤治疗")


def with_unit(words: Words, unit: str) -> Words:
    """`trough (ug/mL)`."""
    return Words(f"{words.en} ({unit})", f"{words.zh}（{unit}）")


def cycle_words(cycle: object) -> Words:
    """`cycle 3`."""
    return Words(f"cycle {cycle}", f"第 {cycle} 周期")


def level_words(level: object) -> Words:
    """`level G`."""
    return Words(f"level {level}", f"剂量水平 {level}")
