"""The registry: every parameter of the NCA, in the order of the output. To add one is to add one entry.

Formulas speak of parameters by code. Sources: GW = Gabrielsson & Weiner, Pharmacokinetic and Pharmacodynamic
Data Analysis, 3rd ed. 2000; PKNCA, NC (NonCompart), WNL (Phoenix WinNonlin) where a program set the definition.
"""

from __future__ import annotations

import math
from typing import Final

import polars as pl

from pkpipe.nca import reasons
from pkpipe.nca.registry import (
    BOLUS,
    EV,
    FIRST,
    INFUSION,
    IV,
    PARTIAL,
    STEADY,
    WHOLE,
    Parameter,
    Summary,
)
from pkpipe.units import Dimension

C = pl.col
CONC: Final = Dimension(conc=1)
TIME: Final = Dimension(time=1)
PER_TIME: Final = Dimension(time=-1)
AREA: Final = Dimension(conc=1, time=1)
MOMENT: Final = Dimension(conc=1, time=2)
CLEARANCE: Final = Dimension(dose=1, conc=-1, time=-1)
VOLUME: Final = Dimension(dose=1, conc=-1)
DOSE: Final = Dimension(dose=1)
PERCENT: Final = Dimension(percent=True)
NUMBER: Final = Dimension()
NOT_BOLUS: Final = EV | INFUSION

OBSERVED: Final = (
    Parameter("CMAX", "Max Conc", CONC, "largest concentration", "GW 2.8", "geometric", C("CMAX"), why="SEEN"),
    Parameter("TMAX", "Time of CMAX", TIME, "time of the first largest concentration", "GW 2.8", "median", C("TMAX"), why="SEEN"),
    Parameter("CMIN", "Min Conc", CONC, "smallest concentration, start and end included", "PKNCA", "geometric", C("CMIN"), why="SEEN"),
    Parameter("TMIN", "Time of CMIN Observation", TIME, "time of the first smallest concentration", "PKNCA", "median", C("TMIN"), why="SEEN"),
    Parameter("TFIRST", "Time of First Quantifiable Conc", TIME, "time of the first quantifiable concentration", "PKNCA", "median", C("TFIRST"), why="SEEN"),
    Parameter("CLST", "Last Nonzero Conc", CONC, "last quantifiable concentration", "GW 2.8", "geometric", C("CLST"), why="SEEN"),
    Parameter("TLST", "Time of Last Nonzero Conc", TIME, "time of CLST", "GW 2.8", "median", C("TLST"), why="SEEN"),
    Parameter("TLAG", "Time Until First Nonzero Conc", TIME, "time of the first sample whose next is higher", "PKNCA, WNL", "median", C("TLAG"), routes=NOT_BOLUS, why="SEEN", missing=reasons.NEVER_RISES),
    Parameter("C0", "Initial Conc", CONC, "measured at the dose; else on the line through the first two logs; else the first", "GW 2.8; PKNCA", "geometric", C("C0"), routes=BOLUS, why="AREA"),
    Parameter("CEOI", "Conc at End of Infusion", CONC, "sample at the end of infusion, within its window", "methods 5.4", "geometric", C("CEOI"), routes=INFUSION, why="SEEN", missing=reasons.NO_EOI),
    Parameter("CTROUGH", "Conc Trough", CONC, "last sample at the end of TAU, within its window", "PKNCA", "geometric", C("CTROUGH"), needs_tau=True, why="SEEN", missing=reasons.NO_TROUGH),
    Parameter("NCONC", "Number of Samples with a Result", NUMBER, "concentrations, BLQ and start value included", "PKNCA", "median", C("NCONC")),
    Parameter("NCONCM", "Number of Quantifiable Samples", NUMBER, "concentrations above zero", "PKNCA", "median", C("NCONCM")),
    Parameter("TDOSE", "Total Dose in Interval", DOSE, "sum of the doses from START to before END", "PKNCA", "geometric", C("DOSE"), missing=reasons.NO_DOSE_AMOUNT),
)  # fmt: skip

