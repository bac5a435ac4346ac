"""Why an import is refused as a whole."""


class ImportRefused(ValueError):
    """The file, the profile or the person cannot be served; the text says why, in one line."""
