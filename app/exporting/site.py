"""A tree of Markdown pages for MkDocs: safe names, a directory that is replaced as a whole, its place in `nav`."""

import fcntl
import html
import os
import re
import secrets
import shutil
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from app.exporting.directory import NotWritten, draft_of
from app.exporting.escaping import inline
from app.exporting.markdown import Page
from app.exporting.navigation import DEFAULT_DOCS, docs_of, with_systems

SORTINGS = ("system", "domain")
MARK = ".spoor"
"""The file by which Spoor knows a directory that it may replace."""
LONGEST = 120
OTHERS = "other_domains"
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|index|readme)(\..*)?", re.IGNORECASE)


class Names:
    """Names of files that every system can have, each given once."""

    def __init__(self, *taken: str) -> None:
        self.taken = set(taken)

    def give(self, text: str, number: int) -> str:
        """The safe form of a text; with the number behind it if another text has that already."""
        name = safe(text)
        if name.casefold() in self.taken:
            name = f"{name}_{number}"
        while name.casefold() in self.taken:
            name = f"{name}_"
        self.taken.add(name.casefold())
        return name


def safe(text: str) -> str:
    """A text as part of a path: no separators, nothing hidden, nothing reserved, not too long."""
    name = re.sub(r"[^\w.-]+|\.{2,}", "_", unicodedata.normalize("NFC", text)).strip("._-")
    while len(name.encode()) > LONGEST:
        name = name[:-1]
    name = name.rstrip("._-") or "unnamed"
    return f"{name}_" if _RESERVED.fullmatch(name) else name


class Tree:
    """The pages that were written, and the part of `nav` that leads to them."""

    def __init__(self, directory: Path, sorting: str) -> None:
        self.directory, self.by_domain = directory, sorting == "domain"
        self.folders: dict[str, tuple[str, Names]] = {}
        self.domains, self.flat = Names(OTHERS), Names()
        self.nav: dict[str, list[tuple[str, str]]] = {}
        self.lines: list[str] = []

    def add(self, page: Page) -> None:
        """Write a page, and note where it is."""
        folder, names = self._folder(page) if self.by_domain else ("", self.flat)
        parts = [page.name, page.domain]
        parts += [f"{page.installed_at:%Y%m%d_%H%M%S}"] if page.installed_at else []
        path = f"{folder}{names.give('_'.join(filter(None, parts)), page.id)}.md"
        target = self.directory / path
        target.parent.mkdir(exist_ok=True)
        target.write_text(page.text, "utf-8")
        self.nav.setdefault(page.domain if self.by_domain else "", []).append((page.title, path))
        self.lines.append(
            f"| [{inline(page.title)}]({path}) | {inline(page.domain) or '---'} | {inline(page.status)} |"
        )

    def _folder(self, page: Page) -> tuple[str, Names]:
        if page.domain not in self.folders:
            folder = self.domains.give(page.domain, len(self.folders)) if page.domain else OTHERS
            self.folders[page.domain] = (f"{folder}/", Names())
        return self.folders[page.domain]

    def finish(self) -> list[Any]:
        """Write the overview; the entries of `nav`."""
        head = ["# Systems", "", "| System | Domain | Status |", "| --- | --- | --- |"]
        (self.directory / "index.md").write_text("\n".join([*head, *self.lines]) + "\n", "utf-8")
        entries: list[Any] = [{"Overview": "systems/index.md"}]
        for domain in sorted(self.nav, key=lambda name: (not name, name.casefold())):
            links = [{html.escape(title): f"systems/{path}"} for title, path in self.nav[domain]]
            title = html.escape(domain) or "Other domains"
            entries += [{title: links}] if self.by_domain else links
        return entries


def write(
    place: Path, pages: Iterable[Page], sorting: str, step: Callable[[int], Any] = lambda done: None
) -> int:
    """Write the pages below a directory and put them into its `mkdocs.yml`; how many there are.

    What stands in `docs/systems` is replaced if Spoor wrote it; everything else stays.
    """
    try:
        with _alone(place):
            return _write(place, pages, sorting, step)
    except UnicodeDecodeError:
        raise NotWritten("mkdocs.yml is not in UTF-8") from None
    except OSError as error:
        raise NotWritten(f"{error.filename or place}: {error.strerror or error}") from None


def _write(place: Path, pages: Iterable[Page], sorting: str, step: Callable[[int], Any]) -> int:
    config = place / "mkdocs.yml"
    text = config.read_bytes().decode() if config.exists() else ""
    docs = _docs(place, text)
    target = docs / "systems"
    _check_ours(target)
    docs.mkdir(exist_ok=True)
    _clear_away(docs)
    draft = docs / f".systems.{secrets.token_hex(4)}"
    try:
        draft.mkdir()
        (draft / MARK).write_text("Written by Spoor, and replaced as a whole at the next export.\n")
        tree, number = Tree(draft, sorting), 0
        for number, page in enumerate(pages, 1):
            tree.add(page)
            step(number)
        changed = with_systems(text, tree.finish())
        _replace(target, draft)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    if not text and not (docs / "index.md").exists():
        (docs / "index.md").write_text("# Report\n", "utf-8")
    with draft_of(config) as stream:
        stream.write(changed.encode())
    return number


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """One export at a time in a directory: others wait."""
    handle = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _docs(place: Path, text: str) -> Path:
    """The directory of the pages, which an existing configuration may call otherwise."""
    name = docs_of(text) if text else DEFAULT_DOCS
    docs = place / name
    if docs.resolve().parent != place.resolve() or docs.is_symlink():
        raise NotWritten(f"{docs}: the directory of the pages must stand beside mkdocs.yml")
    return docs


def _check_ours(target: Path) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise NotWritten(f"{target} is no directory of Spoor: move it away")
    if target.is_dir() and any(target.iterdir()) and not (target / MARK).is_file():
        raise NotWritten(f"{target} holds what Spoor did not write: move it away")


def _replace(target: Path, draft: Path) -> None:
    """Let the draft take the place of what was there."""
    old = draft.with_name(f"{draft.name}.old")
    if target.exists():
        target.rename(old)
    try:
        draft.rename(target)
    except OSError:
        with suppress(OSError):
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _clear_away(docs: Path) -> None:
    """Remove what an export left that was killed."""
    for left in docs.glob(".systems.*"):
        if (left / MARK).is_file() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)


def packed(pages: Iterable[Page], sorting: str, stream: BinaryIO) -> int:
    """The whole tree as a ZIP; how many pages there are."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        number = write(place, pages, sorting)
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(place.rglob("*")):
                if path.is_file():
                    archive.write(path, path.relative_to(place))
    return number
