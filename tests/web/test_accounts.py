"""Accounts: of a domain or of a system, once each, with the systems where they were seen."""

import re

import pytest

from app.models.accounts import Account
from app.models.lookups import Domain
from app.models.systems import System
from tests.pages import problems
from tests.records import make, remove, state, system, undo_last
from tests.web.grid import Grid


@pytest.fixture
def domain(app) -> int:
    return make(Domain, name="corp.example")


def listed(browser, query: str = "") -> list[int]:
    page = browser.get(f"/accounts{query}").text
    assert problems(page) == []
    return [int(found) for found in re.findall(r'<tr id="account-(\d+)"', page)]


def test_an_account_is_on_a_domain_or_on_a_system_and_once_there(bob, domain):
    srv, grid = system("SRV-1"), Grid(bob, "/accounts")
    for form, where in (
        ({"name": "adm"}, "domain"),
        ({"name": "adm", "domain": "corp.example", "system": "SRV-1"}, "system"),
    ):
        answer = grid.post("/new", **form)
        assert answer.status_code == 422
        assert f'id="{where}-error"' in answer.text
    assert grid.post("/new", name="adm", domain="corp.example").status_code == 200
    assert grid.post("/new", name="adm", system="SRV-1").status_code == 200
    on_domain = listed(bob, f"?domain=id:{domain}")[0]
    again = grid.post("/new", name="ADM", domain="corp.example")
    assert again.status_code == 422
    assert f'href="/accounts/{on_domain}"' in again.text
    assert listed(bob, f"?system=id:{srv}") != [on_domain]


def test_whether_it_is_an_administrator_may_be_unknown(bob, domain):
    account, grid = make(Account, name="adm", domain=domain), Grid(bob, "/accounts")
    seen = [state(Account, account)["is_admin"]]
    for text in ("yes", "no", ""):
        grid.save(account, "is_admin", text)
        seen.append(state(Account, account)["is_admin"])
    assert seen == [None, True, False, None]
    assert listed(bob, "?is_admin.empty=1") == [account]
    assert listed(bob, "?is_admin=yes") == []


def test_links_lead_both_ways_and_systems_are_found_by_name(bob, domain):
    srv, other = system("SRV-1"), system("SRV-2")
    account = make(Account, name="adm", domain=domain, seen_on=[srv, other])
    page = bob.get(f"/accounts/{account}").text
    for host in (srv, other):
        assert f'<a class="go" href="/systems/{host}"' in page
    assert f'href="/domains/{domain}"' in page
    assert f'href="/accounts?domain=id:{domain}' in bob.get(f"/domains/{domain}").text
    assert listed(bob, "?seen_on=SRV-2") == listed(bob, "?q=srv-2") == [account]
    assert bob.get("/accounts/choices/seen_on?q=SRV-2").text.count('role="option"') == 1


def test_the_accounts_of_a_deleted_system_go_with_it_and_others_forget_it(app, domain):
    srv = system("SRV-1")
    local = make(Account, name="adm", system=srv)
    seen = make(Account, name="adm", domain=domain, seen_on=[srv])
    remove(System, srv)
    assert state(Account, seen)["seen_on"] == []
    undo_last()
    assert state(Account, seen)["seen_on"] == [srv]
    assert state(Account, local)["system"] == srv
