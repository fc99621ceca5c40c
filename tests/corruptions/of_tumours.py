"""Corruptions of lesions and responses."""

import polars as pl
from changes import both, days, drop, exchange, made, put, result, times, who

C = pl.col


def listing(trial):
    yield from lesions(trial)
    yield from responses(trial)


def lesions(trial):
    number = C("TRSTRESN").is_not_null()
    rich = trial.subjects("TR", number, least=8)
    for s in (0, 2, 5):
        u = rich[s]
        names = trial.visits("TR", u)
        second = who(u) & (C("VISIT") == names[2])
        one = trial.rows("TR", who(u), number, C("VISIT") == names[2])["SRCROW"][0]
        for words, factor in (("cm for mm", 0.1), ("times 10", 10)):
            yield made(
                trial,
                f"TR one lesion of a visit {words}",
                f"subject {s}",
                u,
                times("TR", C("SRCROW") == one, factor),
            )
            yield made(
                trial,
                f"TR all lesions of a visit {words}",
                f"subject {s}",
                u,
                times("TR", second, factor),
            )
            last = who(u) & (C("VISIT") == names[-1])
            yield made(
                trial,
                f"TR all lesions of the last visit {words}",
                f"subject {s}",
                u,
                times("TR", last, factor),
            )
            yield made(
                trial,
                f"TR all lesions of a subject {words}",
                f"subject {s}",
                u,
                times("TR", who(u), factor),
            )
        base = who(u) & (C("VISIT") == names[0])
        yield made(trial, "TR baseline cm for mm", f"subject {s}", u, times("TR", base, 0.1))
        yield made(
            trial,
            "TR two visits exchanged",
            f"subject {s}",
            u,
            exchange("TR", base, second, ["TRLNKID"]),
        )
        yield made(trial, "TR of a visit gone", f"subject {s}", u, drop("TR", second))
        yield made(
            trial,
            "TR one lesion of a visit gone",
            f"subject {s}",
            u,
            drop("TR", C("SRCROW") == one),
        )
        yield made(trial, "TR all of a subject gone", f"subject {s}", u, drop("TR", who(u)))
        yield made(
            trial,
            "TR all and TU of a subject gone",
            f"subject {s}",
            u,
            both(drop("TR", who(u)), drop("TU", who(u))),
        )
        for words, n in (("a year later", 365), ("a year earlier", -365), ("a month later", 30)):
            yield made(trial, f"TR a visit dated {words}", f"subject {s}", u, days("TR", second, n))
        v = rich[s + 1]
        yield made(
            trial,
            "TR of two subjects exchanged",
            f"subject {s}",
            (u, v),
            exchange("TR", who(u), who(v), ["TRLNKID", "VISIT"]),
        )
        links = sorted(trial.rows("TR", who(u), number)["TRLNKID"].unique())
        if len(links) > 1:
            yield made(
                trial,
                "TR two lesions of a visit exchanged",
                f"subject {s}",
                u,
                exchange(
                    "TR",
                    second & (C("TRLNKID") == links[0]),
                    second & (C("TRLNKID") == links[1]),
                    [],
                ),
            )


def _with_new(trial):
    """Subjects of whom TU and RS both tell a new lesion."""
    told = trial.subjects("RS", C("RSTESTCD") == "NEWLPROG", C("RSSTRESC") == "Y")
    return [u for u in trial.subjects("TU", C("TUSTRESC") == "NEW") if u in told]


def responses(trial):
    overall = C("RSTESTCD") == "OVRLRESP"
    for was, now in (("PD", "SD"), ("PR", "CR"), ("SD", "PR"), ("PR", "SD"), ("SD", "PD")):
        for s, u in enumerate(trial.subjects("RS", overall, C("RSSTRESC") == was)[:2]):
            one = trial.rows("RS", who(u), overall, C("RSSTRESC") == was).sort("RSDTC")["RSDTC"][0]
            row = who(u) & (C("RSDTC") == one)
            yield made(
                trial,
                f"RS {was} recorded as {now}",
                f"overall of subject {s}",
                u,
                result("RS", row & overall, now),
            )
            target = row & C("RSTESTCD").is_in(["OVRLRESP", "TRGRESP"])
            yield made(
                trial,
                f"RS {was} recorded as {now}",
                f"overall and target of subject {s}",
                u,
                result("RS", target, now),
            )
    for s, u in enumerate(_with_new(trial)[:2]):
        new = who(u) & (C("TUSTRESC") == "NEW")
        yield made(trial, "TU a new lesion gone", f"subject {s}", u, drop("TU", new))
        say = who(u) & (C("RSTESTCD") == "NEWLPROG") & (C("RSSTRESC") == "Y")
        yield made(trial, "RS a new lesion denied", f"subject {s}", u, result("RS", say, "N"))
        yield made(
            trial,
            "TU and RS a new lesion gone and denied",
            f"subject {s}",
            u,
            both(drop("TU", new), result("RS", say, "N")),
        )
    for s, u in enumerate(trial.subjects("RS", least=6)[:2]):
        yield made(trial, "RS all of a subject gone", f"subject {s}", u, drop("RS", who(u)))
        at = trial.rows("RS", who(u), overall).sort("RSDTC")["RSDTC"][1]
        here = who(u) & (C("RSDTC") == at)
        yield made(trial, "RS a visit gone", f"subject {s}", u, drop("RS", here))
        yield made(trial, "RS a visit dated a year later", f"subject {s}", u, days("RS", here, 365))
        yield made(
            trial, "RS a visit dated a year earlier", f"subject {s}", u, days("RS", here, -365)
        )
        target = trial.rows("TU", who(u), C("TUSTRESC") == "TARGET")["TULNKID"][0]
        yield made(
            trial,
            "TU a target lesion called non-target",
            f"subject {s}",
            u,
            put(
                "TU", who(u) & (C("TULNKID") == target), TUSTRESC="NON-TARGET", TUORRES="NON-TARGET"
            ),
        )
        yield made(
            trial,
            "TU a target lesion gone",
            f"subject {s}",
            u,
            drop("TU", who(u) & (C("TULNKID") == target)),
        )
        yield made(
            trial,
            "TU TR a target lesion gone",
            f"subject {s}",
            u,
            both(
                drop("TU", who(u) & (C("TULNKID") == target)),
                drop("TR", who(u) & (C("TRLNKID") == target)),
            ),
        )
