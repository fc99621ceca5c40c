"""The columns of the files of `pkpipe ada`: SDTM IS, and the first dose of each subject."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.codelists import NOT_DONE
from pkpipe.schema.column import Column

IS_FILE: Final = (
    Column("USUBJID", required=True, filled=True),
    Column("ISTESTCD", required=True, filled=True),
    Column("ISTEST"),
    Column("ISDTC", "dtc", required=True),
    Column("ISSTRESC", required=True),
    Column("ISORRES"),
    Column("ISSTRESN", "number"),
    # Any word here takes a result away, so none is guessed.
    Column(
        "ISSTAT",
        codelist=NOT_DONE,
        allowed=NOT_DONE.words,
        matters="nothing is known to be not done",
        usual=False,
    ),
    Column("ISREASND"),
    Column(
        "ISBDAGNT",
        matters="every row is of one drug",
        called=("DRUG", "ANALYTE"),
        names=True,
    ),
    Column("ISTSTOPO", matters="the steps of a test are told by words alone", usual=False),
    Column("VISIT"),
    Column("ISTPT", matters="a sample on the day of a dose is placed by its clock alone"),
    Column("ISTPTNUM", "number"),
    Column("CONC", "number", called=("CONCENTRATION",)),
)
REF_FILE: Final = (
    Column("USUBJID", required=True, filled=True),
    Column("FIRSTDTM", "dtc", required=True, called=("TRTSDTM", "TRTSDT", "RFSTDTC", "FIRSTDT")),
    Column(
        "ISBDAGNT",
        matters="the first dose is that of every drug",
        usual=False,
        called=("DRUG",),
        names=True,
    ),
)
# Columns of SDTM IS that the verb knows and does not need.
OTHERS: Final = (
    r"STUDYID|DOMAIN|SUBJID|SITEID|EPOCH|VISITNUM|VISITDY|CYCLE|SRCROW|SRCFILE|IS(SEQ|SPID|REFID|GRPID|CAT"
    r"|SCAT|ORRESU|STRESU|SPEC|METHOD|BLFL|LOBXFL|DRVFL|NAM|LLOQ|ULOQ|DY|ELTM|TPTREF|RFTDTC|NCF|LNKID)"
)
