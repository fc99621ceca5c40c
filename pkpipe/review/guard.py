"""Who may ask the review server: one browser that was given the token, from this machine, from our own page.

The address that is printed holds a token that opens once; the browser then has a cookie. What changes
anything needs the word of the page as well (CSRF), and comes from the page's own address. The answers allow
no script but ours.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

COOKIE: Final = "pkpipe_review"
WORD: Final = "x-csrf-token"
SCRIPT_HASH: Final = re.compile(r"'(sha256-[A-Za-z0-9+/=]{44})'")
HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
SAFE: Final = ("GET", "HEAD")


@dataclass
class Door:
    """The tokens that still open, and the browsers that came in: cookie to the word of its pages."""

    host: str  # 127.0.0.1:port, as the browser must name it
    tokens: set[str] = field(default_factory=set)
    sessions: dict[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """Where our own pages come from."""
        return f"http://{self.host}"

    def address(self) -> str:
        """A new address that opens once."""
        token = secrets.token_urlsafe(32)
        self.tokens.add(token)
        return f"{self.origin}/?token={token}"

    def enter(self, token: str) -> str | None:
        """The cookie for a token, which is used up by it; None: it opens nothing, or no longer."""
        held = next((t for t in self.tokens if hmac.compare_digest(t, token)), None)
        if held is None:
            return None
        self.tokens.discard(held)
        cookie = secrets.token_urlsafe(32)
        self.sessions[cookie] = secrets.token_urlsafe(32)
        return cookie

    def session(self, cookie: str | None) -> str | None:
        """The word that the pages of this browser know; None: it did not come in."""
        held = (c for c in self.sessions if cookie and hmac.compare_digest(c, cookie))
        found = next(held, None)
        return None if found is None else self.sessions[found]

    def refusal(self, method: str, headers: Mapping[str, str], cookie: str | None) -> str | None:
        """Why a request is refused; None: it may be answered."""
        if headers.get("host") != self.host:
            return f"the host is not {self.host}"
        word = self.session(cookie)
        if word is None:
            return "open the address that `pkpipe review` printed; it opens once"
        if headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
            return "another site asked"
        if method in SAFE:
            return None
        if headers.get("origin") != self.origin:
            return "the request does not come from this page"
        if not hmac.compare_digest(headers.get(WORD, ""), word):
            return "the page is from before; load it again"
        return None


def cookie_line(cookie: str) -> str:
    """The cookie: for this host alone, not for scripts, not sent from other sites."""
    return f"{COOKIE}={cookie}; HttpOnly; SameSite=Strict; Path=/"


def policy(hashes: Iterable[str] = ()) -> str:
    """What a page may load: our own files, and the inline scripts of the report by their hash."""
    scripts = " ".join(["'self'", *(f"'{h}'" for h in hashes)])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


def hashes_of(policy_of_page: str) -> list[str]:
    """The script hashes that a page of the report names in its own policy."""
    return SCRIPT_HASH.findall(policy_of_page)
