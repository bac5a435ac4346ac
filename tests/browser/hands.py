"""What somebody does at a page, counted."""

from playwright.sync_api import Locator, Page


class Hands:
    """Each click, key press, typed and pasted text is an action; every load of a page is counted too."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions, self.loads = page, 0, 0
        page.on("load", lambda _: self._loaded())

    def _loaded(self) -> None:
        self.loads += 1

    def click(self, what: Locator) -> None:
        """Click it."""
        self.actions += 1
        what.click()

    def press(self, key: str) -> None:
        """Press a key."""
        self.actions += 1
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type a text."""
        self.actions += 1
        self.page.keyboard.type(text)

    def paste(self, text: str) -> None:
        """Paste a text."""
        self.actions += 1
        self.page.keyboard.insert_text(text)
