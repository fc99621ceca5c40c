"""The dose decision: who is evaluable, what the design says and why, what may come, was the plan kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.collected import collected, withheld
from pkpipe.clinical.dose_decision import LEFT_WINDOW, rests_on
from pkpipe.escalation.comparators.context import said_now
from pkpipe.escalation.conformance import conform, with_rules
from pkpipe.escalation.conformance.conduct import limits_of, trial_of
from pkpipe.escalation.conformance.trial import RESULT_SCHEMA
from pkpipe.escalation.decision.assumptions import ASSUMPTIONS
from pkpipe.escalation.decision.decide_as_of import Decided, decided
from pkpipe.escalation.decision.log import DECLOG, decision_log, log_findings, replayed
from pkpipe.escalation.engine.design import Design
from pkpipe.escalation.subjects.checks import record_findings
from pkpipe.escalation.subjects.evaluability import EVALUABLE, NOT_EVALUABLE, PENDING, judged
from pkpipe.escalation.subjects.records import cutoff_of, records_of
from pkpipe.finding.table import all_findings, errors_of, lines_of, no_findings
from pkpipe.protocol.escalation import EscalationPlan
from pkpipe.protocol.study import Study
from pkpipe.sentences import sentence
from pkpipe.statistics import clopper_pearson

NO_DECISION: Final = "NO_DECISION"

ADDLT: Final = pl.Schema(
    {
        "USUBJID": pl.String(),
        "COHORT": pl.String(),
        "LEVEL": pl.String(),
        "LEVELN": pl.Int64(),
        "PART": pl.String(),
        "TRTSDTM": pl.Datetime("us"),
        "TRTSDT": pl.Date(),
        "WINENDT": pl.Date(),
        "STATE": pl.String(),
        "DLTFL": pl.String(),
        "DLTDT": pl.Date(),
        "DLTTERM": pl.String(),
        "G2FL": pl.String(),
        "DOSEFRAC": pl.Float64(),
        "MISSED": pl.String(),
        "REPLACE": pl.String(),
        "REASON": pl.String(),
    }
)
DECISION: Final = pl.Schema(
    {
        "SCOPE": pl.String(),  # STUDY: the decision; LEVEL: counts; CONTEXT: what other designs would say
        "LEVEL": pl.String(),
        "METHOD": pl.String(),  # CONTEXT only
        "DECISION": pl.String(),
        "NEXTLVL": pl.String(),
        "NENROL": pl.Int64(),
        "MTD": pl.String(),
        "MAD": pl.String(),
        "MODE": pl.String(),
        "RULES": pl.String(),
        "ASSUMP": pl.String(),
        "ASSUMTXT": pl.String(),
        "REASON": pl.String(),
        "STATES": pl.String(),
        "EARLIEST": pl.Date(),
        "N": pl.Int64(),
        "Y": pl.Int64(),
        "G2": pl.Int64(),
        "PEND": pl.Int64(),
        "LATEDLT": pl.Int64(),  # DLTs outside the window: not in Y, for the recommended dose
        "LOWER": pl.Float64(),
        "UPPER": pl.Float64(),
    }
)
LOOKAHD: Final = pl.Schema(
    {
        "CASE": pl.Int64(),
        "OUTCOME": pl.String(),
        "POSSIBLE": pl.Date(),
        "STATES": pl.String(),
        "DECISION": pl.String(),
        "NEXTLVL": pl.String(),
        "NENROL": pl.Int64(),
        "MTD": pl.String(),
        "MAD": pl.String(),
        "RULES": pl.String(),
        "REASON": pl.String(),
    }
)


def run(tables: Mapping[str, pl.DataFrame], study: Study) -> dict[str, pl.DataFrame]:
    """ADDLT, DECISION, LOOKAHD and CONFORM as of the cutoff; in DECLOG the decisions recorded so far.

    `tables` may hold DECISIONS, the log of decisions with the columns of `log.LOG_COLUMNS`, and FINDINGS:
    while one of them is an error no decision is printed.
    """
    plan = study.escalation
    if plan is None:
        return {
            "ADDLT": ADDLT.to_frame(),
            "DECISION": DECISION.to_frame(),
            "LOOKAHD": LOOKAHD.to_frame(),
            "CONFORM": with_rules(RESULT_SCHEMA.to_frame()),
            "DECLOG": DECLOG.to_frame(),
        }
    records = records_of(tables, study, plan)
    log = decision_log(tables, study)
    known = collected(tables, study)
    addlt = _remarked(_addlt(judged(records, plan)), known.reason(*LEFT_WINDOW))
    conformance = with_rules(
        conform(trial_of(tables, study, records, plan), limits_of(study, plan), known)
    )
    found = {"ADDLT": addlt, "CONFORM": conformance, "DECLOG": DECLOG.to_frame()}
    lost = known.reason(*rests_on(study))
    if lost is not None:
        return {**found, **_not_given(addlt, log, plan, lost), "LOOKAHD": LOOKAHD.to_frame()}
    wrong = _open_errors(tables, records, plan, log)
    if wrong.height:
        lines = "; ".join(lines_of(wrong, most=5))
        reason = f"no decision while these records cannot be or contradict each other: {lines}"
        refused = _conformed(
            {"SCOPE": ["STUDY"], "DECISION": [NO_DECISION], "REASON": [reason]}, DECISION
        )
        return {**found, "DECISION": refused, "LOOKAHD": LOOKAHD.to_frame()}
    now = decided(records, plan, cutoff_of(study))
    found |= {"DECISION": _decision(now, plan), "LOOKAHD": _look_ahead(now)}
    if log is not None:
        found["DECLOG"] = replayed(log, records, plan).select(DECLOG.names()).cast(DECLOG)
    return found


def _open_errors(
    tables: Mapping[str, pl.DataFrame],
    records: pl.DataFrame,
    plan: EscalationPlan,
    log: pl.DataFrame | None,
) -> pl.DataFrame:
    """What keeps a decision from being printed: errors of `validate`, and what it did not say of a record.

    A study with an error that stops more than the decision does not come this far.
    """
    said = errors_of(tables.get("FINDINGS", no_findings()))
    seen = [record_findings(records, plan, "ADSL")]
    if log is not None:
        seen.append(log_findings(log, plan, "DECISIONS"))
    # A subject that was named is not named twice; a recorded decision has no subject, but a row.
    about = {"USUBJID": pl.col("USUBJID"), "AT": pl.when(pl.col("USUBJID").is_null()).then("ROW")}
    more = errors_of(all_findings(seen)).with_columns(**about)
    unsaid = more.join(
        said.select(**about), on=list(about), how="anti", nulls_equal=True, maintain_order="left"
    )
    return all_findings([said, unsaid.drop("AT")])


def _conformed(columns: Mapping[str, object], schema: pl.Schema) -> pl.DataFrame:
    """A frame with every column of the schema, those not given empty."""
    given = pl.DataFrame(columns)
    return given.select(
        (pl.col(n) if n in given.columns else pl.lit(None)).cast(t).alias(n)
        for n, t in schema.items()
    )


def _not_given(
    addlt: pl.DataFrame, log: pl.DataFrame | None, plan: EscalationPlan, lost: str
) -> dict[str, pl.DataFrame]:
    """What stands in the tables of a decision that rests on something not collected: no state, no count."""
    answer = {"SCOPE": ["STUDY"], "DECISION": [NO_DECISION], "REASON": [f"no decision: {lost}"]}
    levels = {"SCOPE": ["LEVEL"] * len(plan.levels), "LEVEL": list(plan.codes)}
    rows = [_conformed(answer, DECISION)]
    rows.append(_conformed(levels, DECISION).with_columns(REASON=pl.lit(lost)))
    states = ("STATE", "DLTFL", "DLTDT", "DLTTERM", "G2FL", "REPLACE")
    dosed = pl.col("TRTSDT").is_not_null()
    found = {"ADDLT": withheld(addlt, lost, states, where=dosed), "DECISION": pl.concat(rows)}
    if log is not None:
        kept = log.with_columns(detail=pl.lit(f"not compared: {lost}"))
        found["DECLOG"] = _conformed(kept.to_dict(as_series=False), DECLOG)
    return found


def _remarked(addlt: pl.DataFrame, lost: str | None) -> pl.DataFrame:
    """The state of a completed window with what would have told of an early end and is not collected."""
    if lost is None:
        return addlt
    who = pl.col("STATE").is_in([EVALUABLE, PENDING])
    told = pl.concat_str("REASON", pl.lit(f"; an early end of the study is {lost}"))
    return addlt.with_columns(REASON=pl.when(who).then(told).otherwise("REASON"))


def _addlt(subjects: pl.DataFrame) -> pl.DataFrame:
    died = (pl.col("STATE") == NOT_EVALUABLE) & (pl.col("DIEDDT") < pl.col("WINENDT"))
    words = sentence("died on {}, and no DLT is flagged: not counted", "DIEDDT")
    subjects = subjects.with_columns(
        REASON=pl.when(died.fill_null(value=False)).then(words).otherwise("REASON")
    )
    return subjects.select(pl.col(n).cast(t) for n, t in ADDLT.items()).sort("USUBJID")


def _decision(now: Decided, plan: EscalationPlan) -> pl.DataFrame:
    """The decision, then a row a level, then what other designs would say (if a target is stated)."""
    design = Design.of(plan)
    answer = now.answer.row(0, named=True)
    texts = {a.id: a.text for a in ASSUMPTIONS}
    ids = (answer["assumptions"] or "").split(";")
    study = _conformed(
        {
            "SCOPE": ["STUDY"],
            "LEVEL": [answer["current_level"]],
            "DECISION": [answer["decision"]],
            "NEXTLVL": [answer["next_level"]],
            "NENROL": [answer["n_to_enrol"]],
            "MTD": [answer["mtd"]],
            "MAD": [answer["mad"]],
            "MODE": [answer["mode"]],
            "RULES": [answer["rules"]],
            "ASSUMP": [answer["assumptions"]],
            "ASSUMTXT": ["; ".join(f"{i}: {texts[i]}" for i in ids if i in texts) or None],
            "REASON": [answer["sentence"]],
            "STATES": [answer["levels"]],
            "EARLIEST": [answer["possible_from"]],
        },
        DECISION,
    )
    parts = [study, _levels(now, plan)]
    if design.target is not None:
        context = said_now(design, now.state)
        parts.append(
            _conformed(
                {
                    "SCOPE": ["CONTEXT"] * context.height,
                    "METHOD": context["METHOD"],
                    "DECISION": context["DECISION"],
                    "NEXTLVL": context["NEXTLVL"],
                    "REASON": context["REASON"] + " (" + context["LABEL"] + ")",
                },
                DECISION,
            )
        )
    return pl.concat(parts)


def _levels(now: Decided, plan: EscalationPlan) -> pl.DataFrame:
    """Counts of each level with the exact 95 % interval of the DLT rate."""
    state = now.state
    n, y = state.n[0].astype("int64"), state.y[0].astype("int64")
    lower, upper = clopper_pearson(y, n)
    late = (
        now.subjects.filter(pl.col("DLTDT").is_not_null() & pl.col("DLTFL").is_null())
        .group_by("LEVEL")
        .agg(LATEDLT=pl.len().cast(pl.Int64))
    )
    rows = _conformed(
        {
            "SCOPE": ["LEVEL"] * len(plan.levels),
            "LEVEL": list(plan.codes),
            "N": n,
            "Y": y,
            "G2": state.g2[0],
            "PEND": state.pend[0],
            "LOWER": lower,
            "UPPER": upper,
        },
        DECISION,
    ).with_columns(pl.col("LOWER", "UPPER").fill_nan(None))
    joined = rows.drop("LATEDLT").join(late, on="LEVEL", how="left", maintain_order="left")
    nobody = pl.when(pl.col("N") == 0).then(pl.lit("no evaluable subject"))
    return joined.with_columns(pl.col("LATEDLT").fill_null(0), REASON=nobody).select(
        DECISION.names()
    )


def _look_ahead(now: Decided) -> pl.DataFrame:
    names = {
        "case": "CASE",
        "outcome": "OUTCOME",
        "possible_from": "POSSIBLE",
        "levels": "STATES",
        "decision": "DECISION",
        "next_level": "NEXTLVL",
        "n_to_enrol": "NENROL",
        "mtd": "MTD",
        "mad": "MAD",
        "rules": "RULES",
        "sentence": "REASON",
    }
    return now.look_ahead.select(pl.col(a).cast(LOOKAHD[b]).alias(b) for a, b in names.items())
