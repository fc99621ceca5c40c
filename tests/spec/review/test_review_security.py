"""The review server: who gets in, what a page may do, and that no name leads out of the run."""

import pytest
from review_runs import FIRST, HOST, Browser, act, drawn_run, sample_of

from pkpipe.review.guard import Door


@pytest.fixture
def desk(tmp_path):
    made = drawn_run(tmp_path)
    report = made.run.folder / "report"
    report.mkdir(parents=True)
    (report / "index.html").write_text(
        '<!DOCTYPE html><html><head><meta http-equiv="Content-Security-Policy" content="default-src '
        f"'none'; script-src 'sha256-{'A' * 43}='\"></head><body><nav class=\"pages\"></nav></body></html>",
        encoding="utf-8",
    )
    return made


@pytest.fixture
def browser(desk):
    return Browser(desk).enter()


def test_the_printed_address_opens_once(desk):
    first = Browser(desk)
    address = first.door.address()
    query = address.partition("?")[2]
    answer = first.get(f"/?{query}")
    assert answer.status == 303
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert Browser(desk, first.door).get(f"/?{query}").status == 403


def test_without_the_cookie_nothing_is_shown(desk):
    for path in ("/", "/report/index.html", "/review/profiles", "/review/review.css"):
        answer = Browser(desk).get(path)
        assert (answer.status, answer.headers["x-frame-options"]) == (403, "DENY")


@pytest.mark.parametrize("host", ["evil.example", "localhost:8765", "127.0.0.1", f"{HOST}.evil"])
def test_another_host_name_is_refused(browser, host):
    assert browser.get("/review/profiles", host=host).status == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://evil.example"},
        {"origin": ""},
        {"x_csrf_token": "guessed"},
        {"x_csrf_token": ""},
        {"sec_fetch_site": "cross-site"},
    ],
    ids=str,
)
def test_what_changes_something_comes_from_our_own_page(desk, browser, wrong):
    asked = {"acts": [act(sample=sample_of(desk, "24H"))], "name": "A. Wu", "seen": ""}
    assert browser.post("/review/apply", asked, **wrong).status == 403
    assert not desk.place.path.exists()


def test_a_page_may_run_no_script_but_ours_and_those_of_the_report_by_their_hash(browser):
    page = browser.get("/report/index.html")
    policy = page.headers["content-security-policy"]
    assert f"script-src 'self' 'sha256-{'A' * 43}='" in policy
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    own = browser.get("/review/profiles").headers["content-security-policy"]
    assert "script-src 'self';" in own
    assert '<a href="/review/profiles">Profiles</a>' in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/report/../manifest.json",
        "/report/../../../tiny.yaml",
        "/../raw/ledger.csv",
        "//etc/passwd",
        "/report/%2e%2e/manifest.json",
        "/report/\0",
        "/report",
    ],
)
def test_no_name_leads_out_of_the_files_that_are_shown(desk, browser, path):
    (desk.run.folder / "manifest.json").write_text("{}", encoding="utf-8")
    assert browser.get(path).status == 404


def test_a_link_that_leads_out_of_the_run_is_none_of_its_files(desk, browser, tmp_path):
    (tmp_path / "secret.html").write_text("secret", encoding="utf-8")
    (desk.run.folder / "report" / "link.html").symlink_to(tmp_path / "secret.html")
    assert browser.get("/report/link.html").status == 404


def test_hostile_texts_are_shown_as_they_are(tmp_path):
    from pk_drawings import DOSES, SAMPLES  # noqa: PLC0415 (only here with another subject)

    evil = "<img src=x onerror=alert(1)>"
    doses, samples = (text.replace("\n1 ", f"\n{evil} ") for text in (DOSES, SAMPLES))
    page = Browser(drawn_run(tmp_path, samples, doses)).enter().get("/review/profiles")
    assert page.status == 200
    assert evil not in page.text
    assert "&lt;img src=x onerror=alert(1)&gt;" in page.text


def test_a_request_that_is_no_decision_is_refused_with_a_sentence(browser):
    for body in ([], {"acts": "x"}, {"acts": [{"kind": "delete", "profile": FIRST}]}):
        answer = browser.post("/review/try", body)
        assert answer.status == 422
        assert answer.json["error"]
    large = browser.post("/review/try", {"profile": "x" * (1 << 21)})
    assert "bytes" in large.json["error"]


def test_each_browser_has_a_word_of_its_own(desk):
    door = Door(HOST)
    one, other = (Browser(desk, door).enter() for _ in range(2))
    assert one.word != other.word
    assert one.post("/review/try", {"profile": FIRST}, x_csrf_token=other.word).status == 403
