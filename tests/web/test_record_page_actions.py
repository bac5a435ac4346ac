"""What the page of a record offers beside its fields."""

import re

import sqlalchemy as sa

from app.extensions import db
from app.models.lookups import Ip
from app.models.systems import System
from tests.conftest import csrf_token
from tests.records import make, system
from tests.web.grid import Grid


def test_each_address_can_be_copied(bob, rita):
    srv = system("SRV-1", ips=[make(Ip, name="10.0.0.1"), make(Ip, name="2001:db8::1")])
    for browser in (bob, rita):
        page = browser.get(f"/systems/{srv}").text
        assert 'data-copy="10.0.0.1"' in page
        assert 'data-copy="2001:db8::1"' in page


def test_leaving_a_deleted_record_says_so_and_offers_the_undo(alice):
    srv = system("SRV-1")
    grid = Grid(alice)
    answer = alice.post(f"/systems/{srv}/delete", data={"leave": "1"}, headers=grid.headers)
    assert answer.headers["HX-Redirect"] == "/systems"
    page = alice.get("/systems").text
    assert "SRV-1 into the bin" in page
    undo = re.search(r'action="(/change-sets/\d+/undo)"', page)[1]
    alice.post(undo, data={"csrf_token": csrf_token(page)})
    assert db.session.scalar(sa.select(System.deleted_at).where(System.id == srv)) is None


def test_a_host_that_is_needed_leads_to_its_guests(alice):
    host = system("HOST-1")
    system("GUEST-1", host_system=host)
    page = alice.get(f"/systems/{host}").text
    assert 'href="#used"' in page
    assert 'id="used"' in page


def test_history_tells_the_name_of_a_new_record_once(bob):
    Grid(bob).post("/new", name="SRV-ONCE")
    stream = bob.get("/activity?entity=systems").text
    assert stream.count(">SRV-ONCE<") == 1
