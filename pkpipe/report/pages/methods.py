"""The page of methods: every definition and rule under its id, and the checks that found something."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Final

import polars as pl
from markupsafe import Markup

from pkpipe.displays.bilingual import Words
from pkpipe.methods.chinese import sections_in_chinese
from pkpipe.methods.method_entries import Section, defined_ids, ids_of, sections
from pkpipe.sentences import sentence

NAME: Final = "methods"
TITLE: Final = Words("Methods", "方法")
LISTED: Final = Words(
    "Every definition and rule that this run cites, under its id.",
    "本次运行所引用的各项定义和规则，按编号列出。",
)
IN_CHINESE: Final = Words("", "zh")  # which of the two the methods are told in
COLON: Final = Words(":", "：")
CHECKS: Final = Words("Checks with a finding in this run", "本次运行中有发现的核查项")
FOUND: Final = Words("{} found", "{}项")
HEADS: Final = (
    Words("Check", "核查项"),
    Words("Findings", "发现数"),
    Words("What is wrong (the first)", "问题（首个）"),
    Words("What is allowed", "允许"),
)
# Displays whose words name rules, checks or contradictions by their ids.
NAMING: Final = ("T14.1.4.2", "T14.1.4.3", "T14.9.2", "T14.9.4", "T14.9.5", "L16.2.2")
Link = Callable[[str], str]


def linker(checks: Iterable[str], up: str) -> Link:
    """Escaped text with each id of a method or a check in it as a link to its entry."""
    named = _ids(tuple(checks))
    return lambda text: named.sub(rf'<a href="{up}{NAME}.html#\g<0>">\g<0></a>', text)


@functools.cache
def _ids(checks: tuple[str, ...]) -> re.Pattern[str]:
    """What finds an id in a text; every page of a report asks for the same."""
    known = sorted({*defined_ids(), *checks}, key=lambda one: (-len(one), one))
    return re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, known))})(?![\w-])")


def checks_of(findings: pl.DataFrame) -> tuple[str, ...]:
    """The ids of the checks that found something."""
    return tuple(findings["CHECK"].drop_nulls().unique().sort())


def methods_body(findings: pl.DataFrame, say: Callable[[Words], str]) -> Markup:
    """Every chapter with its tables, then the checks of this run; an id is an anchor once."""
    seen: set[str] = set()
    parts = [f'<p class="said">{escape(say(LISTED))}</p>']
    for section in sections_in_chinese() if say(IN_CHINESE) else sections():
        parts += _section(section, say(COLON), seen)
    parts += _found(findings, say, seen)
    return Markup("\n".join(parts))


def _section(section: Section, colon: str, seen: set[str]) -> Iterable[str]:
    yield f"<h2>{escape(section.number)}. {escape(section.title)}</h2>"
    for listed in (section.definitions, *section.rules):
        if listed is not None:
            yield f"<p>{escape(listed.told)}{colon}</p>" if listed.told else ""
            yield _table(listed.head, listed.rows, ids_of(listed), seen)


def _found(findings: pl.DataFrame, say: Callable[[Words], str], seen: set[str]) -> Iterable[str]:
    rows = (
        findings.drop_nulls("CHECK")
        .group_by("CHECK", maintain_order=True)
        .agg(
            # with its noun: it counts findings, and is no shown result with an id of its own
            sentence(say(FOUND), pl.len()),
            pl.col("MESSAGE", "ALLOWED").first().fill_null(""),
        )
        .sort("CHECK")
        .rows()
    )
    if rows:
        yield f"<h2>{escape(say(CHECKS))}</h2>"
        yield _table([say(head) for head in HEADS], rows, [(row[0],) for row in rows], seen)


def _table(
    head: Sequence[str],
    rows: Sequence[tuple[str, ...]],
    ids: Sequence[tuple[str, ...]],
    seen: set[str],
) -> str:
    heads = "".join(f'<th scope="col">{escape(one)}</th>' for one in head)
    lines = "\n".join(
        f"<tr>{_first(row[0], named, seen)}{''.join(f'<td>{escape(c)}</td>' for c in row[1:])}</tr>"
        for row, named in zip(rows, ids, strict=True)
    )
    kind = ' class="ids"' if any(ids) else ""
    return (
        f'<div class="scroll" tabindex="0"><table{kind}><thead><tr>{heads}</tr></thead>'
        f"<tbody>\n{lines}\n</tbody></table></div>"
    )


def _first(said: str, named: Iterable[str], seen: set[str]) -> str:
    fresh = [one for one in named if one not in seen]
    seen.update(fresh)
    anchors = "".join(f'<span id="{escape(one)}"></span>' for one in fresh)
    return f'<th scope="row">{anchors}{escape(said)}</th>'
