"""Corruptions of sample times, antibodies and biomarkers."""

import polars as pl
from changes import day_and_month, days, drop, exchange, made, put, result, times, who

C = pl.col


def listing(trial):
    yield from sample_times(trial)
    yield from antibodies(trial)
    yield from biomarkers(trial)


def sample_times(trial):
    for code in ("PC", "IS", "CP"):
        rich = trial.subjects(code, C(f"{code}DTC").str.slice(8, 2) <= "12", least=3)
        for s, u in enumerate(rich[:5:2]):
            rows = trial.rows(code, who(u)).sort(f"{code}DTC")
            turned = rows.filter(
                C(f"{code}DTC").str.slice(8, 2) <= "12",
                C(f"{code}DTC").str.slice(8, 2) != C(f"{code}DTC").str.slice(5, 2),
            )
            at = rows[f"{code}DTC"][rows.height // 2]
            row = who(u) & (C(f"{code}DTC") == at)
            for words, number in (
                ("a year later", 365),
                ("a year earlier", -365),
                ("a day earlier", -1),
                ("a month later", 30),
                ("a day later", 1),
            ):
                yield made(
                    trial,
                    f"{code} a sample dated {words}",
                    f"subject {s}",
                    u,
                    days(code, row, number),
                )
            if turned.height:
                one = who(u) & (C(f"{code}DTC") == turned[f"{code}DTC"][-1])
                yield made(
                    trial,
                    f"{code} day and month exchanged",
                    f"subject {s}",
                    u,
                    day_and_month(code, one),
                )
            tpt = C(f"{code}TPTNUM").cast(pl.Float64, strict=False)
            before = rows.filter(tpt == 0, C("CYCLE").cast(pl.Int64) > 1)
            if before.height:
                one = C("SRCROW") == before["SRCROW"][0]
                late = before[f"{code}DTC"][0][:11] + "23:30"
                yield made(
                    trial,
                    f"{code} a predose sample after the dose",
                    f"subject {s}",
                    u,
                    put(code, one, **{f"{code}DTC": late}),
                )


def antibodies(trial):
    assay = trial.study.immunogenicity.assays[0]
    drug = C("ISBDAGNT") == assay.drug
    every = trial.subjects("IS", least=4)
    for s in (0, 3):
        u = every[s]
        yield made(trial, "IS all of a subject gone", f"subject {s}", u, drop("IS", who(u)))
        after = trial.rows("IS", who(u)).sort("ISDTC")["ISDTC"][2]
        yield made(
            trial,
            "IS all after the first doses gone",
            f"subject {s}",
            u,
            drop("IS", who(u) & (C("ISDTC") > after)),
        )
        yield made(
            trial, "IS baseline gone", f"subject {s}", u, drop("IS", who(u) & (C("ISBLFL") == "Y"))
        )
    positive = trial.subjects("IS", drug, C("ISTESTCD") == assay.titre, least=1)
    for s in (0, 1, 2):
        u = positive[s]
        rows = trial.rows("IS", who(u), drug, C("ISTESTCD") == assay.titre).sort("ISDTC")
        at = who(u) & drug & (C("ISDTC") == rows["ISDTC"][0])
        titre = at & (C("ISTESTCD") == assay.titre)
        yield made(
            trial, "IS a titre of a confirmed positive gone", f"subject {s}", u, drop("IS", titre)
        )
        yield made(
            trial,
            "IS the neutralising result gone",
            f"subject {s}",
            u,
            drop("IS", at & (C("ISTESTCD") == assay.nab)),
        )
        yield made(
            trial,
            "IS the confirmation gone",
            f"subject {s}",
            u,
            drop("IS", at & (C("ISTESTCD") == assay.confirm)),
        )
        yield made(trial, "IS a titre times 1000", f"subject {s}", u, times("IS", titre, 1000))
        yield made(trial, "IS a titre times 3", f"subject {s}", u, times("IS", titre, 3))
        negative = at & C("ISTESTCD").is_in([assay.screen, assay.confirm])
        yield made(
            trial,
            "IS a positive sample called negative",
            f"subject {s}",
            u,
            result("IS", negative, "NEGATIVE"),
        )
        yield made(
            trial,
            "IS only the confirmation called negative",
            f"subject {s}",
            u,
            result("IS", at & (C("ISTESTCD") == assay.confirm), "NEGATIVE"),
        )
        yield made(trial, "IS a positive sample gone whole", f"subject {s}", u, drop("IS", at))
    negatives = [u for u in every if u not in positive]
    for s in (0, 1):
        a, b = positive[s], negatives[s]
        rows = trial.rows(
            "IS", who(b), drug, C("ISTESTCD") == assay.screen, C("ISSTRESC") == "NEGATIVE"
        ).sort("ISDTC")
        one = C("SRCROW") == rows["SRCROW"][-1]
        yield made(
            trial,
            "IS a negative screen called positive",
            f"subject {s}",
            b,
            result("IS", one, "POSITIVE"),
        )
        flip = pl.when(who(a)).then(pl.lit(b)).otherwise(pl.lit(a))
        yield made(
            trial,
            "IS samples of two subjects exchanged",
            f"subject {s}",
            (a, b),
            put("IS", who(a) | who(b), USUBJID=flip),
        )


def biomarkers(trial):
    rich = trial.subjects("CP", C("CPSTRESN").is_not_null(), least=4)
    number = C("CPSTRESN").cast(pl.Float64, strict=False)
    for s in (0, 2):
        u = rich[s]
        high = trial.rows("CP", who(u), number > 60).sort("CPDTC")
        row = C("SRCROW") == high["SRCROW"][-1]
        yield made(
            trial, "CP a percentage as a fraction", f"one of subject {s}", u, times("CP", row, 0.01)
        )
        yield made(
            trial,
            "CP a percentage as a fraction",
            f"all of subject {s}",
            u,
            times("CP", who(u), 0.01),
        )
        yield made(trial, "CP a tenth", f"one of subject {s}", u, times("CP", row, 0.1))
        yield made(trial, "CP all of a subject gone", f"subject {s}", u, drop("CP", who(u)))
        first = trial.rows("CP", who(u)).sort("CPDTC")["SRCROW"]
        yield made(
            trial,
            "CP saturated before the first dose",
            f"subject {s}",
            u,
            result("CP", C("SRCROW") == first[0], "97.0", "97.0"),
        )
        yield made(
            trial,
            "CP unbound after the dose",
            f"subject {s}",
            u,
            result("CP", C("SRCROW") == high["SRCROW"][0], "1.2", "1.2"),
        )
    yield made(
        trial,
        "CP a whole study as a fraction",
        "all",
        tuple(trial.subjects("CP")),
        times("CP", pl.lit(value=True), 0.01),
    )
    yield made(
        trial,
        "CP of two subjects exchanged",
        "0 1",
        (rich[0], rich[1]),
        exchange("CP", who(rich[0]), who(rich[1]), ["CYCLE", "CPTPT"]),
    )
