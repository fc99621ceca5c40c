"""Clearance, volume and residence time by route and type of profile: the second half of the registry.

Sources as in `profile`.
"""

from __future__ import annotations

import math
from typing import Final

import polars as pl

from pkpipe.nca.registry.parameter_registry import ALL_KINDS, EV, FIRST, IV, STEADY, Parameter
from pkpipe.units import Dimension

C = pl.col
TIME: Final = Dimension(time=1)
AREA: Final = Dimension(conc=1, time=1)
CLEARANCE: Final = Dimension(dose=1, conc=-1, time=-1)
VOLUME: Final = Dimension(dose=1, conc=-1)
DOSE: Final = Dimension(dose=1)
PERCENT: Final = Dimension(percent=True)

INTRAVENOUS: Final = (
    Parameter("CLO", "Total CL Obs", CLEARANCE, "DOSE / AUCIFO",
        "PKNCA, NC, WNL", "geometric", C("DOSE") / C("AUCIFO"), kinds=FIRST, routes=IV),
    Parameter("CLP", "Total CL Pred", CLEARANCE, "DOSE / AUCIFP",
        "PKNCA, NC, WNL", "geometric", C("DOSE") / C("AUCIFP"), kinds=FIRST, routes=IV),
    Parameter("CLLST", "Total CL by AUC to Last", CLEARANCE, "DOSE / AUCLST",
        "PKNCA", "geometric", C("DOSE") / C("AUCLST"), kinds=FIRST, routes=IV),
    Parameter("VZO", "Vz Obs", VOLUME, "CLO / LAMZ",
        "PKNCA, NC, WNL", "geometric", C("CLO") / C("LAMZ"), kinds=FIRST, routes=IV),
    Parameter("VZP", "Vz Pred", VOLUME, "CLP / LAMZ",
        "PKNCA, NC, WNL", "geometric", C("CLP") / C("LAMZ"), kinds=FIRST, routes=IV),
    Parameter("MRTIVLST", "MRT Intravasc to Last Nonzero Conc", TIME, "AUMCLST / AUCLST - mean input time",
        "PKNCA, NC, WNL", "geometric", C("AUMCLST") / C("AUCLST") - C("INPUT"), routes=IV),
    Parameter("MRTIVIFO", "MRT Intravasc Infinity Obs", TIME, "AUMCIFO / AUCIFO - mean input time",
        "PKNCA, NC, WNL", "geometric",
        C("AUMCIFO") / C("AUCIFO") - C("INPUT"), kinds=FIRST, routes=IV),
    Parameter("MRTIVIFP", "MRT Intravasc Infinity Pred", TIME, "AUMCIFP / AUCIFP - mean input time",
        "PKNCA, NC, WNL", "geometric",
        C("AUMCIFP") / C("AUCIFP") - C("INPUT"), kinds=FIRST, routes=IV),
    Parameter("VSSO", "Vol Dist Steady State Obs", VOLUME, "MRTIVIFO CLO",
        "PKNCA, NC, WNL", "geometric", C("MRTIVIFO") * C("CLO"), kinds=FIRST, routes=IV),
    Parameter("VSSP", "Vol Dist Steady State Pred", VOLUME, "MRTIVIFP CLP",
        "PKNCA, NC, WNL", "geometric", C("MRTIVIFP") * C("CLP"), kinds=FIRST, routes=IV),
    Parameter("VSSLST", "Vol Dist Steady State by AUC to Last", VOLUME, "MRTIVLST CLLST",
        "PKNCA", "geometric", C("MRTIVLST") * C("CLLST"), kinds=FIRST, routes=IV),
)  # fmt: skip

