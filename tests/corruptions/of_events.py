"""Corruptions of adverse events."""

import polars as pl
from changes import again, days, drop, made, put, who

C = pl.col


def listing(trial):
    yield from events(trial)


def events(trial):  # noqa: PLR0915 (a listing)
    flagged = trial.rows("AE", C("AEDLTFL") == "Y").sort("USUBJID")
    for s, (u, row) in enumerate(flagged.select("USUBJID", "SRCROW").rows()[:4]):
        here = C("SRCROW") == row
        yield made(trial, "AE a DLT flag removed", f"DLT {s}", u, put("AE", here, AEDLTFL="N"))
        yield made(trial, "AE a DLT of grade 2", f"DLT {s}", u, put("AE", here, AETOXGR="2"))
        yield made(
            trial,
            "AE a DLT of grade 2, moderate",
            f"DLT {s}",
            u,
            put("AE", here, AETOXGR="2", AESEV="MODERATE"),
        )
        yield made(
            trial, "AE a DLT not related", f"DLT {s}", u, put("AE", here, AEREL="NOT RELATED")
        )
        yield made(
            trial,
            "AE a DLT not related and not flagged",
            f"DLT {s}",
            u,
            put("AE", here, AEREL="NOT RELATED", AEDLTFL="N"),
        )
        yield made(
            trial,
            "AE a DLT of grade 2, moderate, not flagged",
            f"DLT {s}",
            u,
            put("AE", here, AETOXGR="2", AESEV="MODERATE", AEDLTFL="N"),
        )
        yield made(trial, "AE a DLT gone", f"DLT {s}", u, drop("AE", here))
        for words, number in (
            ("a month later", 30),
            ("a year later", 365),
            ("a year earlier", -365),
        ):
            yield made(
                trial,
                f"AE a DLT dated {words}",
                f"DLT {s}",
                u,
                days("AE", here, number, "AESTDTC", "AEENDTC"),
            )
        yield made(
            trial,
            "AE a DLT under another subject",
            f"DLT {s}",
            (u, trial.subjects("AE")[s]),
            put("AE", here, USUBJID=trial.subjects("AE")[s]),
        )
    plain = trial.rows(
        "AE",
        C("AETOXGR") == "1",
        C("AEDLTFL") == "N",
        C("AEENDTC").is_not_null(),
        C("AESTDTC").str.len_chars() == 10,
    ).sort("USUBJID", "AESTDTC")
    severe = trial.rows(
        "AE",
        C("AETOXGR") == "3",
        C("AEDLTFL") == "N",
        C("AEENDTC").is_not_null(),
        C("AESTDTC").str.len_chars() == 10,
    ).sort("USUBJID", "AESTDTC")
    for s in (0, 40, 80):
        u, row = plain.select("USUBJID", "SRCROW").row(s)
        here = C("SRCROW") == row
        yield made(trial, "AE a DLT flag added", f"event {s}", u, put("AE", here, AEDLTFL="Y"))
        yield made(trial, "AE grade 1 recorded as 3", f"event {s}", u, put("AE", here, AETOXGR="3"))
        yield made(
            trial,
            "AE grade 1 recorded as 3, severe",
            f"event {s}",
            u,
            put("AE", here, AETOXGR="3", AESEV="SEVERE"),
        )
        yield made(trial, "AE grade 1 recorded as 5", f"event {s}", u, put("AE", here, AETOXGR="5"))
        yield made(
            trial, "AE mild recorded as severe", f"event {s}", u, put("AE", here, AESEV="SEVERE")
        )
        yield made(
            trial,
            "AE coded as another event",
            f"event {s}",
            u,
            put("AE", here, AEDECOD="Neutropenia"),
        )
        yield made(
            trial,
            "AE relation turned",
            f"event {s}",
            u,
            put(
                "AE",
                here,
                AEREL=pl.when(C("AEREL") == "RELATED")
                .then(pl.lit("NOT RELATED"))
                .otherwise(pl.lit("RELATED")),
            ),
        )
        yield made(trial, "AE called serious", f"event {s}", u, put("AE", here, AESER="Y"))
        yield made(trial, "AE called fatal", f"event {s}", u, put("AE", here, AEOUT="FATAL"))
        yield made(
            trial, "AE a start a year later", f"event {s}", u, days("AE", here, 365, "AESTDTC")
        )
        yield made(
            trial,
            "AE both dates a year later",
            f"event {s}",
            u,
            days("AE", here, 365, "AESTDTC", "AEENDTC"),
        )
        yield made(
            trial,
            "AE both dates a year earlier",
            f"event {s}",
            u,
            days("AE", here, -365, "AESTDTC", "AEENDTC"),
        )
        yield made(
            trial, "AE an end a year later", f"event {s}", u, days("AE", here, 365, "AEENDTC")
        )
        yield made(
            trial, "AE drug withdrawn", f"event {s}", u, put("AE", here, AEACN="DRUG WITHDRAWN")
        )
        yield made(trial, "AE an event gone", f"event {s}", u, drop("AE", here))
        yield made(trial, "AE an event twice", f"event {s}", u, again("AE", here))
    for s in (0, 5):
        u, row = severe.select("USUBJID", "SRCROW").row(s)
        here = C("SRCROW") == row
        yield made(trial, "AE grade 3 recorded as 1", f"event {s}", u, put("AE", here, AETOXGR="1"))
        yield made(trial, "AE an event of grade 3 gone", f"event {s}", u, drop("AE", here))
        yield made(trial, "AE serious removed", f"event {s}", u, put("AE", here, AESER="N"))
    for s, u in enumerate(trial.subjects("AE", least=4)[:3]):
        yield made(trial, "AE all of a subject gone", f"subject {s}", u, drop("AE", who(u)))
