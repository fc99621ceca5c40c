"""Antibodies, escalation, curves and comparisons: their files, and every door there is."""

from pkpipe.cli.ada_columns import IS_FILE, REF_FILE
from pkpipe.cli.escalate_columns import STATE_COLUMNS, SUBJECT_COLUMNS
from pkpipe.cli.superpose import REGIMEN
from pkpipe.escalation.characteristics.scenario import SCENARIO_COLUMNS
from pkpipe.escalation.decision.log import LOG_COLUMNS
from pkpipe.schema.column import Column
from tests.cases.verb_doors import (
    ADRS,
    ASKED,
    CURVE,
    DOSES,
    ENDS,
    ONE_DOSE,
    REF,
    RS,
    SAMPLES,
    TR,
    TU,
    URINE,
    Door,
    File,
)

IS = File(
    "is",
    """USUBJID,ISTESTCD,ISTEST,ISDTC,ISSTRESC,ISORRES,ISSTRESN,ISSTAT,ISREASND,ISBDAGNT,ISTSTOPO,VISIT,ISTPT,ISTPTNUM,CONC
A-001,ADA_BAB,Antibody,2026-01-05T08:00,NEGATIVE,NEGATIVE,,,,DRUGX,SCREEN,C1D1,PREDOSE,0,0
A-001,ADA_BAB,Antibody,2026-02-05T08:00,POSITIVE,POSITIVE,,,,DRUGX,SCREEN,C2D1,PREDOSE,0,12.5
A-001,ADA_BAB,Antibody,2026-02-05T08:00,POSITIVE,POSITIVE,,,,DRUGX,CONFIRM,C2D1,PREDOSE,0,12.5
A-001,ADA_BAB,Antibody,2026-02-05T08:00,40,40,40,,,DRUGX,QUANTIFY,C2D1,PREDOSE,0,12.5
A-001,ADA_BAB,Antibody,2026-06-30T08:00,,,,NOT DONE,lost,DRUGX,SCREEN,EOT,PREDOSE,0,3
B-002,ADA_BAB,Antibody,2026-01-08T08:00,NEGATIVE,NEGATIVE,,,,DRUGX,SCREEN,C1D1,PREDOSE,0,0
B-002,ADA_BAB,Antibody,2026-02-08T08:00,NEGATIVE,NEGATIVE,,,,DRUGX,SCREEN,C2D1,PREDOSE,0,10
""",
    IS_FILE,
)
FIRST_DOSE = File(
    "ref",
    "USUBJID,FIRSTDTM,ISBDAGNT\nA-001,2026-01-05T09:30,DRUGX\nB-002,2026-01-08T09:30,DRUGX\n",
    REF_FILE,
)
STATES = File(
    "states",
    "case_id,highest_open_level,current_level,levels\nc1,B,B,A:1/0/0/0|B:3/0/0/0\n"
    "c2,B,B,A:1/0/0/0|B:3/1/0/0\nc3,C,C,A:1/0/0/0|B:3/0/0/0|C:6/2/0/0\n",
    STATE_COLUMNS,
)
SUBJECTS = File(
    "subjects",
    """case_id,subject,level,first_dose,dlt_onset,grade2_onset,left_window,death,dose_fraction,backfill,part,assessments_missed
t1,S-01,A,2026-01-05,,,,,1,N,ESCALATION,
t1,S-02,B,2026-02-05,2026-02-10,2026-02-09,,,0.9,N,ESCALATION,
t1,S-03,B,2026-02-06,,,2026-02-12,,1,N,ESCALATION,
t1,S-04,B,2026-02-07,,,,2026-06-12,1,N,ESCALATION,
t1,S-05,B,2026-02-07,,,,,0.95,N,ESCALATION,haematology of day 8
t1,S-06,A,2026-02-08,,,,,1,Y,BACKFILL,
""",
    SUBJECT_COLUMNS,
)
DECISIONS = File(
    "log",
    "date,cutoff,level,decision,next_level,n_to_enrol,highest_open_level,manifest,recorded_by,"
    "recorded_on,reason\n2026-02-01,2026-01-30,A,ESCALATE,B,3,B,,chair,2026-02-01,safe\n",
    LOG_COLUMNS,
)
RATES = File(
    "rates",
    "scenario,level,p_dlt,p_grade2\nlow,A,0.05,0.2\nlow,B,0.1,0.3\nlow,C,0.25,0.4\n"
    "high,A,0.2,0.4\nhigh,B,0.35,0.5\nhigh,C,0.5,0.6\n",
    SCENARIO_COLUMNS,
)
# What km and compare read is named by their arguments.
TIMES = File(
    "tte",
    """USUBJID,PARAMCD,PARQUAL,ARM,STARTDT,ADT,AVAL,CNSR,EVNTDESC,CNSDTDSC,STRAT,ENTRY,ANL01FL
A1,PFS,INVESTIGATOR,X,2026-01-05,2026-02-13,40,0,progression,,s1,0,Y
A2,PFS,INVESTIGATOR,X,2026-01-05,2026-03-05,60,0,progression,,s1,5.5,Y
A3,PFS,INVESTIGATOR,X,2026-01-05,2026-04-04,90,1,,last scan,s2,0,Y
A4,PFS,INVESTIGATOR,X,2026-01-05,2026-04-24,110,0,death,,s2,0,Y
A5,PFS,INVESTIGATOR,P,2026-01-05,2026-01-24,20,0,progression,,s1,0,Y
A6,PFS,INVESTIGATOR,P,2026-01-05,2026-02-08,35,0,death,,s1,2,Y
A7,PFS,INVESTIGATOR,P,2026-01-05,2026-03-20,75,1,,last scan,s2,0,Y
A8,PFS,INVESTIGATOR,P,2026-01-05,2026-02-23,50,0,progression,,s2,0,Y
""",
    (
        Column("USUBJID", filled=True),
        *(Column(c, required=True, filled=True) for c in ("ARM", "STRAT")),
        *(Column(c, "number", required=True) for c in ("AVAL", "CNSR", "ENTRY")),
    ),
)
PARAMETERS = File(
    "pp",
    """USUBJID,PPTESTCD,PPSTRESN,PPSTRESU,TRT,PERIOD
A1,CMAX,100,ng/mL,R,1
A1,CMAX,120.5,ng/mL,T,2
A2,CMAX,90,ng/mL,T,1
A2,CMAX,95,ng/mL,R,2
A3,CMAX,80,ng/mL,R,1
A3,CMAX,99,ng/mL,T,2
A4,CMAX,110,ng/mL,T,1
A4,CMAX,105,ng/mL,R,2
""",
    (
        *(Column(c, required=True, filled=True) for c in ("USUBJID", "TRT", "PERIOD")),
        Column("PPTESTCD", required=True),
        Column("PPSTRESN", "number", required=True),
    ),
)
TO_COME = File(
    "regimen",
    "TIME,DOSE,ROUTE,DURATION\n0,100,iv_infusion,1\n504,50.5,iv_infusion,1\n",
    REGIMEN,
)
DOORS = {
    "nca": Door("nca", (SAMPLES, DOSES, ASKED), "{conc} {dose} --intervals {asked} -o {out}", "pp.csv"),
    "nca_urine": Door("nca", (URINE, ONE_DOSE), "{urine} {dose} -o {out}", "pp.csv"),
    "superpose": Door(
        "superpose",
        (CURVE, ONE_DOSE, File("regimen", "DOSE,TAU,N\n100.5,504,3\n", REGIMEN)),
        "{conc} {dose} --regimen {regimen} -o {out}",
        "sp.csv",
    ),
    "superpose_times": Door(
        "superpose",
        (CURVE, ONE_DOSE, TO_COME),
        "{conc} {dose} --regimen {regimen} -o {out}",
        "sp.csv",
    ),
    "recist": Door("recist", (TR, TU, RS, REF), "{tr} --tu {tu} --rs {rs} --ref {ref} -o {out}", "r"),
    "recist_reported": Door("recist", (RS, REF), "--rs {rs} --ref {ref} -o {out}", "r"),
    "tte": Door("tte", (RS, ENDS), "--rs {rs} --ref {ref} -o {out}", "tte.csv"),
    "tte_adam": Door("tte", (ADRS, ENDS), "--rs {rs} --ref {ref} -o {out}", "tte.csv"),
    "ada": Door("ada", (IS, FIRST_DOSE), "{is} --ref {ref} -o {out}", "ada"),
    "states": Door("escalate", (STATES,), "{states} --protocol {plan} -o {out}", "d.csv"),
    "subjects": Door(
        "escalate",
        (SUBJECTS, DECISIONS),
        "{subjects} --protocol {plan} --as-of 2026-06-30 --decisions {log} -o {out}",
        "d.csv",
    ),
    "characteristics": Door(
        "operating-characteristics",
        (RATES,),
        "--protocol {plan} --scenario {rates} -o {out}",
        "oc.csv",
    ),
    "km": Door("km", (TIMES,), "{tte} --by ARM --strata STRAT --entry ENTRY -o {out}", "km.csv"),
    "compare": Door(
        "compare", (PARAMETERS,), "{pp} --treatment TRT --reference R --period PERIOD -o {out}", "c.csv"
    ),
}  # fmt: skip
