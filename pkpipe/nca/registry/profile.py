"""What is read off a profile, its terminal slope and its areas: the first half of the registry.

Sources: PKNCA, NC (NonCompart), WNL (Phoenix WinNonlin) where a program set the definition and its answers
are met; methods = the definitions pkpipe was built to.
"""

from __future__ import annotations

import math
from typing import Final

import polars as pl

from pkpipe.nca import reasons
from pkpipe.nca.registry.parameter_registry import BOLUS, EV, INFUSION, PARTIAL, Parameter
from pkpipe.units import Dimension

C = pl.col
CONC: Final = Dimension(conc=1)
TIME: Final = Dimension(time=1)
PER_TIME: Final = Dimension(time=-1)
AREA: Final = Dimension(conc=1, time=1)
MOMENT: Final = Dimension(conc=1, time=2)
DOSE: Final = Dimension(dose=1)
PERCENT: Final = Dimension(percent=True)
NUMBER: Final = Dimension()
NOT_BOLUS: Final = EV | INFUSION

OBSERVED: Final = (
    Parameter("CMAX", "Max Conc", CONC,
        "largest concentration; of a multiple dose (MD) from START to TAU",
        "PKNCA, NC, WNL", "geometric", C("CMAX"), why="DRAWN"),
    Parameter("TMAX", "Time of CMAX", TIME, "time of the first largest concentration, see CMAX",
        "PKNCA, NC, WNL", "median", C("TMAX"), why="PEAK"),
    Parameter("CMIN", "Min Conc", CONC,
        "smallest concentration from START to TAU, both included; without TAU of all",
        "PKNCA", "geometric", C("CMIN"), why="LOW"),
    Parameter("TMIN", "Time of CMIN Observation", TIME, "time of the first smallest concentration, see CMIN",
        "PKNCA", "median", C("TMIN"), why="LOW"),
    Parameter("TFIRST", "Time of First Quantifiable Conc", TIME,
        "time of the first quantifiable concentration",
        "PKNCA", "median", C("TFIRST"), why="SEEN"),
    Parameter("CLST", "Last Nonzero Conc", CONC, "last quantifiable concentration",
        "PKNCA, NC, WNL", "geometric", C("CLST"), why="SEEN"),
    Parameter("TLST", "Time of Last Nonzero Conc", TIME, "time of CLST",
        "PKNCA, NC, WNL", "median", C("TLST"), why="SEEN"),
    Parameter("TLAG", "Time Until First Nonzero Conc", TIME,
        "time of the first sample whose next is higher",
        "PKNCA, WNL", "median", C("TLAG"), routes=NOT_BOLUS, why="SEEN", missing=reasons.NEVER_RISES),
    Parameter("C0", "Initial Conc", CONC,
        "measured at a first dose; else on the line through the first two logs; else the first",
        "PKNCA", "geometric", C("C0"), routes=BOLUS, why="AREA"),
    Parameter("CEOI", "Conc at End of Infusion", CONC, "sample at the end of infusion, within its window",
        "methods 5.4", "geometric", C("CEOI"), routes=INFUSION, why="EOI", missing=reasons.NO_EOI),
    Parameter("CTROUGH", "Conc Trough", CONC, "last sample at the end of TAU, within its window",
        "PKNCA", "geometric", C("CTROUGH"), needs_tau=True, why="DRAWN", missing=reasons.NO_TROUGH),
    Parameter("NCONC", "Number of Samples with a Result", NUMBER,
        "concentrations, BLQ and start value included",
        "PKNCA", "median", C("NCONC")),
    Parameter("NCONCM", "Number of Quantifiable Samples", NUMBER, "concentrations above zero",
        "PKNCA", "median", C("NCONCM")),
    Parameter("TDOSE", "Total Dose in Interval", DOSE, "sum of the doses from START to before END",
        "PKNCA", "geometric", C("TDOSE"), missing=reasons.NO_DOSE_AMOUNT),
)  # fmt: skip

