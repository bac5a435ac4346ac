"""Memos on the page of a system: added, edited and deleted in place; nothing of them for readers."""

import pytest

from app.extensions import db
from app.models.systems import Memo, System
from app.services import changes, records
from tests.pages import problems
from tests.records import change, make, remove, state, system
from tests.web.grid import Grid

CANARY = "canary-4711"


@pytest.fixture
def srv(app) -> int:
    return system("SRV-1")


def test_a_memo_is_added_edited_and_deleted_in_place(bob, srv):
    grid = Grid(bob, f"/systems/{srv}")
    assert grid.post("/memos", text="**seen** `a.exe`").status_code == 200
    page = bob.get(f"/systems/{srv}").text
    assert "<strong>seen</strong> <code>a.exe</code>" in page
    memo = int(page.partition('id="memo-')[2].partition('"')[0])
    grid = Grid(bob, "/memos")
    assert grid.save(memo, "text", "gone", "**seen** `a.exe`").status_code == 200
    assert state(Memo, memo)["text"] == "gone"
    assert grid.post(f"/{memo}/delete").status_code == 200
    assert f'id="memo-{memo}"' not in bob.get(f"/systems/{srv}").text


def test_an_empty_memo_is_refused_in_its_place(bob, srv):
    answer = Grid(bob, f"/systems/{srv}").post("/memos", text="  ")
    assert answer.status_code == 422
    assert "aria-invalid" in answer.text


def test_the_memo_of_a_colleague_is_edited_but_not_deleted(alice, bob, srv):
    Grid(alice, f"/systems/{srv}").post("/memos", text="from alice")
    page = bob.get(f"/systems/{srv}").text
    memo = page.partition('id="memo-')[2].partition('"')[0]
    assert f"/memos/{memo}/delete" not in page
    assert Grid(bob, "/memos").post(f"/{memo}/delete").status_code == 403


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,alert)",
        "![x](https://evil.example/track.png)",
        "<a href='java&#115;cript:alert(1)'>x</a>",
        '[x](https://a.example "\\" onmouseover=alert(1) ")',
        "<iframe src=//evil.example></iframe><style>*{display:none}</style>",
    ],
)
def test_markdown_can_do_no_harm(bob, srv, hostile):
    make(Memo, system=srv, text=hostile)
    page = bob.get(f"/systems/{srv}").text
    assert problems(page) == []
    assert '<div class="prose">' in page
    assert "<script>alert" not in page
    assert "<iframe" not in page
    assert 'src="https://evil' not in page


def test_readers_find_no_trace_of_a_memo(rita, alice, srv):
    memo = make(Memo, system=srv, text=CANARY)
    written = changes.newest()
    change(Memo, memo, text=f"{CANARY} again")
    with changes.recording(None, "bulk", "both") as change_set:
        records.update(change_set, System, srv, {"name": "SRV-2"})
        records.create(change_set, Memo, {"system": srv, "text": CANARY})
    db.session.commit()
    both = changes.newest()
    paths = ["/systems", f"/systems?q={CANARY}", f"/systems/{srv}", f"/systems/{srv}/history", "/activity"]
    paths += ["/activity?entity=memos", f"/change-sets/{both}", f"/systems/{srv}?since=1", "/systems?since=1"]
    for path in paths:
        for headers in ({}, {"HX-Request": "true"}):
            answer = rita.get(path, headers=headers)
            assert CANARY not in answer.text.replace(f'value="{CANARY}"', "").replace(f"q={CANARY}", ""), path
            assert "memo" not in answer.text.lower(), path
    assert f'id="set-{both}"' not in rita.get("/activity?entity=memos").text
    for path in (f"/change-sets/{written}", "/memos", f"/memos/{memo}", f"/memos/{memo}/history"):
        assert rita.get(path).status_code in (403, 404), path
    assert CANARY in alice.get(f"/systems/{srv}/history").text


def test_a_deleted_memo_is_in_the_bin_of_the_team(alice, bob, srv):
    memo = make(Memo, system=srv, text=CANARY)
    remove(Memo, memo)
    assert CANARY in alice.get("/bin").text
    answer = Grid(alice, "/bin").post(f"/memos/{memo}/restore")
    assert answer.status_code == 200
    assert CANARY in bob.get(f"/systems/{srv}").text
