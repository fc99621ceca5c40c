"""Corruptions of who subjects are, of deaths, disposition, survival and later therapies."""

import itertools

import polars as pl
from changes import both, days, drop, made, put, who

C = pl.col


def listing(trial):
    yield from demographics(trial)
    yield from deaths(trial)
    yield from other(trial)


def _arms(trial):
    return {c.code: c for c in trial.study.cohorts}


def _arm(cohort):
    return {
        "ARMCD": cohort.code,
        "ARM": cohort.label,
        "ACTARMCD": cohort.code,
        "ACTARM": cohort.label,
    }


def demographics(trial):
    arms, cohorts = _arms(trial), trial.cohorts()
    for arm in arms.values():
        if arm.part != "expansion":
            continue
        same = [c for c in arms.values() if c.part == "escalation" and c.level == arm.level]
        for them in (cohorts.get(c.code, []) for c in same):
            for s, u in enumerate(them[:2]):
                yield made(
                    trial,
                    "DM escalation relabelled as expansion",
                    f"{arm.code} subject {s}",
                    u,
                    put("DM", who(u), **_arm(arm)),
                )
            late = cohorts.get(arm.code, [])
            yield made(
                trial,
                "DM expansion relabelled as escalation",
                f"{arm.code}",
                late[0],
                put("DM", who(late[0]), **_arm(same[0])),
            )
    escalation = [a for a in arms.values() if a.part == "escalation" and cohorts.get(a.code)]
    for low, high in itertools.pairwise(escalation[1:5]):
        u = cohorts[low.code][0]
        yield made(
            trial,
            "DM moved to another level",
            f"{low.code} to {high.code}",
            u,
            put("DM", who(u), **_arm(high)),
        )
    everyone = [u for them in cohorts.values() for u in them]
    for s in (1, 9):
        u = everyone[s]
        yield made(
            trial,
            "DM age times 10",
            f"subject {s}",
            u,
            put("DM", who(u), AGE=C("AGE").cast(pl.Float64) * 10),
        )
        yield made(
            trial,
            "DM age 10 more",
            f"subject {s}",
            u,
            put("DM", who(u), AGE=(C("AGE").cast(pl.Float64) + 10)),
        )
        born = (C("BRTHDTC").str.slice(0, 4).cast(pl.Int64) - 100).cast(pl.String)
        yield made(
            trial,
            "DM born a century earlier",
            f"subject {s}",
            u,
            put("DM", who(u), BRTHDTC=born, AGE=(C("AGE").cast(pl.Float64) + 100)),
        )
        yield made(
            trial, "DM consent a year later", f"subject {s}", u, days("DM", who(u), 365, "RFICDTC")
        )
        yield made(
            trial,
            "DM consent a year earlier",
            f"subject {s}",
            u,
            days("DM", who(u), -365, "RFICDTC"),
        )
        yield made(
            trial,
            "DM first dose a year earlier",
            f"subject {s}",
            u,
            days("DM", who(u), -365, "RFSTDTC"),
        )
        yield made(
            trial,
            "DM last contact a year earlier",
            f"subject {s}",
            u,
            days("DM", who(u), -365, "RFENDTC"),
        )
        yield made(
            trial,
            "DM sex",
            f"subject {s}",
            u,
            put(
                "DM", who(u), SEX=pl.when(C("SEX") == "M").then(pl.lit("F")).otherwise(pl.lit("M"))
            ),
        )
        yield made(trial, "DM a subject gone", f"subject {s}", u, drop("DM", who(u)))


