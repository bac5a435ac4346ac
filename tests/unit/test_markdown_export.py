"""Systems as Markdown pages: a site that builds, whatever people typed, and nothing internal in it."""

import datetime as dt
import html.parser
import re
import subprocess
import sys
import threading

import pytest
import yaml

from app.exporting import markdown, site
from app.exporting.directory import NotWritten
from app.exporting.escaping import inline, note
from app.exporting.navigation import with_systems
from app.extensions import db
from app.models.accounts import Account
from app.models.artifacts import Artifact
from app.models.lookups import Domain, Headline, Reason, Recommendation
from app.models.notes import ReportItem
from app.models.systems import Memo
from app.models.tags import Tag
from app.models.timeline import TimelineEntry
from tests.records import make, system

CANARY = "CANARY-91cc"
AT = dt.datetime(2026, 11, 20, 22, 14, 3, tzinfo=dt.UTC)
HOSTILE = (
    "../../etc",
    "a|b",
    "Ünïcode",
    "unicode",
    "CON",
    "trailing...",
    ".hidden",
    "-dash",
    "index",
    "x" * 250,
    "Ü" * 250,
    "<script>alert(1)</script>",
    "[link](javascript:alert(1))",
    "{{ config }}",
    "# heading #",
    "1. list",
    "back\\slash_and_*stars*",
    "äöü.corp.example",
    "a/b",
    "a_b",
)


def write(place, sorting="system") -> int:
    db.session.rollback()
    return site.write(place, markdown.pages(), sorting)


def build(place) -> dict[str, str]:
    """The site, built strictly: HTML by path."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", "out"]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    out = place / "out"
    return {str(path.relative_to(out)): path.read_text() for path in out.rglob("*.html")}


@pytest.fixture
def hostile(app):
    domains = [
        None,
        make(Domain, name="../x|y"),
        make(Domain, name="Other_Domains"),
        make(Domain, name="..-x-y"),
    ]
    for number, name in enumerate(HOSTILE):
        owner = system(name, domain=domains[number % 4])
        make(TimelineEntry, system=owner, time=AT, type="a|b", content=f"{name}\n| x | <b>")
    twins = [system("twin", deprecated_at=AT), system("twin")]
    make(Artifact, name="mem|dump\n<i>", system=twins[0], type="File", source_path="C:\\Temp\\_x_|")
    make(Account, name="svc|<b>", system=twins[0])
    make(Account, name="- seen", domain=domains[1], seen_on=[twins[0]])


@pytest.mark.parametrize("sorting", site.SORTINGS)
def test_a_strict_build_takes_names_of_every_kind(hostile, tmp_path, sorting):
    assert write(tmp_path, sorting) == len(HOSTILE) + 2
    systems = tmp_path / "docs" / "systems"
    files = [path.relative_to(systems) for path in systems.rglob("*.md") if path.name != "index.md"]
    assert len({str(path).casefold() for path in files}) == len(HOSTILE) + 2
    for path in files:
        assert all(
            re.fullmatch(r"[\w][\w.-]*[\w]", part) and len(part.encode()) < 200 for part in path.parts
        ), path
        assert not re.fullmatch(r"(con|index|readme)\..*", path.name.casefold())
    built = build(tmp_path)
    assert len(built) >= len(HOSTILE) + 3
    everything = "".join(built.values())
    assert "<script>alert" not in everything
    assert 'href="javascript' not in everything
    assert "<b>" not in everything
    assert sorted(path.name for path in tmp_path.iterdir()) == ["docs", "mkdocs.yml", "out"]


class Tables(html.parser.HTMLParser):
    """Counts the cells of each row of the tables."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[int] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs) -> None:
        if tag == "tr":
            self.rows.append(0)
        elif tag in ("td", "th"):
            self.rows[-1] += 1


def test_tables_stay_tables(hostile, tmp_path):
    write(tmp_path)
    for path, text in build(tmp_path).items():
        if path.startswith("systems/") and path != "systems/index.html":
            rows = Tables(text).rows
            assert set(rows) <= {2, 5}, path
            assert rows.count(5) in (2, 4), path


def test_the_demonstration_incident_builds(app, tmp_path):
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=["demo", "--systems", "80", "--password", "a long secret"])
    assert result.exit_code == 0, result.output
    assert write(tmp_path, "domain") == 80
    assert len(build(tmp_path)) > 80


