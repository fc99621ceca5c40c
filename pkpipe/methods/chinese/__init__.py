"""The methods in Chinese: what is told in both languages where the rule stands, and what is told here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Final

from pkpipe.clinical import blq
from pkpipe.displays.bilingual import Sentences
from pkpipe.displays.efficacy.efficacy_words import CENSORED
from pkpipe.displays.pharmacokinetics.parameter_words import parameter_words
from pkpipe.escalation.conformance import RULES as CONDUCT
from pkpipe.escalation.engine.rules import THREE_PLUS_THREE
from pkpipe.immunogenicity.subjects.status_rules import STATUS_RULES
from pkpipe.methods.chinese.definitions_of_data_and_kinetics import DATA_AND_KINETICS
from pkpipe.methods.chinese.definitions_of_outcomes import OUTCOMES
from pkpipe.methods.chinese.headings import HEADINGS
from pkpipe.methods.chinese.parameter_formulas import FORMULAS
from pkpipe.methods.chinese.rules_and_sources import LABORATORY, RULES
from pkpipe.methods.method_entries import Cells, Listed, Section, sections
from pkpipe.nca import PARAMETERS
from pkpipe.sentences import Words
from pkpipe.survival.times.trace_wording import DATES, SITUATIONS

DEFINITIONS: Final[Mapping[str, str]] = {**DATA_AND_KINETICS, **OUTCOMES}


def sections_in_chinese() -> tuple[Section, ...]:
    """Every chapter in reading order; a code, a formula of codes or the name of a paper is as it is."""
    known = _known()
    return tuple(
        Section(
            section.number,
            known.get(section.title, section.title),
            None if section.definitions is None else _listed(section.definitions, known),
            tuple(_listed(rules, known) for rules in section.rules),
        )
        for section in sections()
    )


def _listed(listed: Listed, known: Mapping[str, str]) -> Listed:
    def row_of(row: Cells) -> Cells:
        first, *others = (known.get(cell, cell.replace(" or ", "或")) for cell in row)
        return (first, DEFINITIONS.get(first, others[0]), *others[1:])

    head = tuple(known.get(word, word) for word in listed.head)
    rows = tuple(row_of(row) for row in listed.rows)
    told = Sentences(known).told(listed.told)
    return replace(listed, head=head, rows=rows, told=told or listed.told)


@cache
def _known() -> Mapping[str, str]:
    """The Chinese of each English text of the methods."""
    return {
        **_of(rule.said for rule in blq.RULES),
        **_of(why for _, _, _, why in STATUS_RULES if why),
        **_of(rule.words for rule in THREE_PLUS_THREE),
        **_of(rule.rule for rule in CONDUCT),
        **_of(CENSORED.values()),
        **_of(Words(code, said.zh) for code, said in (*SITUATIONS.items(), *DATES.items())),
        **_of(parameter_words(parameter.code) for parameter in PARAMETERS),
        **HEADINGS,
        **RULES,
        **LABORATORY,
        **FORMULAS,
    }


def _of(words: Iterable[Words]) -> dict[str, str]:
    return {said.en: said.zh for said in words}
