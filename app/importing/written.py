"""Profiles as YAML: read strictly, so that a slip of the pen is named, and written so that people read it."""

from collections import Counter
from typing import Any

import yaml

from app.importing.contradictions import contradictions
from app.importing.kinds import kind_named
from app.importing.profile import LOCKS, Profile
from app.importing.refusal import ImportRefused

LONGEST = 2**18
"""Characters of a profile that is read."""
_NULL = "tag:yaml.org,2002:null"


class _Loader(yaml.SafeLoader):
    """Every word is a text, so that headings and values such as `yes`, `on` and `007` stay what they are."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in pairs if tag in (_NULL, "tag:yaml.org,2002:merge")]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent, index):
        """No aliases: with them a few lines can mean millions."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases (*) are not allowed")
        if getattr(self.peek_event(), "tag", None) is not None:
            raise yaml.YAMLError("types (!) are not allowed: every word is a text")
        return super().compose_node(parent, index)

    def construct_mapping(self, node, deep=False):
        """No key twice: one of the two would be lost."""
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        twice = next((key for key, times in Counter(keys).items() if times > 1), None)
        if twice is not None:
            raise yaml.YAMLError(f"“{twice}” is there twice")
        return super().construct_mapping(node, deep)


def read_profile(text: str) -> Profile:
    """A profile from YAML; `ImportRefused` names the key that is unknown or of the wrong type."""
    if len(text) > LONGEST:
        raise ImportRefused("The profile is too long.")
    try:
        content = yaml.load(text, Loader=_Loader)  # noqa: S506, derived from the safe one
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ImportRefused(f"The profile is no YAML: {' '.join(str(error).split())[:200]}.") from None
    if not isinstance(content, dict):
        raise ImportRefused("The profile is not written as it should be: it must begin with “kind:”.")
    missing = next((key for key in ("kind", "columns") if not content.get(key)), None)
    if missing:
        raise ImportRefused(f"The profile has no “{missing}”.")
    return Profile.from_dict(content)


def checked_profile(text: str) -> Profile:
    """A profile from YAML that can be followed; `ImportRefused` names all contradictions."""
    profile = read_profile(text)
    refuse_contradictions(profile)
    return profile


def refuse_contradictions(profile: Profile) -> None:
    """`ImportRefused` unless a profile can be followed."""
    if problems := contradictions(profile, kind_named(profile.kind)):
        raise ImportRefused("The profile can't be followed: " + "; ".join(problems) + ".")


def write_profile(profile: Profile) -> str:
    """A profile as YAML: what differs from the usual."""
    usual = Profile().to_dict()
    told = {key: value for key, value in profile.to_dict().items() if value != usual[key]}
    told = {"name": profile.name, "kind": profile.kind, **told}
    for key in ("file", "status", "analysis_status", "columns", "constants"):
        if key in told:
            told[key] = _without_nothing(told[key])
    if profile.locks != LOCKS:
        told["locks"] = profile.locks
    if not profile.name:
        del told["name"]
    return yaml.safe_dump(told, sort_keys=False, allow_unicode=True, default_flow_style=None, width=110)


def _without_nothing(part: dict[str, Any]) -> dict[str, Any]:
    """A section without what says nothing; in a dictionary of values, nothing (`n/a: null`) does say something."""
    told = {}
    for key, value in part.items():
        inner = _without_nothing(value) if isinstance(value, dict) and key != "values" else value
        if inner not in (None, "", []) and (inner != {} or not part.get(key)):
            told[key] = inner
    return told
