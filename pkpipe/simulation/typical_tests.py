"""Tests every visit brings, with typical values: physiology, the same for every study.

Ranges are common adult reference intervals; they are assumptions of virtual trials, not of an analysis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Test:
    """One measurement: median and spread between and within subjects, reference range, digits."""

    code: str
    name: str
    unit: str | None
    typical: float
    between: float  # coefficient of variation
    within: float
    low: float | None = None
    high: float | None = None
    digits: int = 1


LABORATORY: Final = (
    Test("HGB", "Hemoglobin", "g/L", 122, 0.1, 0.04, 120, 160, 0),
    Test("WBC", "Leukocytes", "10^9/L", 6.4, 0.25, 0.12, 4.0, 10.0, 2),
    Test("NEUT", "Neutrophils", "10^9/L", 4.0, 0.3, 0.15, 2.0, 7.0, 2),
    Test("LYM", "Lymphocytes", "10^9/L", 1.5, 0.3, 0.12, 1.0, 4.0, 2),
    Test("PLAT", "Platelets", "10^9/L", 235, 0.25, 0.1, 125, 350, 0),
    Test("ALT", "Alanine Aminotransferase", "U/L", 22, 0.4, 0.25, 0, 40, 0),
    Test("AST", "Aspartate Aminotransferase", "U/L", 24, 0.35, 0.22, 0, 40, 0),
    Test("BILI", "Bilirubin", "umol/L", 10, 0.35, 0.2, 3.4, 21, 1),
    Test("ALP", "Alkaline Phosphatase", "U/L", 88, 0.35, 0.12, 40, 130, 0),
    Test("CREAT", "Creatinine", "umol/L", 72, 0.2, 0.07, 45, 104, 0),
    Test("ALB", "Albumin", "g/L", 40, 0.08, 0.04, 35, 55, 0),
    Test("K", "Potassium", "mmol/L", 4.2, 0.06, 0.06, 3.5, 5.3, 1),
    Test("SODIUM", "Sodium", "mmol/L", 140, 0.012, 0.01, 135, 145, 0),
    Test("GLUC", "Glucose", "mmol/L", 5.5, 0.14, 0.12, 3.9, 6.1, 1),
    Test("TSH", "Thyrotropin", "mIU/L", 2.0, 0.5, 0.25, 0.4, 4.5, 2),
)
VITALS: Final = (
    Test("SYSBP", "Systolic Blood Pressure", "mmHg", 124, 0.09, 0.06, digits=0),
    Test("DIABP", "Diastolic Blood Pressure", "mmHg", 77, 0.09, 0.06, digits=0),
    Test("PULSE", "Pulse Rate", "beats/min", 78, 0.12, 0.07, digits=0),
    Test("RESP", "Respiratory Rate", "breaths/min", 18, 0.08, 0.06, digits=0),
    Test("TEMP", "Temperature", "C", 36.6, 0.005, 0.006, digits=1),
)
ECG: Final = (
    Test("EGHRMN", "ECG Mean Heart Rate", "beats/min", 76, 0.13, 0.07, digits=0),
    Test("PRAG", "PR Interval, Aggregate", "ms", 156, 0.1, 0.03, digits=0),
    Test("QRSAG", "QRS Duration, Aggregate", "ms", 92, 0.1, 0.03, digits=0),
    Test("QTCFAG", "QTcF Interval, Aggregate", "ms", 414, 0.04, 0.022, digits=0),
)
EXAMINATIONS: Final = (
    ("GENAPP", "General Appearance"),
    ("SKIN", "Skin"),
    ("HEENT", "Head, Eyes, Ears, Nose and Throat"),
    ("LUNGS", "Lungs"),
    ("HEART", "Heart"),
    ("ABDOMEN", "Abdomen"),
    ("LYMPH", "Lymph Nodes"),
    ("NEURO", "Neurological"),
)
ABNORMAL_SHARE: Final = 0.03
