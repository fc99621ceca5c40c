"""Codes of the escalation in words: levels with their dose, rules of conduct and their results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pkpipe.displays.bilingual import Words
from pkpipe.escalation.conformance import RULES
from pkpipe.protocol.study import Study

RESULTS: Final[Mapping[str, Words]] = {
    "PASS": Words("Met", "符合"),
    "FAIL": Words("Not met", "不符合"),
    "INDETERMINATE": Words("Cannot be told", "无法判定"),
    "NOT_ASSESSABLE": Words("Not asked", "不适用"),
}
# As a display says them where the rule itself is shorter.
LONGER: Final = {
    "C01": "The next group starts when every DLT window of the group before is over",
    "C06": "From the second cycle on, dosing within the window",
}
CONDUCT: Final[Mapping[str, Words]] = {
    rule.id: Words(LONGER.get(rule.id, rule.rule.en[0].upper() + rule.rule.en[1:]), rule.rule.zh)
    for rule in RULES
}
NO_ESCALATION: Final = Words("no dose escalation in this study", "本研究无剂量递增")
NOBODY: Final = Words("nobody has been dosed at this cutoff", "截至数据截止日尚无受试者给药")


def doses_of(study: Study) -> dict[str, str]:
    """The planned dose of each level with its units; with the drug where the study gives several."""
    units = {drug.code: drug.dose_unit for drug in study.drugs}
    several = len(units) > 1
    return {
        level.code: " + ".join(
            f"{drug} {dose:g} {units.get(drug, '')}".strip()
            if several
            else f"{dose:g} {units.get(drug, '')}".strip()
            for drug, dose in level.doses.items()
        )
        for level in (study.escalation.levels if study.escalation else ())
    }


def level_with_dose(level: object, doses: Mapping[str, str]) -> Words:
    """`level G (6 mg/kg)` in both languages."""
    code = str(level or "–")
    dose = doses.get(code)
    told = f"{code} ({dose})" if dose else code
    return Words(f"level {told}", f"剂量水平{told.replace(' (', '（').replace(')', '）')}")


def subjects(number: object) -> Words:
    """`1 subject`, `2 subjects`."""
    count = int(str(number or 0))
    return Words(f"{count} subject{'' if count == 1 else 's'}", f"{count}例受试者")
