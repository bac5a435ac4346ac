"""What holds for every page: valid HTML, one h1, unique ids, labelled inputs, forms that say where they go,
nothing inline that the content security policy would stop."""

import re

import html5lib

NAME = "{http://www.w3.org/1999/xhtml}"
FIELDS = ("input", "select", "textarea")


def problems(html: str, *, fragment: bool = False) -> list[str]:
    """What is wrong with a page, or with a fragment of one."""
    parser = html5lib.HTMLParser(strict=False)
    tree = parser.parseFragment(html) if fragment else parser.parse(html)
    found = (
        []
        if fragment
        else [f"invalid: {error[1]} at {error[0]}" for error in parser.errors if error[1] in _ERRORS]
    )
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    found += _of_scripts(elements)
    ids = [element.get("id") for element in elements if element.get("id")]
    found += [f"the id {name} is there twice" for name in {name for name in ids if ids.count(name) > 1}]
    if not fragment:
        found += _of_page(elements)
    return found


_ERRORS = {
    "unexpected-end-tag",
    "unexpected-cell-in-table-body",
    "unexpected-start-tag-implies-table-voodoo",
    "duplicate-attribute",
}


def _of_scripts(elements) -> list[str]:
    found = []
    for element in elements:
        tag = element.tag.removeprefix(NAME)
        if tag == "script" and not element.get("src"):
            found.append("an inline script")
        if tag == "style":
            found.append("an inline style sheet")
        for name, value in element.attrib.items():
            if str(name).startswith("on") or name == "style":
                found.append(f"<{tag} {name}=…>")
            if name in ("href", "src", "action") and re.match(r"\s*(javascript|data):", value, re.I):
                found.append(f"<{tag} {name}={value}>")
            if name in ("href", "src") and re.match(r"https?://", value) and tag != "a":
                found.append(f"<{tag} {name}={value}> loads from elsewhere")
    return found


def _of_page(elements) -> list[str]:
    found = []
    tags = [element.tag.removeprefix(NAME) for element in elements]
    if tags.count("h1") != 1:
        found.append(f"{tags.count('h1')} h1")
    labelled = {element.get("for") for element in elements if element.tag == f"{NAME}label"}
    inside = {id(child) for element in elements if element.tag == f"{NAME}label" for child in element.iter()}
    for element in elements:
        tag = element.tag.removeprefix(NAME)
        if (
            tag == "form"
            and element.get("method") != "dialog"
            and not (element.get("action") and element.get("method"))
        ):
            found.append("a form without action and method")
        if tag in FIELDS and element.get("type") not in ("hidden", "submit"):
            named = (
                element.get("aria-label") or element.get("aria-labelledby") or element.get("id") in labelled
            )
            if not named and id(element) not in inside:
                found.append(f"an unlabelled {tag} {element.get('name')}")
    return found
