"""A column map proposed for a file that pkpipe does not know: for a person to read, never used by itself."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from pkpipe import disk
from pkpipe.errors import DataError
from pkpipe.protocol.sources import Reading
from pkpipe.protocol.study import Study
from pkpipe.reading.delivery import RawFile, read_raw
from pkpipe.reading.xlsx.book import sheets_of
from pkpipe.schema.own_inputs import SPECS
from pkpipe.schema.sdtm import DOMAINS, DomainSpec
from pkpipe.schema.sdtmig import is_variable
from pkpipe.snapshot import Place, place_of

# What laboratories and data managers call a column, by its SDTM name without the domain's two letters.
CALLED: Final[Mapping[str, tuple[str, ...]]] = {
    "USUBJID": ("subject", "subject id", "patient", "patient id", "usubjid", "受试者编号"),
    "SITEID": ("site", "centre", "center", "site id", "中心号"),
    "VISIT": ("visit", "visit name", "访视"),
    "VISITNUM": ("visit number", "visit no"),
    "CYCLE": ("cycle", "cycle number", "周期"),
    "TESTCD": ("test code", "analyte", "parameter code"),
    "TEST": ("test", "test name", "analyte name", "parameter"),
    "STRESN": ("result", "concentration", "value", "numeric result", "conc", "浓度"),
    "STRESC": ("result text", "reported result", "final result"),
    "STRESU": ("unit", "units", "result unit", "单位"),
    "LLOQ": ("lower limit of quantification", "loq", "lloq", "定量下限"),
    "SPEC": ("matrix", "specimen", "sample type"),
    "TPT": ("time point", "timepoint", "planned time", "采样点"),
    "TPTNUM": ("nominal time", "planned hours", "nominal hours"),
    "DTC": ("date", "date time", "collection date", "sample date time", "采样时间"),
    "STDTC": ("start", "start date", "start date time", "onset date"),
    "ENDTC": ("end", "end date", "end date time", "stop date"),
    "TRT": ("treatment", "drug", "study drug"),
    "DOSE": ("dose", "dose given", "actual dose"),
    "DOSU": ("dose unit", "dose units"),
    "TERM": ("event", "adverse event", "reported term"),
    "TOXGR": ("grade", "ctcae grade", "toxicity grade"),
    "ARMCD": ("arm", "cohort", "arm code"),
}
# Words that only one findings domain's column is called.
TELLING: Final[Mapping[str, tuple[str, ...]]] = {
    "PC": ("concentration", "conc", "浓度", "nominal time", "planned hours", "nominal hours"),
    "IS": ("titre", "titer", "ada result", "滴度"),
    "LB": ("reference range", "upper limit of normal", "uln", "lab test"),
    "TR": ("diameter", "lesion size", "sum of diameters"),
    "RS": ("overall response", "best response"),
}
NEAR: Final = 0.75
LIKELY: Final = (
    0.5  # share of the columns that must exist before a file is said to look like a domain
)


def proposals(files: Mapping[Place, RawFile], study: Study) -> Iterable[str]:
    """Lines for a person: the map each source would need for the columns it lacks."""
    for code, source in study.sources.items():
        for name in source.files:
            frame = files[place_of(name, source)].frame
            if frame is None:
                continue
            taken = {
                *source.columns.values(),
                *source.times.values(),
                *(set(SPECS[code].names) & set(frame.columns)),
            }
            known = {*source.columns, *source.constants, *frame.columns}
            free = [
                c
                for c in frame.columns
                if c not in {*taken, *source.ignore, "SRCROW"} and not is_variable(code, c)
            ]
            found = proposed(SPECS[code], [n for n in SPECS[code].names if n not in known], free)
            if found:
                told = ", ".join(f"{ours}: {theirs}" for ours, theirs in found.items())
                yield f"sources.{code}, {name}: perhaps columns: {{{told}}} (check each, none is used)"


def of_unknown(raw: Path, name: str, study: Study) -> Iterable[str]:
    """Lines about a file or a sheet that no source reads: whose it seems to be, and its map."""
    readers = [s for s in study.sources.values() if name in s.all_files]
    for sheet in sheets_in(raw / name) if name.lower().endswith(".xlsx") else [None]:
        if any(s.sheet in {None, sheet} for s in readers):
            continue
        file = read_raw(raw, name, Reading(sheet=sheet))
        place = name if sheet is None else f"{name}, sheet '{sheet}'"
        told = f"{place}: no source of the study file names it"
        if file.frame is None:
            yield f"{told}; {file.message}"
        else:
            yield told + _seems(list(file.frame.columns), name, sheet)


def _seems(columns: list[str], name: str, sheet: str | None) -> str:
    """The domain a file may be, with the source it would need."""
    code = looks_like(columns)
    if code is None:
        return ", and it looks like none of the domains, or like several"
    spec = SPECS[code]
    free = [
        c for c in columns if c not in {*spec.names, "SRCROW"} and not is_variable(spec.code, c)
    ]
    found = proposed(spec, [n for n in spec.names if n not in columns], free)
    told = ", ".join(f"{ours}: {theirs}" for ours, theirs in found.items())
    parts = [f"files: [{name}]"]
    parts += [] if sheet is None else [f"sheet: {sheet}"]
    parts += [f"columns: {{{told}}}"] if found else []
    return (
        f"; it looks like {code}, perhaps {code}: {{{', '.join(parts)}}} (check each, none is used)"
    )


def sheets_in(path: Path) -> list[str | None]:
    """The sheets of a workbook; one without a name where it cannot be read."""
    try:
        return [*sheets_of(disk.read_bytes(path))]
    except (OSError, DataError):
        return [None]


def proposed(spec: DomainSpec, missing: list[str], free: list[str]) -> dict[str, str]:
    """Our column: theirs, the nearest name or label first, each of theirs once."""
    scored = sorted(
        ((-_nearness(spec, ours, theirs), ours, theirs) for ours in missing for theirs in free),
    )
    found: dict[str, str] = {}
    for score, ours, theirs in scored:
        if -score >= NEAR and ours not in found and theirs not in found.values():
            found[ours] = theirs
    return {ours: found[ours] for ours in spec.names if ours in found}


def looks_like(columns: Iterable[str]) -> str | None:
    """The domain whose columns these seem to be; None if they are nobody's or several fit as well."""
    names = [n for n in columns if n != "SRCROW"]
    shares = {
        code: sum(any(_nearness(s, ours, n) >= NEAR for ours in s.names) for n in names)
        for code, s in DOMAINS.items()
    }
    most = max(shares.values())
    best = [code for code, share in shares.items() if share == most]
    if len(best) > 1:  # findings domains are alike but for their letters: a telling word decides
        words = {_plain(n) for n in names}
        best = [c for c in best if words & {_plain(w) for w in TELLING.get(c, ())}]
    return best[0] if len(best) == 1 and names and most >= LIKELY * len(names) else None


def _nearness(spec: DomainSpec, ours: str, theirs: str) -> float:
    own = ours.removeprefix(spec.code) if ours not in CALLED else ours
    words = (_plain(ours), *(_plain(w) for w in CALLED.get(own, ())))
    name = _plain(theirs)
    return max(difflib.SequenceMatcher(None, word, name).ratio() for word in words)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())