TERMINAL: Final = (
    Parameter("LAMZ", "Lambda z", PER_TIME,
        "minus the slope of ln(concentration) on time in the terminal window",
        "PKNCA, NC, WNL", "geometric", C("LAMZ"), why="SLOPE"),
    Parameter("LAMZHL", "Half-Life Lambda z", TIME, "ln 2 / LAMZ",
        "PKNCA, NC, WNL", "arithmetic", math.log(2) / C("LAMZ")),
    Parameter("LAMZNPT", "Number of Points for Lambda z", NUMBER, "points of the terminal window",
        "PKNCA, NC", "median", C("LAMZNPT"), why="SLOPE"),
    Parameter("LAMZLL", "Lambda z Lower Limit", TIME, "first time of the terminal window",
        "PKNCA, NC", "median", C("LAMZLL"), why="SLOPE"),
    Parameter("LAMZUL", "Lambda z Upper Limit", TIME, "last time of the terminal window",
        "PKNCA, NC", "median", C("LAMZUL"), why="SLOPE"),
    Parameter("LAMZSPN", "Lambda z Span", NUMBER, "(LAMZUL - LAMZLL) / LAMZHL",
        "PKNCA", "geometric", (C("LAMZUL") - C("LAMZLL")) / C("LAMZHL")),
    Parameter("R2", "R Squared", NUMBER, "squared correlation in the terminal window",
        "PKNCA, NC, WNL", "arithmetic", C("R2"), why="SLOPE", unless="tobit"),
    Parameter("R2ADJ", "R Squared Adjusted", NUMBER, "1 - (1 - R2)(LAMZNPT - 1)/(LAMZNPT - 2)",
        "PKNCA, NC, WNL", "arithmetic", C("R2ADJ"), why="SLOPE", missing=reasons.TWO_POINTS,
        unless="tobit"),
    Parameter("CORRXY", "Correlation Between TimeX and Log ConcY", NUMBER,
        "correlation of time and ln(concentration) in the terminal window",
        "NC, WNL", "arithmetic", C("CORRXY"), why="SLOPE", unless="tobit"),
    Parameter("LAMZNBLQ", "Number of BLQ Points for Lambda z", NUMBER,
        "points of the terminal window below the limit of quantification",
        "PKNCA", "median", C("LAMZNBLQ"), why="SLOPE", option="tobit"),
    Parameter("LAMZSD", "Residual SD of Lambda z", NUMBER,
        "SD of ln(concentration) about the terminal line, by maximum likelihood",
        "PKNCA", "arithmetic", C("LAMZSD"), why="SLOPE", option="tobit"),
    Parameter("CLSTP", "Last Nonzero Conc Predicted", CONC, "terminal line at TLST",
        "NC, WNL", "geometric", C("CLSTP"), why="SLOPE"),
)  # fmt: skip

