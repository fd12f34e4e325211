"""Scripts, broken-out attributes, template and htmx markup in what strangers write: shown as text on every page."""

import pytest

from tests.web.attacks.markup import Page
from tests.web.attacks.pages import addresses

HOSTILE = {
    "script and template": "<script>zq7()</script>{{7*7}}zq7",
    "attribute": '"><img src=x onerror=zq7()>',
    "quote and htmx": "' onfocus=zq7() '<b hx-get=/zq7>",
}


@pytest.mark.parametrize("payload", HOSTILE.values(), ids=HOSTILE)
def test_markup_of_strangers_is_text_on_every_page(app, world_of, payload):
    world = world_of(lambda name: f"{payload}{name}")
    foreign, missing, shown = {}, {}, ""

    for address in addresses(app, world.ids):
        page = world.admin.get(address)
        if page.mimetype == "text/html" and page.status_code < 400:
            read = Page(page.text)
            foreign |= {address: read.foreign} if read.foreign else {}
            shown += read.text
        elif page.status_code in (404, 500):
            missing[address] = page.status_code

    assert foreign == {}
    assert missing == {}
    assert "49zq7" not in shown
    assert sorted(name for name, words in world.planted.items() if words not in shown) == []
