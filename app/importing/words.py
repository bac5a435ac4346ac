"""A profile in plain words: what it does with a file, sentence by sentence."""

from typing import Any

from app.entities.entity import Entity
from app.importing.headings import targets
from app.importing.profile import MANY_RULES, RULES, Profile


def of(profile: Profile, entity: Entity) -> list[str]:
    """Everything that a profile does, as people say it."""
    labels = {target.name: target for target in targets(entity)}
    told = [
        _column(profile, heading, column, labels, entity.title_field.name)
        for heading, column in profile.mapped()
    ]
    left = [heading for heading, column in profile.columns.items() if not column.field]
    if left:
        told.append(f"Left out: {', '.join(left)}.")
    told += [_constant(name, constant, labels) for name, constant in profile.constants.items()]
    for name in ("status", "analysis_status"):
        told += _status(name.replace("_", " ").capitalize(), getattr(profile, name), entity)
    return told + _options(profile, entity, labels)


def _column(profile: Profile, heading: str, column: Any, labels: dict[str, Any], title: str) -> str:
    target = labels.get(column.field)
    if target is None:
        return f"{heading}: {column.field}, which there is not."
    rule = profile.rule_of(column.rule, target.is_many)
    said = [f"{heading} is the {target.label}"]
    if column.field != title:
        said.append((RULES | MANY_RULES).get(rule, rule))
    if column.split:
        said.append(f"separated by “{column.split}”" if column.split.strip() else "separated by blanks")
    said += [f"“{text}” is {value or 'nothing'}" for text, value in column.values.items()]
    return "; ".join(said) + "."


def _constant(name: str, constant: Any, labels: dict[str, Any]) -> str:
    value = constant.value if isinstance(constant.value, str) else ", ".join(constant.value or ())
    label = labels[name].label if name in labels else name
    return f"{label} of all rows without one: {value}."


def _status(label: str, rule: Any, entity: Entity) -> list[str]:
    cases = (
        (rule.new, f"new {entity.many}"),
        (rule.existing, f"{entity.many} that exist"),
        (rule.tagless, "rows without tags"),
    )
    return [f"{label} of {whose}: {value}." for value, whose in cases if value]


def _options(profile: Profile, entity: Entity, labels: dict[str, Any]) -> list[str]:
    told = []
    if profile.existing == "skip":
        told.append(f"{entity.many.capitalize()} that exist are skipped.")
    if profile.new == "report":
        told.append(f"New {entity.many} are only reported.")
    if profile.rows != "good":
        told.append("One faulty row stops the whole import.")
    if profile.prefix:
        told.append(f"Imported tags begin with {profile.prefix}.")
    for name, tag in profile.locks.items():
        if entity.has("tags") and name in labels:
            told.append(f"The tag {tag} locks {labels[name].label}.")
    if most := profile.guards.get("max_rows"):
        told.append(f"Files of more than {most:,} rows are refused.")
    percent = profile.guards.get("max_changed_percent")
    if percent is not None:
        told.append(f"Refused if more than {percent} % of the {entity.many} would change.")
    return told
