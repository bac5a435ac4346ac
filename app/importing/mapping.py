"""The page that maps columns: what it offers, and the profile that its form describes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.entities.choices import choice_rows
from app.entities.entity import Entity
from app.importing.headings import MEMO, REASON_HEADING, targets
from app.importing.profile import LOCKS, MANY_RULES, RULES, UNKNOWN, Column, Constant, Profile, StatusRule
from app.importing.propose import column_for, proposals
from app.importing.raw import Raw
from app.importing.splitting import split
from app.importing.table import Table
from app.importing.text import DELIMITERS, ENCODINGS, ONE_COLUMN
from app.importing.values import name_for
from app.models.lookups import State
from app.models.systems import System
from app.models.users import User
from app.services.lookups import find, loose_key
from app.services.reading import names_of

SPLITS = {"": "; or line break", ",": ",", "|": "|", " ": "blank"}
SEPARATORS = DELIMITERS | {ONE_COLUMN: "none: one column"}
QUOTES = {"'": "single (')"}
NOTHING = "\N{EMPTY SET}"
"""The choice “leave empty” of a value."""
_MOST_VALUES = 60
_MOST_CHOICES = 200


@dataclass
class Value:
    """A value of a column: how often it occurs, and what it becomes."""

    text: str
    count: int
    chosen: str = ""
    fresh: str = ""


@dataclass
class ColumnView:
    """A column as the page shows it."""

    index: int
    heading: str
    column: Column
    reason: str = ""
    samples: list[str] = field(default_factory=list)
    filled: int = 0
    is_many: bool = False
    is_linked: bool = False
    unknown: str = ""
    rules: dict[str, str] = field(default_factory=dict)
    values: list[Value] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)

    @property
    def splits(self) -> dict[str, str]:
        """What may separate several values; what a written profile says stays, whatever it is."""
        return SPLITS | {self.column.split: SPLITS.get(self.column.split, self.column.split)}


def views(table: Table, profile: Profile, entity: Entity) -> list[ColumnView]:
    """Every column with what it is taken for, why, and what its values become."""
    reasons = {proposal.heading: proposal for proposal in proposals(table, entity)}
    return [
        _view(index, heading, table, profile, entity, reasons[heading])
        for index, heading in enumerate(table.headings)
        if heading != REASON_HEADING
    ]


def _view(
    index: int, heading: str, table: Table, profile: Profile, entity: Entity, proposal: Any
) -> ColumnView:
    column = profile.columns.get(heading, Column())
    cells = [cell.strip() for cell in table.column(heading) if cell.strip()]
    view = ColumnView(index, heading, column, filled=len(cells), samples=list(dict.fromkeys(cells))[:3])
    view.unknown = profile.unknown_of(column)
    view.reason = proposal.reason if proposal.field == column.field else "chosen by you"
    if not column.field or (entity.model is System and column.field == "name"):
        return view
    view.is_many = column.field == MEMO or entity.field(column.field).kind.is_many
    rules = MANY_RULES if view.is_many else RULES
    if column.rule or column.field not in entity.identity:
        view.rules = {
            key: word for key, word in rules.items() if not key.startswith("edited") or table.is_export
        }
    if column.field == MEMO:
        view.rules = {key: MANY_RULES[key] for key in ("add", "keep")}
        return view
    attribute = entity.field(column.field).kind.attribute
    view.is_linked = attribute.sort in ("one", "many")
    if attribute.sort == "one" and (issubclass(attribute.target, State) or attribute.target is User):
        view.values = _values(column, cells, attribute.target)
        view.choices = [row.name for row in choice_rows(attribute.target, "", _MOST_CHOICES)]
        chosen = {v.chosen for v in view.values} | {name for name in column.values.values() if name}
        view.choices += sorted(chosen - {*view.choices, "", NOTHING})
    return view


def _values(column: Column, cells: list[str], model: Any) -> list[Value]:
    """The distinct values, the frequent ones first, with the row that each becomes."""
    found = find(model, set(cells))
    names = names_of(model, found.values())
    mapped = {loose_key(text): name for text, name in column.values.items()}
    shown = []
    for text, count in Counter(cells).most_common(_MOST_VALUES):
        value = Value(text, count, fresh=name_for(model, text))
        if loose_key(text) in mapped:
            value.chosen = mapped[loose_key(text)] or NOTHING
        elif text in found:
            value.chosen, value.fresh = names[found[text]].name, ""
        shown.append(value)
    return shown


def choices(entity: Entity) -> list[tuple[str, str]]:
    """What a column can become, each as name and label."""
    return [(target.name, target.label) for target in targets(entity)]


def page(table: Table, profile: Profile, entity: Entity) -> dict[str, Any]:
    """What the page shows and offers."""
    states = {n: _state_choices(entity, n) for n in ("status", "analysis_status") if entity.has(n)}
    return {
        "table": table,
        "profile": profile,
        "entity": entity,
        "columns": views(table, profile, entity),
        "choices": choices(entity),
        "states": states,
        "rules": [("", "as usual"), *(RULES | MANY_RULES).items()],
        "unknown": UNKNOWN,
        "sheets": [(name, name) for name in table.raw.sheets],
        "delimiters": SEPARATORS.items(),
        "encodings": ENCODINGS.items(),
        "nothing": NOTHING,
        "file": _file_choices(profile.file),
    }


def _file_choices(file: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """How the files of a profile may be read; what a written profile says can be chosen, whatever it is."""
    offered = {"delimiter": SEPARATORS, "encoding": ENCODINGS, "quote": QUOTES}
    usual = {"delimiter": "recognised", "encoding": "recognised", "quote": 'double (")'}
    return {
        key: list(
            ({"": usual[key]} | ({said: said} if (said := file.get(key) or "") else {}) | known).items()
        )
        for key, known in offered.items()
    }


def table_of(headings: list[str]) -> Table:
    """A file with these columns and nothing in them: a profile can be edited without any file."""
    return Table(headings, (), 1, Raw("csv"))


def _state_choices(entity: Entity, name: str) -> list[tuple[str, str]]:
    rows = choice_rows(entity.field(name).kind.attribute.target, "", _MOST_CHOICES)
    return [("", "as the rows say"), *((row.name, row.name) for row in rows)]


def profile_from(form: Mapping[str, str], table: Table, profile: Profile, entity: Entity) -> Profile:
    """The profile that the form describes; a column whose field was changed is proposed anew."""
    known = {target.name for target in targets(entity)}
    columns: dict[str, Column] = {}
    for index, heading in enumerate(table.headings):
        old = profile.columns.get(heading, Column())
        chosen = form.get(f"field-{index}", old.field)
        chosen = chosen if chosen in known else ""
        if chosen != old.field:
            columns[heading] = column_for(table, entity, heading, chosen)
        else:
            columns[heading] = _column_from(form, index, old)
    made = Profile(**{**profile.__dict__, "columns": columns})
    made.name = form.get("name", profile.name).strip()[:255]
    for name, key in (("existing", "existing"), ("new", "new"), ("rows", "faulty")):
        setattr(made, name, form.get(key, getattr(profile, name)))
    if "tag-prefix" in form:
        delimiter = form.get("tag-delimiter", "_").strip()
        made.tags = {"prefix": form["tag-prefix"].strip(), "delimiter": delimiter}
    for name in ("status", "analysis_status"):
        if f"{name}-new" in form:
            given = {when: form.get(f"{name}-{when}") or None for when in ("new", "existing", "tagless")}
            setattr(made, name, StatusRule(**given))
    if "file-header" in form:
        made.file = _file_from(form, profile.file)
    if "guard-percent" in form:
        made.guards = _guards_from(form)
    if "lock-field-0" in form:
        made.locks = _locks_from(form)
    if "constant-0" in form:
        made.constants = _constants_from(form, entity)
    return made


def _column_from(form: Mapping[str, str], index: int, old: Column) -> Column:
    column = Column(old.field, values=dict(old.values))
    for key in ("rule", "split", "unknown"):
        setattr(column, key, form.get(f"{key}-{index}", getattr(old, key)))
    if f"pairs-{index}" in form:
        column.values = dict(_pairs(form, index))
        return column
    number = 0
    while f"text-{index}-{number}" in form:
        text, chosen = form[f"text-{index}-{number}"], form.get(f"value-{index}-{number}", "")
        column.values.pop(text, None)
        if chosen:
            column.values[text] = None if chosen == NOTHING else chosen
        number += 1
    return column


def _pairs(form: Mapping[str, str], index: int) -> list[tuple[str, str | None]]:
    """What the values of a column become, as typed: texts without a value become nothing."""
    pairs: list[tuple[str, str | None]] = []
    number = 0
    while (text := form.get(f"text-{index}-{number}")) is not None:
        chosen = form.get(f"value-{index}-{number}", "").strip()
        if text.strip():
            pairs.append((text.strip(), None if chosen in ("", NOTHING) else chosen))
        number += 1
    return pairs


def doubles(form: Mapping[str, str], headings: Sequence[str]) -> list[str]:
    """Texts that the form lets become two things."""
    problems = []
    for index, heading in enumerate(headings):
        seen: dict[str, str | None] = {}
        for text, chosen in _pairs(form, index) if f"pairs-{index}" in form else ():
            if seen.setdefault(text, chosen) != chosen:
                problems.append(f"“{heading}”: “{text}” is there twice: it becomes one thing only")
    return problems


def _file_from(form: Mapping[str, str], old: dict[str, Any]) -> dict[str, Any]:
    """How the files are read; what is recognised is left out."""
    given: dict[str, Any] = {key: form.get(f"file-{key}", "") for key in ("delimiter", "quote", "encoding")}
    given["sheet"] = form.get("file-sheet", "").strip()
    header = form["file-header"].strip()
    given["header"] = (int(header) if header.isdecimal() and len(header) < 7 else -1) if header else None
    kept = {key: value for key, value in old.items() if key not in given}
    return kept | {key: value for key, value in given.items() if value not in ("", None)}


def _locks_from(form: Mapping[str, str]) -> dict[str, str]:
    """Lock tags: those of the two statuses, and those of fields of choice."""
    locks = {name: form.get(f"lock-{name}", "").strip() for name in LOCKS}
    number = 0
    while f"lock-field-{number}" in form:
        locks[form[f"lock-field-{number}"]] = form.get(f"lock-tag-{number}", "").strip()
        number += 1
    return {name: tag for name, tag in locks.items() if name and tag}


def _guards_from(form: Mapping[str, str]) -> dict[str, int]:
    """The guards that are filled in; what is no number is none that a guard can have, and is refused."""
    given = {"max_changed_percent": form["guard-percent"], "max_rows": form.get("guard-rows", "")}
    said = {name: text.strip() for name, text in given.items() if text.strip()}
    return {name: int(text) if text.isdecimal() and len(text) < 10 else -1 for name, text in said.items()}


def _constants_from(form: Mapping[str, str], entity: Entity) -> dict[str, Constant]:
    """Values for all rows: one line of the form each."""
    found = {}
    number = 0
    while f"constant-{number}" in form:
        name, text = form[f"constant-{number}"], form.get(f"constant-value-{number}", "").strip()
        if entity.has(name) and text:
            target = entity.field(name)
            value: Any = split(text, "", target) if target.kind.is_many else text
            found[name] = Constant(value, form.get(f"constant-rule-{number}", ""))
        number += 1
    return found