def test_a_page_is_laid_out_as_reports_expect(app, tmp_path):
    make(Reason, name="Alert", note="Seen by *EDR*")
    make(Recommendation, name="Isolate")
    make(Headline, name="Findings")
    owner = system(
        "SV-1", status="Compromised", analysis_status="Ongoing analysis", reason="Alert", recommendation="Isolate",
        tags=[make(Tag, name="Important one")], domain=make(Domain, name="corp"), installed_at=None,
    )  # fmt: skip
    make(
        ReportItem,
        system=owner,
        headline="Findings",
        subheadline="Malware",
        content="* a list\n\n`<b>` stays",
    )
    make(TimelineEntry, system=owner, time=AT, type="Logon", content="admin")
    make(Artifact, name="mem.raw", system=owner, type="File", note_internal=CANARY)
    make(Account, name="svc", system=owner)
    make(Memo, system=owner, text=CANARY)
    system("SV-2", in_reports=False)
    assert write(tmp_path) == 1
    text = (tmp_path / "docs" / "systems" / "SV-1_corp.md").read_text()
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == [
        "# SV-1", "# System overview", "## Identification / Reason for investigation", "## Recommendation",
        "## Findings", "### Malware", "## Potentially compromised accounts", "# Artifacts", "# Timeline",
    ]  # fmt: skip
    assert '!!! danger "Systemstatus"\n    Compromised - The attacker left traces.' in text
    assert '!!! info "Analysis status"\n    Ongoing analysis - Somebody is on it.' in text
    assert "| Hostname / FQDN (Domain) | SV-1 (corp) |" in text
    assert "| IP | \\--- |" in text
    assert "| Tags | Important one |" in text
    assert "Alert\n\nSeen by *EDR*" in text
    assert "* a list\n\n`<b>` stays" in text
    assert "| 2026-11-20 | 22:14:03 | SV-1 | Logon | admin |" in text
    assert CANARY not in "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    (link,) = yaml.safe_load((tmp_path / "mkdocs.yml").read_text())["nav"][1]["Systems"][1:]
    assert link == {f"SV-1 ({owner})": "systems/SV-1_corp.md"}


NOTES = {
    "a <b>bold</b> word": "a &lt;b>bold&lt;/b> word",
    "`<b>` and ``a ` <i>``": "`<b>` and ``a ` <i>``",
    "```\n<b>\n": "```\n<b>\n\n```",
    "~~~ python {x}\n<b>\n~~~~~\n<b>": "\n~~~python\n<b>\n~~~\n&lt;b>".lstrip("\n"),
    "[x](javascript:alert(1))": "[x\\](javascript:alert(1))",
    "[x]( JavaScript:alert(1))": "[x\\]( JavaScript:alert(1))",
    "[x](<javascript:alert(1)>)": "[x\\](&lt;javascript:alert(1)>)",
    "[x](https://a.example) <https://b.example>": "[x](https://a.example) <https://b.example>",
    "[x](missing.md)": "[x\\](missing.md)",
    "[x]: javascript:alert(1)": "\\[x]: javascript:alert(1)",
    "![pixel](https://a.example/p.png)": "[pixel](https://a.example/p.png)",
    "a {: onclick=x } {{ b }}": "a &#123;: onclick=x } &#123;&#123; b }}",
    "<!-- gone --><?php": "&lt;!-- gone -->&lt;?php",
    "# heading\n\n| a | b |\n| - | - |\n| 1 | 2 |": "# heading\n\n| a | b |\n| - | - |\n| 1 | 2 |",
}


@pytest.mark.parametrize("text", NOTES)
def test_notes_stay_markdown_without_what_runs(text):
    assert note(text) == NOTES[text]


def test_a_text_on_a_line_is_shown_letter_by_letter():
    assert inline("a|b\n*c* <d> & 1") == "a&#124;b \\*c\\* &lt;d&gt; &amp; 1"
    assert inline("12. x") == "&#49;2. x"
    assert inline("- x") == "&#45; x"


ENTRIES = [{"a: b": "systems/a.md"}]
PLUGIN = "theme:\n  name: material # ours\nemoji: !!python/name:material.twemoji\nsecret: !ENV TOKEN\n"
CONFIGS = {
    "nav": f"{PLUGIN}nav:\n  # start\n  - Home: index.md\n  - Systems:\n      - old: systems/old.md\n  # end\n  - End: end.md\n",
    "pages": "site_name: x\npages:\n- Systems:\n  - old: systems/old.md\n- Home: index.md\n",
    "none": f"# mine\nsite_name: x\n{PLUGIN}",
    "no entry": "nav:\n- Home: index.md # first\nsite_name: x\n",
    "null": "site_name: x\nnav:\ntheme: y\n",
    "empty entry": "nav:\n- Systems: # ours\n- Home: index.md\nsite_name: x\n",
    "commented": "nav:\n- Systems: # ours\n    - old: old.md\n- Home: index.md\n",
    "flow": "site_name: x\nnav: [{Systems: [old.md]}, {Home: index.md}]\n",
    "flow without": "nav: [{Home: index.md}]\nsite_name: x\n",
    "crlf": "site_name: x\r\nnav:\r\n- Home: index.md\r\n- Systems: old.md\r\ntheme: y\r\n",
    "no end": "nav:\n- Systems: old.md",
}


