"""One page as one role sees it: on a phone by day, at a desk by night, and for the first role in every other way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from playwright.sync_api import Browser

from tests.browser.checks import faults_of, other_theme, overflow_of, put_on
from tests.browser.chromium import Watched, size_of
from tests.browser.house import Served
from tests.browser.table import Visit

LOOKS = ((390, "light"), (1440, "dark"))
SMALLEST = 320


@dataclass
class Looker:
    """Keeps a browser for each role: what is cached stays cached."""

    browser: Browser
    served: Served
    things: Mapping[str, str]
    kept: dict[str, Watched] = field(default_factory=dict)
    judged: set[str] = field(default_factory=set)

    def faults(self, visit: Visit, role: str) -> str:
        """Loaded once: then its width and colours change, as when a window is dragged and the theme is clicked."""
        url = self.served.url + visit.path.format_map(self.things)
        watched = self._watched(role)
        return "\n".join([*_open(watched, url, visit.status), *self._looks(watched, is_first=role == visit.roles[0])])

    def _looks(self, watched: Watched, *, is_first: bool) -> Iterator[str]:
        for width, theme in LOOKS:
            watched.page.set_viewport_size(size_of(width))
            put_on(watched.page, theme)
            found = faults_of(watched, self.judged)
            if is_first:
                found += other_theme(watched, self.judged)
            if is_first and width == LOOKS[0][0]:
                found += _too_wide_for_the_smallest(watched)
            yield from (f"{width} px, {theme}: {fault}" for fault in found)

    def _watched(self, role: str) -> Watched:
        width, theme = LOOKS[0]
        if role not in self.kept:
            self.kept[role] = Watched(self.served.open(self.browser, role, width=width, theme=theme))
        self.kept[role].page.set_viewport_size(size_of(width))
        return self.kept[role]


def _open(watched: Watched, url: str, status: int) -> Iterator[str]:
    """What the browser says of a refusal is no fault where a refusal was asked for."""
    answer = watched.page.goto(url)
    answered = answer.status if answer else 0
    if answered != status:
        yield f"answers {answered}"
    watched.said[:] = [said for said in watched.said if f"status of {status} " not in said]


def _too_wide_for_the_smallest(watched: Watched) -> Iterator[str]:
    """The smallest phone is as wide as a desk at which somebody zoomed in by four."""
    watched.page.set_viewport_size(size_of(SMALLEST))
    if wide := overflow_of(watched.page):
        yield f"scrolls sideways by {wide} px at {SMALLEST} px"
