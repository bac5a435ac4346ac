"""The gate before every endpoint: signed in, allowed, not forged; what it answers otherwise."""

import re

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.lookups import Location
from app.models.systems import Memo, System
from app.models.tags import Tag
from app.models.users import Role, User, UserSession
from app.security.headers import CONTENT_SECURITY_POLICY
from app.security.permissions import PUBLIC, VERBS, verb_of
from app.security.roles import Right, right
from app.services import changes, users
from tests.conftest import csrf_token
from tests.databases import PASSWORD
from tests.pages import problems
from tests.records import change, make, system

SAFE = {"GET", "HEAD", "OPTIONS"}
WORDS = {"int": "1", "string": "systems", "default": "systems"}


def addresses(app, *, unsafe: bool) -> list[tuple[str, str]]:
    """Every endpoint's method and an address that leads to it."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static" or rule.endpoint in ("auth.logout",):
            continue
        path = re.sub(r"<(?:(\w+)[^:>]*:)?\w+>", lambda match: WORDS[match[1] or "default"], rule.rule)
        methods = sorted(rule.methods - SAFE if unsafe else rule.methods & {"GET"})
        found += [(method, path) for method in methods]
    return sorted(set(found))


def fingerprint() -> dict[str, list[str]]:
    """Everything that is stored; when a session was last seen is a technical mark."""
    db.session.rollback()
    tables = [table for table in db.metadata.sorted_tables if table.name != "user_sessions"]
    return {table.name: sorted(map(repr, db.session.execute(sa.select(table)))) for table in tables}


def test_every_endpoint_is_public_or_names_a_verb(app):
    nameless = [
        endpoint
        for endpoint in app.view_functions
        if endpoint not in PUBLIC and verb_of(endpoint) not in VERBS
    ]
    assert nameless == []


def test_strangers_get_nothing_but_the_login(app, client):
    for method, path in [*addresses(app, unsafe=False), *addresses(app, unsafe=True)]:
        endpoint = app.url_map.bind("").match(path, method)[0]
        if endpoint in PUBLIC:
            continue
        answer = client.open(path, method=method)
        if path.startswith("/api/"):
            assert (answer.status_code, answer.mimetype) == (401, "application/problem+json"), path
        else:
            assert answer.status_code == 302, (method, path)
            assert answer.location.startswith("/login")


def test_a_fragment_of_a_stranger_is_the_login_dialog(client):
    answer = client.get("/systems", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "data-login" in answer.text


@pytest.mark.parametrize("name", ["rita", "bob", "alice"])
def test_each_role_is_refused_exactly_what_the_table_says(app, signed_in, name):
    role = {"rita": Role.READER, "bob": Role.ANALYST, "alice": Role.LEAD}[name]
    browser = signed_in(name)
    token = csrf_token(browser.get("/me").text)
    system("SV-1")
    for method, path in [*addresses(app, unsafe=False), *addresses(app, unsafe=True)]:
        endpoint = app.url_map.bind("").match(path, method)[0]
        if endpoint in PUBLIC or right(role, verb_of(endpoint)) is not Right.NO:
            continue
        answer = browser.open(path, method=method, headers={"X-CSRFToken": token})
        assert answer.status_code == 403, (name, method, path, answer.status_code)


def test_nothing_unsafe_goes_without_the_token(app, alice):
    system("SV-1")
    before = fingerprint()
    for method, path in addresses(app, unsafe=True):
        for headers in ({}, {"X-CSRFToken": "forged"}):
            answer = alice.open(path, method=method, headers=headers)
            assert answer.status_code in (400, 403), (method, path, answer.status_code)
        answer = alice.open(path, method=method, headers={"HX-Request": "true"})
        assert answer.status_code in (400, 403, 419), (method, path, answer.status_code)
    assert fingerprint() == before


def test_no_get_changes_anything(app, ada):
    system("SV-1")
    before = fingerprint()
    for _, path in addresses(app, unsafe=False):
        answer = ada.get(path)
        assert answer.status_code < 500 or path == "/readyz", (path, answer.status_code)
    assert fingerprint() == before


def test_every_answer_carries_the_headers_errors_too(app, client, alice):
    system("SV-1")
    more = ["/nothing", "/systems?sort=nothing", "/systems/4711", "/api/v1/nothing", "/static/css/tokens.css"]
    for method, path in [
        *addresses(app, unsafe=False),
        *addresses(app, unsafe=True),
        *(("GET", p) for p in more),
    ]:
        for browser in (client, alice):
            answer = browser.open(path, method=method)
            headers = answer.headers
            is_file = headers.get("Content-Disposition", "").startswith("attachment")
            policy = "sandbox; default-src 'none'" if is_file else CONTENT_SECURITY_POLICY
            assert headers["Content-Security-Policy"].startswith(policy), (method, path)
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "same-origin"
            assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
            assert "camera=()" in headers["Permissions-Policy"]
            if not path.startswith("/static/"):
                assert headers["Cache-Control"] == "no-store", (method, path)
                assert {"HX-Request", "HX-Request-Type", "HX-History-Restore-Request"} <= set(answer.vary)
            answer.close()


def test_a_reader_meets_no_memo_at_any_address(app, signed_in, people):
    srv = system("SV-1")
    memo = make(Memo, system=srv, text="CANARY of the memo")
    change(Memo, memo, text="CANARY of the memo, again")
    reader = signed_in("rita")
    for _, path in addresses(app, unsafe=False):
        for query in ("", "?q=of the memo&since=1"):
            assert "CANARY" not in reader.get(path + query).text, path + query


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\t//evil.example"],
)
def test_a_login_never_leads_to_another_site(client, target):
    page = client.get("/login", query_string={"next": target})
    assert "evil" not in page.text
    form = {"username": "bob", "password": PASSWORD, "next": target, "csrf_token": csrf_token(page.text)}
    assert client.post("/login", data=form).location == "/"


def test_a_login_leads_back_to_where_one_was(client):
    asked = client.get("/systems?status=Clean").location
    form = {"username": "bob", "password": PASSWORD, "csrf_token": csrf_token(client.get(asked).text)}
    form["next"] = re.search(r'name="next" value="([^"]*)"', client.get(asked).text)[1]
    assert client.post("/login", data=form).location == "/systems?status=Clean"


def attempt(client, username: str, password: str = "wrong"):
    token = csrf_token(client.get("/login").text)
    return client.post("/login", data={"username": username, "password": password, "csrf_token": token})


def test_unknown_disabled_and_wrong_look_the_same(client):
    texts = [
        re.sub(r'value="[^"]*"|content="[^"]*"', "", attempt(client, name, password).text)
        for name, password in (("bob", "wrong"), ("nobody", "wrong"), ("otto", PASSWORD))
    ]
    assert len(set(texts)) == 1


def test_failed_logins_are_throttled_but_nobody_is_locked_out(app, client):
    codes = [attempt(client, "bob").status_code for _ in range(8)]
    assert codes[-1] == 429
    elsewhere = app.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert attempt(elsewhere, "bob", PASSWORD).status_code == 303


def test_a_new_session_at_login_and_none_after_logout(app, client):
    attempt(client, "bob", PASSWORD)
    first = client.get_cookie("spoor").value
    token = csrf_token(client.get("/me").text)
    client.post("/logout", data={"csrf_token": token})
    client.set_cookie("spoor", first)
    assert client.get("/me").status_code == 302
    assert db.session.scalar(sa.select(sa.func.count()).select_from(UserSession)) == 0
    attempt(client, "bob", PASSWORD)
    assert client.get_cookie("spoor").value != first


def test_a_disabled_account_is_signed_out_at_once(app, bob, people):
    with changes.recording(None, "cli") as change_set:
        users.disable(change_set, people.bob)
    db.session.commit()
    assert bob.get("/me").status_code == 302


def test_an_error_is_an_id_never_a_trace(app, alice, monkeypatch):
    def broken():
        raise RuntimeError("secret detail")

    broken.needs = "see"
    monkeypatch.setitem(app.view_functions, "health.healthz", broken)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(app.config, "TESTING", False)
    for headers in ({}, {"HX-Request": "true"}, {"Accept": "application/json"}):
        answer = alice.get("/healthz", headers=headers)
        assert answer.status_code == 500
        assert "secret detail" not in answer.text
        assert "Traceback" not in answer.text


def test_hostile_names_are_shown_as_text_everywhere(alice, people):
    hostile = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
    srv = system(
        hostile,
        tags=[make(Tag, name=hostile)],
        location=make(Location, name=hostile),
        aliases=[hostile + "2"],
    )
    make(Memo, system=srv, text=f"{hostile}\n\n[x](javascript:alert(3)) <b onclick=alert(4)>b</b>")
    change(User, people.bob, full_name=hostile)
    change(System, srv, assigned_to=people.bob, by=people.bob)
    fragment = {"HX-Request": "true", "HX-Request-Type": "partial"}
    paths = [
        "/systems",
        f"/systems/{srv}",
        f"/systems/{srv}/history",
        "/tags",
        "/locations",
        "/memos",
        "/users",
    ]
    paths += ["/activity", f"/systems/{srv}/cell/tags", f"/systems/{srv}/cell/name", f"/systems/{srv}/edit"]
    paths += ["/systems?since=1", "/systems/counts", "/systems/bulk?how=set&field=location&ids=" + str(srv)]
    for path in paths:
        for headers in ({}, fragment):
            text = alice.get(path, headers=headers).text
            assert "<script>alert" not in text, path
            assert problems(text, fragment="<!doctype" not in text) == [], path