TERMINAL: Final = (
    Parameter("LAMZ", "Lambda z", PER_TIME, "minus the slope of ln(concentration) on time in the terminal window", "GW 2.8.4", "geometric", C("LAMZ"), why="SLOPE"),
    Parameter("LAMZHL", "Half-Life Lambda z", TIME, "ln 2 / LAMZ", "GW 2.8.4", "arithmetic", math.log(2) / C("LAMZ")),
    Parameter("LAMZNPT", "Number of Points for Lambda z", NUMBER, "points of the terminal window", "PKNCA, NC", "median", C("LAMZNPT"), why="SLOPE"),
    Parameter("LAMZLL", "Lambda z Lower Limit", TIME, "first time of the terminal window", "PKNCA, NC", "median", C("LAMZLL"), why="SLOPE"),
    Parameter("LAMZUL", "Lambda z Upper Limit", TIME, "last time of the terminal window", "PKNCA, NC", "median", C("LAMZUL"), why="SLOPE"),
    Parameter("LAMZSPN", "Lambda z Span", NUMBER, "(LAMZUL - LAMZLL) / LAMZHL", "PKNCA", "geometric", (C("LAMZUL") - C("LAMZLL")) / C("LAMZHL")),
    Parameter("R2", "R Squared", NUMBER, "squared correlation in the terminal window", "GW 2.8.4", "arithmetic", C("R2"), why="SLOPE"),
    Parameter("R2ADJ", "R Squared Adjusted", NUMBER, "1 - (1 - R2)(LAMZNPT - 1)/(LAMZNPT - 2)", "PKNCA, NC, WNL", "arithmetic", C("R2ADJ"), why="SLOPE", missing=reasons.TWO_POINTS),
    Parameter("CORRXY", "Correlation Between TimeX and Log ConcY", NUMBER, "correlation of time and ln(concentration) in the terminal window", "NC, WNL", "arithmetic", C("CORRXY"), why="SLOPE"),
    Parameter("CLSTP", "Last Nonzero Conc Predicted", CONC, "terminal line at TLST", "NC, WNL", "geometric", C("CLSTP"), why="SLOPE"),
)  # fmt: skip

AREAS: Final = (
    Parameter("AUCLST", "AUC to Last Nonzero Conc", AREA, "sum of segment areas from START to TLST", "GW 2.8.3", "geometric", C("AUCLST"), why="AREA"),
    Parameter("AUCALL", "AUC All", AREA, "AUCLST and the straight line from CLST to the first BLQ after it", "WNL", "geometric", C("AUCALL"), why="AREA"),
    Parameter("AUCIFO", "AUC Infinity Obs", AREA, "AUCLST + CLST / LAMZ", "GW 2.8.3", "geometric", C("AUCLST") + C("CLST") / C("LAMZ")),
    Parameter("AUCIFP", "AUC Infinity Pred", AREA, "AUCLST + CLSTP / LAMZ", "GW 2.8.3", "geometric", C("AUCLST") + C("CLSTP") / C("LAMZ")),
    Parameter("AUCPEO", "AUC %Extrapolation Obs", PERCENT, "100 (AUCIFO - AUCLST) / AUCIFO", "GW 2.8.3", "arithmetic", 100 * (C("CLST") / C("LAMZ")) / C("AUCIFO")),
    Parameter("AUCPEP", "AUC %Extrapolation Pred", PERCENT, "100 (AUCIFP - AUCLST) / AUCIFP", "GW 2.8.3", "arithmetic", 100 * (C("CLSTP") / C("LAMZ")) / C("AUCIFP")),
    Parameter("AUCPBEO", "AUC %Back Extrapolation Obs", PERCENT, "100 (area from the dose to the first sample, under C0) / AUCIFO", "NC, WNL", "arithmetic", 100 * C("AUCBACK") / C("AUCIFO"), routes=BOLUS),
    Parameter("AUCPBEP", "AUC %Back Extrapolation Pred", PERCENT, "100 (area from the dose to the first sample, under C0) / AUCIFP", "NC, WNL", "arithmetic", 100 * C("AUCBACK") / C("AUCIFP"), routes=BOLUS),
    Parameter("AUMCLST", "AUMC to Last Nonzero Conc", MOMENT, "sum of segment moments from START to TLST", "GW 2.8.5", "geometric", C("AUMCLST"), why="AREA"),
    Parameter("AUMCALL", "AUMC All", MOMENT, "AUMCLST and the moment of the line from CLST to the first BLQ after it", "PKNCA", "geometric", C("AUMCALL"), why="AREA"),
    Parameter("AUMCIFO", "AUMC Infinity Obs", MOMENT, "AUMCLST + CLST TLST / LAMZ + CLST / LAMZ^2", "GW 2.8.5", "geometric", C("AUMCLST") + C("CLST") / C("LAMZ") * (C("TLST") + 1 / C("LAMZ"))),
    Parameter("AUMCIFP", "AUMC Infinity Pred", MOMENT, "AUMCLST + CLSTP TLST / LAMZ + CLSTP / LAMZ^2", "GW 2.8.5", "geometric", C("AUMCLST") + C("CLSTP") / C("LAMZ") * (C("TLST") + 1 / C("LAMZ"))),
    Parameter("AUMCPEO", "AUMC % Extrapolation Obs", PERCENT, "100 (AUMCIFO - AUMCLST) / AUMCIFO", "NC, WNL", "arithmetic", 100 * (1 - C("AUMCLST") / C("AUMCIFO"))),
    Parameter("AUMCPEP", "AUMC % Extrapolation Pred", PERCENT, "100 (AUMCIFP - AUMCLST) / AUMCIFP", "NC, WNL", "arithmetic", 100 * (1 - C("AUMCLST") / C("AUMCIFP"))),
)  # fmt: skip

