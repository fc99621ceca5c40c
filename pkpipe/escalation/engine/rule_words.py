"""Words that several rules of a decision table share; fields in braces: columns of `words.FIELDS`."""

from __future__ import annotations

from typing import Final

from pkpipe.sentences import Words

AT_TOP: Final = Words(
    "; highest open level, so the MTD is not reached", "；为最高开放剂量水平，故未达到MTD"
)
OPTIONAL: Final = Words("; the optional level may be opened", "；可开放备选剂量水平")
FILL_BELOW: Final = Words(
    "{ceiling} exceeds the MTD ({c_y} of {c_n} with DLT); {at} has {n} evaluable"
    "{waiting}, enrol {number} to reach {goal}",
    "{ceiling}超过MTD（{c_n}例中{c_y}例发生DLT）；{at}有{n}例可评估{waiting}，再入组{number}例以达到{goal}例",
)
RUNNING: Final = Words("{at}: {pend} in the window", "{at}：{pend}例在观察窗内")
CLEAN: Final = Words(
    "{at}: {y} of {n} with DLT, no related grade 2 or more",
    "{at}：{n}例中{y}例发生DLT，无相关的2级及以上事件",
)
PASSED: Final = Words("{at}: {y} of {n} with DLT", "{at}：{n}例中{y}例发生DLT")
NOT_FULL: Final = Words(
    "{at}: the cohort of {goal} is not full{waiting}, enrol {number}",
    "{at}：{goal}例的队列未满{waiting}，入组{number}例",
)


def with_more(words: Words, more: Words) -> Words:
    """One text after the other, in both languages."""
    return Words(words.en + more.en, words.zh + more.zh)
