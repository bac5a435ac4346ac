"""The entry *Systems* of `nav` in a `mkdocs.yml` that people edit: all else stays, letter by letter."""

import json
from typing import Any

import yaml

from app.exporting.directory import NotWritten

TITLE = "Systems"
DEFAULT_DOCS = "docs"
_NEW = """\
site_name: Systems
markdown_extensions:
- admonition
- tables
nav:
- Report: index.md
"""


def with_systems(text: str, entries: list[Any]) -> str:
    """The configuration with these entries below *Systems*, in `nav`, or `pages` of old ones."""
    if not text.strip("\ufeff \r\n"):
        text = _NEW
    root, nav = _root(text), None
    for key in ("nav", "pages"):
        nav = nav or _child(root, key)
    if nav is None:
        return _checked(f"{text.rstrip()}\nnav:\n{_item(entries, 0)}")
    if isinstance(nav, yaml.ScalarNode) and nav.value in ("", "null", "~"):
        return _checked(_put(text, nav, f"\n{_item(entries, 0)}"))
    if not isinstance(nav, yaml.SequenceNode):
        raise NotWritten("mkdocs.yml: nav is no list")
    for item in nav.value:
        value = _child(item, TITLE) if isinstance(item, yaml.MappingNode) else None
        if value is not None:
            is_flow = nav.flow_style or item.flow_style
            column = item.start_mark.column + 2
            written = " " + json.dumps(entries) if is_flow else f"\n{_block(entries, column)}"
            return _checked(_put(text, value, written))
    return _checked(_added(text, nav, entries))


def docs_of(text: str) -> str:
    """The name of the directory of the pages."""
    node = _child(_root(text), "docs_dir") if text.strip("\ufeff \r\n") else None
    return node.value if isinstance(node, yaml.ScalarNode) and node.value else DEFAULT_DOCS


def _root(text: str) -> yaml.MappingNode:
    """The parts of the file with their places; tags of plug-ins are not looked at."""
    try:
        root = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise NotWritten(f"mkdocs.yml is no YAML: {' '.join(str(error).split())[:200]}") from None
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise NotWritten("mkdocs.yml: a line for each key is needed")
    return root


def _child(node: yaml.MappingNode, key: str) -> yaml.Node | None:
    return next((value for name, value in node.value if name.value == key), None)


def _end(node: yaml.Node) -> int:
    """Where the last character of a value is; comments behind it do not belong to it."""
    if isinstance(node, yaml.ScalarNode) or node.flow_style or not node.value:
        return node.end_mark.index
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last)


def _put(text: str, node: yaml.Node, written: str) -> str:
    """The text with something else in the place of a value, blanks before it gone."""
    before = text[: node.start_mark.index].rstrip(" \t\r\n")
    return before + written.rstrip("\n") + text[_end(node) :]


def _added(text: str, nav: yaml.SequenceNode, entries: list[Any]) -> str:
    end = _end(nav)
    if nav.flow_style:
        comma = ", " if nav.value else ""
        return f"{text[: end - 1].rstrip()}{comma}{json.dumps({TITLE: entries})}]{text[end:]}"
    return f"{text[:end]}\n{_item(entries, nav.start_mark.column).rstrip()}{text[end:]}"


def _item(entries: list[Any], column: int) -> str:
    return f"{' ' * column}- {TITLE}:\n{_block(entries, column + 4)}"


def _block(value: Any, column: int) -> str:
    told = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=10**6, default_flow_style=False)
    return "".join(f"{' ' * column}{line}\n" for line in told.splitlines())


def _checked(text: str) -> str:
    _root(text)
    return text
