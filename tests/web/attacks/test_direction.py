"""Right-to-left overrides and runs of joiners in names: held apart from what stands beside them, on every page."""

from tests.web.attacks.markup import Page
from tests.web.attacks.pages import addresses

OVERRIDE, ISOLATE, POP, JOINERS = "\u202e", "\u2068", "\u2069", "\u200d" * 10


def test_a_strangers_text_cannot_turn_its_neighbours_on_any_page(app, world_of):
    world = world_of(lambda name: f"zq7 {OVERRIDE}{JOINERS}{name}")
    turning = {}

    for address in addresses(app, world.ids):
        page = world.admin.get(address)
        if page.mimetype == "text/html" and page.status_code < 400:
            loose = [words.strip() for words in Page(page.text).shown if is_loose(words)]
            turning |= {address: loose} if loose else {}

    assert turning == {}


def is_loose(words: str) -> bool:
    """Whether an override, or a run of invisible signs, stands outside an isolate."""
    depth = 0
    for sign in words:
        depth += {ISOLATE: 1, POP: -1}.get(sign, 0)
        if sign == OVERRIDE and depth == 0:
            return True
    return JOINERS in words
