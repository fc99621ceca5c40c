"""The places of the review: what a browser may ask, and what it gets."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any, Final

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pkpipe.errors import PkpipeError
from pkpipe.review import acts, served_files
from pkpipe.review.conventions import Tried, conventions_page, effect_of
from pkpipe.review.desk import Desk
from pkpipe.review.findings_page import Marked, findings_page, for_sites, mark
from pkpipe.review.guard import COOKIE, HEADERS, Door, cookie_line, policy
from pkpipe.review.ledger_page import Amended, approve, confirm, drop, ledger_page
from pkpipe.review.pages import BESIDE, beside
from pkpipe.review.passport_part import passport_part
from pkpipe.review.profile_pages import profiles_page, tried
from pkpipe.review.served_files import KINDS

MOST_BODY: Final = 1 << 20
Body = dict[str, Any]
Answer = dict[str, Any]
START: Final = "/report/index.html"
PROFILES: Final = "/review/profiles"
# What is said of an entry that stands.
AMENDS: Final = {"approve": approve, "confirm": confirm, "drop": drop}


def app_of(desk: Desk, door: Door) -> ASGIApp:
    """The application that answers for one review."""
    pages: dict[str, Callable[[Desk, str, Request], str]] = {
        "profiles": lambda d, word, r: profiles_page(d, word, r.query_params.get("p")),
        "ledger": lambda d, word, _: ledger_page(d, word),
        "findings": lambda d, word, _: findings_page(d, word),
        "conventions": lambda d, word, _: conventions_page(d, word),
    }
    posts: dict[str, Callable[[Desk, Body], Answer]] = {
        "try": _try,
        "apply": _apply,
        "conventions-tried": lambda d, body: {"html": effect_of(d, Tried.model_validate(body))},
        "findings-marked": lambda d, body: {"said": mark(d, Marked.model_validate(body))},
        "run": lambda d, _: {"said": d.runner.start()},
        "invite": lambda _, __: {"said": f"opens once, on this machine: {door.address()}"},
        **{n: functools.partial(_amend, act) for n, act in AMENDS.items()},
    }
    routes = [
        Route("/", functools.partial(_start, desk)),
        *(Route(f"/review/{n}", functools.partial(_page, desk, door, p)) for n, p in pages.items()),
        *(Route(f"/review/{name}", functools.partial(_beside, name)) for name in BESIDE),
        *(
            Route(f"/review/{name}", functools.partial(_post, desk, act), methods=["POST"])
            for name, act in posts.items()
        ),
        Route("/review/passport", functools.partial(_passport, desk)),
        Route("/review/findings.csv", functools.partial(_for_sites, desk)),
        Route("/{path:path}", functools.partial(_file, desk, door)),
    ]
    return Guarded(Starlette(routes=routes), door)


class Guarded:
    """Nobody passes who was not let in; every answer carries the headers that keep a page to itself."""

    def __init__(self, inner: ASGIApp, door: Door) -> None:
        self.inner, self.door = inner, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the start and end of the server."""
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        request = Request(scope)
        answer = self._at_the_door(request)

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                named = {name for name, _ in message["headers"]}
                wanted = HEADERS | {"content-security-policy": policy()}
                message["headers"] += [
                    (n.encode(), v.encode()) for n, v in wanted.items() if n.encode() not in named
                ]
            await send(message)

        await (answer or self.inner)(scope, receive, sent)

    def _at_the_door(self, request: Request) -> Response | None:
        """The answer to who is not let in, or who comes with a token."""
        token = request.query_params.get("token")
        own_host = request.headers.get("host") == self.door.host
        if request.method == "GET" and request.url.path == "/" and token and own_host:
            cookie = self.door.enter(token)
            if cookie is not None:
                headers = {"set-cookie": cookie_line(cookie)}
                return RedirectResponse("/", status_code=303, headers=headers)
        cookie = request.cookies.get(COOKIE)
        why = self.door.refusal(request.method, request.headers, cookie)
        if why is None:
            return None
        return Response(f"refused: {why}\n", status_code=403, media_type="text/plain")


