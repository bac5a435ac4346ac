"""Columns of one's own: which, in which order, how wide."""

from tests.web.grid import Grid


def heads(page: str) -> list[str]:
    return [part.partition('"')[0] for part in page.split('data-name="')[1:]]


def test_the_order_is_kept_and_comes_back(alice):
    answer = Grid(alice).post("/columns", columns=["status", "name", "location"], query="sort=-name")
    assert answer.headers["HX-Redirect"] == "/systems?sort=-name"
    assert heads(alice.get("/systems").text) == ["status", "name", "location"]
    dialog = Grid(alice).get("/columns").text
    assert dialog.index('value="status" checked') < dialog.index('value="location" checked')


def test_the_address_may_name_the_columns(alice):
    assert heads(alice.get("/systems?columns=name,domain").text) == ["name", "domain"]
    assert heads(alice.get("/systems?columns=nonsense").text)[:2] == ["name", "priority"]
    assert "columns=" not in Grid(alice).get("/columns?columns=name,domain").text


def test_an_export_has_the_columns_of_the_address(alice):
    text = alice.get("/systems/export?columns=name,domain").text
    assert "as in the list (2)" in text


def test_widths_are_a_persons_own_and_within_reason(alice, bob):
    Grid(alice).post("/widths", name="30", status="4000", os="0", nonsense="9", ips="wide")
    page = alice.get("/systems").text
    assert 'class="grid sized"' in page
    assert "col-lead w-30" in page
    assert "col-f-status w-100" in page
    assert "col-f-os w-6" in page
    assert "sized" not in bob.get("/systems").text
    assert "sized" not in alice.get("/tags").text


def test_a_reset_forgets_order_and_widths(alice):
    grid = Grid(alice)
    grid.post("/columns", columns=["name", "location"])
    grid.post("/widths", name="30")
    form = {"csrf_token": grid.headers["X-CSRFToken"], "reset": "1", "columns": "location"}
    assert alice.post("/systems/columns", data=form).location == "/systems"
    page = alice.get("/systems").text
    assert "sized" not in page
    assert heads(page)[:2] == ["name", "priority"]


def test_a_reader_has_columns_too(rita):
    assert Grid(rita).post("/widths", name="30").status_code == 204
    assert "col-lead w-30" in rita.get("/systems").text


def test_a_column_is_moved_by_a_line_and_ticks_stay(alice):
    grid = Grid(alice)
    form = {
        "order": ["name", "status", "location"],
        "columns": ["status"],
        "query": "q=a",
        "move": "location:-1",
    }
    page = grid.post("/columns", **form).text
    assert page.index('value="name"') < page.index('value="location"') < page.index('value="status" checked')
    assert 'name="query" value="q=a"' in page
    for move in ("nothing:1", "name:2", "name"):
        assert grid.post("/columns", **form | {"move": move}).status_code == 400
    assert heads(alice.get("/systems").text)[:2] == ["name", "priority"]
