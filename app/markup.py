"""What people wrote, as HTML that can't do harm: no raw HTML, no scripts, nothing loaded."""

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup, escape


def _lower_headings(state) -> None:
    """A text is part of a page, whose own headings stay above it."""
    for token in state.tokens:
        if token.type.startswith("heading"):
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"


_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
_MARKDOWN.core.ruler.push("lower_headings", _lower_headings)
_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
    "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}


LONGEST_KEPT = 20_000
"""Longer texts are rendered each time: what is kept stays within 40 MB."""


def markdown(text: str) -> Markup:
    """Safe HTML of a Markdown text. Images are left out: nothing is loaded from elsewhere."""
    return (_kept if len(text or "") <= LONGEST_KEPT else _rendered)(text or "")


def _rendered(text: str) -> Markup:
    html = _MARKDOWN.render(text)
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(clean)  # noqa: S704 - nh3 has let through only what is listed above


_kept = lru_cache(maxsize=1000)(_rendered)
"""Pages of many texts show the same ones again and again."""


def breakable(text: object) -> Markup:
    """A text whose long names (`sv-dc-01.corp.example`, paths, addresses) may wrap after their joints."""
    return Markup(re.sub(r"(?<=[./:@_\\])(?=\w)", "<wbr>", escape(text)))  # noqa: S704 - escaped before


def init_app(app) -> None:
    """Give the templates the filters."""
    for write in (markdown, breakable):
        app.add_template_filter(write)
