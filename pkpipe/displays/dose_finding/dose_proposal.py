"""The proposal of the rules in words: which dose, how many subjects, what was seen there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from pkpipe.displays.bilingual import Words
from pkpipe.displays.dose_finding.decision_words import doses_of, level_with_dose, subjects
from pkpipe.protocol.study import Study

WITHHELD: Final = Words(
    "No decision: records that cannot be right must be resolved first.",
    "暂不决定：须先解决存在错误的记录。",
)
NOT_GIVEN: Final = Words(
    "No decision: what it rests on was not collected.", "暂不决定：所依据的数据未收集。"
)
UNDECLARED: Final = Words(
    "No level can be declared the maximum tolerated dose.", "无剂量水平可确定为最大耐受剂量。"
)
NO_TOLERABLE: Final = Words(
    "No tolerable dose: the lowest level exceeds the maximum tolerated dose.",
    "无可耐受剂量：最低剂量水平已超过最大耐受剂量。",
)
INVALID: Final = Words("No decision: the counts cannot be right.", "无法决定：计数不成立。")


@dataclass(frozen=True)
class Seen:
    """What was seen at each level, for sentences about it."""

    doses: Mapping[str, str]
    counts: Mapping[str, tuple[int, int, int]]  # evaluable, with DLT, in the window

    @classmethod
    def of(cls, decision: pl.DataFrame, study: Study) -> Seen:
        """From the rows of DECISION about levels."""
        levels = decision.filter(pl.col("SCOPE") == "LEVEL").select(
            "LEVEL", pl.col("N", "Y", "PEND").fill_null(0)
        )
        return cls(doses_of(study), {code: (n, y, p) for code, n, y, p in levels.iter_rows()})

    def at(self, level: object) -> Words:
        """The level with its dose."""
        return level_with_dose(level, self.doses)

    def there(self, level: object) -> Words:
        """`1 of 3 evaluable subjects with DLT, 1 in the window`."""
        n, y, pending = self.counts.get(str(level), (0, 0, 0))
        en = (
            f"{y} of {n} evaluable subject{'' if n == 1 else 's'} with DLT"
            if n
            else "nobody evaluable"
        )
        zh = f"{n}例可评估受试者中{y}例发生DLT" if n else "尚无可评估受试者"
        if pending:
            return Words(f"{en}, {pending} in the window", f"{zh}，{pending}例在观察窗内")
        return Words(en, zh)

    @property
    def pending(self) -> int:
        """Subjects in the window at all levels."""
        return sum(p for _, _, p in self.counts.values())


def proposal(row: Mapping[str, Any], seen: Seen, *, not_collected: bool = False) -> Words:
    """What the rules propose, as a sentence a chair can read out; row: that of DECISION about the study."""
    code = str(row["DECISION"])
    if code == "NO_DECISION":
        return NOT_GIVEN if not_collected else WITHHELD
    plain = {"NO_TOLERABLE_DOSE": NO_TOLERABLE, "INVALID_STATE": INVALID}
    if code in plain:
        return plain[code]
    if code == "DECLARE_MTD" and not row["MTD"]:
        return UNDECLARED
    level = row["MTD"] or row["MAD"] or row["NEXTLVL"] or row["LEVEL"]
    template = TEMPLATES[code]
    said = [
        text.format(
            at=seen.at(level)[language],
            there=seen.there(level)[language],
            last=seen.at(row.get("LEVEL"))[language],
            before=seen.there(row.get("LEVEL"))[language],
            more=subjects(row["NENROL"])[language],
            pending=subjects(seen.pending)[language],
        )
        for language, text in enumerate(template)
    ]
    return Words(*(text[0].upper() + text[1:] for text in said))


TEMPLATES: Final[Mapping[str, Words]] = {
    "ESCALATE": Words(
        "Escalate to {at} and enrol {more}. At {last}: {before}.",
        "递增至{at}，入组{more}。{last}：{before}。",
    ),
    "STAY_ADD": Words(
        "Stay at {at} and enrol {more}: {there}.", "维持在{at}，再入组{more}：{there}。"
    ),
    "DEESCALATE_EXPAND": Words(
        "Step down to {at} and enrol {more}: {there}. At {last}: {before}.",
        "降至{at}，入组{more}：{there}。{last}：{before}。",
    ),
    "DEESCALATE": Words(
        "De-escalate to {at} and enrol {more}: {there}. At {last}: {before}.",
        "递减至{at}，入组{more}：{there}。{last}：{before}。",
    ),
    "WAIT": Words(
        "Wait for the DLT window of {pending}. At {at}: {there}.",
        "等待{pending}的DLT观察窗结束。{at}：{there}。",
    ),
    "DECLARE_MTD": Words(
        "Declare {at} the maximum tolerated dose (MTD): {there}.",
        "确定{at}为最大耐受剂量（MTD）：{there}。",
    ),
    "MAD_REACHED": Words(
        "{at} is the maximum administered dose (MAD), the maximum tolerated dose was not reached: {there}.",
        "{at}为最大给药剂量（MAD），未达到最大耐受剂量：{there}。",
    ),
}
