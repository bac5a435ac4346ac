/* Everything that runs in a page; each module looks for what it serves. */
import "./app.js";
import "./forms.js";
import "./editor.js";
import "./grid.js";
import "./pane.js";
import "./range.js";
import "./select.js";
import "./widths.js";
import "./live.js";
import "./place.js";
import "./undo.js";
import "./search.js";