OVER_TAU: Final = (
    Parameter("AUCTAU", "AUC Over Dosing Interval", AREA, "area from START to TAU; beyond TLST the observed exponential", "PKNCA", "geometric", C("AUCW"), needs_tau=True, why="WINDOW"),
    Parameter("AUCTAUP", "AUC Over Dosing Interval Pred", AREA, "as AUCTAU; beyond TLST the predicted exponential", "PKNCA", "geometric", C("AUCWP"), needs_tau=True, why="WINDOW"),
    Parameter("AUCTAUL", "AUC Over Dosing Interval to TLST", AREA, "as AUCTAU; beyond TLST nothing", "PKNCA", "geometric", C("AUCWL"), needs_tau=True, why="WINDOW"),
    Parameter("AUCTAUA", "AUC Over Dosing Interval All", AREA, "as AUCTAU; beyond TLST as AUCALL", "PKNCA", "geometric", C("AUCWA"), needs_tau=True, why="WINDOW"),
    Parameter("AUMCTAU", "AUMC Over Dosing Interval", MOMENT, "moment from START to TAU; beyond TLST the observed exponential", "PKNCA", "geometric", C("AUMCW"), needs_tau=True, why="WINDOW"),
    Parameter("AUMCTAUP", "AUMC Over Dosing Interval Pred", MOMENT, "as AUMCTAU; beyond TLST the predicted exponential", "PKNCA", "geometric", C("AUMCWP"), needs_tau=True, why="WINDOW"),
    Parameter("CAVG", "Average Conc", CONC, "AUCTAU / TAU", "GW 2.8.6", "geometric", C("AUCTAU") / C("TAU"), needs_tau=True),
    Parameter("FLUCP", "Fluctuation%", PERCENT, "100 (CMAX - CMIN) / CAVG", "GW 2.8.6", "arithmetic", 100 * (C("CMAX") - C("CMIN")) / C("CAVG"), needs_tau=True),
    Parameter("SWING", "Swing", NUMBER, "(CMAX - CMIN) / CMIN", "methods 5.4", "arithmetic", (C("CMAX") - C("CMIN")) / C("CMIN"), needs_tau=True),
    Parameter("PTROUGHR", "Peak Trough Ratio", NUMBER, "CMAX / CTROUGH", "PKNCA", "geometric", C("CMAX") / C("CTROUGH"), needs_tau=True),
)  # fmt: skip

