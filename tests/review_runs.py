"""Runs to be reviewed, and a browser that speaks to the application in process."""

import asyncio
import json
from pathlib import Path
from urllib.parse import urlsplit

import polars as pl
from pk_drawings import DOSES, SAMPLES, TINY, collected

from pkpipe.protocol.runs_asked_for import StudyRun
from pkpipe.protocol.sources import Source
from pkpipe.review.app import app_of
from pkpipe.review.desk import Desk
from pkpipe.review.guard import Door
from pkpipe.review.study_run import Reviewed
from pkpipe.rooms import BY_NAME

HOST = "127.0.0.1:8765"
CUTOFF = "2027-12-31"
FIRST = "1|MAB|SERUM|1"


def drawn_run(folder: Path, samples=SAMPLES, doses=DOSES, *, named=True) -> Desk:
    """A desk with the small trial of hours; named: the study file names the ledger."""
    study = TINY
    if named:
        sources = {**dict(TINY.sources), "LEDGER": Source(files=("ledger.csv",))}
        study = TINY.model_copy(update={"sources": sources})
    entry = StudyRun(study, folder / "tiny.yaml", folder / "raw", None, ())
    run = folder / "results" / "tiny" / CUTOFF
    domains, who = collected(doses, samples, study)
    tables = domains | who
    for room in ("validate", "subjects"):
        for code in BY_NAME[room].writes:
            if code in tables:
                (run / room).mkdir(parents=True, exist_ok=True)
                tables[code].write_parquet(run / room / f"{code}.parquet")
    (folder / "raw").mkdir(exist_ok=True)
    return Desk(Reviewed(entry, run, folder / "config.yaml"))


class Browser:
    """Asks the application as a browser would, with cookie, host and origin."""

    def __init__(self, desk: Desk, door: Door | None = None) -> None:
        self.door = door or Door(HOST)
        self.app = app_of(desk, self.door)
        self.cookie = ""

    def enter(self) -> "Browser":
        """Open the printed address."""
        address = urlsplit(self.door.address())
        answer = self.get(f"/?{address.query}")
        assert answer.status == 303
        self.cookie = answer.headers["set-cookie"].partition(";")[0]
        return self

    @property
    def word(self) -> str:
        """What its pages know."""
        return self.door.session(self.cookie.partition("=")[2]) or ""

    def get(self, path: str, **headers: str) -> "Answer":
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, body: object, **headers: str) -> "Answer":
        own = {"origin": f"http://{HOST}", "x-csrf-token": self.word}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("POST", path, json.dumps(body).encode(), own | named)

    def ask(self, method, path, body=b"", headers=None) -> "Answer":
        sent = {"host": HOST, "cookie": self.cookie} | (headers or {})
        place, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": place,
            "raw_path": place.encode(),
            "query_string": query.encode(),
            "headers": [(n.encode(), v.encode()) for n, v in sent.items() if v],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8765),
        }
        got = []

        async def receive():
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message):
            got.append(message)

        asyncio.run(self.app(scope, receive, send))
        start = got[0]
        content = b"".join(m.get("body", b"") for m in got[1:])
        return Answer(
            start["status"], {k.decode(): v.decode() for k, v in start["headers"]}, content
        )


class Answer:
    """What came back."""

    def __init__(self, status, headers, content):
        self.status, self.headers, self.content = status, headers, content

    @property
    def text(self):
        return self.content.decode()

    @property
    def json(self):
        return json.loads(self.content)


def sample_of(desk: Desk, timepoint: str, cycle: int = 1) -> str:
    """The id of a sample by its planned time."""
    rows = desk.kinetics.seen().it.rows
    return rows.filter(pl.col("ATPT") == timepoint, pl.col("CYCLE") == cycle)["SRCID"][0]


def act(kind="sample", **more):
    """One decision about the first profile."""
    return {"kind": kind, "profile": FIRST, "reason": "haemolysed"} | more
