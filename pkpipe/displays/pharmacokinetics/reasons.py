"""Why there is no value, or what is remarkable about it, in Chinese.

The rooms keep a reason in English, several of them with `; ` between. Each is one of the sentences that the
modules below say in both languages; what stands in their places is taken over as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from types import ModuleType
from typing import Final

import polars as pl

from pkpipe.biomarkers import marker_sentences
from pkpipe.clinical import above_limit, blq, collected, computed
from pkpipe.cohorts import exposure_sentences, logistic
from pkpipe.displays.bilingual import PLACE, Words, lost, template
from pkpipe.displays.builders import Field
from pkpipe.immunogenicity.exposure import dose_proportionality_by_ada
from pkpipe.immunogenicity.samples import sample_sentences
from pkpipe.nca import reasons
from pkpipe.nca.further_analyses import power_model, treatment_ratios
from pkpipe.nca.registry import accept
from pkpipe.pk import pk_sentences
from pkpipe.sentences import NUMBERED

SAID_IN: Final = (
    *(
        reasons,
        accept,
        power_model,
        treatment_ratios,
        pk_sentences,
        above_limit,
        computed,
        collected,
    ),
    *(exposure_sentences, logistic, dose_proportionality_by_ada),
    *(sample_sentences, marker_sentences),
)
TOGETHER: Final = re.compile(r"; (?!areas)")


def sentences() -> Iterator[Words]:
    """Every sentence of these modules, and those of BLQ rules."""
    for module in SAID_IN:
        yield from _of(module)
    yield from (rule.said for rule in blq.RULES)


def _of(module: ModuleType) -> Iterator[Words]:
    for value in vars(module).values():
        if isinstance(value, Words):
            yield value
        elif isinstance(value, dict):
            yield from (said for said in value.values() if isinstance(said, Words))


@cache
def _templates() -> tuple[tuple[re.Pattern[str], str, bool], ...]:
    """How each sentence is found, its Chinese, and whether it has words of its own; the longest first."""
    found = dict.fromkeys(sentences())
    order = sorted(found, key=lambda said: -len(PLACE.sub("", said.en)))
    return tuple((template(said.en), said.zh, _has_words(said.en)) for said in order)


def _has_words(said: str) -> bool:
    return any(sign.isalpha() for sign in PLACE.sub("", said))


def in_chinese(reason: str) -> str | None:
    """The reason in Chinese, a part without a translation as it is; nothing where no part has one."""
    parts = TOGETHER.split(reason)
    told = [_part(part) for part in parts]
    if all(part is None for part in told):
        return None
    return "；".join(new or old for new, old in zip(told, parts, strict=True))


@cache
def _part(reason: str) -> str | None:
    if reason.startswith(f"{collected.NOT_COLLECTED}: "):
        return lost(reason).zh
    for said, chinese, has_words in _templates():
        found = said.fullmatch(reason)
        if found is None:
            continue
        values = [(value, _part(value)) for value in found.groups()]
        # `{}: {}` says nothing of its own: what stands in it does, or it is none of these sentences
        if has_words or any(told for _, told in values):
            return _filled(chinese, [told or value for value, told in values])
    return None


def _filled(chinese: str, values: list[str]) -> str:
    """The sentence with its values; places with numbers have another order than those of English."""
    if NUMBERED.search(chinese):
        return chinese.format(*values)
    pieces = chinese.split("{}")
    return "".join(a + b for a, b in zip(pieces, [*values, ""], strict=True))


def reason_words(reasons_: Iterable[str | None]) -> dict[str, Words]:
    """Each reason that has a Chinese wording, by itself."""
    named = {r: in_chinese(r) for r in dict.fromkeys(reasons_) if r}
    return {r: Words(r, told) for r, told in named.items() if told}


def with_words(fields: Sequence[Field], name: str, rows: pl.DataFrame) -> tuple[Field, ...]:
    """The fields, the one that holds reasons with their Chinese."""
    words = reason_words(rows[name].unique())
    return tuple(replace(f, words=words) if f.name == name else f for f in fields)