AREAS: Final = (
    Parameter("AUCLST", "AUC to Last Nonzero Conc", AREA, "sum of segment areas from START to TLST",
        "PKNCA, NC, WNL", "geometric", C("AUCLST"), why="AREA"),
    Parameter("AUCALL", "AUC All", AREA, "AUCLST and the straight line from CLST to the first BLQ after it",
        "WNL", "geometric", C("AUCALL"), why="AREA"),
    Parameter("AUCIFO", "AUC Infinity Obs", AREA, "AUCLST + CLST / LAMZ",
        "PKNCA, NC, WNL", "geometric", C("AUCLST") + C("CLST") / C("LAMZ")),
    Parameter("AUCIFP", "AUC Infinity Pred", AREA, "AUCLST + CLSTP / LAMZ",
        "PKNCA, NC, WNL", "geometric", C("AUCLST") + C("CLSTP") / C("LAMZ")),
    Parameter("AUCPEO", "AUC %Extrapolation Obs", PERCENT, "100 (AUCIFO - AUCLST) / AUCIFO",
        "PKNCA, NC, WNL", "arithmetic", 100 * (C("CLST") / C("LAMZ")) / C("AUCIFO")),
    Parameter("AUCPEP", "AUC %Extrapolation Pred", PERCENT, "100 (AUCIFP - AUCLST) / AUCIFP",
        "PKNCA, NC, WNL", "arithmetic", 100 * (C("CLSTP") / C("LAMZ")) / C("AUCIFP")),
    Parameter("AUCPBEO", "AUC %Back Extrapolation Obs", PERCENT,
        "100 (area from the dose to the first sample, under C0) / AUCIFO",
        "NC, WNL", "arithmetic", 100 * C("AUCBACK") / C("AUCIFO"), routes=BOLUS),
    Parameter("AUCPBEP", "AUC %Back Extrapolation Pred", PERCENT,
        "100 (area from the dose to the first sample, under C0) / AUCIFP",
        "NC, WNL", "arithmetic", 100 * C("AUCBACK") / C("AUCIFP"), routes=BOLUS),
    Parameter("AUMCLST", "AUMC to Last Nonzero Conc", MOMENT, "sum of segment moments from START to TLST",
        "PKNCA, NC, WNL", "geometric", C("AUMCLST"), why="AREA"),
    Parameter("AUMCALL", "AUMC All", MOMENT,
        "AUMCLST and the moment of the line from CLST to the first BLQ after it",
        "PKNCA", "geometric", C("AUMCALL"), why="AREA"),
    Parameter("AUMCIFO", "AUMC Infinity Obs", MOMENT, "AUMCLST + CLST TLST / LAMZ + CLST / LAMZ^2",
        "PKNCA, NC, WNL", "geometric", C("AUMCLST") + C("CLST") / C("LAMZ") * (C("TLST") + 1 / C("LAMZ"))),
    Parameter("AUMCIFP", "AUMC Infinity Pred", MOMENT, "AUMCLST + CLSTP TLST / LAMZ + CLSTP / LAMZ^2",
        "PKNCA, NC, WNL", "geometric", C("AUMCLST") + C("CLSTP") / C("LAMZ") * (C("TLST") + 1 / C("LAMZ"))),
    Parameter("AUMCPEO", "AUMC % Extrapolation Obs", PERCENT, "100 (AUMCIFO - AUMCLST) / AUMCIFO",
        "NC, WNL", "arithmetic", 100 * (1 - C("AUMCLST") / C("AUMCIFO"))),
    Parameter("AUMCPEP", "AUMC % Extrapolation Pred", PERCENT, "100 (AUMCIFP - AUMCLST) / AUMCIFP",
        "NC, WNL", "arithmetic", 100 * (1 - C("AUMCLST") / C("AUMCIFP"))),
)  # fmt: skip

