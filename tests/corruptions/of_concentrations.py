"""Corruptions of concentrations, one by one and in bulk."""

import polars as pl
from changes import again, copied, drop, exchange, made, put, result, times, who

C = pl.col


def listing(trial):
    yield from concentrations(trial)
    yield from concentrations_in_bulk(trial)


def concentrations(trial):  # noqa: C901 (a listing)
    number = C("PCSTRESN").is_not_null()
    for analyte in trial.study.analytes:
        a = C("PCTESTCD") == analyte.code
        rich = trial.subjects("PC", a, number, least=6)
        for s in (0, 5):
            if s >= len(rich):
                continue
            u = rich[s]
            rows = trial.rows("PC", who(u), a, number).sort("PCDTC")
            for place, nth in (("second", 1), ("middle", rows.height // 2), ("last", -1)):
                row = C("SRCROW") == rows["SRCROW"][nth]
                for factor in (10, 0.1, 1000, 0.001):
                    yield made(
                        trial,
                        "PC one result times a power of ten",
                        f"{analyte.code} {place} sample of subject {s} x{factor:g}",
                        u,
                        times("PC", row, factor),
                    )
            row = C("SRCROW") == rows["SRCROW"][rows.height // 2]
            yield made(
                trial,
                "PC a result lost to BLQ",
                f"{analyte.code} middle sample of subject {s}",
                u,
                result("PC", row, "BLQ"),
            )
            first = trial.rows("PC", who(u), a, ~number, C("PCSTAT").is_null()).sort("PCDTC")
            if first.height:
                yield made(
                    trial,
                    "PC a predose result before the first dose",
                    f"{analyte.code} subject {s}",
                    u,
                    result("PC", C("SRCROW") == first["SRCROW"][0], "25.3", "25.3"),
                )
            for pair in ((0, 1), (0, 3)):
                if max(pair) >= rows.height:
                    continue
                left, right = (C("SRCROW") == rows["SRCROW"][i] for i in pair)
                yield made(
                    trial,
                    "PC results of two time points exchanged",
                    f"{analyte.code} subject {s} {pair}",
                    u,
                    exchange("PC", left, right, []),
                )


def concentrations_in_bulk(trial):
    analyte = trial.study.analytes[0].code
    cohorts = trial.cohorts()
    rich = trial.subjects("PC", C("PCSTRESN").is_not_null(), least=8)
    for s in (0, 3, 8):
        u = rich[s]
        for factor in (10, 0.1, 1000):
            yield made(
                trial,
                "PC all of a subject times a power of ten",
                f"subject {s} x{factor:g}",
                u,
                times("PC", who(u), factor),
            )
            yield made(
                trial,
                "PC one cycle of a subject times a power of ten",
                f"subject {s} x{factor:g}",
                u,
                times("PC", who(u) & (C("CYCLE") == "1"), factor),
            )
        yield made(trial, "PC all of a subject gone", f"subject {s}", u, drop("PC", who(u)))
        yield made(
            trial,
            "PC cycle 1 of a subject gone",
            f"subject {s}",
            u,
            drop("PC", who(u) & (C("CYCLE") == "1")),
        )
        one = trial.rows("PC", who(u), C("CYCLE") == "1").sort("PCDTC")["SRCROW"][-1]
        yield made(trial, "PC one sample gone", f"subject {s}", u, drop("PC", C("SRCROW") == one))
        yield made(
            trial,
            "PC limit of quantification times 10",
            f"subject {s}",
            u,
            put("PC", who(u), PCLLOQ=(C("PCLLOQ").cast(pl.Float64) * 10)),
        )
        yield made(
            trial,
            "PC cycle misnamed",
            f"subject {s}",
            u,
            put("PC", who(u) & (C("CYCLE") == "2"), CYCLE="3"),
        )
        yield made(
            trial,
            "PC rows twice, a day later",
            f"subject {s}",
            u,
            again(
                "PC",
                who(u) & (C("CYCLE") == "1"),
                PCDTC=(
                    C("PCDTC").str.slice(0, 10).str.to_date(strict=False) + pl.duration(days=1)
                ).cast(pl.String)
                + C("PCDTC").str.slice(10),
            ),
        )
    arms = [(arm, them) for arm, them in cohorts.items() if len(them) > 1]
    on = ["PCTESTCD", "CYCLE", "PCTPT"]
    for arm, them in arms[:5]:
        a, b = them[:2]
        yield made(
            trial,
            "PC profile copied from another subject",
            f"within {arm}",
            (a, b),
            copied("PC", who(a), who(b), on),
        )
        yield made(
            trial,
            "PC profiles of two subjects of a level exchanged",
            f"within {arm}",
            (a, b),
            exchange("PC", who(a), who(b), on),
        )
    low, high = arms[0], arms[-1]
    for nth in (0, 1):
        a, b = low[1][nth], high[1][nth]
        yield made(
            trial,
            "PC profiles of two levels exchanged",
            f"{low[0]} {high[0]} {nth}",
            (a, b),
            exchange("PC", who(a), who(b), on),
        )
    for arm, them in arms[1:3]:
        yield made(
            trial,
            "PC a whole cohort times 10",
            arm,
            them,
            times("PC", C("USUBJID").is_in(them), 10),
        )
    everyone = tuple(u for them in cohorts.values() for u in them)
    yield made(
        trial,
        "PC a whole study times 1000",
        analyte,
        everyone,
        times("PC", C("PCTESTCD") == analyte, 1000),
    )
    yield made(
        trial,
        "PC a whole study by 1000",
        analyte,
        everyone,
        times("PC", C("PCTESTCD") == analyte, 0.001),
    )
