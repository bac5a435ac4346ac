"""The system creator: names with attributes, one change set, what was left out by line, undo."""

import re
import threading

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.systems import System
from app.models.tags import Tag
from app.services import changes, settings
from app.services.reading import read
from tests.conftest import csrf_token
from tests.pages import problems
from tests.records import make, system
from tests.rest import Rest
from tests.web.test_pasted_names import Page, shown, tiles


@pytest.fixture
def creator(bob) -> Page:
    """Bob's open creator."""
    return Page(bob, "/systems/create")


def live() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(sa.select(System.name).where(System.deleted_at.is_(None))))


def row(name: str, *fields: str):
    (record_id,) = db.session.scalars(sa.select(System.id).where(System.name == name))
    (found,) = read(System, [record_id], fields)
    return found


def test_the_form_opens_with_every_attribute_that_many_systems_may_share(bob):
    page = bob.get("/systems/create?cases=North")
    assert problems(page.text) == []
    for name in ("status", "analysis_status", "tags", "cases", "companies", "assigned_to", "recommendation"):
        assert f'name="{name}"' in page.text
    assert 'name="name"' not in page.text
    assert re.search(
        r'value="North"[^>]*id="cases"|id="cases"[^>]*value="North"|value="North"[^>]*data-combo="many" id="cases"',
        page.text,
    )


def test_readers_create_nothing(rita):
    assert rita.get("/systems/create").status_code == 403


def test_new_names_become_systems_with_all_that_was_chosen_in_one_change_set(bob, creator):
    make(Tag, name="triage")
    before = changes.newest()
    answer = creator.send(
        "SRV01\nsrv02.corp.example.com",
        status="Compromised",
        priority="High",
        tags="triage; fresh",
        companies="ACME",
    )
    assert answer.status_code == 303
    assert live() == ["SRV01", "srv02.corp.example.com"]
    assert changes.newest() == before + 1
    made = row("SRV01", "status", "priority", "tags", "companies", "created_by")
    assert (made["status"].name, made["priority"].name) == ("Compromised", "High")
    assert [tag.name for tag in made["tags"]] == ["fresh", "triage"]
    assert [one.name for one in made["companies"]] == ["ACME"]
    assert made["created_by"].name == "bob"
    page = bob.get(answer.location)
    assert problems(page.text) == []
    assert "2 new systems</h1>" in page.text
    listed = re.search(r'href="(/systems\?set=\d+)"', page.text)[1]
    assert shown(bob.get(listed).text) == ["SRV01", "srv02.corp.example.com"]


def test_one_undo_takes_all_of_it_back(bob, creator):
    system("OLD-1")
    page = bob.get(creator.send("SRV01\nSRV02\nOLD-1", tags="fresh").location).text
    undo = re.search(r'action="(/change-sets/\d+/undo)"', page)[1]
    bob.post(undo, data={"csrf_token": csrf_token(page)})
    assert live() == ["OLD-1"]


def test_history_says_creator(app, creator):
    creator.send("SRV01\nSRV02")
    head = Rest(app, "bob").get(f"change-sets/{changes.newest()}")
    assert (head["source"], head["summary"]) == ("creator", "2 systems created from pasted names")
    assert [(one["action"], one["name"]) for one in head["changes"]] == [
        ("create", "SRV01"),
        ("create", "SRV02"),
    ]


def test_what_is_known_or_named_twice_is_left_alone_and_named(bob, creator):
    old = system("OLD-1", status="Clean")
    page = bob.get(
        creator.send(
            "new-1\nold-1.corp.example.com\n\n   \nNEW-1.corp.example.com", status="Compromised"
        ).location
    )
    assert live() == ["OLD-1", "new-1"]
    assert row("OLD-1", "status")["status"].name == "Clean"
    assert tiles(page.text) == {"new": 1, "known already": 1, "doubled": 1}
    assert f'href="/systems/{old}"' in page.text
    assert "the same as line 1" in page.text


