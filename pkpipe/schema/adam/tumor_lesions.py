"""Derived tables of `tumor` that are about lesions and time points: ADTR, ADRS, RECON and the findings."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common
from pkpipe.schema.adam.declaration import Table, flag, integer, number, text
from pkpipe.schema.adam.findings import NO_KEY, OF_A_FINDING

EVAL: Final = text("EVAL", "Evaluator", "`INVESTIGATOR`, or who reviews")
EVALID: Final = text(
    "EVALID", "Evaluator Identifier", "the reader of an evaluator with several; empty: one series"
)
CRIT: Final = text("CRIT", "Response Criteria", codelist=("RECIST 1.1", "iRECIST"))
SRC: Final = text(
    "SRC",
    "Source of the Response",
    "derived from the lesions, or reported by the reader",
    codelist=("derived", "reported"),
)
_PARTIAL: Final = text("ADTC", "Date as Collected", "possibly partial")

ADTR: Final = Table(
    "ADTR",
    "Tumour Measurements",
    "one row a target lesion measurement, or a sum of diameters",
    key=("USUBJID", "EVAL", "EVALID", "PARAMCD", "ADT", "VISIT", "SRCROW"),
    columns=(
        common.USUBJID,
        EVAL,
        EVALID,
        text(
            "PARAMCD",
            "Measurement Code",
            "`LDIAMn`, `DIAMn` diameter, `NLDIAMn`, `SAXISn` short axis of lesion n, "
            "`LDIAM4_1` a part of it; `SDIAM` the sum",
        ),
        common.PARAM,
        common.ADT,
        _PARTIAL,
        common.VISIT,
        text("LNKID", "Lesion Identifier"),
        text("LOC", "Location of the Lesion"),
        flag("NODAL", "Lymph Node Flag", "empty for a sum", codelist=("Y", "N")),
        number("AVAL", "Diameter or Sum of Diameters", unit="mm"),
        number("BASE", "Sum of Diameters at Baseline", unit="mm"),
        number("CHG", "Change of the Sum from Baseline", unit="mm"),
        common.PCHG,
        number("NADIR", "Nadir", "smallest complete sum on an earlier day", unit="mm"),
        number("CHGNAD", "Change from Nadir", unit="mm"),
        number("PCHGNAD", "Percent Change from Nadir", unit="%"),
        common.ABLFL,
        flag(
            "PDFL",
            "Progression Flag",
            "a day of progression as the reader reported it; of one who reported nothing as derived",
        ),
        flag("ANL01FL", "Analysis Flag 01 - Complete", "a lesion with a value; a complete sum"),
        flag("ANL02FL", "Analysis Flag 02 - Lowest Sum", "lowest complete sum after the start"),
        flag("ANL03FL", "Analysis Flag 03 - before Progression", "complete sum before progression"),
        flag("ANL04FL", "Analysis Flag 04 - or Progression", "complete sum, or progression"),
        text("LSEXP", "Lesions Expected", "identifiers"),
        text("LSASS", "Lesions Assessed", "identifiers"),
        common.REASON,
        common.SRCROW,
    ),
    note="every reader, accepted or not. Target lesions that split (TRLNKID `T04.1` of `T04`) are the "
    "sum of their parts in `SDIAM`; lesions that merged (`T01/T02`, or TRSTRESC `MERGED`, or a "
    "TRREASND that says so) count once; ARITH of ADRS says so. BASE, NADIR and "
    "changes are of sums",
)

ADRS: Final = Table(
    "ADRS",
    "Responses",
    "one row a subject, criteria, reader, source and time point (`OVR`) or subject-level parameter",
    key=("USUBJID", "CRIT", "PARAMCD", "EVAL", "EVALID", "SRC", "ADT", "SRCROW"),
    columns=(
        common.USUBJID,
        CRIT,
        text(
            "PARAMCD",
            "Response Parameter Code",
            "OVR a time point, the others a subject; IPD for iRECIST: day of the iUPD that was confirmed",
            codelist=(
                *("OVR", "BOR", "CBOR", "RSP", "CRSP", "BCP", "CBCP", "DCR", "CB", "CCB"),
                *("CBR", "PD", "IPD", "LSTA", "NEWLES", "DEATH", "MDIS"),
            ),
        ),
        common.PARAM,
        EVAL,
        EVALID,
        SRC,
        common.ADT,
        text(
            "ADTF",
            "Analysis Date Imputation Flag",
            "D: day imputed, M: month and day",
            codelist=("D", "M"),
        ),
        _PARTIAL,
        common.VISIT,
        text("AVALC", "Response, or Y or N"),
        number(
            "AVAL",
            "Response, or Y or N (Number)",
            "CR 1, PR 2, SD 3, NON-CR/NON-PD 4, PD 5, NE 6, MISSING 7, iUPD 8; Y 1, N 0",
        ),
        flag("ANL01FL", "Analysis Flag 01 - Used", "the row counts"),
        flag(
            "ANL02FL",
            "Analysis Flag 02 - up to Progression",
            "up to and including the first progression",
        ),
        text(
            "ANLRSN",
            "Reason Not Used",
            "why a time point does not count, or that it is after progression",
        ),
        text(
            "TRGRESP",
            "Target Response",
            codelist=("CR", "PR", "SD", "PD", "NE", "NONE"),
        ),
        text(
            "NTRGRESP",
            "Non-Target Response",
            codelist=("CR", "NON-CR/NON-PD", "PD", "NE", "NONE"),
        ),
        text("NEWLESN", "New Lesion", codelist=("N", "EQUIVOCAL", "Y")),
        number("SUMDIAM", "Sum of Diameters", unit="mm"),
        number("NADIR", "Nadir", "smallest complete sum on an earlier day", unit="mm"),
        number("BASE", "Sum of Diameters at Baseline", unit="mm"),
        text(
            "ARITH",
            "Arithmetic in Words",
            "of a time point, and of a best response how it came about",
        ),
        text("ARITHZH", "Arithmetic in Chinese", "of a time point"),
        number("SEQ", "Sequence Number", "RSSEQ; of a derived response its VISITNUM"),
        common.SRCROW,
        common.COHORT,
        common.LEVEL,
    ),
    note="of subject-level parameters AVALC is a response or Y or N, and ADT the date. A source "
    "without any assessment of a criterion set has no rows, the primary one always has. Of an "
    "evaluator with several readers only the assessments flagged accepted (TRACPTFL, RSACPTFL `Y`) are "
    "here, in RECON and in all that follows, as one series with EVALID empty; each is derived from its "
    "own reader's lesions, baseline and nadir. Without a flag each reader is a series",
)

RECON: Final = Table(
    "RECON",
    "Responses Compared",
    "one row a subject, reader, criteria, comparison and time point",
    key=("USUBJID", "EVAL", "EVALID", "ADT", "CRIT", "COMPARE", "VISIT"),
    columns=(
        common.USUBJID,
        EVAL,
        EVALID,
        common.ADT,
        CRIT,
        text(
            "COMPARE",
            "What Is Compared",
            codelist=("derived-reported", "investigator-review"),
        ),
        common.VISIT,
        text(
            "DERIVED",
            "Derived Response",
            "of `investigator-review` the investigator's response; EVAL is the other reader",
        ),
        text("REPORTED", "Reported Response"),
        flag("AGREE", "Agreement Flag", "empty where one side is missing", codelist=("Y", "N")),
        integer("DAYSOFF", "Days between the Two", "reported - derived", unit="days"),
        text("WHY", "Why They Differ", "which side is missing, or both words"),
        text("ARITH", "Arithmetic in Words"),
        text("ARITHZH", "Arithmetic in Chinese"),
    ),
)

TUMFIND: Final = Table(
    "TUMFIND",
    "Findings on Tumour Tables",
    "one row a finding about the tumour tables",
    key=(),
    columns=OF_A_FINDING,
    note=f"{NO_KEY}. What is doubtful in the tumour tables: split and merged lesions (`TR-SPLIT`, "
    "`TR-MERGED`; `TR-SPLITBOTH`, `TR-MERGEDWITH` are queries), whose time points were set aside "
    "(`*-ASIDE`), of which none was accepted (`*-NOBODY`) and of which several were (`*-BOTH`: the "
    "worse counts)",
)
