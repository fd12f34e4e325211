"""One page as one role sees it: on a phone by day, at a desk by night, and for the first role in every other way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from playwright.sync_api import Browser

from tests.browser.checks import faults_of, other_theme, overflow_of
from tests.browser.chromium import Watched, size_of
from tests.browser.house import Served
from tests.browser.table import Visit

LOOKS = ((390, "light"), (1440, "dark"))
SMALLEST = 320


@dataclass
class Looker:
    """Keeps a browser for each role and look: what is cached stays cached."""

    browser: Browser
    served: Served
    things: Mapping[str, str]
    kept: dict[tuple[str, int], Watched] = field(default_factory=dict)

    def faults(self, visit: Visit, role: str) -> str:
        url = self.served.url + visit.path.format_map(self.things)
        return "\n".join(
            f"{width} px, {theme}: {fault}"
            for width, theme in LOOKS
            for fault in self._look(visit, url, role=role, width=width, theme=theme)
        )

    def _look(self, visit: Visit, url: str, *, role: str, width: int, theme: str) -> Iterator[str]:
        watched = self._watched(role, width, theme)
        yield from _open(watched, url, visit.status)
        yield from faults_of(watched)
        if role == visit.roles[0]:
            yield from other_theme(watched)
        if role == visit.roles[0] and width == LOOKS[0][0]:
            yield from _too_wide_for_the_smallest(watched)

    def _watched(self, role: str, width: int, theme: str) -> Watched:
        if (role, width) not in self.kept:
            self.kept[role, width] = Watched(self.served.open(self.browser, role, width=width, theme=theme))
        self.kept[role, width].page.set_viewport_size(size_of(width))
        return self.kept[role, width]


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
