"""The words that a study file declares, as codelists: drugs, analytes, matrices, cohorts, tests of assays.

A code of the study is compared as every coded word is (`words.folded`): `mab ` is the drug MAB. Its declared
name says the same, where no other code has that name. Two codes that differ in nothing but the letters' case
are never read as each other, so that list is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pkpipe.clinical.codelists_tests import BY_COLUMN, SPECIMEN
from pkpipe.protocol.study import Study
from pkpipe.schema.coded_words import Codelist, keys_of
from pkpipe.schema.codelists_subjects import WITHOUT_ARM

# ARMCD of subjects who never got an arm.
NO_ARM: Final[Mapping[str, tuple[str, ...]]] = WITHOUT_ARM.terms
Words = Iterable[tuple[str, tuple[str, ...]]]


def own_words(study: Study) -> dict[tuple[str, str], Codelist]:
    """Codelists by domain and column: what the study declares, and the codes of tests that CDISC has."""
    drugs = [(d.code, (d.name,)) for d in study.drugs]
    arms = [*((c.code, (c.label,)) for c in study.cohorts), *NO_ARM.items()]
    assays = study.immunogenicity.assays if study.immunogenicity is not None else ()
    tests = [t for a in assays for t in (a.screen, a.confirm, a.titre, a.nab) if t is not None]
    lists: dict[tuple[str, str], Words] = {
        ("EX", "EXTRT"): drugs,
        ("IS", "ISBDAGNT"): drugs,
        ("DM", "ARMCD"): arms,
        ("DM", "ACTARMCD"): arms,
        ("PC", "PCTESTCD"): [(a.code, ()) for a in study.analytes],
        ("PC", "PCSPEC"): [
            (m, _specimen(m)) for m in dict.fromkeys(a.matrix for a in study.analytes)
        ],
        ("CP", "CPTESTCD"): [(b.code, ()) for b in study.biomarkers],
        ("IS", "ISTESTCD"): [(t, ()) for t in dict.fromkeys(tests)],
    }
    own = {place: _codelist(place[1], words) for place, words in lists.items()}
    return {
        **BY_COLUMN,
        **{place: known for place, known in own.items() if known is not None},
    }


def _specimen(matrix: str) -> tuple[str, ...]:
    """Other spellings of a matrix that is one of CDISC's."""
    key = keys_of([matrix])[0]
    term = SPECIMEN.spellings.get(key)
    return () if term is None else (term, *SPECIMEN.terms[term])


def _codelist(name: str, words: Words) -> Codelist | None:
    """The codes with those of their other names that only one of them has; None: two codes are alike."""
    listed = [(code, tuple(names)) for code, names in words]
    codes = keys_of([code for code, _ in listed])
    if not listed or len(set(codes)) < len(codes):
        return None
    names = [(code, n) for code, others in listed for n in dict.fromkeys(others)]
    keys = keys_of([n for _, n in names])
    terms: dict[str, tuple[str, ...]] = {code: () for code, _ in listed}
    for (code, other), key in zip(names, keys, strict=True):
        if key not in codes and keys.count(key) == 1:
            terms[code] += (other,)
    return Codelist(f"{name} of the study", "study file", terms)