EXTRAVASCULAR: Final = (
    Parameter("CLFO", "Total CL Obs by F", CLEARANCE, "DOSE / AUCIFO",
        "PKNCA, NC, WNL", "geometric", C("DOSE") / C("AUCIFO"), kinds=FIRST, routes=EV),
    Parameter("CLFP", "Total CL Pred by F", CLEARANCE, "DOSE / AUCIFP",
        "PKNCA, NC, WNL", "geometric", C("DOSE") / C("AUCIFP"), kinds=FIRST, routes=EV),
    Parameter("CLFLST", "Total CL by F by AUC to Last", CLEARANCE, "DOSE / AUCLST",
        "PKNCA", "geometric", C("DOSE") / C("AUCLST"), kinds=FIRST, routes=EV),
    Parameter("VZFO", "Vz Obs by F", VOLUME, "CLFO / LAMZ",
        "PKNCA, NC, WNL", "geometric", C("CLFO") / C("LAMZ"), kinds=FIRST, routes=EV),
    Parameter("VZFP", "Vz Pred by F", VOLUME, "CLFP / LAMZ",
        "PKNCA, NC, WNL", "geometric", C("CLFP") / C("LAMZ"), kinds=FIRST, routes=EV),
    Parameter("MRTEVLST", "MRT Extravasc to Last Nonzero Conc", TIME, "AUMCLST / AUCLST - mean dose time",
        "PKNCA, NC, WNL", "geometric", C("AUMCLST") / C("AUCLST") - C("INPUT"), routes=EV),
    Parameter("MRTEVIFO", "MRT Extravasc Infinity Obs", TIME, "AUMCIFO / AUCIFO - mean dose time",
        "PKNCA, NC, WNL", "geometric", C("AUMCIFO") / C("AUCIFO") - C("INPUT"), kinds=FIRST, routes=EV),
    Parameter("MRTEVIFP", "MRT Extravasc Infinity Pred", TIME, "AUMCIFP / AUCIFP - mean dose time",
        "PKNCA, NC, WNL", "geometric", C("AUMCIFP") / C("AUCIFP") - C("INPUT"), kinds=FIRST, routes=EV),
)  # fmt: skip

# MRT at steady state over one dosing interval: what is still in the body at its end stays τ longer.
# ALONE: 0, and no value where a later dose lies in the interval, for then AUCIFO is the area of both.
STEADY_MRT_OBS: Final = (C("AUMCTAU") + C("TAU") * (C("AUCIFO") - C("AUCTAU"))) / C("AUCTAU")
STEADY_MRT_PRED: Final = (C("AUMCTAUP") + C("TAU") * (C("AUCIFP") - C("AUCTAUP"))) / C("AUCTAUP")
ENTRY_IN_TAU: Final = C("INPUTTAU") + C("ALONE")
STEADY_STATE: Final = (
    Parameter("CLSS", "Total CL Steady State", CLEARANCE, "DOSE / AUCTAU",
        "methods 5.4", "geometric", C("DOSETAU") / C("AUCTAU"), kinds=STEADY, routes=IV, needs_tau=True),
    Parameter("VZSS", "Vz Steady State", VOLUME, "CLSS / LAMZ",
        "methods 5.4", "geometric", C("CLSS") / C("LAMZ"), kinds=STEADY, routes=IV, needs_tau=True),
    Parameter("MRTIVMDO", "MRT Intravasc Steady State Obs", TIME,
        "[AUMCTAU + TAU (AUCIFO - AUCTAU)] / AUCTAU - mean input time",
        "methods 5.4", "geometric", STEADY_MRT_OBS - ENTRY_IN_TAU, kinds=STEADY, routes=IV,
        needs_tau=True),
    Parameter("MRTIVMDP", "MRT Intravasc Steady State Pred", TIME,
        "[AUMCTAUP + TAU (AUCIFP - AUCTAUP)] / AUCTAUP - mean input time",
        "methods 5.4", "geometric", STEADY_MRT_PRED - ENTRY_IN_TAU, kinds=STEADY, routes=IV,
        needs_tau=True),
    Parameter("VSSIVMDO", "Vol Dist SS Multiple Dose Obs", VOLUME, "MRTIVMDO CLSS",
        "methods 5.4", "geometric", C("MRTIVMDO") * C("CLSS"), kinds=STEADY, routes=IV, needs_tau=True),
    Parameter("VSSIVMDP", "Vol Dist SS Multiple Dose Pred", VOLUME, "MRTIVMDP DOSE / AUCTAUP",
        "methods 5.4", "geometric", C("MRTIVMDP") * C("DOSETAU") / C("AUCTAUP"), kinds=STEADY,
        routes=IV, needs_tau=True),
    Parameter("CLSSF", "Total CL by F Steady State", CLEARANCE, "DOSE / AUCTAU",
        "methods 5.4", "geometric", C("DOSETAU") / C("AUCTAU"), kinds=STEADY, routes=EV, needs_tau=True),
    Parameter("VZSSF", "Vz by F Steady State", VOLUME, "CLSSF / LAMZ",
        "methods 5.4", "geometric", C("CLSSF") / C("LAMZ"), kinds=STEADY, routes=EV, needs_tau=True),
    Parameter("MRTEVMDO", "MRT Extravasc Steady State Obs", TIME,
        "[AUMCTAU + TAU (AUCIFO - AUCTAU)] / AUCTAU - mean dose time",
        "methods 5.4", "geometric", STEADY_MRT_OBS - ENTRY_IN_TAU, kinds=STEADY, routes=EV, needs_tau=True),
    Parameter("MRTEVMDP", "MRT Extravasc Steady State Pred", TIME,
        "[AUMCTAUP + TAU (AUCIFP - AUCTAUP)] / AUCTAUP - mean dose time",
        "methods 5.4", "geometric", STEADY_MRT_PRED - ENTRY_IN_TAU, kinds=STEADY, routes=EV, needs_tau=True),
)  # fmt: skip

