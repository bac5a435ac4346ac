"""The kind of text that defines an export profile: nothing that can't be followed is ever stored."""

import datetime as dt
from typing import Any

from app.entities.kinds import LongText
from app.exporting.profile import BadProfile, Profile


class Definition(LongText):
    """YAML of an export profile, checked wherever somebody writes it."""

    def parse(self, raw: Any, zone: dt.tzinfo | None = dt.UTC) -> Any:
        """The text, if it can be followed; else `ValueError` with everything that is wrong."""
        text = super().parse(raw)
        if text:
            try:
                Profile.read(text)
            except BadProfile as error:
                raise ValueError(str(error)) from None
        return text
