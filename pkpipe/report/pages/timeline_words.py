"""What the drawing of one subject says, in both languages."""

from __future__ import annotations

from typing import Final

from pkpipe.displays.antibodies.antibody_listings import RESULTS
from pkpipe.displays.bilingual import Words, same
from pkpipe.displays.pharmacokinetics.analytes import MATRICES
from pkpipe.displays.subject_words import DLT_STATES, ENDS

STUDY_DAY: Final = Words("Study day", "研究日")
WINDOW: Final = Words("DLT window", "DLT观察窗")
SERIOUS: Final = Words("serious", "严重")
LABORATORY: Final = Words("Laboratory, grade 3 or more", "实验室检查，3级及以上")
ENDS_OF: Final = Words("End of treatment, therapy, death", "治疗结束、新治疗、死亡")
TREATMENT_ENDED: Final = Words("treatment ended", "治疗结束")
NEW_THERAPY: Final = Words("new anti-cancer therapy", "新抗肿瘤治疗")
DEATH: Final = Words("death", "死亡")
STUDY_ENDED: Final = Words("study ended", "研究结束")


def on_day(day: float, said: Words) -> Words:
    """`day 22: 6.0 mg/kg`."""
    return Words(f"day {day:g}: {said.en}", f"第{day:g}天：{said.zh}")


def window(end: float, state: str | None) -> Words:
    """`to day 22: EVALUABLE`."""
    known = DLT_STATES.get(str(state))
    return Words(f"to day {end:g}: {state}", f"至第{end:g}天：{known.zh if known else state}")


def dlt(day: float, term: str | None) -> Words:
    """The DLT with its term, which is the site's."""
    return Words(f"DLT, day {day:g}: {term}", f"DLT，第{day:g}天：{term}")


def measured(code: str, matrix: str) -> Words:
    """`BAT6026 (serum)`."""
    known = MATRICES.get(matrix)
    return Words(f"{code} ({matrix.lower()})", f"{code}（{known.zh if known else matrix}）")


def ada(drug: object) -> Words:
    """The antibodies against a drug."""
    return Words(f"ADA to {drug}", f"抗{drug}抗体")


def result(said: str, titre: float | None) -> Words:
    """`POSITIVE, titre 20`."""
    known = RESULTS.get(said)
    zh = known.zh if known else said
    if titre is None:
        return Words(said, zh)
    return Words(f"{said}, titre {titre:g}", f"{zh}，滴度{titre:g}")


def event(grade: int, start: float, end: float | None) -> Words:
    """`grade 2, day 8 to 35`."""
    until = "?" if end is None else f"{end:g}"
    return Words(
        f"grade {grade or 'not given'}, day {start:g} to {until}",
        f"{f'{grade}级' if grade else '未分级'}，第{start:g}至{until}天",
    )


def more_events(number: int) -> Words:
    """What is not drawn."""
    return Words(
        f"{number} more events of lower grade: see the listing",
        f"另有{number}例次较低级别事件：见列表",
    )


def response(criterion: object) -> Words:
    """`Response (RECIST 1.1)`."""
    return Words(f"Response ({criterion})", f"疗效（{criterion}）")


def graded(day: float, value: str, grade: int) -> Words:
    """`day 22: ALT 300, grade 3`."""
    return on_day(day, Words(f"{value}, grade {grade}", f"{value}，{grade}级"))


def ended(what: Words, day: float, why: str | None) -> Words:
    """`treatment ended, day 82: PROGRESSIVE DISEASE`."""
    if not why:
        return Words(f"{what.en}, day {day:g}", f"{what.zh}，第{day:g}天")
    reason = ENDS.get(why, same(why))
    return Words(f"{what.en}, day {day:g}: {why}", f"{what.zh}，第{day:g}天：{reason.zh}")