EFFECTIVE: Final = (
    Parameter("EFFHLO", "Effective Half-Life by MRT Obs", TIME, "ln 2 MRTIVIFO",
        "PKNCA", "geometric", math.log(2) * C("MRTIVIFO"), kinds=FIRST, routes=IV),
    Parameter("EFFHLFO", "Effective Half-Life by MRT Obs by F", TIME, "ln 2 MRTEVIFO",
        "PKNCA", "geometric", math.log(2) * C("MRTEVIFO"), kinds=FIRST, routes=EV),
)  # fmt: skip

# Of a partial area between START and END, within the samples; else from START to the last sample.
THRESHOLD: Final = (
    Parameter("TAT", "Time Above Threshold", TIME,
        "hours above the stated concentration, from START to the last sample or END",
        "PKNCA", "median", C("TAT"), kinds=ALL_KINDS, option="time_above", why="LEVEL"),
    Parameter("TAPT", "Percent of Time Above Threshold", PERCENT, "100 TAT / (TAT + TBT)",
        "WNL", "arithmetic", 100 * C("TAT") / (C("TAT") + C("TBT")), kinds=ALL_KINDS, option="time_above"),
    Parameter("TBT", "Time Below Threshold", TIME, "hours at or below it, see TAT",
        "WNL", "median", C("TBT"), kinds=ALL_KINDS, option="time_above", why="LEVEL"),
    Parameter("TBPT", "Percent of Time Below Threshold", PERCENT, "100 TBT / (TAT + TBT)",
        "WNL", "arithmetic", 100 * C("TBT") / (C("TAT") + C("TBT")), kinds=ALL_KINDS, option="time_above"),
    Parameter("AUCAT", "AUC Above Threshold", AREA, "area between curve and threshold, where it is above it",
        "WNL", "geometric", C("AUCAT"), kinds=ALL_KINDS, option="time_above", why="LEVEL"),
    Parameter("AUCBT", "AUC Below Threshold", AREA, "area between curve and threshold, where it is below it",
        "WNL", "geometric", C("AUCBT"), kinds=ALL_KINDS, option="time_above", why="LEVEL"),
)  # fmt: skip
