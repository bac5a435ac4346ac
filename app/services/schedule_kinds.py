"""What a schedule can do: one table. Each is a job; its options are lines such as `keep: 14`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.models.schedules import ScheduleKind

YES, NO = ("yes", "true", "1", "on"), ("no", "false", "0", "off", "")


@dataclass(frozen=True)
class Option:
    """An option of a job.

    `one_of` are the words it knows, `of` is the plural whose records it names, `within` the setting
    with the directories that its path must not leave.
    """

    name: str
    label: str
    sort: type = str
    default: Any = ""
    is_required: bool = False
    one_of: tuple[str, ...] = ()
    of: str = ""
    within: str = ""
    help: str = ""

    def parse(self, text: str) -> Any:
        """The value that somebody wrote; `ValueError` says what is wrong with it."""
        if self.is_required and not text:
            raise ValueError(f"{self.name}: is required")
        if self.sort is bool:
            if text.lower() not in YES + NO:
                raise ValueError(f"{self.name}: “{text}” is neither yes nor no")
            return text.lower() in YES
        if self.sort is int:
            if text and not (text.isdecimal() and int(text) <= 10_000):
                raise ValueError(f"{self.name}: “{text}” is no number up to 10,000")
            return int(text or self.default)
        if self.one_of and text not in self.one_of:
            raise ValueError(f"{self.name}: “{text}” is not one of {', '.join(self.one_of)}")
        return text

    def write(self, value: Any) -> str:
        """A value as somebody writes it."""
        return {True: "yes", False: "no"}[value] if self.sort is bool else str(value)


@dataclass(frozen=True)
class Work:
    """What a kind of schedule does: its words, its job, the verb that the person it runs as needs."""

    label: str
    function: str
    queue: str
    verb: str
    options: tuple[Option, ...] = ()

    def understand(self, text: str) -> dict[str, Any]:
        """The options in a text of lines; `ValueError` names what is unknown, missing or wrong."""
        given = {}
        for line in filter(None, map(str.strip, text.splitlines())):
            name, colon, value = line.partition(":")
            if not colon:
                raise ValueError(f"“{line}” is no line such as “name: value”")
            given[name.strip().lower()] = value.strip()
        known = {option.name: option for option in self.options}
        if unknown := sorted(given.keys() - known):
            ours = ", ".join(known) or "none"
            raise ValueError(f"{self.label} has no option “{unknown[0]}”; it has: {ours}")
        return {name: self._read(option, given) for name, option in known.items()}

    def compose(self, given: Mapping[str, str]) -> str:
        """The lines that a form with an input for each option means; what was left empty is as usual."""
        said = [(option.name, given.get(option.name, "").strip()) for option in self.options]
        return "\n".join(f"{name}: {text}" for name, text in said if text)

    @staticmethod
    def _read(option: Option, given: Mapping[str, str]) -> Any:
        if option.name not in given and not option.is_required:
            return option.default
        return option.parse(given.get(option.name, ""))

    def write(self, values: Mapping[str, Any]) -> str:
        """Options as lines, those that say something."""
        said = [(option, values[option.name]) for option in self.options if values[option.name] != ""]
        return "\n".join(f"{option.name}: {option.write(value)}" for option, value in said)


def lines_of(text: str) -> dict[str, str]:
    """What lines of options say, whether or not they can be understood."""
    parted = (line.partition(":") for line in text.splitlines())
    return {name.strip().lower(): value.strip() for name, _, value in parted}


_KEEP = Option("keep", "Files to keep", int, 14, help="Older ones of the same name are removed; 0 keeps all")
_DIRECTORY = Option(
    "directory", "Directory", within="export_dirs", help="Below the allowed ones; empty: the usual one"
)

KINDS: dict[ScheduleKind, Work] = {
    ScheduleKind.EXPORT: Work(
        "Export",
        "app.jobs.exports.scheduled",
        "exports",
        "export",
        (
            Option("profile", "Export profile", is_required=True, of="export-profiles"),
            _KEEP,
            _DIRECTORY,
        ),
    ),
    ScheduleKind.MARKDOWN: Work(
        "Markdown documentation",
        "app.jobs.markdown.scheduled",
        "exports",
        "export",
        (
            Option("sorting", "Sorted by", default="system", one_of=("system", "domain")),
            _DIRECTORY,
        ),
    ),
    ScheduleKind.IMPORT: Work(
        "Import",
        "app.jobs.imports.scheduled",
        "imports",
        "import",
        (
            Option("profile", "Import profile", is_required=True, of="import-profiles"),
            Option(
                "path", "File", is_required=True, within="import_dirs", help="Within the import directories"
            ),
        ),
    ),
    ScheduleKind.SNAPSHOT: Work(
        "Status snapshot",
        "app.jobs.snapshots.scheduled",
        "default",
        "edit",
    ),
    ScheduleKind.BACKUP: Work(
        "Backup",
        "app.jobs.backups.scheduled",
        "maintenance",
        "administer",
        (
            Option("keep", "Backups to keep", int, 14, help="Of those made by schedules; 0 keeps all"),
            Option("evidence", "With the files of evidence", bool, True),
        ),
    ),
}
