"""Settings of a profile that can't all be meant, each with its reason.

Asked where a profile is made (wizard, form, file, REST, templates) and again before every import.
"""

from typing import Any

from app.entities.entity import Entity, Field, within
from app.importing.headings import MEMO, REASON_HEADING, Target, targets
from app.importing.kinds import needed
from app.importing.profile import LOCKS, MANY_RULES, RULES, UNKNOWN, Profile, StatusRule, file_problems
from app.importing.raw import MAX_ROWS
from app.services.lookups import loose_key

_CHOICES = {
    "existing": ("update", "skip"),
    "new": ("create", "report"),
    "rows": ("good", "all-or-nothing"),
}
_WINNING = ("overwrite", "replace")
"""How the rules begin by which a file wins over what is there."""


def contradictions(profile: Profile, entity: Entity, *, is_export: bool = False) -> list[str]:
    """Everything in a profile that can't be meant, each with its reason; `is_export`: for an own export."""
    known = {target.name: target for target in targets(entity)}
    problems = _column_problems(profile, known)
    mapped = {column.field for _, column in profile.mapped()} | set(profile.constants)
    problems += [
        f"no column is the {within(field.label)} of the {entity.one}"
        for field in needed(entity, is_export=is_export)
        if field.name not in mapped
    ]
    for key, allowed in _CHOICES.items():
        if getattr(profile, key) not in allowed:
            problems.append(f"{key} must be {' or '.join(allowed)}")
    problems += _constant_problems(profile, known, entity)
    problems += _status_problems(profile, entity)
    problems += _tag_problems(profile, known)
    return problems + file_problems(profile.file) + _guard_problems(profile.guards)


def _column_problems(profile: Profile, known: dict[str, Target]) -> list[str]:
    problems = []
    columns_of: dict[str, list[str]] = {}
    for heading, column in profile.columns.items():
        if not column.field:
            if column.rule.startswith(_WINNING):
                problems.append(f"“{heading}” overwrites without a source: say which field it becomes")
            continue
        if heading == REASON_HEADING or column.field not in known:
            problems.append(f"“{heading}” can't become “{column.field}”")
            continue
        target = known[column.field]
        columns_of.setdefault(column.field, []).append(heading)
        problems += _rule_problems(profile, heading, column.rule, target)
        problems += _value_problems(heading, column.values)
        if len(column.split) > 1:
            problems.append(
                f"“{heading}”: several values are separated by one character, not “{column.split}”"
            )
        if column.unknown and column.unknown not in UNKNOWN:
            problems.append(f"“{heading}”: unknown values can't be treated by “{column.unknown}”")
    for name, headings in columns_of.items():
        if len(headings) > 1 and not known[name].is_many:
            listed = " and ".join(f"“{heading}”" for heading in headings)
            problems.append(f"{listed} can't both become {known[name].label}")
    return problems


def _rule_problems(profile: Profile, place: str, rule: str, target: Target) -> list[str]:
    """What is wrong with the rule of a column or constant."""
    problems = []
    if rule and rule not in (MANY_RULES if target.is_many else RULES):
        problems.append(f"“{place}”: “{rule}” is no rule for {target.label}")
    if profile.existing == "skip" and rule.startswith(_WINNING):
        problems.append(f"“{place}”: overwriting contradicts skipping existing records")
    if rule == "replace-own" and target.name == "tags" and not profile.prefix:
        problems.append(f"“{place}”: replacing the tags of this profile needs a prefix that tells them apart")
    return problems


def _value_problems(heading: str, values: dict[str, str | None]) -> list[str]:
    """Texts that are one when values are looked up, and become different things."""
    problems, seen = [], dict[str, str]()
    for text, chosen in values.items():
        first = seen.setdefault(loose_key(text), text)
        if values[first] != chosen:
            problems.append(
                f"“{heading}”: “{first}” and “{text}” are the same text, but become different things"
            )
    return problems


def _constant_problems(profile: Profile, known: dict[str, Target], entity: Entity) -> list[str]:
    problems = []
    for name, constant in profile.constants.items():
        if name not in known or (name,) in ((MEMO,), tuple(entity.identity)):
            problems.append(f"“{name}” can't be the same for all rows")
            continue
        values = constant.value if isinstance(constant.value, list) else [constant.value]
        said = [value for value in values if value not in (None, "")]
        if not said:
            problems.append(f"“{name}” has no value for all rows: give it one, or leave it out")
        if len(said) > 1 and not known[name].is_many:
            problems.append(f"“{name}” takes one value for all rows, not {len(said)}")
        problems += _rule_problems(profile, name, constant.rule, known[name])
        problems += _unreadable(entity.field(name), said)
    return problems


def _unreadable(field: Field, values: list[Any]) -> list[str]:
    """What can't be a value of a field, whatever records there are: no date, no number."""
    problems = []
    for value in values if field.kind.attribute.target is None else ():
        try:
            field.kind.parse(value)
        except ValueError as error:
            problems.append(f"“{field.name}” for all rows: {error}")
    return problems


def _status_problems(profile: Profile, entity: Entity) -> list[str]:
    problems = []
    for name in ("status", "analysis_status"):
        rule: StatusRule = getattr(profile, name)
        words = name.replace("_", " ")
        said = {text for text in (rule.new, rule.existing, rule.tagless) if text}
        if said and not entity.has(name):
            problems.append(f"{entity.many} have no {words}")
        if rule.tagless and not _has_tag_column(profile):
            problems.append(f"a {words} for rows without tags needs a column of tags")
        if rule.existing and profile.existing == "skip":
            problems.append(f"a {words} for existing records contradicts skipping them")
        constant = profile.constants.get(name)
        if constant and said - {constant.value}:
            problems.append(
                f"the {words} for all rows is “{constant.value}”: it leaves no room for another one"
            )
    return problems


def _has_tag_column(profile: Profile) -> bool:
    return any(column.field == "tags" for _, column in profile.mapped())


def _tag_problems(profile: Profile, known: dict[str, Target]) -> list[str]:
    problems = []
    if profile.prefix and not _has_tag_column(profile) and "tags" not in profile.constants:
        problems.append("a prefix for tags needs a column of tags")
    unknown = sorted(set(profile.locks) - set(known) - set(LOCKS))
    return problems + [f"“{name}” is no field that can be locked" for name in unknown]


def _guard_problems(guards: dict[str, int]) -> list[str]:
    problems = []
    if not 0 <= guards.get("max_changed_percent", 0) <= 100:
        problems.append("guards: max_changed_percent must be from 0 to 100")
    if not 1 <= guards.get("max_rows", 1) <= MAX_ROWS:
        problems.append(f"guards: max_rows must be from 1 to {MAX_ROWS:,}")
    return problems