PARTIALS: Final = (
    Parameter("AUCINT", "AUC from T1 to T2", AREA, "area from START to END; beyond TLST the observed exponential", "PKNCA", "geometric", C("AUCW"), kinds=PARTIAL, why="WINDOW"),
    Parameter("AUCINTP", "AUC from T1 to T2 Pred", AREA, "as AUCINT; beyond TLST the predicted exponential", "PKNCA", "geometric", C("AUCWP"), kinds=PARTIAL, why="WINDOW"),
    Parameter("AUCINTL", "AUC from T1 to T2, to TLST", AREA, "as AUCINT; beyond TLST nothing", "PKNCA", "geometric", C("AUCWL"), kinds=PARTIAL, why="WINDOW"),
    Parameter("AUCINTA", "AUC from T1 to T2 All", AREA, "as AUCINT; beyond TLST as AUCALL", "PKNCA", "geometric", C("AUCWA"), kinds=PARTIAL, why="WINDOW"),
    Parameter("AUMCINT", "AUMC from T1 to T2", MOMENT, "moment about the dose from START to END; beyond TLST the observed exponential", "PKNCA", "geometric", C("AUMCW"), kinds=PARTIAL, why="WINDOW"),
    Parameter("AUMCINTP", "AUMC from T1 to T2 Pred", MOMENT, "as AUMCINT; beyond TLST the predicted exponential", "PKNCA", "geometric", C("AUMCWP"), kinds=PARTIAL, why="WINDOW"),
    Parameter("AUMCINTL", "AUMC from T1 to T2, to TLST", MOMENT, "as AUMCINT; beyond TLST nothing", "PKNCA", "geometric", C("AUMCWL"), kinds=PARTIAL, why="WINDOW"),
    Parameter("AUMCINTA", "AUMC from T1 to T2 All", MOMENT, "as AUMCINT; beyond TLST as AUMCALL", "PKNCA", "geometric", C("AUMCWA"), kinds=PARTIAL, why="WINDOW"),
)  # fmt: skip

INTRAVENOUS: Final = (
    Parameter("CLO", "Total CL Obs", CLEARANCE, "DOSE / AUCIFO", "GW 2.8.6", "geometric", C("DOSE") / C("AUCIFO"), kinds=FIRST, routes=IV),
    Parameter("CLP", "Total CL Pred", CLEARANCE, "DOSE / AUCIFP", "GW 2.8.6", "geometric", C("DOSE") / C("AUCIFP"), kinds=FIRST, routes=IV),
    Parameter("CLLST", "Total CL by AUC to Last", CLEARANCE, "DOSE / AUCLST", "PKNCA", "geometric", C("DOSE") / C("AUCLST"), kinds=FIRST, routes=IV),
    Parameter("VZO", "Vz Obs", VOLUME, "CLO / LAMZ", "GW 2.8.6", "geometric", C("CLO") / C("LAMZ"), kinds=FIRST, routes=IV),
    Parameter("VZP", "Vz Pred", VOLUME, "CLP / LAMZ", "GW 2.8.6", "geometric", C("CLP") / C("LAMZ"), kinds=FIRST, routes=IV),
    Parameter("MRTIVLST", "MRT Intravasc to Last Nonzero Conc", TIME, "AUMCLST / AUCLST - DURATION / 2", "GW 2.8.5", "geometric", C("AUMCLST") / C("AUCLST") - C("DURATION") / 2, routes=IV),
    Parameter("MRTIVIFO", "MRT Intravasc Infinity Obs", TIME, "AUMCIFO / AUCIFO - DURATION / 2", "GW 2.8.5", "geometric", C("AUMCIFO") / C("AUCIFO") - C("DURATION") / 2, kinds=FIRST, routes=IV),
    Parameter("MRTIVIFP", "MRT Intravasc Infinity Pred", TIME, "AUMCIFP / AUCIFP - DURATION / 2", "GW 2.8.5", "geometric", C("AUMCIFP") / C("AUCIFP") - C("DURATION") / 2, kinds=FIRST, routes=IV),
    Parameter("VSSO", "Vol Dist Steady State Obs", VOLUME, "MRTIVIFO CLO", "GW 2.8.6", "geometric", C("MRTIVIFO") * C("CLO"), kinds=FIRST, routes=IV),
    Parameter("VSSP", "Vol Dist Steady State Pred", VOLUME, "MRTIVIFP CLP", "GW 2.8.6", "geometric", C("MRTIVIFP") * C("CLP"), kinds=FIRST, routes=IV),
    Parameter("VSSLST", "Vol Dist Steady State by AUC to Last", VOLUME, "MRTIVLST CLLST", "PKNCA", "geometric", C("MRTIVLST") * C("CLLST"), kinds=FIRST, routes=IV),
)  # fmt: skip

