"""The words that media print around a display, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from pkpipe.displays.bilingual import Words

Language = Literal["en", "zh"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")

PAGE: Final = Words("Page {x} of {y}", "第 {x} 页，共 {y} 页")
CUTOFF: Final = Words("Data cutoff", "数据截止日期")
POPULATION: Final = Words("Analysis set", "分析集")
NOT_KNOWN: Final = Words("N not known: not collected", "人数未知：未收集")
SOURCE: Final = Words("Source", "数据来源")
PROGRAM: Final = Words("Program", "程序")
SNAPSHOT: Final = Words("Snapshot", "数据快照")
CONTENTS: Final = Words("Contents", "目录")
PART: Final = Words("Columns, part {x} of {y}", "列，第 {x} 部分，共 {y} 部分")
NOT_SHOWN: Final = Words("Nothing to show", "无可显示内容")
TITLE: Final = Words("Tables, Figures and Listings", "表格、图和列表")
NUMBER: Final = Words("Number", "编号")
TITLE_OF: Final = Words("Title", "标题")
STATE: Final = Words("State", "状态")
SHOWN: Final = Words("shown", "已显示")
CUT: Final = Words("... [cut: {n} characters]", "……[已截断：共 {n} 个字符]")
NO_GLYPH: Final = Words(
    "No font here has these characters; their numbers stand in their place: {signs}",
    "现有字体缺少以下字符，以其编码代替：{signs}",
)


@dataclass(frozen=True)
class Speech:
    """One of the two languages."""

    language: Language

    def __call__(self, words: Words) -> str:
        """The words in this language."""
        return words.zh if self.language == "zh" else words.en
