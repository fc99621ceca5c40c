"""docs/methods.md: every definition and every rule in reading order, from the values the code runs by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from pkpipe.clinical import blq
from pkpipe.documentation.definition import Chapter
from pkpipe.documentation.definitions import CHAPTERS
from pkpipe.escalation.conformance import RULES as CONDUCT
from pkpipe.escalation.engine.rules import THREE_PLUS_THREE
from pkpipe.immunogenicity.status_rules import NAB_RULES, STATUS_RULES
from pkpipe.nca.parameters import parameter_table
from pkpipe.protocol.contradictions import TEXT_FINDINGS
from pkpipe.protocol.nca_options import NAMED_BLQ
from pkpipe.safety.ctcae import CTCAE_5, Limit
from pkpipe.schema.adam.survival import ENDED_BY
from pkpipe.survival.endpoints import OS, PFS, Rule
from pkpipe.tumor.criteria import OVERALL, TARGET_RULES

HEAD: Final = """# Methods

Made from the values that the code runs by (`make docs`; a test holds the two equal). Where code, a finding,
a table or the report names an id such as TIME-2, REC-6 or C05, it is the entry of that id here; `methods 5.4`
is the chapter of that number. Checks of the data have a page of their own, [checks.md](checks.md), and so
have the NCA parameters with their powers and routes, [nca_parameters.md](nca_parameters.md).
"""
Rows = Iterable[Sequence[object]]


def methods_page() -> str:
    """The whole page as Markdown."""
    parts = [HEAD, _contradictions()]
    for chapter in CHAPTERS:
        parts.append(_chapter(chapter))
        parts += [table() for number, table in _TABLES if number == chapter.number]
    return "\n".join(parts)


def defined_ids() -> frozenset[str]:
    """Every id that the page defines."""
    named = {d.id for chapter in CHAPTERS for d in chapter.definitions}
    conduct = {rule.id for rule in CONDUCT}
    engine = {part for rule in THREE_PLUS_THREE for part in rule.ids.split(";")}
    return frozenset(named | set(TEXT_FINDINGS) | conduct | engine)


def chapter_numbers() -> frozenset[str]:
    """Numbers of the chapters, "5.4"; a chapter with parts counts by its own number too."""
    numbers = {chapter.number for chapter in CHAPTERS}
    return frozenset(numbers | {number.partition(".")[0] for number in numbers} | {"0"})


def table(head: Sequence[str], rows: Rows) -> str:
    """A table of Markdown; a bar within a cell is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    cells = ([str(cell).replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells) + "\n"


def _contradictions() -> str:
    rows = sorted(TEXT_FINDINGS.items(), key=lambda seed: int(seed[0].rpartition("-")[2]))
    told = "\n## 0. Contradictions that a study file must decide\n\n"
    return told + table(("Id", "What the protocol text leaves open"), rows)


def _chapter(chapter: Chapter) -> str:
    head = f"\n## {chapter.number}. {chapter.title}\n"
    rows = [(d.id, d.words, d.formula, d.source) for d in chapter.definitions]
    return head + ("\n" + table(("Id", "Definition", "Formula", "Source"), rows) if rows else "")


def _blq() -> str:
    rows = [(rule.id, rule.words, rule.source) for rule in blq.RULES]
    named = [(name, rule.first, rule.middle, rule.last) for name, rule in NAMED_BLQ.items()]
    return (
        "\nA result is BLQ by the first of these that holds:\n\n"
        + table(("Rule", "A result is", "Source"), rows)
        + "\nWhat the named treatments (CONC-ALT) put for a BLQ:\n\n"
        + table(
            ("Name", "Before the first quantifiable sample", "Between", "After the last"), named
        )
    )


def _parameters() -> str:
    names = ("PPTESTCD", "PPTEST", "FORMULA", "SOURCE")
    rows = parameter_table().select(names).iter_rows()
    return "\n" + table(("Code", "Label", "Formula", "Source"), rows)


def _status() -> str:
    status = [(kind, said, why.en if why else "") for _, kind, said, why in STATUS_RULES]
    nab = [(said, why or "") for _, said, why in NAB_RULES]
    return (
        "\nStatus of a subject, the first that holds (ADA-4 to ADA-9):\n\n"
        + table(("Class", "Status", "Why"), status)
        + "\nNeutralising antibodies, the first that holds (ADA-12):\n\n"
        + table(("Status", "Why"), nab)
    )


def _responses() -> str:
    target = [(rule.response or "(none)", rule.rule) for rule in TARGET_RULES]
    overall = [
        (" or ".join(c.target), " or ".join(c.nontarget), " or ".join(c.new), c.overall)
        for c in OVERALL
    ]
    return (
        "\nTarget response, the first that holds (REC-2):\n\n"
        + table(("Response", "When"), target)
        + "\nOverall response, the first line that fits (REC-3, REC-4):\n\n"
        + table(("Target", "Non-target", "New lesion", "Overall"), overall)
    )


def _censoring() -> str:
    schemes = "".join(
        f"\nProgression-free survival, scheme {name}, the first that holds:\n\n{_dated(rules)}"
        for name, rules in PFS.items()
    )
    return schemes + f"\nOverall survival, the first that holds:\n\n{_dated(OS)}"


def _dated(rules: Iterable[Rule]) -> str:
    rows = ((rule.situation, rule.dated.words, ENDED_BY[rule.code]) for rule in rules)
    return table(("Situation", "Date", "Counts as"), rows)


def _grades() -> str:
    rows = (
        (c.term, ", ".join(c.tests), {"L": "low", "H": "high"}[c.direction], _limits(c.limits))
        for c in CTCAE_5
    )
    return "\nLaboratory grades (SAF-3):\n\n" + table(
        ("Term", "Tests", "Direction", "Grades"), rows
    )


def _limits(limits: Iterable[Limit]) -> str:
    return "; ".join(f"{limit.grade}: {_limit(limit)}" for limit in limits)


def _limit(limit: Limit) -> str:
    amounts = " or ".join(f"{value:g} {unit}" for unit, value in (limit.fixed or {}).items())
    if limit.reference == "FIXED":
        return amounts
    if limit.reference == "ULN+":
        return f"ULN + {amounts}"
    return limit.reference if limit.times == 1 else f"{limit.times:g} x {limit.reference}"


def _design() -> str:
    rules = [(rule.ids, rule.decision, rule.words.en, rule.source) for rule in THREE_PLUS_THREE]
    conduct = [(rule.id, rule.rule.en) for rule in CONDUCT]
    return (
        "\nThe decision, the first line that holds (ESC-1 to ESC-4); braces are filled from the state:\n\n"
        + table(("Rule", "Decision", "Why", "Source"), rules)
        + "\nConduct of the trial (ESC-5):\n\n"
        + table(("Id", "Rule"), conduct)
    )


_TABLES: Final = (
    ("4", _blq),
    ("5.4", _parameters),
    ("7", _status),
    ("8", _responses),
    ("9", _censoring),
    ("10", _grades),
    ("11", _design),
)