OVER_TAU: Final = (
    Parameter("AUCTAU", "AUC Over Dosing Interval", AREA,
        "area from START to TAU; beyond TLST to a BLQ drawn by TAU, else the observed exponential",
        "PKNCA", "geometric", C("AUCW"), needs_tau=True, why="WINDOW"),
    Parameter("AUCTAUP", "AUC Over Dosing Interval Pred", AREA,
        "as AUCTAU; beyond TLST the predicted exponential",
        "PKNCA", "geometric", C("AUCWP"), needs_tau=True, why="WINDOW"),
    Parameter("AUCTAUL", "AUC Over Dosing Interval to TLST", AREA, "as AUCTAU; beyond TLST nothing",
        "PKNCA", "geometric", C("AUCWL"), needs_tau=True, why="WINDOW"),
    Parameter("AUCTAUA", "AUC Over Dosing Interval All", AREA, "as AUCTAU; beyond TLST as AUCALL",
        "PKNCA", "geometric", C("AUCWA"), needs_tau=True, why="WINDOW"),
    Parameter("AUMCTAU", "AUMC Over Dosing Interval", MOMENT,
        "moment from START to TAU; as AUCTAU",
        "PKNCA", "geometric", C("AUMCW"), needs_tau=True, why="WINDOW"),
    Parameter("AUMCTAUP", "AUMC Over Dosing Interval Pred", MOMENT,
        "as AUMCTAU; beyond TLST the predicted exponential",
        "PKNCA", "geometric", C("AUMCWP"), needs_tau=True, why="WINDOW"),
    Parameter("AUCTAUPE", "AUC Over Dosing Int %Extrapolation Obs", PERCENT,
        "100 (AUCTAU - AUCTAUL) / AUCTAU; 0 where samples or a BLQ reach the end of TAU",
        "WNL", "arithmetic",
        pl.when(C("EXTENDED") > 0).then(100 * (C("AUCTAU") - C("AUCTAUL")) / C("AUCTAU"))
        .otherwise(0.0 * C("AUCTAU")), needs_tau=True),
    Parameter("AILAMZ", "Accumulation Index using Lambda z", NUMBER, "1 / (1 - exp(-LAMZ TAU))",
        "WNL", "geometric", 0.5 + 0.5 / (0.5 * C("LAMZ") * C("TAU")).tanh(), needs_tau=True),
    Parameter("CAVG", "Average Conc", CONC, "AUCTAU / TAU",
        "methods 5.4", "geometric", C("AUCTAU") / C("TAU"), needs_tau=True),
    Parameter("FLUCP", "Fluctuation%", PERCENT, "100 (largest - CMIN) / CAVG, both from START to TAU",
        "methods 5.4", "arithmetic", 100 * (C("CMAXTAU") - C("CMIN")) / C("CAVG"), needs_tau=True),
    Parameter("SWING", "Swing", NUMBER, "(largest - CMIN) / CMIN, both from START to TAU",
        "methods 5.4", "arithmetic", (C("CMAXTAU") - C("CMIN")) / C("CMIN"), needs_tau=True),
    Parameter("PTROUGHR", "Peak Trough Ratio", NUMBER, "largest from START to TAU / CTROUGH",
        "PKNCA", "geometric", C("CMAXTAU") / C("CTROUGH"), needs_tau=True),
)  # fmt: skip

PARTIALS: Final = (
    Parameter("AUCINT", "AUC from T1 to T2", AREA,
        "area from START to END; beyond TLST to a BLQ drawn by END, else the observed exponential",
        "PKNCA", "geometric", C("AUCW"), kinds=PARTIAL, why="WINDOW"),
    Parameter("AUCINTP", "AUC from T1 to T2 Pred", AREA, "as AUCINT; beyond TLST the predicted exponential",
        "PKNCA", "geometric", C("AUCWP"), kinds=PARTIAL, why="WINDOW"),
    Parameter("AUCINTL", "AUC from T1 to T2, to TLST", AREA, "as AUCINT; beyond TLST nothing",
        "PKNCA", "geometric", C("AUCWL"), kinds=PARTIAL, why="WINDOW"),
    Parameter("AUCINTA", "AUC from T1 to T2 All", AREA, "as AUCINT; beyond TLST as AUCALL",
        "PKNCA", "geometric", C("AUCWA"), kinds=PARTIAL, why="WINDOW"),
    Parameter("AUMCINT", "AUMC from T1 to T2", MOMENT,
        "moment about the dose; as AUCINT",
        "PKNCA", "geometric", C("AUMCW"), kinds=PARTIAL, why="WINDOW"),
    Parameter("AUMCINTP", "AUMC from T1 to T2 Pred", MOMENT,
        "as AUMCINT; beyond TLST the predicted exponential",
        "PKNCA", "geometric", C("AUMCWP"), kinds=PARTIAL, why="WINDOW"),
    Parameter("AUMCINTL", "AUMC from T1 to T2, to TLST", MOMENT, "as AUMCINT; beyond TLST nothing",
        "PKNCA", "geometric", C("AUMCWL"), kinds=PARTIAL, why="WINDOW"),
    Parameter("AUMCINTA", "AUMC from T1 to T2 All", MOMENT, "as AUMCINT; beyond TLST as AUMCALL",
        "PKNCA", "geometric", C("AUMCWA"), kinds=PARTIAL, why="WINDOW"),
)  # fmt: skip
