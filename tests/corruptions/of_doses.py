"""Corruptions of doses."""

import polars as pl
from changes import again, day_and_month, days, drop, made, put, who

C = pl.col


def listing(trial):
    yield from doses(trial)


def _arms(trial):
    return {c.code: c for c in trial.study.cohorts}


def doses(trial):  # noqa: PLR0915 (a listing)
    drug = trial.study.drugs[0]
    mine = C("EXTRT") == drug.code
    plan = {level.code: level.doses[drug.code] for level in trial.study.escalation.levels}
    arms = _arms(trial)
    cohorts = [
        (a, us) for a, us in trial.cohorts().items() if arms[a].part == "escalation" and len(us) > 1
    ]
    weight = C("EXDOSEMG").cast(pl.Float64) / C("EXDOSE").cast(pl.Float64)

    def dosed(row, dose):
        return put(
            "EX", row, EXDOSE=f"{dose:g}", EXPDOSE=f"{dose:g}", EXDOSEMG=(weight * dose).round(2)
        )

    for arm, them in cohorts[:3]:
        u = them[0]
        dose = plan[arms[arm].level]
        rows = trial.rows("EX", who(u), mine).sort("EXSTDTC")["SRCROW"]
        for place, nth in (("first", 0), ("second", min(1, len(rows) - 1))):
            row = C("SRCROW") == rows[nth]
            yield made(trial, "EX a dose times 10", f"{place} of {arm}", u, dosed(row, dose * 10))
            given = put("EX", row, EXDOSE=f"{dose * 10:g}", EXDOSEMG=(weight * dose * 10).round(2))
            yield made(trial, "EX a given dose times 10", f"{place} of {arm}", u, given)
            other = sorted(plan.values())[(sorted(plan.values()).index(dose) + 1) % len(plan)]
            yield made(
                trial, "EX the dose of another level", f"{place} of {arm}", u, dosed(row, other)
            )
            yield made(
                trial,
                "EX milligrams by pounds",
                f"{place} of {arm}",
                u,
                put("EX", row, EXDOSEMG=(weight * dose * 2.2046).round(2)),
            )
            yield made(
                trial,
                "EX milligrams a tenth",
                f"{place} of {arm}",
                u,
                put("EX", row, EXDOSEMG=(weight * dose * 0.1).round(3)),
            )
            for words, number in (
                ("a year later", 365),
                ("a year earlier", -365),
                ("a day earlier", -1),
                ("a day later", 1),
            ):
                yield made(
                    trial,
                    f"EX a dose dated {words}",
                    f"{place} of {arm}",
                    u,
                    days("EX", row, number, "EXSTDTC", "EXENDTC"),
                )
            yield made(
                trial,
                "EX an infusion ending a day later",
                f"{place} of {arm}",
                u,
                days("EX", row, 1, "EXENDTC"),
            )
            yield made(trial, "EX a dose gone", f"{place} of {arm}", u, drop("EX", row))
            yield made(
                trial,
                "EX a dose twice",
                f"{place} of {arm}",
                u,
                again(
                    "EX",
                    row,
                    EXSTDTC=C("EXSTDTC").str.replace("T1", "T2"),
                    EXENDTC=C("EXENDTC").str.replace("T1", "T2"),
                ),
            )
        if len(rows) > 2:
            yield made(trial, "EX the last dose gone", arm, u, drop("EX", C("SRCROW") == rows[-1]))
            yield made(
                trial,
                "EX a middle dose gone",
                arm,
                u,
                drop("EX", C("SRCROW") == rows[len(rows) // 2]),
            )
        turned = trial.rows(
            "EX",
            who(u),
            C("EXSTDTC").str.slice(8, 2) <= "12",
            C("EXSTDTC").str.slice(8, 2) != C("EXSTDTC").str.slice(5, 2),
        ).sort("EXSTDTC")
        if turned.height:
            yield made(
                trial,
                "EX day and month exchanged",
                arm,
                u,
                day_and_month("EX", C("SRCROW") == turned["SRCROW"][0], "EXSTDTC", "EXENDTC"),
            )
        yield made(trial, "EX all of a subject gone", arm, u, drop("EX", who(u)))
        v = them[1]
        flip = pl.when(who(u)).then(pl.lit(v)).otherwise(pl.lit(u))
        yield made(
            trial,
            "EX of two subjects exchanged",
            arm,
            (u, v),
            put("EX", who(u) | who(v), USUBJID=flip),
        )
        if len(trial.study.drugs) > 1:
            wrong = trial.study.drugs[1].code
            yield made(
                trial, "EX another drug", arm, u, put("EX", C("SRCROW") == rows[0], EXTRT=wrong)
            )