def test_with_a_faulty_line_nothing_is_made_unless_one_says_so(bob, creator):
    text = "SRV01\n10.0.0.1\nSRV02"
    refused = creator.send(text, status="Compromised")
    assert refused.status_code == 422
    assert problems(refused.text) == []
    assert "1 line stands against it" in refused.text
    assert f"{text}</textarea>" in refused.text
    assert 'value="Compromised"' in refused.text
    assert live() == []
    made = creator.send(text, skip="1")
    assert live() == ["SRV01", "SRV02"]
    page = bob.get(made.location).text
    assert tiles(page) == {"new": 2, "faulty": 1}
    assert re.search(r'<td class="num">2</td><td class="any">10.0.0.1</td>', page)


def test_ambiguous_lines_are_never_guessed(bob, creator):
    system("srv01.a.example.com"), system("srv01.b.example.com")
    assert creator.send("srv01\nnew-1").status_code == 422
    page = bob.get(creator.send("srv01\nnew-1", skip="1").location).text
    assert live() == ["new-1", "srv01.a.example.com", "srv01.b.example.com"]
    assert page.count("srv01.a.example.com") == 1


def test_blank_lines_create_no_nameless_system(creator):
    creator.send("SRV01\n   \n\t\nSRV02")
    assert live() == ["SRV01", "SRV02"]


def test_names_are_written_as_the_team_has_decided(app, creator):
    with changes.recording(None, "ui") as change_set:
        settings.change(change_set, {"name_case": "upper"})
    db.session.commit()
    system("OLD-1")
    creator.send("srv01\nSrv01\nold-1")
    assert live() == ["OLD-1", "SRV01"]


@pytest.mark.parametrize("text", ["", "  \n ", "OLD-1"])
def test_without_a_new_name_nothing_happens(creator, text):
    system("OLD-1")
    before = changes.newest()
    answer = creator.send(text, tags="fresh")
    assert answer.status_code == 422
    assert "No line holds a new name" in answer.text
    assert changes.newest() == before
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Tag).where(Tag.name == "fresh")) == 0


def test_a_wrong_attribute_is_said_at_its_field_and_nothing_is_lost(creator):
    answer = creator.send("SRV01", status="no such status", tags="fresh")
    assert answer.status_code == 422
    assert problems(answer.text) == []
    assert 'id="status-error"' in answer.text
    assert 'value="fresh"' in answer.text
    assert live() == []


def test_sent_twice_it_is_made_once(creator):
    assert creator.send("SRV01").status_code == 303
    assert creator.send("SRV01").status_code == 422
    assert live() == ["SRV01"]


def test_what_somebody_else_made_meanwhile_is_known_then(bob, creator):
    assert tiles(creator.check("SRV01\nSRV02", "create")) == {"new": 2}
    system("srv01")
    page = bob.get(creator.send("SRV01\nSRV02").location).text
    assert tiles(page) == {"new": 1, "known already": 1}


def test_many_at_once_make_each_system_once(app, signed_in):
    creators = [Page(signed_in(name), "/systems/create") for name in ("bob", "alice", "ada")]
    texts = ["\n".join(f"srv-{n}" for n in range(start, start + 40)) for start in (0, 30, 60)]
    answers = []

    def send(page, text) -> None:
        with app.app_context():
            answers.append(page.send(text).status_code)
            db.session.remove()

    threads = [threading.Thread(target=send, args=pair) for pair in zip(creators, texts, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert live() == sorted(f"srv-{n}" for n in range(100))
    assert set(answers) == {303}


def test_five_thousand_names_are_one_change_set(bob, creator):
    text = "\n".join(f"client-{n:05}.corp.example.com" for n in range(5000))
    before = changes.newest()
    page = bob.get(creator.send(text, tags="fresh", status="Compromised").location)
    assert "5,000 new systems</h1>" in page.text
    assert changes.newest() == before + 1
    listed = bob.get(re.search(r'href="(/systems\?set=\d+)"', page.text)[1]).text
    assert "5,000 new systems" in listed


def test_a_result_that_is_not_kept_is_not_found(bob):
    assert bob.get("/systems/created/4711").status_code == 404


def test_a_line_with_a_nul_is_left_out_and_named(bob, creator):
    page = bob.get(creator.send("S\0RV\nSRV01", skip="1").location)
    assert live() == ["SRV01"]
    assert "U+0000" in page.text
