"""Pasting a block of cells: one row at once, more after a preview, always one change set."""

import html
import re

import sqlalchemy as sa

from app.extensions import db
from app.models.changes import ChangeSet
from app.models.lookups import Location
from app.models.systems import System
from app.models.tags import Tag
from app.services import changes
from app.services.reading import Named, read_one
from tests.conftest import csrf_token
from tests.records import change, make, remove, system, undo_last
from tests.web.grid import Grid


def paste(browser, rows, fields: str, text: str, entity: str = "systems", **more):
    db.session.rollback()
    seen = {i: i in rows and more.pop(f"rev{i}", None) for i in rows}
    shown = ",".join(f"{i}:{seen[i] or changes.newest()}" for i in rows)
    form = {"rows": shown, "fields": fields, "text": text} | more
    return Grid(browser, f"/{entity}").post("/paste", **form)


def value(record: int, name: str, model=System):
    db.session.rollback()
    found = read_one(model, record, [name])[name]
    if isinstance(found, list):
        return [getattr(one, "name", one) for one in found]
    return found.name if isinstance(found, Named) else found


def cells(page: str) -> list[list[str]]:
    """The lines of the preview."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.S)
    return [
        [
            html.unescape(re.sub(r"<label.*?</label>|<[^>]+>", "", cell))
            for cell in re.findall(r"<td>(.*?)</td>", row)
        ]
        for row in rows
    ]


def test_one_row_is_saved_at_once_as_one_change_set(bob, people):
    srv = system("SRV-1")
    before = changes.newest()
    answer = paste(bob, [srv], "status,assigned_to,location", "Clean\tbob\tBerlin")
    assert answer.status_code == 200
    assert (value(srv, "status"), value(srv, "assigned_to"), value(srv, "location")) == (
        "Clean",
        "bob",
        "Berlin",
    )
    assert changes.newest() == before + 1
    assert f'data-change-set="{changes.newest()}"' in answer.text
    head = db.session.get(ChangeSet, changes.newest())
    assert (head.source, head.actor_id, head.summary) == ("ui", people.bob, "SRV-1: 3 cells pasted")


def test_several_rows_are_previewed_and_nothing_is_written(bob):
    one, two = system("SRV-1", status="Clean"), system("SRV-2")
    before = changes.newest()
    answer = paste(bob, [one, two], "status,location", "Compromised\tBerlin\nClean\tBerlin\n")
    assert cells(answer.text) == [
        ["SRV-1", "Status", "Clean", "Compromised"],
        ["SRV-1", "Location", "empty", "Berlin new"],
        ["SRV-2", "Status", "Unknown", "Clean"],
        ["SRV-2", "Location", "empty", "Berlin new"],
    ]
    assert "<b>4 cells</b> of 2 systems change" in answer.text
    assert changes.newest() == before
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Location)) == 0


def test_the_preview_is_applied_as_one_change_set_that_is_undone_as_one(bob):
    one, two = system("SRV-1", status="Clean"), system("SRV-2")
    before = changes.newest()
    answer = paste(bob, [one, two], "status,location", "Compromised\tBerlin\nClean\tBerlin", apply="1")
    assert "4 cells of 2 systems pasted" in answer.text
    assert 'data-rows="2"' in answer.text
    assert changes.newest() == before + 1
    assert [value(i, "status") for i in (one, two)] == ["Compromised", "Clean"]
    undo_last()
    assert [value(i, "status") for i in (one, two)] == ["Clean", "Unknown"]
    assert value(two, "location") is None


def test_faulty_cells_are_named_and_the_others_can_go(bob):
    one, two, _ = system("SRV-1"), system("SRV-2"), system("SRV-3")
    text = "Nonsense\tyesterday\tSRV-3\nClean\t2026-11-20 22:14\tSRV-9"
    answer = paste(bob, [one, two], "status,installed_at,name", text)
    assert cells(answer.text)[:3] == [
        ["SRV-1", "Status", "Unknown", "Nonsense there is no system status “Nonsense”"],
        [
            "SRV-1",
            "Installed",
            "empty",
            "yesterday “yesterday” is not a time such as 2026-11-20 22:14 or 20.11.2026",
        ],
        ["SRV-1", "Name", "SRV-1", "SRV-3 “SRV-3” is taken by SRV-3 (id 3)"],
    ]
    assert len(cells(answer.text)) == 6
    done = paste(bob, [one, two], "status,installed_at,name", text, apply="1")
    assert "3 done, 3 left as they are" in done.text
    assert (value(two, "status"), value(two, "name")) == ("Clean", "SRV-9")
    assert (value(one, "status"), value(one, "name")) == ("Unknown", "SRV-1")


def test_a_fault_in_one_row_asks_too(bob):
    srv = system("SRV-1")
    answer = paste(bob, [srv], "status,name", "Clean\t")
    assert ["SRV-1", "Name", "SRV-1", " is required"] in cells(answer.text)
    assert value(srv, "status") == "Unknown"


def test_a_rule_that_refuses_one_cell_spares_the_others_of_its_row(bob):
    system("SRV-1")
    two = system("SRV-2")
    paste(bob, [two], "name,status", "srv-1\tClean", apply="1")
    assert (value(two, "name"), value(two, "status")) == ("SRV-2", "Clean")


def test_what_others_changed_meanwhile_is_not_overwritten(bob, people):
    srv = system("SRV-1")
    seen = changes.newest()
    change(System, srv, by=people.alice, status="Compromised")
    answer = paste(bob, [srv], "status,location", "Clean\tBerlin", **{f"rev{srv}": seen})
    assert [
        "SRV-1",
        "Status",
        "Compromised",
        "Clean somebody else changed it meanwhile to “Compromised”",
    ] in cells(answer.text)
    paste(bob, [srv], "status,location", "Clean\tBerlin", apply="1", **{f"rev{srv}": seen})
    assert (value(srv, "status"), value(srv, "location")) == ("Compromised", "Berlin")
    paste(bob, [srv], "status", "Clean")
    assert value(srv, "status") == "Clean"


def kept_in(page: str) -> list[tuple[str, bool]]:
    """The boxes "keep mine" of a preview: what they send, and whether they are ticked."""
    boxes = re.findall(r'name="keep" value="([^"]+)"[^>]*?( checked)?>', page)
    return [(value, bool(ticked)) for value, ticked in boxes]


def test_mine_is_kept_where_one_says_so(bob, people):
    one, two = system("SRV-1"), system("SRV-2")
    seen = changes.newest()
    for srv in (one, two):
        change(System, srv, by=people.alice, status="Compromised")
    block = {
        "fields": "status,location",
        "text": "Clean\tBerlin\nClean\tBerlin",
        f"rev{one}": seen,
        f"rev{two}": seen,
    }
    boxes = kept_in(paste(bob, [one, two], **block).text)
    assert boxes == [(f"{srv}:status:{changes.newest()}", False) for srv in (one, two)]
    (keep, _), _ = boxes
    page = paste(bob, [one, two], keep=keep, **block).text
    assert kept_in(page) == [(keep, True), (f"{two}:status:{changes.newest()}", False)]
    assert "<b>3 cells</b> of 2 systems change" in page
    paste(bob, [one, two], keep=keep, apply="1", **block)
    assert [value(srv, "status") for srv in (one, two)] == ["Clean", "Compromised"]


def test_what_changed_once_more_since_mine_was_kept_is_not_overwritten(bob, people):
    srv = system("SRV-1")
    seen = changes.newest()
    change(System, srv, by=people.alice, status="Compromised")
    block = {"fields": "status", "text": "Clean", f"rev{srv}": seen}
    ((keep, _),) = kept_in(paste(bob, [srv], **block).text)
    assert value(srv, "status") == "Compromised"
    assert kept_in(paste(bob, [srv], keep=keep, **block).text) == [(keep, True)]
    change(System, srv, by=people.alice, status="Removed")
    assert "meanwhile to “Removed”" in paste(bob, [srv], keep=keep, apply="1", **block).text
    assert value(srv, "status") == "Removed"
    assert Grid(bob).post("/paste", rows=f"{srv}:1", fields="status", text="x", keep="1:2").status_code == 400


def test_what_a_refused_cell_would_create_is_not_created(bob, people):
    srv = system("SRV-1")
    seen = changes.newest()
    change(System, srv, by=people.alice, location=make(Location, name="Bonn"))
    text = {"fields": "status,location,tags", "text": "Clean\tNowhere\tfresh", "apply": "1"}
    answer = paste(bob, [srv], **text, **{f"rev{srv}": seen})
    assert "somebody else changed it meanwhile to “Bonn”" in answer.text
    assert (value(srv, "status"), value(srv, "location"), value(srv, "tags")) == ("Clean", "Bonn", ["fresh"])
    assert set(db.session.scalars(sa.select(Location.name))) == {"Bonn"}


def test_ones_own_changes_since_are_no_conflict(bob, people):
    srv = system("SRV-1")
    seen = changes.newest()
    change(System, srv, by=people.bob, status="Compromised")
    paste(bob, [srv], "status", "Clean", **{f"rev{srv}": seen})
    assert value(srv, "status") == "Clean"


def test_several_values_are_merged_with_what_others_added(bob, people):
    red, blue = make(Tag, name="red"), make(Tag, name="blue")
    srv = system("SRV-1", tags=[red])
    seen = changes.newest()
    change(System, srv, by=people.alice, tags=[red, blue])
    paste(bob, [srv], "tags", "green; yellow", **{f"rev{srv}": seen})
    assert value(srv, "tags") == ["blue", "green", "yellow"]


def test_a_single_value_fills_all_selected_cells(bob):
    rows = [system(f"SRV-{n}") for n in range(3)]
    paste(bob, rows, "status", "Clean", apply="1", fill="1")
    assert [value(i, "status") for i in rows] == ["Clean"] * 3


def test_one_cell_of_several_lines_is_one_cell(bob):
    one, two = system("SRV-1"), system("SRV-2")
    paste(bob, [one, two], "dns_name,domain,tags", '"a\nb"')
    assert [value(i, "tags") for i in (one, two)] == [[], []]
    paste(bob, [one, two], "tags,domain", '"a\nb"')
    assert (value(one, "tags"), value(two, "tags"), value(one, "domain")) == (["a", "b"], [], None)


def test_cells_beyond_the_edge_are_counted(bob):
    srv = system("SRV-1")
    answer = paste(bob, [srv], "status,location", "Clean\tBerlin\tx\nClean\tHamburg\ty")
    assert "4 lie beyond the last row or column" in answer.text
    assert value(srv, "location") is None


def test_quotes_tabs_and_line_breaks_arrive_as_a_spreadsheet_meant_them(bob):
    srv = system("SRV-1")
    paste(bob, [srv], "name,location", '"SRV ""one"""\tBerlin\r\n')
    assert value(srv, "name") == 'SRV "one"'