@pytest.mark.parametrize("name", CONFIGS)
def test_only_the_entry_of_the_systems_changes_in_a_configuration(name):
    text = CONFIGS[name]
    changed = with_systems(text, ENTRIES)
    read = _plain(changed)
    nav = read.pop("pages", None) or read.pop("nav")
    assert [item for item in nav if "Systems" in item] == [{"Systems": ENTRIES}]
    before = _plain(text)
    others = [
        item for item in before.pop("pages", None) or before.pop("nav", None) or () if "Systems" not in item
    ]
    assert [item for item in nav if "Systems" not in item] == others
    assert read == before
    for comment in re.findall(r"# \w+", text):
        assert comment in changed
    assert with_systems(changed, ENTRIES) == changed


def _plain(text: str) -> dict:
    class Loader(yaml.SafeLoader):
        pass

    Loader.add_multi_constructor("", lambda loader, suffix, node: f"{suffix} {node.value}")
    return yaml.load(text, Loader)  # noqa: S506 - a SafeLoader


@pytest.mark.parametrize("text", ["- a", "nav: {a: b}", "nav: [", "{site_name: x}", "nav: word", "a\0b"])
def test_a_configuration_that_can_t_be_edited_is_left_alone(app, tmp_path, text):
    system("SV-1")
    (tmp_path / "mkdocs.yml").write_text(text)
    with pytest.raises(NotWritten, match="mkdocs.yml"):
        write(tmp_path)
    assert (tmp_path / "mkdocs.yml").read_text() == text
    assert not (tmp_path / "docs" / "systems").exists()


def test_only_a_directory_that_spoor_marked_is_replaced(app, tmp_path):
    system("SV-1")
    target = tmp_path / "docs" / "systems"
    target.mkdir(parents=True)
    (target / "mine.md").write_text("mine")
    with pytest.raises(NotWritten, match="holds what Spoor did not write"):
        write(tmp_path)
    assert [path.name for path in target.iterdir()] == ["mine.md"]
    (target / "mine.md").unlink()
    write(tmp_path)
    (target / "stale.md").write_text("stale")
    write(tmp_path)
    assert sorted(path.name for path in target.iterdir()) == [".spoor", "SV-1.md", "index.md"]
    (tmp_path / "elsewhere").mkdir()
    target.rename(tmp_path / "kept")
    target.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NotWritten, match="no directory of Spoor"):
        write(tmp_path)


@pytest.mark.parametrize("name", ["../out", "/tmp", "a/b"])  # noqa: S108 - must be refused
def test_the_pages_stay_beside_the_configuration(app, tmp_path, name):
    (tmp_path / "mkdocs.yml").write_text(f"docs_dir: {name}\n")
    with pytest.raises(NotWritten, match="must stand beside"):
        write(tmp_path)


def test_pages_may_be_in_a_directory_of_another_name(app, tmp_path):
    system("SV-1")
    (tmp_path / "mkdocs.yml").write_text("site_name: x\ndocs_dir: src\n")
    write(tmp_path)
    assert (tmp_path / "src" / "systems" / "SV-1.md").exists()


def test_what_breaks_off_leaves_the_pages_as_they_were(app, tmp_path):
    system("SV-1")
    write(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    def stop(done: int) -> None:
        raise KeyboardInterrupt

    system("SV-2")
    db.session.rollback()
    with pytest.raises(KeyboardInterrupt):
        site.write(tmp_path, markdown.pages(), "system", stop)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    left = tmp_path / "docs" / ".systems.killed"
    left.mkdir()
    (left / ".spoor").touch()
    write(tmp_path)
    assert not left.exists()


def test_two_exports_at_once_wait_for_each_other(app, tmp_path):
    page = markdown.Page(1, "SV", "SV (1)", "", None, "Clean", "# SV\n")
    failed = []

    def export() -> None:
        try:
            site.write(tmp_path, [page] * 200, "system")
        except NotWritten as error:
            failed.append(error)

    threads = [threading.Thread(target=export) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(list((tmp_path / "docs" / "systems").iterdir())) == 202
    assert [path.name for path in (tmp_path / "docs").iterdir() if path.name.startswith(".")] == []
