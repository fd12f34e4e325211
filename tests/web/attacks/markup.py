"""Reading pages as a browser does, to tell words from markup."""

from html.parser import HTMLParser

MARK = "zq7"
DATA = "application/json"
ADDRESSES = ("href", "src", "action", "formaction")


class Page(HTMLParser):
    """``words`` is all that is shown or stands in a field; ``foreign`` are pieces of markup that a stranger wrote.

    ``shown`` is what stands between the tags, but for text areas, where it is edited as it is.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.shown: list[str] = []
        self.foreign: list[str] = []
        self.tag = ""
        self.script: str | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.words += values.values()
        self.tag = tag
        self.script = values.get("type", "text/javascript") if tag in ("script", "style") else None
        if tag in (MARK, "marquee") or any(_is_foreign(name, value) for name, value in values.items()):
            self.foreign.append(self.get_starttag_text() or tag)

    def handle_endtag(self, tag: str) -> None:
        self.script, self.tag = None, ""

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self.script is None and self.tag != "textarea":
            self.shown.append(data)
        if self.script not in (None, DATA) and MARK in data:
            self.foreign.append(f"<script>{data}")

    @property
    def errors(self) -> str:
        """What stands after the heading of refused forms."""
        return " ".join(" ".join(self.words).partition("Not saved yet.")[2].split())[:300]

    @property
    def text(self) -> str:
        return "\n".join(self.words)


def _is_foreign(name: str, value: str) -> bool:
    if name.startswith("on") or name == MARK:
        return True
    if name in ADDRESSES and value.strip().lower().startswith(("javascript:", "data:", "//")):
        return True
    return name.startswith("hx-") and value.strip().startswith(f"/{MARK}")