EXTRAVASCULAR: Final = (
    Parameter("CLFO", "Total CL Obs by F", CLEARANCE, "DOSE / AUCIFO", "GW 2.8.6", "geometric", C("DOSE") / C("AUCIFO"), kinds=FIRST, routes=EV),
    Parameter("CLFP", "Total CL Pred by F", CLEARANCE, "DOSE / AUCIFP", "GW 2.8.6", "geometric", C("DOSE") / C("AUCIFP"), kinds=FIRST, routes=EV),
    Parameter("CLFLST", "Total CL by F by AUC to Last", CLEARANCE, "DOSE / AUCLST", "PKNCA", "geometric", C("DOSE") / C("AUCLST"), kinds=FIRST, routes=EV),
    Parameter("VZFO", "Vz Obs by F", VOLUME, "CLFO / LAMZ", "GW 2.8.6", "geometric", C("CLFO") / C("LAMZ"), kinds=FIRST, routes=EV),
    Parameter("VZFP", "Vz Pred by F", VOLUME, "CLFP / LAMZ", "GW 2.8.6", "geometric", C("CLFP") / C("LAMZ"), kinds=FIRST, routes=EV),
    Parameter("MRTEVLST", "MRT Extravasc to Last Nonzero Conc", TIME, "AUMCLST / AUCLST", "GW 2.8.5", "geometric", C("AUMCLST") / C("AUCLST"), routes=EV),
    Parameter("MRTEVIFO", "MRT Extravasc Infinity Obs", TIME, "AUMCIFO / AUCIFO", "GW 2.8.5", "geometric", C("AUMCIFO") / C("AUCIFO"), kinds=FIRST, routes=EV),
    Parameter("MRTEVIFP", "MRT Extravasc Infinity Pred", TIME, "AUMCIFP / AUCIFP", "GW 2.8.5", "geometric", C("AUMCIFP") / C("AUCIFP"), kinds=FIRST, routes=EV),
)  # fmt: skip

# MRT over one dosing interval at steady state: what is still in the body at its end stays τ longer (methods 5.4).
STEADY_MRT_OBS: Final = (C("AUMCTAU") + C("TAU") * (C("AUCIFO") - C("AUCTAU"))) / C("AUCTAU")
STEADY_MRT_PRED: Final = (C("AUMCTAUP") + C("TAU") * (C("AUCIFP") - C("AUCTAUP"))) / C("AUCTAUP")
STEADY_STATE: Final = (
    Parameter("CLSS", "Total CL Steady State", CLEARANCE, "DOSE / AUCTAU", "GW 2.8.6", "geometric", C("DOSE") / C("AUCTAU"), kinds=STEADY, routes=IV, needs_tau=True),
    Parameter("VZSS", "Vz Steady State", VOLUME, "CLSS / LAMZ", "methods 5.4", "geometric", C("CLSS") / C("LAMZ"), kinds=STEADY, routes=IV, needs_tau=True),
    Parameter("MRTIVMDO", "MRT Intravasc Steady State Obs", TIME, "[AUMCTAU + TAU (AUCIFO - AUCTAU)] / AUCTAU - DURATION / 2", "methods 5.4", "geometric", STEADY_MRT_OBS - C("DURATION") / 2, kinds=STEADY, routes=IV, needs_tau=True),
    Parameter("MRTIVMDP", "MRT Intravasc Steady State Pred", TIME, "[AUMCTAUP + TAU (AUCIFP - AUCTAUP)] / AUCTAUP - DURATION / 2", "methods 5.4", "geometric", STEADY_MRT_PRED - C("DURATION") / 2, kinds=STEADY, routes=IV, needs_tau=True),
    Parameter("VSSIVMDO", "Vol Dist SS Multiple Dose Obs", VOLUME, "MRTIVMDO CLSS", "methods 5.4", "geometric", C("MRTIVMDO") * C("CLSS"), kinds=STEADY, routes=IV, needs_tau=True),
    Parameter("VSSIVMDP", "Vol Dist SS Multiple Dose Pred", VOLUME, "MRTIVMDP DOSE / AUCTAUP", "methods 5.4", "geometric", C("MRTIVMDP") * C("DOSE") / C("AUCTAUP"), kinds=STEADY, routes=IV, needs_tau=True),
    Parameter("CLSSF", "Total CL by F Steady State", CLEARANCE, "DOSE / AUCTAU", "GW 2.8.6", "geometric", C("DOSE") / C("AUCTAU"), kinds=STEADY, routes=EV, needs_tau=True),
    Parameter("VZSSF", "Vz by F Steady State", VOLUME, "CLSSF / LAMZ", "methods 5.4", "geometric", C("CLSSF") / C("LAMZ"), kinds=STEADY, routes=EV, needs_tau=True),
    Parameter("MRTEVMDO", "MRT Extravasc Steady State Obs", TIME, "[AUMCTAU + TAU (AUCIFO - AUCTAU)] / AUCTAU", "methods 5.4", "geometric", STEADY_MRT_OBS, kinds=STEADY, routes=EV, needs_tau=True),
    Parameter("MRTEVMDP", "MRT Extravasc Steady State Pred", TIME, "[AUMCTAUP + TAU (AUCIFP - AUCTAUP)] / AUCTAUP", "methods 5.4", "geometric", STEADY_MRT_PRED, kinds=STEADY, routes=EV, needs_tau=True),
)  # fmt: skip