def _word(door: Door, request: Request) -> str:
    return door.session(request.cookies.get(COOKIE)) or ""


async def _start(desk: Desk, _: Request) -> Response:
    there = (desk.run.folder / "report" / "index.html").is_file()
    return RedirectResponse(START if there else PROFILES, status_code=303)


async def _page(
    desk: Desk, door: Door, make: Callable[[Desk, str, Request], str], request: Request
) -> Response:
    try:
        desk.run.refresh()
        text = await run_in_threadpool(make, desk, _word(door, request), request)
    except PkpipeError as problem:
        word = _word(door, request)
        text = desk.page("empty.html", "", word, why=str(problem))
        return HTMLResponse(text, status_code=422)
    return HTMLResponse(text)


async def _beside(name: str, _: Request) -> Response:
    return Response(beside(name), headers={"content-type": BESIDE[name]})


async def _for_sites(desk: Desk, request: Request) -> Response:
    site = request.query_params.get("site", "")
    content = await run_in_threadpool(for_sites, desk.run, site)
    named = {
        "content-type": KINDS[".csv"],
        "content-disposition": "attachment; filename=findings.csv",
    }
    return Response(content, headers=named)


async def _passport(desk: Desk, request: Request) -> Response:
    """The passport of a number as a part of a page."""
    asked = request.query_params.get("id", "")
    try:
        return HTMLResponse(await run_in_threadpool(passport_part, desk.run, asked))
    except PkpipeError as problem:
        return Response(str(problem), status_code=404, media_type="text/plain")


async def _post(desk: Desk, act: Callable[[Desk, Body], Answer], request: Request) -> Response:
    try:
        body = await _body(request)
        desk.run.refresh()
        answer = await run_in_threadpool(act, desk, body)
    except ValidationError as problem:
        told = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in problem.errors())
        return JSONResponse({"error": told}, status_code=422)
    except (PkpipeError, ValueError) as problem:
        return JSONResponse({"error": str(problem)}, status_code=422)
    return JSONResponse(answer, status_code=409 if "conflicts" in answer else 200)


async def _body(request: Request) -> Body:
    """The JSON object that was sent.

    Raises:
        ValueError: it is none, or too large.
    """
    content = b""
    async for part in request.stream():
        content += part
        if len(content) > MOST_BODY:
            raise ValueError(f"more than {MOST_BODY} bytes")
    found = json.loads(content)
    if not isinstance(found, dict):
        raise ValueError("a JSON object is expected")
    return found


async def _file(desk: Desk, door: Door, request: Request) -> Response:
    """A file of the run by its place in the list of files; any other name is not there."""
    path = served_files.listed(desk.run.folder).get(request.path_params["path"])
    if path is None:
        return Response("not found\n", status_code=404, media_type="text/plain")
    shown = await run_in_threadpool(served_files.shown, path, _word(door, request))
    headers = {"content-security-policy": policy(shown.hashes)} if shown.hashes else {}
    return Response(shown.content, headers=headers | {"content-type": shown.kind})


def _amend(act: Callable[[Desk, Amended], str], desk: Desk, body: Body) -> Answer:
    return {"said": act(desk, Amended.model_validate(body))}


def _try(desk: Desk, body: Body) -> Answer:
    return {"html": tried(desk, acts.Asked.model_validate(body))}


def _apply(desk: Desk, body: Body) -> Answer:
    written = acts.apply(desk.run, desk.kinetics, desk.place, acts.Applied.model_validate(body))
    if written.conflicts:
        return {"conflicts": list(written.conflicts), "seen": desk.ledger().sha256}
    told = f"written to {desk.place.path.as_posix()}: {', '.join(written.entries)}"
    others = f"; others wrote meanwhile: {'; '.join(written.others)}" if written.others else ""
    return {"said": told + others, "entries": list(written.entries), "seen": desk.ledger().sha256}
