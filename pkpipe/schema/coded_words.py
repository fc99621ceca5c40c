"""When two coded words are the same word, and which term of a codelist a word is.

One function compares (`folded`): letter case, blanks of any kind, hyphen or underscore or blank between
words, and full-width characters do not tell two words apart. A codelist is a value (`codelists`): its terms,
and for each what sites and laboratories write instead. A spelling is listed only where it can mean nothing
else; a word of no list is named in a finding, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from pkpipe.schema.cell_text import ZEROS_BEHIND, plain_text

# Marks without width, which are no letters of a word: zero-width blanks and joiners, a byte order mark.
NO_WIDTH: Final = "[\u200b-\u200d\u2060\ufeff\u00ad]"
# What stands between the words of a term: blanks, underscores, hyphens and dashes of every width.
BETWEEN: Final = r"[\s_\u002d\u2010-\u2015\u2212]+"
# A minus before a number is no hyphen between words.
BELOW_ZERO: Final = r"^\s*[-\u2212\uff0d]\s*[\d.]"
# A blank beside a Chinese character tells no words apart.
BESIDE_HAN: Final = r"(\p{Han}) | (\p{Han})"
# A word with its meaning or translation behind it, as in `PR (partial response)`.
TWO_NAMES: Final = r"^(.+?) ?\((.+)\)$"


def plain_width(text: pl.Expr) -> pl.Expr:
    """The text with full-width letters, signs and blanks as the plain ones; case and blanks as they were."""
    return text.str.normalize("NFKC")


def folded(text: pl.Expr) -> pl.Expr:
    """The text as it is compared: upper case, one blank between words, none around a slash; "" is null.

    NFKC (Unicode Standard Annex 15) makes a full-width letter, sign or blank the plain one.
    """
    plain = plain_width(text).str.replace_all(NO_WIDTH, "")
    spaced = plain.str.replace_all(BETWEEN, " ").str.replace_all(" ?/ ?", "/")
    joined = spaced.str.replace_all(BESIDE_HAN, "$1$2")
    return joined.str.strip_chars().str.to_uppercase().replace("", None)


def keys_of(words: Sequence[str]) -> list[str]:
    """Words as `folded` compares them."""
    return (
        pl.Series(words, dtype=pl.String).to_frame("w").select(folded(pl.col("w")))["w"].to_list()
    )


def same(text: pl.Expr, wanted: Sequence[str]) -> pl.Expr:
    """True where the text is one of the words, however it is spelled; null where there is no text."""
    return folded(text).is_in(keys_of(wanted))


def _key(text: pl.Expr) -> pl.Expr:
    """A text as a spelling of a codelist: 1 is 1 also where a program wrote it as 1.0, and -1 is no 1."""
    key = folded(text).str.replace(rf"^(\d+){ZEROS_BEHIND}", "$1")
    return pl.when(text.str.contains(BELOW_ZERO)).then(plain_text(text)).otherwise(key)


@dataclass(frozen=True)
class Codelist:
    """Terms, each with other spellings of it; `nothing`: spellings that say there is no value."""

    name: str
    source: str
    terms: Mapping[str, tuple[str, ...]]
    nothing: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The terms."""
        return tuple(self.terms)

    @cached_property
    def spellings(self) -> dict[str, str]:
        """Every spelling as it is compared, and its term."""
        listed = [(term, word) for term, others in self.terms.items() for word in (term, *others)]
        keys = keys_of([word for _, word in listed])
        return dict(zip(keys, [term for term, _ in listed], strict=True))

    def term(self, text: pl.Expr) -> pl.Expr:
        """The term a text is a spelling of; null where it is of none, or its two names are of two terms."""
        key = _key(text)
        one, other = (self._of(key.str.extract(TWO_NAMES, n)) for n in (1, 2))
        return pl.coalesce(self._of(key), pl.when(one == other).then(one))

    def _of(self, key: pl.Expr) -> pl.Expr:
        return key.replace_strict(self.spellings, default=None, return_dtype=pl.String)

    def read(self, text: pl.Expr) -> pl.Expr:
        """The term of a text, and a text of no term as it stands (without blanks around)."""
        given = pl.coalesce(self.term(text), plain_text(text))
        if not self.nothing:
            return given
        return pl.when(~_key(text).is_in(keys_of(self.nothing))).then(given)

    def unknown(self, texts: pl.Series) -> pl.Series:
        """True for a text that is of no term and does not say that there is none."""
        read = texts.to_frame("T").select(self.read(pl.col("T")))["T"]
        return ~read.is_in(self.words).fill_null(value=True)

    def among(self, text: pl.Expr, wanted: Sequence[str]) -> pl.Expr:
        """True where the text is one of the words a study names, both in whatever spelling of the term."""
        words = pl.Series(wanted, dtype=pl.String).to_frame("w")
        terms = words.select(pl.coalesce(self.term(pl.col("w")), folded(pl.col("w"))))["w"]
        return pl.coalesce(self.term(text), folded(text)).is_in(terms.to_list())
