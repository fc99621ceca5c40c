"""What a recorded decision rests on: the run it names by its manifest, who approved it, what was seen there.

The answers come from the audit trail and the run's folder and are tables of this run, so that the rooms
after it stay functions of tables. A log that names no manifest asks nothing, and the tables are empty on
every machine.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from pkpipe.errors import DataError
from pkpipe.finding.check import Check
from pkpipe.finding.rows import found
from pkpipe.reading.files import read_table
from pkpipe.schema.adam.validate import APPROVAL, SEEN
from pkpipe.store import manifest, signatures
from pkpipe.store.audit_chain import Line, lines_if_any
from pkpipe.store.named_runs import HASH, lies_there, manifest_of, run_of

C: Final = pl.col
FOUND, ALTERED, REPLACED, UNKNOWN, UNPROVED = (
    *("FOUND", "ALTERED", "REPLACED", "UNKNOWN", "UNPROVED"),
)


def _about(name: str, words: str, allowed: str) -> Check:
    return Check(
        f"DECISION-RUN-{name}",
        "query",
        words,
        "21 CFR 11.10(e), 11.70",
        allowed=allowed,
        table="DECISIONS",
        column="manifest",
    )


NO_RUN: Final = _about(
    "UNKNOWN",
    "no run of the audit trail has the manifest that the decision names",
    "a manifest of this study's audit trail, which pkpipe audit verify proves",
)
OTHER_FILES: Final = _about(
    "CHANGED",
    "the run that the decision names was changed or made anew since",
    "a frozen run (pkpipe cutoff --freeze)",
)
UNSIGNED: Final = _about(
    "UNSIGNED",
    "the run that the decision names is not approved by as many persons as the study asks for",
    "pkpipe sign RUN --as NAME --meaning approval",
)
CHECKS: Final = (NO_RUN, OTHER_FILES, UNSIGNED)


@dataclass(frozen=True)
class Basis:
    """What decisions rest on, as tables."""

    approval: pl.DataFrame
    seen: pl.DataFrame

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """By the names they are stored under."""
        return {APPROVAL.code: self.approval, SEEN.code: self.seen}


def nothing_named() -> Basis:
    """Of a log that names no manifest."""
    return Basis(APPROVAL.schema.to_frame(), SEEN.schema.to_frame())


@dataclass(frozen=True)
class Asked:
    """By which run the trail is asked."""

    study: Path  # the folder with the audit trail and the runs
    own: str  # name of the run's own folder
    approvals: int = 1  # persons whose approval is needed


def looked_up(decisions: pl.DataFrame, asked: Asked) -> Basis:
    """The runs that decisions name, their approvals, and the subjects as they stood there."""
    hashes = decisions["manifest"].drop_nulls().unique().sort()
    named = hashes.filter(hashes.str.contains(HASH)).to_list()
    if not named:
        return nothing_named()
    lines = _trail_of(asked.study)
    rows = [_row(content, lines, asked) for content in named]
    found_there = [row for row in rows if row["STATE"] == FOUND]
    seen = [_states(asked.study / row["RUN"], row["MANIFEST"]) for row in found_there]
    return Basis(
        pl.DataFrame(rows, schema=APPROVAL.schema), pl.concat([SEEN.schema.to_frame(), *seen])
    )


def as_looked_up(run: Path) -> Basis:
    """The answers that a finished run took."""
    kept = (run / "validate" / f"{name}.parquet" for name in (APPROVAL.code, SEEN.code))
    empty = nothing_named().tables.values()
    return Basis(*(read_table(p) if p.is_file() else e for p, e in zip(kept, empty, strict=True)))


def _trail_of(study: Path) -> list[Line] | None:
    """The lines of the audit trail; None: it is not whole, so nothing in it is believed."""
    try:
        return lines_if_any(study)
    except DataError:
        return None


def _row(content: str, lines: list[Line] | None, asked: Asked) -> dict[str, Any]:
    row: dict[str, Any] = {**dict.fromkeys(APPROVAL.names), "MANIFEST": content}
    if lines is None:
        return row | {"STATE": UNPROVED}
    of = manifest_of(lines, content)  # a log may also name the package that the meeting read
    run, signed = run_of(lines, of), signatures.of_manifest(of, lines)
    row["STATE"] = UNKNOWN if run is None else _state(asked, run, of)
    row["RUN"] = run
    if row["STATE"] == FOUND:
        row["PROPOSED"] = _proposed(asked.study / str(run))
    approvals = signatures.approval(signed, asked.approvals)
    if approvals:
        last = approvals[-1]
        day = datetime.datetime.fromisoformat(last.time).date()
        names = "; ".join(signature.person for signature in approvals)
        row |= {"APPRBY": names, "APPRDT": day, "APPRDTC": last.time, "APPRSEQ": last.line}
    others = dict.fromkeys(s.person for s in signed if s.meaning != signatures.APPROVAL)
    row["REVBY"] = ", ".join(others) or None
    return row


def _state(asked: Asked, run: str, content: str) -> str:
    if run == asked.own or not lies_there(asked.study, run, content):
        return REPLACED
    folder = asked.study / run
    of = manifest.read_manifest(folder)
    changed = manifest.differences(folder, {**of, "inputs": []}, None)
    return ALTERED if changed else FOUND


def _proposed(run: Path) -> str | None:
    """What the rules proposed in a run, e.g. `ESCALATE C`."""
    answers = read_table(run / "escalation" / "DECISION.parquet").filter(C("SCOPE") == "STUDY")
    about = pl.coalesce("NEXTLVL", "MTD", "MAD")
    said = answers.select(pl.concat_str("DECISION", about, separator=" ", ignore_nulls=True))
    return said.to_series()[0] if said.height else None


def _states(run: Path, content: str) -> pl.DataFrame:
    rows = read_table(run / "escalation" / "ADDLT.parquet").filter(C("TRTSDT").is_not_null())
    return rows.with_columns(MANIFEST=pl.lit(content)).select(
        C(name).cast(kind) for name, kind in SEEN.schema.items()
    )


def findings_of(decisions: pl.DataFrame, basis: Basis) -> Iterator[pl.DataFrame]:
    """Decisions whose run is not found, is another by now, or is not approved."""
    named = decisions.join(
        basis.approval, left_on="manifest", right_on="MANIFEST", how="inner", maintain_order="left"
    )
    tests: Mapping[Check, Sequence[str]] = {
        NO_RUN: (UNKNOWN, UNPROVED),
        OTHER_FILES: (ALTERED, REPLACED),
    }
    for check, states in tests.items():
        yield found(check, named.filter(C("STATE").is_in(states)), allowed=check.allowed)
    known = ~C("STATE").is_in((UNKNOWN, UNPROVED))
    yield found(UNSIGNED, named.filter(known & C("APPRBY").is_null()), allowed=UNSIGNED.allowed)
