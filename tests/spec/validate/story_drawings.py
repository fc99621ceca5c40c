"""A subject whose records agree with each other, in every domain that a check reads."""

import polars as pl
from raw_drawings import tiny

from pkpipe import validate
from pkpipe.finding.table import no_findings
from pkpipe.protocol.drugs import Biomarker
from pkpipe.protocol.study import Treatment
from pkpipe.schema.own_inputs import SPECS
from pkpipe.schema.sdtm import DOMAINS

D1, D22, SCREEN, SCAN = "2025-01-10", "2025-01-31", "2025-01-02", "2025-02-20"


def result(code, test, day, **more):
    """A row of a findings domain with one result."""
    row = {f"{code}TESTCD": test, f"{code}STRESC": "1", f"{code}DTC": day}
    return {"USUBJID": "1"} | row | more


def dose(day, cycle, **more):
    times = {"EXSTDTC": f"{day}T09:00", "EXENDTC": f"{day}T10:00"}
    amount = {"EXTRT": "MAB", "EXDOSE": "1", "EXPDOSE": "1", "EXDOSU": "mg/kg", "EXDOSEMG": "70"}
    return {"USUBJID": "1", "CYCLE": str(cycle)} | amount | times | more


def sample(day, time, point, hours, cycle, value, **more):
    about = {
        "PCSPEC": "SERUM",
        "PCLLOQ": "0.1",
        "PCTPT": point,
        "PCTPTNUM": str(hours),
        "CYCLE": str(cycle),
    }
    number = {} if value == "BLQ" else {"PCSTRESN": value, "PCSTRESU": "ug/mL"}
    return result("PC", "MAB", f"{day}T{time}", PCSTRESC=value) | about | number | more


def lesion(link, organ, **more):
    about = {
        "TULNKID": link,
        "TUSTRESC": "TARGET",
        "TULOC": organ,
        "TUDTC": SCREEN,
        "TUEVAL": "INVESTIGATOR",
    }
    return {"USUBJID": "1", "VISIT": "SCREENING"} | about | more


def diameter(link, size, day, visit):
    about = {"TRLNKID": link, "TREVAL": "INVESTIGATOR", "TRSTRESU": "mm", "VISIT": visit}
    return result("TR", "LDIAM", day, TRSTRESC=size, TRSTRESN=size) | about


def event(number, **more):
    about = {
        "AETERM": f"NAUSEA {number}",
        "AEDECOD": "Nausea",
        "AESOC": "Gastrointestinal disorders",
    }
    facts = {
        "AETOXGR": "2",
        "AESER": "N",
        "AESDTH": "N",
        "AEREL": "RELATED",
        "AEOUT": "RECOVERED/RESOLVED",
    }
    times = {"AESTDTC": "2025-01-12", "AEENDTC": "2025-01-15"}
    return {"USUBJID": "1", "AESEQ": str(number)} | about | facts | times | more


