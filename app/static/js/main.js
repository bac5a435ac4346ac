/* Everything that runs in a page; each module looks for what it serves. */
import "./app.js";
