"""The codelists of define.xml: equal lists of several variables are one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pkpipe.submission.dataset import TABULATION, Made, Term, Variable
from pkpipe.submission.variable_codelists import of_cdisc

# Variables whose values are terms of a CDISC list; the others are lists of the sponsor.
OF_SDTM: Final = frozenset(
    (
        *("SEX", "RACE", "ETHNIC", "AGEU", "ROUTE", "EXDOSFRQ", "AESEV", "AEACN", "AEOUT", "AESER"),
        *("AESDTH", "EVAL", "ANRIND", "BNRIND", "PPSTAT", "PPTESTCD", "DTHFL"),
    )
)
PK_UNITS: Final = ("ADPP", "AVALU")  # of the list PKUNIT; a unit of another dataset is as delivered
NOT_KNOWN: Final = "?"  # whether a list is CDISC's: its terms are not at hand
Listed = tuple[str, str, tuple[Term, ...], str]


@dataclass(frozen=True)
class Lists:
    """The lists, and which of them a variable has."""

    lists: tuple[Listed, ...]
    oids: dict[tuple[str, str], str]


def lists_of(datasets: Iterable[Made]) -> Lists:
    """Every codelist once: OID, name, terms, the standard it is of."""
    known: dict[tuple[str, tuple[Term, ...]], str] = {}
    lists, oids = list[Listed](), dict[tuple[str, str], str]()
    for made in datasets:
        for variable in made.variables:
            if not variable.terms:
                continue
            kind = (variable.name, variable.terms)
            if kind not in known:
                taken = any(name == variable.name for name, _ in known)
                oid = f"CL.{made.code}.{variable.name}" if taken else f"CL.{variable.name}"
                name = f"{variable.label} ({made.code})" if taken else variable.label
                known[kind] = oid
                standard = _standard_of(made, variable)
                lists.append((oid, name, variable.terms, standard))
            oids[made.code, variable.name] = known[kind]
    return Lists(tuple(lists), oids)


def _standard_of(made: Made, variable: Variable) -> str:
    """The standard of a variable's list; of a tabulation only where pkpipe has the terms of CDISC's list."""
    if made.of.purpose == TABULATION:
        return "STD.CT.SDTM" if of_cdisc(made.of, variable.name) else NOT_KNOWN
    of_sdtm = variable.name in OF_SDTM or (made.code, variable.name) == PK_UNITS
    return "STD.CT.SDTM" if of_sdtm else ""
