"""The columns of the files of `pkpipe recist` and `pkpipe tte`, and what other people call them."""

from __future__ import annotations

from typing import Final

from pkpipe.clinical.codelists_tests import LESION_TEST
from pkpipe.schema import codelists as lists
from pkpipe.schema.column import Column

# Columns of SDTM tables that these verbs know and do not need.
STANDARD: Final = (
    r"STUDYID|DOMAIN|SUBJID|SITEID|EPOCH|VISITDY|TAETORD|(TR|TU|RS)"
    r"(SEQ|SPID|REFID|LNKID|LNKGRP|GRPID|TEST|TESTCD|CAT|SCAT|ORRES|ORRESU|STRESC|STRESN|STRESU|REASND|NAM"
    r"|LOC|LAT|DIR|PORTOT|METHOD|BLFL|LOBXFL|DRVFL|EVLINT|DY|ENDY|STDY|STAT|DTC|ENDTC|STDTC|EVAL|EVALID)"
)
_SUBJECT: Final = Column("USUBJID", required=True, filled=True)
_VISIT: Final = (
    Column(
        "VISIT",
        matters="scans of several days are joined by their days alone",
        usual=False,
        unlike=("VISITDT", "VISITDTC", "VISITDATE", "VISITDAY", "VISITNO", "VISITN"),
    ),
    Column("VISITNUM", "number"),
)
_AS_INVESTIGATOR: Final = "every record counts as the investigator's"


def _reader(domain: str) -> tuple[Column, ...]:
    return (
        Column(
            f"{domain}EVAL",
            codelist=lists.EVALUATOR,
            unknown_told=True,
            matters=_AS_INVESTIGATOR,
            called=("EVALUATOR", "READER"),
        ),
        Column(f"{domain}EVALID", names=True, matters="several readers would be one", usual=False),
        Column(
            f"{domain}ACPTFL",
            codelist=lists.FLAG,
            allowed=lists.FLAG.words,
            matters="no record is known to be the accepted one",
            usual=False,
        ),
    )


TR: Final = (
    _SUBJECT,
    Column("TRLNKID", required=True),
    Column(
        "TRGRPID",
        codelist=lists.LESION_CLASS,
        matters="the class of a lesion is that of TU alone",
        usual=False,
    ),
    Column("TRTESTCD", required=True, filled=True, codelist=LESION_TEST),
    Column("TRSTRESN", "number", required=True),
    Column("TRSTRESC", matters="no state of a lesion is known", usual=False),
    Column("TRSTRESU", codelist=lists.MILLIMETRES, matters="every size is taken to be in mm"),
    # Any word here takes a size away, so none is guessed.
    Column(
        "TRSTAT",
        codelist=lists.NOT_DONE,
        allowed=lists.NOT_DONE.words,
        matters="nothing is known to be not done",
        usual=False,
    ),
    Column("TRREASND"),
    *_reader("TR"),
    *_VISIT,
    Column("TRDTC", "dtc", required=True),
    Column("TRSEQ", "number"),
)
TU: Final = (
    _SUBJECT,
    Column("TULNKID", required=True),
    Column(
        "TUSTRESC",
        codelist=lists.LESION_CLASS,
        matters="the class of a lesion is that of TRGRPID alone",
        usual=False,
    ),
    Column("TULOC", matters="no lesion is known to be a lymph node", called=("LOCATION", "SITE")),
    *_reader("TU"),
    *_VISIT,
    Column("TUDTC", "dtc"),
)
RS: Final = (
    _SUBJECT,
    Column("RSTESTCD", required=True, codelist=lists.RESPONSE_TEST),
    Column("RSSTRESC", required=True, codelist=lists.RESPONSE),
    Column("RSCAT", matters="every response is of the criteria asked for", usual=False),
    *_reader("RS"),
    *_VISIT,
    Column("RSDTC", "dtc", required=True),
    Column("RSSEQ", "number"),
)


# What other people call these dates; a name that is nearly one of these is told, never used by itself.
CALLED: Final = {
    "TRTSDT": (
        "TRTSDTM",
        "TRTSTDTC",
        "RFSTDTC",
        "RFXSTDTC",
        "FIRST_DOSE",
        "FIRSTDOSEDT",
        "首次给药日期",
    ),
    "DTHDT": (
        *("DTHDTC", "DEATHDT", "DEATH_DATE", "DATE_OF_DEATH", "DDT", "DOD", "DDDAT", "DTHDAT"),
        *("死亡日期", "死亡时间"),
    ),
    "NACTDT": (
        *(
            "NEWTRTDT",
            "NEWTHERAPYDT",
            "NEW_THERAPY_DATE",
            "NEW_ANTICANCER_THERAPY_DATE",
            "NACTSTDT",
        ),
        *("SUBSEQUENT_THERAPY_DATE", "SUBSEQUENT_TREATMENT_DATE", "NEXT_THERAPY_DATE"),
        *("新抗肿瘤治疗日期", "后续治疗日期", "后续抗肿瘤治疗日期"),
    ),
    "CLINPDDT": (
        *("CLINICAL_PD_DATE", "CLINICAL_PROGRESSION_DATE", "CLINPROGDT", "CLINICALPDDT", "CPDDT"),
        *(
            "SYMPTOMATIC_PROGRESSION_DATE",
            "SYMPTDT",
            "临床进展日期",
            "症状进展日期",
            "症状恶化日期",
        ),
    ),
    "CUTDT": (
        "CUTOFF",
        "CUTOFFDT",
        "DCO",
        "DCODT",
        "DCUTDT",
        "DATA_CUTOFF_DATE",
        "数据截止日期",
        "截止日期",
    ),
    "LSTALVDT": (
        *(
            "LSTALIVE",
            "LASTALIVE",
            "LAST_ALIVE_DATE",
            "LAST_CONTACT_DATE",
            "LASTCONTACTDT",
            "LKADT",
        ),
        *("LAST_FOLLOWUP_DATE", "LSTFUDT", "末次随访日期", "最后随访日期", "末次存活日期"),
    ),
}


def date_column(name: str, matters: str = "", *, usual: bool = True) -> Column:
    """A date of REF, with what people call it."""
    return Column(name, "date", matters=matters, usual=usual, called=CALLED.get(name, ()))


REF: Final = (
    _SUBJECT,
    date_column("TRTSDT"),
    date_column("RANDDT"),
    date_column("NACTDT", "no new anti-cancer therapy is known, nothing is censored by one"),
    date_column("DTHDT", "no death is known"),
    date_column("CUTDT", "nothing is cut at a data cutoff"),
    Column("DTHFL", codelist=lists.YES_NO, allowed=lists.YES_NO.words),
)