def test_times_arrive_as_they_are_shown(bob):
    srv = system("SRV-1")
    paste(bob, [srv], "installed_at", "2026-11-20 22:14 UTC")
    assert value(srv, "installed_at").isoformat() == "2026-11-20T22:14:00+00:00"


def test_what_is_like_that_already_says_so(bob):
    srv = system("SRV-1", status="Clean")
    before = changes.newest()
    assert "like that already" in paste(bob, [srv], "status", "clean").text
    assert changes.newest() == before


def test_fields_that_are_not_edited_and_rows_that_are_gone_are_named(bob):
    one, two = system("SRV-1"), system("SRV-2")
    remove(System, two)
    found = cells(paste(bob, [one, two], "updated_at,status", "x\tClean\ny\tClean").text)
    assert ["SRV-1", "Changed", "", "x can't be edited"] in [[*row[:2], "", row[3]] for row in found]
    assert f"system {two}" in {row[0] for row in found}


def test_a_name_that_cannot_be_created_spares_those_that_can(bob):
    one, two = system("SRV-1"), system("SRV-2")
    text = "10.0.0.1; 10.0.0.2\tnew\nnonsense\tnew; old"
    found = cells(paste(bob, [one, two], "ips,tags", text).text)
    assert [row[3] for row in found[1:]] == ["10.0.0.1; 10.0.0.2 new", "new new", "new; old new"]
    assert found[0][3].startswith("nonsense “nonsense” ")
    paste(bob, [one, two], "ips,tags", text, apply="1")
    assert (value(one, "ips"), value(two, "ips")) == (["10.0.0.1", "10.0.0.2"], [])
    assert value(two, "tags") == ["new", "old"]


