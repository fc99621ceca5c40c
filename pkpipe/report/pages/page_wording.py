"""Words of the pages themselves, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pkpipe.displays.bilingual import Words

PAGE_WORDS: Final[Mapping[str, Words]] = {
    "alone": Words("on a page of its own", "单独成页"),
    "close": Words("Close", "关闭"),
    "contents": Words("Contents", "目录"),
    "cutoff": Words("Data cutoff", "数据截止日期"),
    "empty": Words("Nothing to show", "无内容"),
    "filter": Words("Filter the rows", "筛选行"),
    "from": Words("From", "来源"),
    "hash": Words("Raw files (SHA-256)", "原始文件 (SHA-256)"),
    "method": Words("Methods", "方法"),
    "more": Words("more rows in the CSV file", "更多行见CSV文件"),
    "of": Words("of", "共"),
    "pages": Words("Pages", "页面"),
    "raw": Words("Raw value", "原始值"),
    "rows": Words("Rows behind it", "来源数据行"),
    "search": Words("Search all pages", "搜索所有页面"),
    "set": Words("Analysis set", "分析集"),
    "skip": Words("Skip to the content", "跳到正文"),
    "subject": Words("Subject", "受试者"),
    "subjects": Words("Subjects", "受试者"),
    "table": Words("Table", "数据表"),
    "whole": Words("All of it", "完整内容"),
    "version": Words("Made by pkpipe", "生成程序 pkpipe"),
    "virtual": Words(
        "Virtual data: drawn from the protocol, no real subjects",
        "虚拟数据：由方案模拟生成，非真实受试者",
    ),
}