def deaths(trial):
    dead = (
        trial.texts["DM"]
        .filter(C("DTHDTC") <= trial.cutoff, C("DTHDTC").str.len_chars() == 10)["USUBJID"]
        .to_list()
    )
    none = put("DM", C("USUBJID").is_in(dead[:1]), DTHDTC=None, DTHFL=None)
    for s in (0, 2, 4):
        u = dead[s]
        gone = put("DM", who(u), DTHDTC=None, DTHFL=None)
        ds = drop("DS", who(u) & (C("DSDECOD") == "DEATH"))
        ss = drop("SS", who(u) & (C("SSSTRESC") == "DEAD"))
        yield made(trial, "DM death gone", f"subject {s}", u, gone)
        yield made(trial, "DS death gone", f"subject {s}", u, ds)
        yield made(trial, "SS death gone", f"subject {s}", u, ss)
        yield made(trial, "DM DS SS death gone", f"subject {s}", u, both(gone, ds, ss))
        yield made(
            trial, "DM death a year later", f"subject {s}", u, days("DM", who(u), 365, "DTHDTC")
        )
        yield made(
            trial, "DM death a year earlier", f"subject {s}", u, days("DM", who(u), -365, "DTHDTC")
        )
        yield made(
            trial, "DM death a month earlier", f"subject {s}", u, days("DM", who(u), -30, "DTHDTC")
        )
        yield made(
            trial,
            "DS death a month later",
            f"subject {s}",
            u,
            days("DS", who(u) & (C("DSDECOD") == "DEATH"), 30, "DSSTDTC", "DSDTC"),
        )
        yield made(
            trial,
            "SS dead called alive",
            f"subject {s}",
            u,
            put("SS", who(u), SSSTRESC="ALIVE", SSORRES="ALIVE"),
        )
    alive = [
        u
        for them in trial.cohorts().values()
        for u in them
        if u not in trial.texts["DM"].drop_nulls("DTHDTC")["USUBJID"].to_list()
    ]
    u = alive[0]
    yield made(
        trial, "DM a death added", "subject 0", u, put("DM", who(u), DTHDTC=trial.cutoff, DTHFL="Y")
    )
    assert none


def other(trial):
    ended = trial.subjects("DS", C("DSSCAT") == "STUDY TREATMENT")
    for s in (0, 3):
        u = ended[s]
        here = who(u) & (C("DSSCAT") == "STUDY TREATMENT")
        yield made(trial, "DS end of treatment gone", f"subject {s}", u, drop("DS", here))
        yield made(
            trial,
            "DS end of treatment a year earlier",
            f"subject {s}",
            u,
            days("DS", here, -365, "DSSTDTC", "DSDTC"),
        )
        yield made(
            trial,
            "DS end of treatment a year later",
            f"subject {s}",
            u,
            days("DS", here, 365, "DSSTDTC", "DSDTC"),
        )
        yield made(trial, "DS all of a subject gone", f"subject {s}", u, drop("DS", who(u)))
        yield made(
            trial,
            "DS consent a year later",
            f"subject {s}",
            u,
            days(
                "DS",
                who(u) & (C("DSDECOD") == "INFORMED CONSENT OBTAINED"),
                365,
                "DSSTDTC",
                "DSDTC",
            ),
        )
    toxic = trial.subjects("DS", C("DSDECOD") == "ADVERSE EVENT")
    if toxic:
        u = toxic[0]
        yield made(
            trial,
            "DS stopped by an event, recorded as progression",
            "subject 0",
            u,
            put(
                "DS",
                who(u) & (C("DSDECOD") == "ADVERSE EVENT"),
                DSDECOD="PROGRESSIVE DISEASE",
                DSTERM="PROGRESSIVE DISEASE",
            ),
        )
    progressed = trial.subjects("DS", C("DSDECOD") == "PROGRESSIVE DISEASE")
    yield made(
        trial,
        "DS stopped by progression, recorded as an event",
        "subject 0",
        progressed[0],
        put(
            "DS",
            who(progressed[0]) & (C("DSDECOD") == "PROGRESSIVE DISEASE"),
            DSDECOD="ADVERSE EVENT",
            DSTERM="ADVERSE EVENT",
        ),
    )
    for s, u in enumerate(trial.subjects("SS")[:2]):
        yield made(trial, "SS all of a subject gone", f"subject {s}", u, drop("SS", who(u)))
        yield made(
            trial,
            "SS a visit a year later",
            f"subject {s}",
            u,
            days("SS", who(u) & (C("SSSEQ") == "1"), 365),
        )
        yield made(
            trial,
            "SS alive called dead",
            f"subject {s}",
            u,
            put("SS", who(u) & (C("SSSEQ") == "1"), SSSTRESC="DEAD", SSORRES="DEAD"),
        )
    for s, u in enumerate(trial.subjects("CM")[:2]):
        yield made(trial, "CM a later therapy gone", f"subject {s}", u, drop("CM", who(u)))
        yield made(
            trial,
            "CM a later therapy a year earlier",
            f"subject {s}",
            u,
            days("CM", who(u), -365, "CMSTDTC", "CMENDTC"),
        )
        yield made(
            trial,
            "CM a later therapy a year later",
            f"subject {s}",
            u,
            days("CM", who(u), 365, "CMSTDTC", "CMENDTC"),
        )
