"""The dose decision: who is evaluable, what the design says and why, what may come, was the plan kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.collected import collected, withheld
from pkpipe.clinical.collected import lost as lost_words
from pkpipe.clinical.dose_decision import LEFT_WINDOW, rests_on
from pkpipe.escalation.conformance import conform, with_rules
from pkpipe.escalation.conformance.dated_records import RESULT_SCHEMA
from pkpipe.escalation.conformance.trial_and_limits import limits_of, trial_of
from pkpipe.escalation.decision.basis import changed_since, with_first_dose
from pkpipe.escalation.decision.decide_as_of import decided
from pkpipe.escalation.decision.decision_tables import (
    DECISION,
    LOOKAHD,
    conformed,
    decision_rows,
    look_ahead_rows,
)
from pkpipe.escalation.decision.log import DECLOG, decision_log, log_findings, replayed
from pkpipe.escalation.subjects.checks import record_findings
from pkpipe.escalation.subjects.evaluability import (
    EVALUABLE,
    NOT_EVALUABLE,
    PENDING,
    judged,
    reason,
)
from pkpipe.escalation.subjects.records import cutoff_of, records_of
from pkpipe.finding.table import all_findings, errors_of, lines_of, no_findings
from pkpipe.protocol.escalation import EscalationPlan
from pkpipe.protocol.study import Study
from pkpipe.sentences import Say, Words, in_both

NO_DECISION: Final = "NO_DECISION"
NOT_GIVEN: Final = Words("no decision", "暂不决定")
REFUSED: Final = Words(
    "no decision while these records cannot be or contradict each other",
    "以下记录不成立或相互矛盾，暂不决定",
)
NOT_COMPARED: Final = Words("not compared", "未比较")
EARLY_END: Final = Words("; an early end of the study is ", "；研究提前结束的信息")
DIED: Final = Words(
    "died on {}, and no DLT is flagged: not counted", "于{}死亡，未标记为DLT：不计入"
)

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
        "MISSEDZH": pl.String(),
        "REPLACE": pl.String(),
        "REASON": pl.String(),
        "REASONZH": pl.String(),
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
    addlt = _remarked(_addlt(judged(records, plan), plan), known.reason(*LEFT_WINDOW))
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
        refused = conformed(
            {
                "SCOPE": ["STUDY"],
                "DECISION": [NO_DECISION],
                "REASON": [f"{REFUSED.en}: {lines}"],
                "REASONZH": [f"{REFUSED.zh}：{lines}"],
            },
            DECISION,
        )
        return {**found, "DECISION": refused, "LOOKAHD": LOOKAHD.to_frame()}
    now = decided(records, plan, cutoff_of(study))
    found |= {"DECISION": decision_rows(now, plan), "LOOKAHD": look_ahead_rows(now)}
    if log is not None:
        since = changed_since(log, tables.get("SEEN"), records, plan)
        told = replayed(log, records, plan).with_columns(since)
        told = with_first_dose(told, records, virtual=study.virtual)
        found["DECLOG"] = told.select(DECLOG.names()).cast(DECLOG)
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


def _not_given(
    addlt: pl.DataFrame, log: pl.DataFrame | None, plan: EscalationPlan, lost: str
) -> dict[str, pl.DataFrame]:
    """What stands in the tables of a decision that rests on something not collected: no state, no count."""
    said = lost_words(lost)
    answer = {
        "SCOPE": ["STUDY"],
        "DECISION": [NO_DECISION],
        "REASON": [f"{NOT_GIVEN.en}: {said.en}"],
        "REASONZH": [f"{NOT_GIVEN.zh}：{said.zh}"],
    }
    levels = {"SCOPE": ["LEVEL"] * len(plan.levels), "LEVEL": list(plan.codes)}
    rows = [conformed(answer, DECISION)]
    rows.append(
        conformed(levels, DECISION).with_columns(**in_both("REASON", lambda say: say.plain(said)))
    )
    states = ("STATE", "DLTFL", "DLTDT", "DLTTERM", "G2FL", "REPLACE")
    dosed = pl.col("TRTSDT").is_not_null()
    kept = withheld(addlt, lost, states, where=dosed)
    kept = withheld(kept, said.zh, (), why="REASONZH", where=dosed)
    found = {"ADDLT": kept, "DECISION": pl.concat(rows)}
    if log is not None:
        compared = Words(f"{NOT_COMPARED.en}: {said.en}", f"{NOT_COMPARED.zh}：{said.zh}")
        told = log.with_columns(**in_both("detail", lambda say: say.plain(compared)))
        found["DECLOG"] = conformed(told.to_dict(as_series=False), DECLOG)
    return found


def _remarked(addlt: pl.DataFrame, lost: str | None) -> pl.DataFrame:
    """The state of a completed window with what would have told of an early end and is not collected."""
    if lost is None:
        return addlt
    who = pl.col("STATE").is_in([EVALUABLE, PENDING])
    said = lost_words(lost)

    def told(say: Say) -> pl.Expr:
        reason = pl.col(f"REASON{say.ending}")
        more = pl.lit(f"{EARLY_END[say.place]}{said[say.place]}")
        return pl.when(who).then(pl.concat_str(reason, more)).otherwise(reason)

    return addlt.with_columns(**in_both("REASON", told))


def _addlt(subjects: pl.DataFrame, plan: EscalationPlan) -> pl.DataFrame:
    died = (pl.col("STATE") == NOT_EVALUABLE) & (pl.col("DIEDDT") < pl.col("WINENDT"))

    def told(say: Say) -> pl.Expr:
        return (
            pl.when(died.fill_null(value=False))
            .then(say(DIED, "DIEDDT"))
            .otherwise(reason(plan, say))
        )

    subjects = subjects.with_columns(**in_both("REASON", told))
    return subjects.select(pl.col(n).cast(t) for n, t in ADDLT.items()).sort("USUBJID")
