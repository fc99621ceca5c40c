"""What must be shown: the catalogue of displays and the endpoints of the trials' registry entries."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

ENDPOINTS = Path(__file__).parents[1] / "reference" / "registry_endpoints.csv"
# Every row of the catalogue (ICH E3, sections 14 and 16.2; 14.4 to 14.9 and A are the house's own numbers).
ROWS = {
    "T14.1.1.1-3 disposition, sets, deviations": "T14.1.1.1 T14.1.1.2 T14.1.1.3",
    "T14.1.2.1-3 demographics, disease, therapy": "T14.1.2.1 T14.1.2.2 T14.1.2.3",
    "T14.1.3.1 exposure and modifications": "T14.1.3.1",
    "T14.1.4.1 DLT by dose, decision, waiting times": (
        "T14.1.4.1 T14.1.4.2 T14.1.4.3 T14.1.4.4 F14.1.4.1 F14.1.4.2"
    ),
    "L16.2.1-3 discontinued, deviations, windows": "L16.2.1 L16.2.2 L16.2.3",
    "T14.2.1.1 BOR, ORR, DCR": "T14.2.1.1 T14.2.1.2",
    "T14.2.2.1-3 DoR and TTR, PFS, OS": "T14.2.2.1 T14.2.2.2 T14.2.2.3",
    "T14.2.2.4 PFS by other schemes": "T14.2.2.4",
    "T14.2.3.1 investigator against derived": "T14.2.3.1",
    "F14.2.1-6 waterfall to Kaplan-Meier": "F14.2.1 F14.2.2 F14.2.3 F14.2.4 F14.2.5 F14.2.6",
    "L16.2.6.1-4 lesions, response, times": "L16.2.6.1 L16.2.6.2 L16.2.6.3 L16.2.6.4",
    "T14.3.1.1 AE overview": "T14.3.1.1",
    "T14.3.1.2-9 AE by term and kind, L16.2.7 listing": (
        "T14.3.1.2 T14.3.1.3 T14.3.1.4 T14.3.1.5 T14.3.1.6 T14.3.1.7 T14.3.1.8 T14.3.1.9 L16.2.7.1"
    ),
    "T14.3.2.1-3 deaths, SAE, discontinuing; T14.3.3": (
        "L14.3.2.1 L14.3.2.2 L14.3.2.3 L14.3.2.4 T14.3.3.1 T14.3.3.2"
    ),
    "T14.3.4.1-4 laboratory": "T14.3.4.1 T14.3.4.2 T14.3.4.3 L14.3.4.4",
    "T14.3.5-7 vitals, ECG, examination": "T14.3.5.1 T14.3.6.1 T14.3.7.1 T14.3.8.1",
    "T14.4.1.x concentrations": "T14.4.1.1 T14.4.1.2",
    "T14.4.2.x parameters, T14.4.7.x what they rest on": "T14.4.2.1 T14.4.7.1 T14.4.7.2",
    "T14.4.3.1 dose proportionality": "T14.4.3.1 T14.5.2.4",
    "T14.4.4.1 accumulation, steady state": "T14.4.4.1 T14.4.4.2",
    "T14.4.5.1 conjugate: molar ratios": "T14.4.5.1",
    "T14.4.6.1 exposure against outcome": "T14.4.6.1",
    "F14.4.1-8 profiles to ratios": (
        "F14.4.1 F14.4.2 F14.4.3 F14.4.4 F14.4.5 F14.4.6 F14.4.7 F14.4.8"
    ),
    "L16.2.5.1-4 doses, concentrations, parameters, fits": (
        "L16.2.5.1 L16.2.5.2 L16.2.5.3 L16.2.5.4"
    ),
    "T14.5.1.1-4 antibodies": "T14.5.1.1 T14.5.1.2 T14.5.1.3 T14.5.1.4",
    "T14.5.2.1-3 antibodies and exposure, safety, response": "T14.5.2.1 T14.5.2.2 T14.5.2.3",
    "F14.5.1-2 concentration and titre": "F14.5.1 F14.5.2",
    "L16.2.5.5 antibody listings": "L16.2.5.5 L16.2.5.6",
    "T14.6.1, F14.6.1 receptor occupancy, biomarkers": (
        "T14.6.1 T14.6.2 T14.6.3 F14.6.1 F14.6.2 F14.6.3"
    ),
    "T14.9.1-3 the cutoff: snapshot, differences, cohorts, what is due": (
        "T14.9.1 T14.9.2 T14.9.3 T14.9.6 T14.9.7"
    ),
    "A1 rule book, versions, open queries": "T14.9.4 T14.9.5 T14.9.1",
}


@dataclass(frozen=True)
class Covered:
    """One display of one run: its state, and the files it is in; "" where it is in none."""

    number: str
    state: str
    rtf: str
    page: str


def covered(run: Path) -> dict[str, Covered]:
    """Every display of a finished run by its number."""
    displays = pl.read_parquet(run / "displays" / "DISPLAYS.parquet")
    pages = {p: p.read_text(encoding="utf-8") for p in sorted((run / "report").glob("*.html"))}
    found = {}
    for number, state in displays.select("number", "state").iter_rows():
        rtf = run / "tlf" / f"{number}.rtf"
        mark = f'<section class="display" id="{number}"'
        # the decision page shows the beginning of some; the page of the topic has them whole
        with_it = [p.name for p, text in pages.items() if mark in text and p.stem != "index"]
        page = with_it[0] if with_it else ""
        found[number] = Covered(number, state, rtf.name if rtf.is_file() else "", page)
    return found


def table_of(run: Path) -> str:
    """The catalogue with what each of its rows is in this run; printed by the test that holds it."""
    found = covered(run)
    lines = [f"{run.parent.name} {run.name}"]
    for row, numbers in ROWS.items():
        lines.append(f"  {row}")
        for number in numbers.split():
            one = found.get(number)
            told = "MISSING" if one is None else f"{one.rtf} {one.page} ({one.state})"
            lines.append(f"    {number:<10} {told}")
    return "\n".join(lines)


def in_no_row(numbers: Iterable[str]) -> list[str]:
    """Displays that no row of the catalogue has, so that no test would miss them."""
    held = {number for numbers in ROWS.values() for number in numbers.split()}
    return [number for number in numbers if number not in held]


def lost(run: Path) -> list[str]:
    """Displays of the catalogue that this run has not, or has not as RTF and HTML."""
    found = covered(run)
    wanted = [number for numbers in ROWS.values() for number in numbers.split()]
    return [n for n in wanted if n not in found or not (found[n].rtf and found[n].page)]


def endpoints(study: str) -> list[dict[str, str]]:
    """The endpoints of a trial's registry entry, each with the display and the part of it that shows it."""
    with ENDPOINTS.open(encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return [row for row in rows if row["study"] == study]


def endpoints_lost(run: Path) -> list[str]:
    """Endpoints that no display of this run shows: a line of it, or why there is none."""
    states = pl.read_parquet(run / "displays" / "DISPLAYS.parquet").select("number", "state")
    displays = dict(states.iter_rows())
    ard = pl.read_parquet(run / "displays" / "ARD.parquet")
    told = []
    for row in endpoints(run.parent.name):
        for number in row["displays"].split():
            mine = ard.filter(pl.col("DISPLAY") == number, pl.col("ID").str.contains(row["line"]))
            empty = displays.get(number, "") not in {"shown", ""}
            if mine.is_empty() and not empty:
                told.append(f"{row['endpoint']}: {number} {row['line']}")
    return told
