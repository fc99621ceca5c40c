"""The methods in reading order: chapters of definitions, and tables of the rules that the code runs by.

docs/methods.md and the methods page of a report are made from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pkpipe.clinical import blq
from pkpipe.escalation.conformance import RULES as CONDUCT
from pkpipe.escalation.engine.rules import THREE_PLUS_THREE
from pkpipe.immunogenicity.subjects.status_rules import NAB_RULES, STATUS_RULES
from pkpipe.methods.definitions import CHAPTERS
from pkpipe.nca.registry.parameters import parameter_table
from pkpipe.protocol.blq_options import NAMED_BLQ
from pkpipe.protocol.study_checks.contradictions import TEXT_FINDINGS
from pkpipe.safety.ctcae import CTCAE_5, Limit
from pkpipe.schema.adam.survival import ENDED_BY
from pkpipe.survival.times.endpoints import OS, PFS, Rule
from pkpipe.tumor.criteria import OVERALL, TARGET_RULES

Cells = tuple[str, ...]


@dataclass(frozen=True)
class Listed:
    """A table of the methods; named: its first column is an id, or several with `;` between them."""

    head: Cells
    rows: tuple[Cells, ...]
    told: str = ""  # the sentence before it
    named: bool = False


@dataclass(frozen=True)
class Section:
    """A chapter: its own definitions, then the rules that belong to it."""

    number: str
    title: str
    definitions: Listed | None
    rules: tuple[Listed, ...] = ()


def sections() -> tuple[Section, ...]:
    """Every chapter in reading order."""
    return (
        _contradictions(),
        *(
            Section(
                chapter.number,
                chapter.title,
                _listed(
                    ("Id", "Definition", "Formula", "Source"),
                    [(d.id, d.words, d.formula, d.source) for d in chapter.definitions],
                    named=True,
                )
                if chapter.definitions
                else None,
                tuple(
                    listed
                    for number, rules in _RULES
                    if number == chapter.number
                    for listed in rules()
                ),
            )
            for chapter in CHAPTERS
        ),
    )


def ids_of(listed: Listed) -> tuple[tuple[str, ...], ...]:
    """The ids of each row; none where the first column is no id."""
    return tuple(tuple(row[0].split(";")) if listed.named else () for row in listed.rows)


def defined_ids() -> frozenset[str]:
    """Every id that the methods define."""
    return frozenset(
        one
        for section in sections()
        for listed in (section.definitions, *section.rules)
        if listed is not None
        for ids in ids_of(listed)
        for one in ids
    )


def _listed(
    head: Cells, rows: Iterable[Sequence[object]], told: str = "", *, named: bool = False
) -> Listed:
    return Listed(head, tuple(tuple(str(cell) for cell in row) for row in rows), told, named)


def _contradictions() -> Section:
    rows = sorted(TEXT_FINDINGS.items(), key=lambda seed: int(seed[0].rpartition("-")[2]))
    listed = _listed(("Id", "What the protocol text leaves open"), rows, named=True)
    return Section("0", "Contradictions that a study file must decide", listed)


def _blq() -> tuple[Listed, ...]:
    rows = [(rule.id, rule.said.en, rule.source) for rule in blq.RULES]
    named = [(name, rule.first, rule.middle, rule.last) for name, rule in NAMED_BLQ.items()]
    return (
        _listed(
            ("Rule", "A result is", "Source"),
            rows,
            "A result is BLQ by the first of these that holds",
        ),
        _listed(
            ("Name", "Before the first quantifiable sample", "Between", "After the last"),
            named,
            "What the named treatments (CONC-ALT) put for a BLQ",
        ),
    )


def _parameters() -> tuple[Listed, ...]:
    names = ("PPTESTCD", "PPTEST", "FORMULA", "SOURCE")
    rows = parameter_table().select(names).iter_rows()
    return (_listed(("Code", "Label", "Formula", "Source"), rows),)


def _status() -> tuple[Listed, ...]:
    status = [(kind, said, why.en if why else "") for _, kind, said, why in STATUS_RULES]
    nab = [(said, why or "") for _, said, why in NAB_RULES]
    return (
        _listed(
            ("Class", "Status", "Why"),
            status,
            "Status of a subject, the first that holds (ADA-4 to ADA-9)",
        ),
        _listed(("Status", "Why"), nab, "Neutralising antibodies, the first that holds (ADA-12)"),
    )


def _responses() -> tuple[Listed, ...]:
    target = [(rule.response or "(none)", rule.rule) for rule in TARGET_RULES]
    overall = [
        (" or ".join(c.target), " or ".join(c.nontarget), " or ".join(c.new), c.overall)
        for c in OVERALL
    ]
    return (
        _listed(("Response", "When"), target, "Target response, the first that holds (REC-2)"),
        _listed(
            ("Target", "Non-target", "New lesion", "Overall"),
            overall,
            "Overall response, the first line that fits (REC-3, REC-4)",
        ),
    )


def _censoring() -> tuple[Listed, ...]:
    schemes = (
        _dated(rules, f"Progression-free survival, scheme {name}, the first that holds")
        for name, rules in PFS.items()
    )
    return (*schemes, _dated(OS, "Overall survival, the first that holds"))


def _dated(rules: Iterable[Rule], told: str) -> Listed:
    rows = ((rule.situation, rule.dated.words, ENDED_BY[rule.code]) for rule in rules)
    return _listed(("Situation", "Date", "Counts as"), rows, told)


def _grades() -> tuple[Listed, ...]:
    rows = (
        (c.term, ", ".join(c.tests), {"L": "low", "H": "high"}[c.direction], _limits(c.limits))
        for c in CTCAE_5
    )
    return (_listed(("Term", "Tests", "Direction", "Grades"), rows, "Laboratory grades (SAF-3)"),)


def _limits(limits: Iterable[Limit]) -> str:
    return "; ".join(f"{limit.grade}: {_limit(limit)}" for limit in limits)


def _limit(limit: Limit) -> str:
    amounts = " or ".join(f"{value:g} {unit}" for unit, value in (limit.fixed or {}).items())
    if limit.reference == "FIXED":
        return amounts
    if limit.reference == "ULN+":
        return f"ULN + {amounts}"
    return limit.reference if limit.times == 1 else f"{limit.times:g} x {limit.reference}"


def _design() -> tuple[Listed, ...]:
    rules = [(rule.ids, rule.decision, rule.words.en, rule.source) for rule in THREE_PLUS_THREE]
    conduct = [(rule.id, rule.rule.en) for rule in CONDUCT]
    return (
        _listed(
            ("Rule", "Decision", "Why", "Source"),
            rules,
            "The decision, the first line that holds (ESC-1 to ESC-4); braces are filled from the state",
            named=True,
        ),
        _listed(("Id", "Rule"), conduct, "Conduct of the trial (ESC-5)", named=True),
    )


_RULES: Final = (
    ("4", _blq),
    ("5.4", _parameters),
    ("7", _status),
    ("8", _responses),
    ("9", _censoring),
    ("10", _grades),
    ("11", _design),
)
