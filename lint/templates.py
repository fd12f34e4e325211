"""What no template may hold, since the pages' policy or htmx without eval would drop it in silence."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
JINJA = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%-?\s*(\w+).*?%\}", re.DOTALL)
BRANCHES, ENDS = frozenset({"else", "elif"}), frozenset({"endif", "endfor"})
STANDS_FOR_TEXT = "x"


@dataclass
class Page(HTMLParser):
    """Collects what is wrong in one template, with its line."""

    wrong: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        line = self.getpos()[0]
        self.wrong += [(line, problem) for problem in (*_in_tag(tag, given), *_in_attributes(given))]

    handle_startendtag = handle_starttag


def main() -> int:
    found = [problem for path in sorted(TEMPLATES.rglob("*.html")) for problem in check(path)]
    for line in found:
        print(line)
    return 1 if found else 0


def check(path: Path, root: Path = ROOT) -> list[str]:
    """``file:line: what is wrong``, mails apart: their readers know no style sheets."""
    text = path.read_text()
    wrong = [] if "emails" in path.parts else _parsed(text).wrong
    if path.name.startswith("_") and "emails" not in path.parts:
        wrong = [*wrong, *((1, problem) for problem in _as_partial(path, text))]
    wrong += [
        (number, "|safe turns escaping off") for number, line in enumerate(text.splitlines(), 1) if _is_unescaped(line)
    ]
    return [f"{path.relative_to(root)}:{line}: {problem}" for line, problem in sorted(wrong)]


def _parsed(text: str) -> Page:
    page = Page()
    page.feed(JINJA.sub(lambda match: STANDS_FOR_TEXT + "\n" * match[0].count("\n"), text))
    return page


def _in_tag(tag: str, given: dict[str, str]) -> Iterator[str]:
    if tag == "style":
        yield "a <style> element: put the rule into static/css"
    if tag == "script" and "src" not in given and given.get("type") != "application/json":
        yield "an inline script: put it into static/js"
    if tag == "form" and not {"action", "method"} <= given.keys():
        yield "a form without action and method does not work without JavaScript"


def _in_attributes(given: dict[str, str]) -> Iterator[str]:
    for name, value in given.items():
        if name == "style":
            yield "a style attribute: use a class"
        if name.startswith("on"):
            yield f"{name}: use data-* and a module in static/js"
        if name.startswith(("hx-on", "data-hx-on")):
            yield f"{name} needs eval, which the policy forbids"
        if name == "hx-trigger" and "[" in value:
            yield "a filter in hx-trigger is dropped, and the request fires all the same"
        if value.strip().lower().startswith(("js:", "javascript:")):
            yield f"{name} starts with {value.split(':')[0]}: it is never run"


def _as_partial(path: Path, text: str) -> Iterator[str]:
    if re.search(r"\{%-?\s*extends", text):
        yield "a partial never extends a layout"
    if "{% macro" in text or path.name.startswith("_after_"):
        return
    roots = count_roots(text)
    if roots > 1 or (roots == 0 and not re.search(r"\{\{|\{%-?\s*include", text)):
        yield f"a partial has one root element, this one has {roots}"


def count_roots(text: str) -> int:
    """Elements at the top; of the branches of an ``if``, the one with most counts."""
    counter = _Roots()
    position = 0
    for match in JINJA.finditer(text):
        counter.feed(text[position : match.start()])
        counter.meet(match[1] or "")
        if not match[1]:
            counter.feed(STANDS_FOR_TEXT)
        position = match.end()
    counter.feed(text[position:])
    return counter.total


class _Roots(HTMLParser):
    """Jinja's statements inside a tag leave the tag unfinished, which the parser waits out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.total = 0
        self._depth = 0
        self._branches: list[tuple[int, int]] = []

    def meet(self, statement: str) -> None:
        if self._depth or self.rawdata:
            return
        if statement in {"if", "for"}:
            self._branches.append((self.total, 0))
        elif statement in BRANCHES and self._branches:
            start, most = self._branches.pop()
            self._branches.append((start, max(most, self.total - start)))
            self.total = start
        elif statement in ENDS and self._branches:
            start, most = self._branches.pop()
            self.total = start + max(most, self.total - start)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.total += self._depth == 0
        self._depth += tag not in VOID

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.total += self._depth == 0

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag not in VOID


def _is_unescaped(line: str) -> bool:
    """Plotly writes a figure as JSON that is safe inside a script element."""
    return bool(re.search(r"\|\s*safe\b", line)) and '<script type="application/json"' not in line


if __name__ == "__main__":
    sys.exit(main())
