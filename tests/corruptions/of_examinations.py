"""Corruptions of vital signs, laboratory, ECG and physical examination."""

import polars as pl
from changes import again, day_and_month, days, drop, exchange, made, put, times, who

C = pl.col
# What a laboratory's other unit makes of a number.
UNITS = {
    **{"CREAT": 1 / 88.4, "BILI": 1 / 17.1, "HGB": 0.1, "ALB": 0.1, "GLUC": 18.0, "PLAT": 1000},
    **{"WBC": 1000, "NEUT": 1000, "LYM": 1000, "ALT": 1 / 60, "TSH": 1000, "K": 10, "SODIUM": 0.1},
}


def listing(trial):
    yield from vital_signs(trial)
    yield from laboratory(trial)
    yield from ecg(trial)
    yield from visits_and_rows(trial)


def of_test(code, name):
    return C(f"{code}TESTCD") == name


def vital_signs(trial):
    units = (
        ("WEIGHT", "in pounds", 2.2046, 0), ("WEIGHT", "times 10", 10, 0), ("WEIGHT", "a tenth", 0.1, 0),
        ("WEIGHT", "30 kg more", 1, 30), ("HEIGHT", "in metres", 0.01, 0), ("HEIGHT", "in inches", 0.3937, 0),
        ("TEMP", "in Fahrenheit", 1.8, 32), ("TEMP", "times 10", 10, 0), ("PULSE", "times 10", 10, 0),
        ("PULSE", "halved", 0.5, 0), ("SYSBP", "in cmHg", 0.1, 0), ("SYSBP", "in kPa", 0.1333, 0),
        ("DIABP", "times 10", 10, 0), ("RESP", "times 10", 10, 0), ("SYSBP", "100 more", 1, 100),
    )  # fmt: skip
    rich = trial.subjects("VS", least=20)
    for s in (1, 4):
        u = rich[s]
        for test, words, factor, plus in units:
            rows = trial.rows("VS", who(u), of_test("VS", test)).sort("VSDTC")["SRCROW"]
            row = C("SRCROW") == rows[len(rows) // 2]
            yield made(
                trial,
                f"VS {test} {words}",
                f"one of subject {s}",
                u,
                times("VS", row, factor, plus),
            )
        for test, words, factor, plus in units[:2]:
            yield made(
                trial,
                f"VS {test} {words}",
                f"all of subject {s}",
                u,
                times("VS", who(u) & of_test("VS", test), factor, plus),
            )
        at = trial.rows("VS", who(u), of_test("VS", "SYSBP")).sort("VSDTC")["VSDTC"][2]
        here = who(u) & (C("VSDTC") == at)
        for a, b in (("SYSBP", "DIABP"), ("PULSE", "RESP"), ("TEMP", "PULSE")):
            yield made(
                trial,
                f"VS {a} and {b} exchanged",
                f"one visit of subject {s}",
                u,
                exchange("VS", here & of_test("VS", a), here & of_test("VS", b), []),
            )
        first = who(u) & (
            C("VSDTC") == trial.rows("VS", who(u), of_test("VS", "HEIGHT"))["VSDTC"][0]
        )
        yield made(
            trial,
            "VS WEIGHT and HEIGHT exchanged",
            f"subject {s}",
            u,
            exchange("VS", first & of_test("VS", "WEIGHT"), first & of_test("VS", "HEIGHT"), []),
        )
        v = rich[s + 7]
        yield made(
            trial,
            "VS of two subjects exchanged",
            f"WEIGHT of subject {s}",
            (u, v),
            exchange(
                "VS", who(u) & of_test("VS", "WEIGHT"), who(v) & of_test("VS", "WEIGHT"), ["VISIT"]
            ),
        )


def laboratory(trial):
    rich = trial.subjects("LB", least=60)
    for s in (0, 3):
        u = rich[s]
        for test, factor in UNITS.items():
            rows = trial.rows("LB", who(u), of_test("LB", test)).sort("LBDTC")["SRCROW"]
            row = C("SRCROW") == rows[len(rows) // 2]
            yield made(
                trial,
                "LB one result in another unit",
                f"{test} of subject {s}",
                u,
                times("LB", row, factor),
            )
        for test in ("CREAT", "PLAT", "HGB", "BILI", "ALT"):
            yield made(
                trial,
                "LB all results of a subject in another unit",
                f"{test} of subject {s}",
                u,
                times("LB", who(u) & of_test("LB", test), UNITS[test]),
            )
            rows = trial.rows("LB", who(u), of_test("LB", test)).sort("LBDTC")["SRCROW"]
            yield made(
                trial,
                "LB one result times 10",
                f"{test} of subject {s}",
                u,
                times("LB", C("SRCROW") == rows[1], 10),
            )
        at = trial.rows("LB", who(u)).sort("LBDTC")["LBDTC"][20]
        here = who(u) & (C("LBDTC") == at)
        for a, b in (
            ("ALB", "PLAT"),
            ("SODIUM", "K"),
            ("ALT", "AST"),
            ("NEUT", "WBC"),
            ("HGB", "ALB"),
        ):
            yield made(
                trial,
                "LB two tests exchanged",
                f"{a} {b} of subject {s}",
                u,
                exchange("LB", here & of_test("LB", a), here & of_test("LB", b), []),
            )
        v = rich[s + 5]
        yield made(
            trial,
            "LB visits of two subjects exchanged",
            f"subject {s}",
            (u, v),
            exchange("LB", who(u), who(v), ["VISIT", "LBTESTCD"]),
        )
    test = "CREAT"
    yield made(
        trial,
        "LB a whole study in another unit",
        test,
        tuple(rich),
        times("LB", of_test("LB", test), UNITS[test]),
    )


def ecg(trial):
    rich = trial.subjects("EG", least=12)
    for s in (0, 4):
        u = rich[s]
        for test, words, factor in (
            ("QTCFAG", "in seconds", 0.001), ("QTCFAG", "times 10", 10), ("QTCFAG", "150 more", 1.36),
            ("EGHRMN", "halved", 0.5), ("EGHRMN", "times 10", 10), ("PRAG", "in seconds", 0.001),
            ("QRSAG", "times 10", 10),
        ):  # fmt: skip
            rows = trial.rows("EG", who(u), of_test("EG", test)).sort("EGDTC")["SRCROW"]
            yield made(
                trial,
                f"EG {test} {words}",
                f"subject {s}",
                u,
                times("EG", C("SRCROW") == rows[len(rows) // 2], factor),
            )
        at = trial.rows("EG", who(u)).sort("EGDTC")["EGDTC"][5]
        here = who(u) & (C("EGDTC") == at)
        for a, b in (("PRAG", "QRSAG"), ("QTCFAG", "PRAG"), ("EGHRMN", "QRSAG")):
            yield made(
                trial,
                f"EG {a} and {b} exchanged",
                f"subject {s}",
                u,
                exchange("EG", here & of_test("EG", a), here & of_test("EG", b), []),
            )


def visits_and_rows(trial):
    for code in ("VS", "LB", "EG", "PE"):
        rich = trial.subjects(code, least=12)
        for s in (0, 2):
            u = rich[s]
            name = trial.visits(code, u)[2]
            here = who(u) & (C("VISIT") == name)
            yield made(
                trial, f"{code} all of a subject gone", f"subject {s}", u, drop(code, who(u))
            )
            yield made(trial, f"{code} a visit gone", f"subject {s}", u, drop(code, here))
            for words, number in (
                ("a year later", 365),
                ("a year earlier", -365),
                ("a day earlier", -1),
            ):
                yield made(
                    trial,
                    f"{code} a visit dated {words}",
                    f"subject {s}",
                    u,
                    days(code, here, number),
                )
            known = trial.rows(
                code,
                who(u),
                C(f"{code}DTC").str.slice(8, 2) <= "12",
                C(f"{code}DTC").str.slice(8, 2) != C(f"{code}DTC").str.slice(5, 2),
            ).sort(f"{code}DTC")
            if known.height:
                at = C(f"{code}DTC") == known[f"{code}DTC"][-1]
                yield made(
                    trial,
                    f"{code} day and month exchanged",
                    f"subject {s}",
                    u,
                    day_and_month(code, who(u) & at),
                )
            v = rich[s + 3]
            yield made(
                trial,
                f"{code} a visit under another subject",
                f"subject {s}",
                (u, v),
                put(code, here, USUBJID=v),
            )
        yield made(
            trial,
            f"{code} a visit twice",
            "subject 0",
            rich[0],
            again(code, who(rich[0]) & (C("VISIT") == trial.visits(code, rich[0])[1])),
        )
