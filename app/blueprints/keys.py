"""The sheet of all keys: a dialog over the page, and a page of its own."""

from flask import Blueprint

from app.blueprints.grid.pieces import dialog_or_page
from app.security.permissions import SEE, needs

bp = Blueprint("keys", __name__)

MOVING = (
    ("↑ ↓ ← →", "the next cell"),
    ("Tab, Shift Tab", "the next cell, the one before"),
    ("Home, End", "first and last cell of the row; with Ctrl of the list"),
    ("Page ↑, Page ↓", "15 rows up or down"),
    ("Ctrl Enter", "the page of the row"),
)
EDITING = (
    ("Enter, F2", "edit the cell"),
    ("a letter or digit", "edit it and start with that; in the name, g grabs instead"),
    ("Delete, Backspace", "edit it and start empty"),
    ("Enter, Tab", "save; Tab goes on to the next cell"),
    ("Ctrl Enter", "save a long text"),
    ("Esc", "leave the cell as it was"),
    ("Ctrl Z", "undo the last change of this tab, never an import"),
)
ROWS = (
    ("Space", "tick the row"),
    ("Shift click on a box", "tick all rows in between"),
    ("g", "grab the row: in its name, its tick box, or a cell that can't be edited"),
    ("Alt g", "grab the row, in any cell"),
    ("n", "a new record"),
)
CELLS = (
    ("Shift ↑ ↓ ← →, Shift click", "select more cells"),
    ("Ctrl C", "copy the selected cells, for a spreadsheet"),
    ("Ctrl V", "paste cells from here on; more than one row asks first"),
)
HEADINGS = (
    ("Enter, click", "sort by this column, then the other way round"),
    ("Shift Enter, Shift click", "sort by this column too"),
    ("Shift ←, Shift →", "narrower, wider"),
)
ANYWHERE = (("/", "find in the list"), ("Ctrl K", "search"), ("?", "this sheet"))

SHEET = (
    ("Moving", MOVING),
    ("Editing", EDITING),
    ("Rows", ROWS),
    ("Several cells", CELLS),
    ("On a heading", HEADINGS),
    ("Anywhere", ANYWHERE),
)


@bp.get("/keys")
@needs(SEE)
def show():
    """All keys."""
    return dialog_or_page("keys/show.html", sheet=SHEET)