# A subject whose story holds together, in every domain that is asked about.
RIGHT = {
    "DM": [
        {"USUBJID": "1", "SUBJID": "1", "SITEID": "01", "RFICDTC": "2025-01-01", "RFSTDTC": D1, "ARMCD": "A"}
        | {"ACTARMCD": "A", "BRTHDTC": "1960"},
    ],
    "EX": [dose(D1, 1), dose(D22, 2)],
    "PC": [
        sample(D1, "08:30", "PREDOSE", 0, 1, "BLQ"),
        sample(D1, "10:00", "EOI", 1, 1, "20"),
        sample("2025-01-11", "09:00", "24H", 24, 1, "15"),
        sample(D22, "08:30", "PREDOSE", 0, 2, "2"),
    ],
    "IS": [
        result("IS", "ADASCR", f"{D1}T08:30", ISBDAGNT="MAB", ISSTRESC="NEGATIVE", CYCLE="1")
        | {"ISTPT": "PREDOSE"},
    ],
    "TU": [lesion("T01", "LIVER"), lesion("T02", "LUNG")],
    "TR": [
        diameter("T01", "20", SCREEN, "SCREENING"),
        diameter("T02", "30", SCREEN, "SCREENING"),
        diameter("T01", "15", SCAN, "WEEK 6"),
        diameter("T02", "25", SCAN, "WEEK 6"),
    ],
    "RS": [result("RS", "OVRLRESP", SCAN, RSSTRESC="SD", RSEVAL="INVESTIGATOR", VISIT="WEEK 6")],
    "AE": [event(1)],
    "LB": [
        result("LB", "HGB", D1, LBSTRESN="1", LBSTRESU="g/dL", LBNRIND="NORMAL")
        | {"LBSTNRLO": "0", "LBSTNRHI": "2"},
    ],
    "VS": [
        result("VS", "WEIGHT", SCREEN, VSSTRESC="70", VSSTRESN="70", VSSTRESU="kg"),
        result("VS", "HEIGHT", SCREEN, VSSTRESC="170", VSSTRESN="170", VSSTRESU="cm"),
    ],
    "EG": [result("EG", "QTCFAG", D1, EGSTRESC="420", EGSTRESN="420", EGSTRESU="ms")],
    "PE": [result("PE", "ABDOMEN", D1, PESTRESC="NORMAL")],
    "DS": [
        {"USUBJID": "1", "DSDECOD": "COMPLETED", "DSCAT": "DISPOSITION EVENT", "DSSCAT": "STUDY TREATMENT"}
        | {"DSSTDTC": "2025-02-25"},
    ],
    "SS": [result("SS", "SURVSTAT", "2025-05-01", SSSTRESC="ALIVE")],
    "CM": [{"USUBJID": "1", "CMTRT": "X", "CMSTDTC": "2025-03-01", "CMENDTC": "2025-04-01"}],
    "CP": [result("CP", "RO", D1, CPSTRESC="80", CPSTRESN="80", CPSTRESU="%")],
}  # fmt: skip


STUDY = tiny(*DOMAINS, escalation=True).model_copy(
    update={
        "biomarkers": (Biomarker(code="RO", name="occupancy", drug="MAB", specimen="BLOOD", unit="%"),),
        "treatment": Treatment(stops_at=("PROGRESSION", "NEW_ANTICANCER_THERAPY"), beyond_progression=False),
    }
)  # fmt: skip


def findings(rows):
    """What validation says about these rows."""
    texts = {}
    for code, spec in SPECS.items():
        drawn = [{name: row.get(name) for name in spec.names} for row in rows.get(code, [])]
        frame = pl.DataFrame(drawn, schema=dict.fromkeys(spec.names, pl.String))
        texts[code] = frame.with_columns(
            SRCFILE=pl.lit(f"{code.lower()}.csv"),
            SRCROW=pl.int_range(2, pl.len() + 2, dtype=pl.Int64),
        )
    return validate.run(texts | {"ARRIVAL": no_findings()}, STUDY)["FINDINGS"]


def with_cells(code, row, **cells):
    """The right tables with other cells in one row (0 is the first)."""
    return RIGHT | {code: [r | cells if i == row else r for i, r in enumerate(RIGHT[code])]}


def with_rows(code, *rows):
    """The right tables with more rows in one."""
    return RIGHT | {code: [*RIGHT[code], *rows]}


def without(code, *rows):
    """The right tables without some rows of one."""
    return RIGHT | {code: [r for i, r in enumerate(RIGHT[code]) if i not in rows]}


def dead(rows, day="2025-05-10"):
    return rows | {"DM": [RIGHT["DM"][0] | {"DTHDTC": day, "DTHFL": "Y"}]}


FATAL = {"AEOUT": "FATAL", "AESDTH": "Y", "AESER": "Y", "AETOXGR": "5", "AEENDTC": "2025-05-10"}


MISSED = {"PCSTAT": "NOT DONE", "PCSTRESC": None, "PCSTRESN": None}


EARLY = {"PCSTRESC": "5", "PCSTRESN": "5", "PCSTRESU": "ug/mL"}


STRANGER = {"USUBJID": "2", "SUBJID": "2", "SITEID": "01", "RFICDTC": "2025-01-01", "ARMCD": "A"}
