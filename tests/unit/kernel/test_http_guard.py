"""Addresses given by outsiders lead to the public internet only."""

import httpx
import pytest

from app.kernel.errors import ProviderError
from app.kernel.http_guard import PublicOnly, is_public

NAMES = {
    "hooks.example.com": ["93.184.216.34"],
    "inside.example.com": ["10.0.0.7"],
    "both.example.com": ["93.184.216.34", "127.0.0.1"],
    "localhost": ["127.0.0.1"],
}


def resolver(host, port):
    try:
        return NAMES[host]
    except KeyError:
        if host[0].isdigit() or ":" in host:
            return [host]
        raise OSError(host) from None


def guarded(url):
    request = httpx.Request("POST", url)
    PublicOnly(resolver)(request)
    return request


def test_a_public_name_is_pinned_to_the_address_that_was_checked():
    request = guarded("https://hooks.example.com/in?a=1")

    assert str(request.url) == "https://93.184.216.34/in?a=1"
    assert request.headers["Host"] == "hooks.example.com"
    assert request.extensions["sni_hostname"] == "hooks.example.com"


@pytest.mark.parametrize(
    "url",
    ["https://inside.example.com/", "https://both.example.com/", "https://localhost/", "https://127.0.0.1/", "https://169.254.169.254/",
     "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://[fd00::1]/", "https://0.0.0.0/", "https://100.64.0.1/",
     "http://hooks.example.com/", "https://hooks.example.com:8443/", "https://user:pw@hooks.example.com/"],
)  # fmt: skip
def test_other_places_are_refused_for_good(url):
    with pytest.raises(ProviderError, match="not allowed") as caught:
        guarded(url)

    assert caught.value.permanent


def test_a_name_that_leads_nowhere_may_be_tried_again():
    with pytest.raises(ProviderError, match="cannot be resolved") as caught:
        guarded("https://gone.example.com/")

    assert not caught.value.permanent


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_public_addresses_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.1.1", "224.0.0.1", "255.255.255.255",
     "::", "::1", "fe80::1%eth0",
     "64:ff9b::a00:1", "2002:a00:1::", "::ffff:169.254.169.254", "2130706433", "localhost"],
)  # fmt: skip
def test_addresses_of_our_own_networks_are_not(address):
    assert not is_public(address)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/in", "http://127.0.0.1:8080/"])
def test_an_origin_that_is_excepted_may_be_called_as_it_is(url):
    request = httpx.Request("POST", url)

    PublicOnly(resolver, exceptions=["http://127.0.0.1:8080"])(request)

    assert str(request.url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8081/in",
        "https://127.0.0.1:8080/in",
        "http://127.0.0.1/in",
        "http://127.0.0.1:8080@10.0.0.7/in",
        "http://me:word@127.0.0.1:8080/in",
    ],
)
def test_an_exception_opens_that_origin_alone(url):
    with pytest.raises(ProviderError, match="not allowed"):
        PublicOnly(resolver, exceptions=["http://127.0.0.1:8080"])(httpx.Request("POST", url))


def test_the_form_of_an_address_is_judged_without_asking_the_network():
    def nobody(host, port):
        raise AssertionError("asked")

    guard = PublicOnly(nobody, exceptions=["http://127.0.0.1:8080"])
    guard.refuse_form("https://hooks.example.com/in")
    guard.refuse_form("http://127.0.0.1:8080/in")

    for address in ("http://hooks.example.com/in", "https://hooks.example.com:8443/", "https://", "https://[::1", "x"):
        with pytest.raises(ProviderError):
            guard.refuse_form(address)