def test_too_much_is_refused_and_nonsense_too(bob):
    srv = system("SRV-1")
    answer = paste(bob, [srv], "status", "Clean\n" * 5001)
    assert answer.status_code == 422
    assert "too many to paste" in answer.text
    assert Grid(bob).post("/paste", rows="x", fields="status", text="Clean").status_code == 400
    for number in (str(10**30), "²", "0"):
        form = {"rows": f"{number}:1", "fields": "status", "text": "Clean"}
        assert Grid(bob, "/systems").post("/paste", **form).status_code == 400


def test_every_list_takes_cells_and_readers_none(bob, rita):
    tag = make(Tag, name="red")
    paste(bob, [tag], "name,colour", "blue\tstrong red", entity="tags")
    assert (value(tag, "name", Tag), str(value(tag, "colour", Tag))) == ("blue", "strong-red")
    token = csrf_token(rita.get("/systems").text)
    assert rita.post("/tags/paste", headers={"X-CSRFToken": token}).status_code == 403


def test_the_keys_are_a_dialog_and_a_page(rita):
    assert "<dialog" in rita.get("/keys", headers={"HX-Request": "true"}).text
    page = rita.get("/keys").text
    assert "<h1>Keys</h1>" in page
    assert "grab the row" in page


def test_a_saved_row_has_the_columns_of_the_address(bob):
    srv = system("SRV-1")
    grid = Grid(bob)
    answer = bob.patch(
        f"/systems/{srv}/cell/status?columns=name,status", headers=grid.headers, data={"value": "Clean"}
    )
    assert "Clean" in answer.text
    assert 'data-field="domain"' not in answer.text
