"""Files for the browser come from installed wheels and never change under their address."""

import gzip
import re
import sys
from hashlib import sha256

import pytest

from app.config import ROOT
from app.web.assets import read_assets, write_assets

HTMX_SHA256 = "71ea67185bfa"


@pytest.fixture(scope="module")
def assets():
    return read_assets(ROOT / "static")


def test_htmx_is_the_version_that_the_pages_are_written_for(assets):
    script = assets.vendor["htmx.js"].content

    assert sha256(script).hexdigest().startswith(HTMX_SHA256)
    assert b'version:"2.0.10"' in script


def test_bootstrap_is_version_5_3_8(assets):
    assert b"Bootstrap  v5.3.8" in assets.vendor["bootstrap.css"].content


def test_plotly_is_version_4(assets):
    assert b"plotly.js v4.1.1" in assets.vendor["plotly.js"].content[:200]


def test_django_itself_is_never_loaded():
    assert not [name for name in sys.modules if name == "django" or name.startswith("django.")]


def test_every_file_that_the_login_page_names_is_served(client):
    page = client.get("/account/login").text
    addresses = re.findall(r'(?:href|src)="(/(?:static|vendor)/[^"#]+)"', page)

    assert len(addresses) >= 6
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_an_address_with_another_digest_is_not_there(client):
    address = re.search(r"/vendor/([0-9a-f]{12})/htmx.js", client.get("/account/login").text)

    assert address
    assert client.get(address[0].replace(address[1], "0" * 12)).status_code == 404


@pytest.mark.parametrize("name", ["../app/config.py", "%2e%2e/app/config.py", "css/../../README.md"])
def test_nothing_else_can_be_read(client, assets, name):
    assert client.get(f"/static/{assets.digest}/{name}").status_code == 404


def test_text_is_sent_compressed_to_those_who_ask(client, assets):
    css = assets.vendor["bootstrap.css"]
    address = f"/vendor/{css.digest}/bootstrap.css"

    packed = client.get(address, headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == css.content == client.get(address).data
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_static_files_need_no_session(client, assets):
    client.set_cookie("sid", "s.nonsense", domain="localhost")

    answer = client.get(f"/static/{assets.digest}/css/tokens.css")

    assert "Set-Cookie" not in answer.headers


def test_the_icons_are_cut_to_those_in_use(assets):
    sprite = assets.vendor["icons.svg"].content

    assert b'id="upc-scan"' in sprite
    assert b'id="emoji-wink"' not in sprite
    assert len(sprite) < 120_000


def test_every_icon_that_a_template_names_is_in_the_sprite(assets):
    named = {
        name
        for path in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r'icon\("([a-z0-9-]+)"', path.read_text())
    }

    assert sorted(name for name in named if f'id="{name}"'.encode() not in assets.vendor["icons.svg"].content) == []


def test_pages_stay_within_their_weight(assets):
    desk = [assets.vendor["bootstrap.css"], assets.vendor["htmx.js"], *assets.ours.values()]

    assert sum(len(asset.gzipped or asset.content) for asset in desk) < 110_000


def test_a_web_server_can_have_them_as_files(assets, tmp_path):
    count = write_assets(assets, tmp_path)

    assert count == len(assets.vendor) + len(assets.ours)
    assert (tmp_path / "vendor" / assets.vendor["htmx.js"].digest / "htmx.js").exists()
    assert (tmp_path / "static" / assets.digest / "css" / "tokens.css").exists()
