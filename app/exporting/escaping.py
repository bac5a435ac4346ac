"""Texts for Markdown pages that others build and publish: nothing breaks a table, nothing runs."""

import html
import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]#!~])")
_LINE_START = re.compile(r"^([-+=:]|\d+(?=[.)]))")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\u0085\u2028\u2029]")
_FENCE = re.compile(r"(`{3,}|~{3,})[ ]*([\w+-]*)[^`]*")
_SPAN = re.compile(r"((?<!\\)(?P<ticks>`+)(?!`)[^\n]*?[^`\n](?P=ticks)(?!`))")
_TAG = re.compile(r"<(?!(?:https?://|mailto:)[^\s<>\"]+>)")
_LINK = re.compile(r"\](?=\(\s*+<?+(?!\s*(?:https?://|mailto:)))", re.IGNORECASE)
_TARGET = re.compile(
    r"^([ \t>]*)\[([^\]\n]*)\]:(?!\s*+<?+(?:https?://|mailto:))", re.IGNORECASE | re.MULTILINE
)


def inline(text: object) -> str:
    """A text on one line that is shown letter by letter, in a heading, a list or the cell of a table."""
    line = " ".join(_CONTROL.sub(" ", str(text)).split())
    line = _SPECIAL.sub(r"\\\1", html.escape(line, quote=False)).replace("|", "&#124;")
    return _LINE_START.sub(lambda found: f"&#{ord(found[0][0])};{found[0][1:]}", line)


def note(text: str) -> str:
    """A text in Markdown, as it is, but without raw HTML, links to scripts or pages that are not there,
    pictures from elsewhere, and a code block that nobody closed.
    """
    parts: list[str] = []
    plain: list[str] = []
    fence = ""
    for line in _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n"):
        opening = _FENCE.fullmatch(line)
        if fence:
            is_end = line.strip() and not line.strip().strip(fence[0]) and len(line.strip()) >= len(fence)
            parts.append(fence if is_end else line)
            fence = "" if is_end else fence
        elif opening:
            parts += [_tame("\n".join(plain)), "", opening[1] + opening[2]]
            plain, fence = [], opening[1]
        else:
            plain.append(line)
    return "\n".join([*parts, fence or _tame("\n".join(plain))]).strip("\n")


def _tame(text: str) -> str:
    """Markdown outside of code blocks; what stands between backticks on a line stays."""
    pieces = _SPAN.split(text)
    # a split by two groups: text, the span, its backticks, text …
    return "".join(
        _tamed(piece) if place % 3 == 0 else piece for place, piece in enumerate(pieces) if place % 3 < 2
    )


def _tamed(text: str) -> str:
    text = _TAG.sub("&lt;", text.replace("![", "[").replace("{", "&#123;"))
    return _TARGET.sub(r"\1\\[\2]:", _LINK.sub(r"\\]", text))