EFFECTIVE: Final = (
    Parameter("EFFHLO", "Effective Half-Life by MRT Obs", TIME, "ln 2 MRTIVIFO", "PKNCA", "geometric", math.log(2) * C("MRTIVIFO"), kinds=FIRST, routes=IV),
    Parameter("EFFHLFO", "Effective Half-Life by MRT Obs by F", TIME, "ln 2 MRTEVIFO", "PKNCA", "geometric", math.log(2) * C("MRTEVIFO"), kinds=FIRST, routes=EV),
    Parameter("TAT", "Time Above Threshold", TIME, "hours above the stated concentration, from START to the last sample", "PKNCA", "median", C("TAT"), option="time_above", why="AREA"),
)  # fmt: skip


def _per_dose(of: Parameter) -> Parameter:
    """The same parameter divided by the dose."""
    d = of.dimension
    return Parameter(
        f"{of.code}D",
        f"{of.label} Norm by Dose"[:40],
        Dimension(d.dose - 1, d.conc, d.time),
        f"{of.code} / DOSE",
        "PKNCA",
        "geometric",
        C(of.code) / C("DOSE"),
        of.kinds,
        of.routes,
        of.needs_tau,
        of.option,
    )


NORMALISED: Final = (
    "CMAX CMIN CLST CLSTP CTROUGH CAVG AUCLST AUCALL AUCIFO AUCIFP AUCTAU AUMCLST AUMCALL AUMCIFO AUMCIFP"
).split()
_NATIVE: Final = (
    *OBSERVED,
    *TERMINAL,
    *AREAS,
    *OVER_TAU,
    *PARTIALS,
    *INTRAVENOUS,
    *EXTRAVASCULAR,
    *STEADY_STATE,
    *EFFECTIVE,
)
_BY_CODE: Final = {p.code: p for p in _NATIVE}

PARAMETERS: Final[tuple[Parameter, ...]] = (
    *_NATIVE,
    *(_per_dose(_BY_CODE[code]) for code in NORMALISED),
)


def parameter_table() -> pl.DataFrame:
    """The registry as a table: one row a parameter, in the order of the output."""
    return pl.DataFrame(
        {
            "PPTESTCD": [p.code for p in PARAMETERS],
            "PPTEST": [p.label for p in PARAMETERS],
            "DOSE_POWER": [p.dimension.dose for p in PARAMETERS],
            "CONC_POWER": [p.dimension.conc for p in PARAMETERS],
            "TIME_POWER": [p.dimension.time for p in PARAMETERS],
            "PERCENT": [p.dimension.percent for p in PARAMETERS],
            "FORMULA": [p.formula for p in PARAMETERS],
            "SOURCE": [p.source for p in PARAMETERS],
            "KINDS": [
                " ".join(k for k in ("SD", "MD", "PART") if k in p.kinds) for p in PARAMETERS
            ],
            "ROUTES": [" ".join(sorted(p.routes)) for p in PARAMETERS],
            "SUMMARY": pl.Series([p.summary for p in PARAMETERS], dtype=pl.String),
        }
    )
