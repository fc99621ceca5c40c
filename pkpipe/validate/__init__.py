"""The second room: text tables to typed ones, and every finding of every table in one.

It says what is wrong and stops nothing: `pkpipe stage validate` stops the study if `stopping` is not empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from pkpipe.clinical.computed import measured
from pkpipe.clinical.lesion_class import with_class
from pkpipe.clinical.made_once import MadeOnce
from pkpipe.clinical.own_words import own_words
from pkpipe.finding.rows import found, shown, unsaid
from pkpipe.finding.table import all_findings, errors_of
from pkpipe.immunogenicity import early_findings
from pkpipe.immunogenicity.checks import CHECKS as OF_ANTIBODIES
from pkpipe.protocol.study import Study
from pkpipe.schema.own_inputs import SPECS
from pkpipe.schema.sdtm import DomainSpec
from pkpipe.snapshot.checks.deliveries import MISSING_FILE, NO_COLUMN, UNREADABLE
from pkpipe.validate.checks.cells import judged
from pkpipe.validate.checks.decisions_collected import collected_findings
from pkpipe.validate.codelist_terms import coded
from pkpipe.validate.decision_basis import nothing_named
from pkpipe.validate.dose_words import with_told_doses
from pkpipe.validate.no_arm import with_no_arm
from pkpipe.validate.registry import ACROSS, DECISION_ONLY, ROW_CHECKS
from pkpipe.validate.row_and_cross_checks import RowCheck
from pkpipe.validate.units import in_declared_units, unit_findings
from pkpipe.validate.waived import waived
from pkpipe.validate.whole_columns import collapsed

# A table that arrived without these is judged no further: what follows would only repeat it.
INCOMPLETE = (MISSING_FILE.id, UNREADABLE.id, NO_COLUMN.id)


def run(tables: Mapping[str, pl.DataFrame], study: Study) -> dict[str, pl.DataFrame]:
    """Domain tables typed, in declared units, sorted by their key; FINDINGS with everything wrong."""
    words = _in_terms(tables, study)
    read = {code: judged(words[code][0], spec) for code, spec in SPECS.items()}
    types = {code: frame for code, (frame, _) in read.items()}
    cells = {code: parts for code, (_, parts) in read.items() if parts}
    classed = types | {"TR": with_class(types["TR"], types["TU"])}
    findings = all_findings(
        [
            tables["ARRIVAL"],
            *(part for _, parts in words.values() for part in parts),
            *(part for parts in cells.values() for part in parts),
            *_in_rows(classed, cells, study),
            *unit_findings(types["PC"], study),
            *_across(
                MadeOnce(measured(classed), study),
                study,
                _incomplete(tables["ARRIVAL"]),
            ),
            *collected_findings(types, tables.get("COLLECT"), study),
        ]
    )
    findings = all_findings([collapsed(findings, tables.get("COLLECT"), study)])
    findings = waived(findings, study)
    early = early_findings(measured(types), study)
    early = unsaid(early, findings, OF_ANTIBODIES, on=("FILE", "ROW", "COLUMN"))
    findings = all_findings([findings, early])
    return {**_as_used(types, study), "FINDINGS": findings, **nothing_named().tables}


def typed(tables: Mapping[str, pl.DataFrame], study: Study) -> dict[str, pl.DataFrame]:
    """The domain tables of `run` without a question asked of them: for rows that pkpipe drew itself."""
    words = _in_terms(tables, study)
    return _as_used({code: judged(words[code][0], spec)[0] for code, spec in SPECS.items()}, study)


def _in_terms(
    tables: Mapping[str, pl.DataFrame], study: Study
) -> dict[str, tuple[pl.DataFrame, list[pl.DataFrame]]]:
    """Every domain in the terms of its codelists, still text, with what was read as another word."""
    leads = None if study.response is None else study.response.leads[0]
    own = own_words(study)
    words = {code: coded(tables[code], spec, leads, own) for code, spec in SPECS.items()}
    arms, of_arms = with_no_arm({code: table for code, (table, _) in words.items()})
    words["DM"] = (arms, [*words["DM"][1], *of_arms])
    doses, of_doses = with_told_doses(words["EX"][0], study)
    words["EX"] = (doses, [*words["EX"][1], *of_doses])
    return words


def _as_used(types: Mapping[str, pl.DataFrame], study: Study) -> dict[str, pl.DataFrame]:
    """Concentrations in declared units, and every domain sorted by its key."""
    used = {**types, "PC": in_declared_units(types["PC"], study)}
    return {code: _sorted(frame, SPECS[code]) for code, frame in used.items()}


def stopping(findings: pl.DataFrame) -> pl.DataFrame:
    """The findings for which a study cannot run: errors on which more than the dose decision rests."""
    return errors_of(findings).filter(~pl.col("CHECK").is_in(DECISION_ONLY))


def _in_rows(
    types: Mapping[str, pl.DataFrame], cells: Mapping[str, list[pl.DataFrame]], study: Study
) -> Iterable[pl.DataFrame]:
    """Rows that a check of theirs finds wrong, without what only follows from a cell that could not be read.

    The checks of a table are evaluated together; only for those that some row fails are rows looked up.
    """
    for code, frame in types.items():
        asked = [c for c in ROW_CHECKS if c.domain == code and c.applies(study)]
        if code not in study.sources or frame.is_empty() or not asked:
            continue
        fails = (_fails(check, study).any().alias(f"{i}") for i, check in enumerate(asked))
        failed = frame.lazy().select(fails).collect().row(0)
        for check in (check for check, some in zip(asked, failed, strict=True) if some):
            wrong = _news(_wrong_rows(frame, check, study), cells.get(code, []), check.column)
            allowed = None if check.allowed is None else check.allowed(study)
            yield found(check.check, wrong, allowed=allowed)


def _news(wrong: pl.DataFrame, cells: list[pl.DataFrame], column: str) -> pl.DataFrame:
    for part in cells:
        if part["COLUMN"][0] == column:  # the cells of a part are of one column
            place = part.select(SRCFILE="FILE", SRCROW="ROW")
            wrong = wrong.join(place, on=place.columns, how="anti", maintain_order="left")
    return wrong


def _fails(check: RowCheck, study: Study) -> pl.Expr:
    return check.wrong(study).fill_null(value=False)


def _wrong_rows(frame: pl.DataFrame, check: RowCheck, study: Study) -> pl.DataFrame:
    """What is shown of the rows that fail, or of the first of each kind that is shown once."""
    wrong = frame.lazy().filter(_fails(check, study)).select(shown(check.column, *check.once_per))
    if check.once_per:
        wrong = wrong.unique(check.once_per, keep="first", maintain_order=True)
    return wrong.collect()


def _incomplete(arrival: pl.DataFrame) -> frozenset[str]:
    return frozenset(arrival.filter(pl.col("CHECK").is_in(INCOMPLETE))["TABLE"])


def _across(
    types: Mapping[str, pl.DataFrame], study: Study, incomplete: frozenset[str]
) -> Iterable[pl.DataFrame]:
    for cross in ACROSS:
        collected = all(code in study.sources for code in cross.needs)
        if collected and not incomplete.intersection(cross.needs):
            yield from cross.find(types, study)


def _sorted(frame: pl.DataFrame, spec: DomainSpec) -> pl.DataFrame:
    """By the key, then by place: rows in another order give the same table."""
    return frame.sort(*spec.key, "SRCFILE", "SRCROW", nulls_last=False, maintain_order=True)
