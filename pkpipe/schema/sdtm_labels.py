"""Labels of SDTM's datasets and variables, letter for letter as SDTMIG 3.4 has them, with type and Core.

`sdtmig_3_4.csv` holds dataset, variable, label, type and Core of the domains that pkpipe reads, from
github.com/rubentalstra/Trial-Submission-Studio (MIT), commit 222938d890fb78f83d21ca50930fbee4051a8cca,
crates/tss-standards/data/sdtm/ig/v3.4/Variables.csv. A variable that SDTMIG 3.4 does not list in its domain
(EXOCCUR, PECLSIG, VISIT of EX) stands at the end, as `--OCCUR`: it is called as in the other domains. A row
without a variable is the structure of its dataset (Datasets.csv, in the same place).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pkpipe import disk
from pkpipe.schema.sdtmig import is_variable

DATASETS: Final[Mapping[str, str]] = {
    "DM": "Demographics",
    "EX": "Exposure",
    "PC": "Pharmacokinetics Concentrations",
    "IS": "Immunogenicity Specimen Assessments",
    "TU": "Tumor/Lesion Identification",
    "TR": "Tumor/Lesion Results",
    "RS": "Disease Response and Clin Classification",
    "AE": "Adverse Events",
    "LB": "Laboratory Test Results",
    "VS": "Vital Signs",
    "EG": "ECG Test Results",
    "PE": "Physical Examination",
    "DS": "Disposition",
    "SS": "Subject Status",
    "CM": "Concomitant/Prior Medications",
    "CP": "Cell Phenotype Findings",
}
NEEDED: Final = ("Req", "Exp")


@dataclass(frozen=True)
class Described:
    """What SDTMIG says of a variable."""

    label: str
    number: bool
    core: str  # Req, Exp, Perm; empty: SDTMIG does not list the variable in this domain


def sdtm_label(name: str) -> str | None:
    """The label of a variable; nothing where SDTM has no variable of this name that is known here."""
    domain = name[:2] if name[:2] in DATASETS else "DM"
    found = _anywhere().get(name) or described(domain, name)
    return None if found is None else found.label


def described(domain: str, name: str) -> Described | None:
    """What SDTMIG says of a variable in its domain, else what it says of it in others."""
    if not is_variable(domain, name):
        return None
    ours = name.removeprefix(domain)
    found = _listed().get((domain, name)) or _listed().get(("", name))
    return found or _listed().get(("", f"--{ours}"))


def structure(domain: str) -> str:
    """What a record of a domain is, in SDTMIG's words."""
    return _listed()[domain, ""].label


def needed(domain: str) -> dict[str, str]:
    """The variables that SDTMIG requires (Req) or expects (Exp) in a domain, in its order."""
    return {n: d.core for (code, n), d in _listed().items() if code == domain and d.core in NEEDED}


@cache
def _listed() -> dict[tuple[str, str], Described]:
    text = disk.read_bytes(Path(__file__).parent / "sdtmig_3_4.csv").decode()
    return {
        (row["DATASET"], row["VARIABLE"]): Described(
            row["LABEL"], row["TYPE"] == "Num", row["CORE"]
        )
        for row in csv.DictReader(text.splitlines())
    }


@cache
def _anywhere() -> dict[str, Described]:
    """By name alone: a variable that several domains have is called the same in each."""
    return {name: found for (_, name), found in _listed().items()}
