"""The variables of SDTMIG 3.4 by domain: a column so called is that variable and can be no other.

Source: CDISC SDTM 2.0 (general observation classes, identifiers, timing variables) and SDTMIG 3.4 (DM), by
name. A file may hold any of them; those that pkpipe does not use are left without a word.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

CLASSES: Final[dict[str, tuple[str, ...]]] = {
    "findings": ("IS", "PC", "TU", "TR", "RS", "LB", "VS", "EG", "PE", "SS", "CP"),
    "interventions": ("EX", "CM"),
    "events": ("AE", "DS"),
}
# Without the two letters of the domain.
TIMING: Final = (
    *("DTC", "STDTC", "ENDTC", "DY", "STDY", "ENDY", "NOMDY", "NOMLBL", "DUR", "TPT", "TPTNUM"),
    *("ELTM", "TPTREF", "RFTDTC", "STRF", "ENRF", "EVLINT", "EVINTX", "STRTPT", "STTPT", "ENRTPT"),
    *("ENTPT", "STINT", "ENINT", "DETECT", "USCHFL", "PTFL", "PDUR"),
)
IDENTIFIERS: Final = ("SEQ", "GRPID", "REFID", "RECID", "SPID", "LNKID", "LNKGRP")
OF_CLASS: Final[dict[str, tuple[str, ...]]] = {
    "findings": (
        *(
            "TESTCD",
            "TEST",
            "MODIFY",
            "TMTHSN",
            "TSTPNL",
            "TSTCND",
            "CNDAGT",
            "BDAGNT",
            "TSTOPO",
            "MSCBCE",
            "TSTDTL",
            "CAT",
            "SCAT",
            "POS",
        ),
        *("BODSYS", "ORRES", "ORRESU", "ORNRLO", "ORNRHI", "ORREF", "STRESC", "STRESN", "STRESU"),
        *(
            "STNRLO",
            "STNRHI",
            "STNRC",
            "STREFC",
            "STREFN",
            "NRIND",
            "RESSCL",
            "RESTYP",
            "RESCAT",
            "RESLOC",
            "CHRON",
        ),
        *("DISTR", "STAT", "REASND", "XFN", "NAM", "LOINC", "SPEC", "ANTREG", "SPCCND", "SPCUFL"),
        *("LOC", "LAT", "DIR", "PORTOT", "METHOD", "RUNID", "ANMETH", "LEAD", "CSTATE", "LOBXFL"),
        *("BLFL", "FAST", "DRVFL", "EVAL", "EVALID", "ACPTFL", "TOX", "TOXGR", "CLSIG", "SEV"),
        *(
            "DTHREL",
            "LLOD",
            "LLOQ",
            "ULOQ",
            "EXCLFL",
            "REASEX",
            "REPNUM",
            "BEATNO",
            "SBMRKS",
            "CELLEV",
        ),
        *(
            "CELSTA",
            "CSMRKS",
            "GATDEF",
            "ABCLID",
            "MRKSTR",
            "GATE",
            "GATEDEF",
            "SPTSTD",
            "COLSRT",
            "AGENT",
            "CONC",
            "CONCU",
        ),
    ),
    "interventions": (
        *("TRT", "MODIFY", "DECOD", "MOOD", "CAT", "SCAT", "PRESP", "OCCUR", "STAT", "REASND"),
        *("INDC", "CLAS", "CLASCD", "DOSE", "DOSTXT", "DOSU", "DOSFRM", "DOSFRQ", "DOSTOT"),
        *("DOSRGM", "ROUTE", "LOT", "LOC", "LAT", "DIR", "PORTOT", "FAST", "PSTRG", "PSTRGU"),
        *("TRTV", "VAMT", "VAMTU", "ADJ", "RSDISC"),
    ),
    "events": (
        *("TERM", "MODIFY", "LLT", "LLTCD", "DECOD", "PTCD", "HLT", "HLTCD", "HLGT", "HLGTCD"),
        *("CAT", "SCAT", "PRESP", "OCCUR", "STAT", "REASND", "BODSYS", "BDSYCD", "SOC", "SOCCD"),
        *("LOC", "LAT", "DIR", "PORTOT", "PARTY", "PRTYID", "SEV", "SER", "ACN", "ACNOTH"),
        *("ACNDEV", "REL", "RELNST", "PATT", "OUT", "SCAN", "SCONG", "SDISAB", "SDTH", "SHOSP"),
        *("SLIFE", "SOD", "SMIE", "SINTV", "UNANT", "RLDEV", "RLPRT", "RLPRC", "CONTRT", "TOX"),
        "TOXGR",
    ),
}
# With the same name in every domain: in front of the others, and behind the qualifiers.
KEYS: Final = ("STUDYID", "DOMAIN", "USUBJID", "POOLID", "SPDEVID", "NHOID", "FOCID")
VISITS: Final = (
    *("VISITNUM", "VISIT", "VISITDY", "TAETORD", "EPOCH", "RPHASE", "RPPLDY", "RPPLSTDY"),
    *("RPPLENDY", "MIDS", "RELMIDS", "MIDSDTC"),
)
DEMOGRAPHICS: Final = (
    *("STUDYID", "DOMAIN", "USUBJID", "SUBJID", "RFSTDTC", "RFENDTC", "RFXSTDTC", "RFXENDTC"),
    *("RFCSTDTC", "RFCENDTC", "RFICDTC", "RFPENDTC", "DTHDTC", "DTHFL", "SITEID", "INVID"),
    *("INVNAM", "BRTHDTC", "AGE", "AGETXT", "AGEU", "SEX", "RACE", "ETHNIC", "SPECIES", "STRAIN"),
    *("SBSTRAIN", "ARMCD", "ARM", "ACTARMCD", "ACTARM", "ARMNRS", "ACTARMUD", "SETCD", "COUNTRY"),
    *("DMDTC", "DMDY"),
)


def _variables(domain: str, kind: str) -> dict[str, None]:
    own = [*IDENTIFIERS, *OF_CLASS[kind]]
    names = (
        *KEYS,
        *(f"{domain}{name}" for name in own),
        *VISITS,
        *(f"{domain}{name}" for name in TIMING),
    )
    return dict.fromkeys(names)


# In the order of the model.
VARIABLES: Final[dict[str, dict[str, None]]] = {
    domain: _variables(domain, kind) for kind, domains in CLASSES.items() for domain in domains
} | {"DM": dict.fromkeys(DEMOGRAPHICS)}


def is_variable(domain: str, name: str) -> bool:
    """True where SDTMIG has a variable of this name in the domain."""
    return name in VARIABLES.get(domain, ())


def in_order(domain: str, names: Collection[str]) -> tuple[str, ...]:
    """Those of the names that are variables of the domain, in the order of the model."""
    return tuple(name for name in VARIABLES[domain] if name in names)
