"""Addresses that outsiders give us (webhook targets) may lead to the public internet only."""

import ipaddress
import socket
from collections.abc import Callable, Collection

import httpx

from app.kernel.errors import ProviderError

Resolve = Callable[[str, int], list[str]]


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, as text. Raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class PublicOnly:
    """A guard for ``HttpClient``: https on port 443 to a public address; the connection goes to the one checked.

    ``exceptions`` are origins in our own networks that whoever runs this installation allows, as "http://host:port".
    """

    def __init__(self, resolver: Resolve = resolve, *, exceptions: Collection[str] = ()) -> None:
        self._resolve = resolver
        self._exceptions = frozenset(exceptions)

    def __call__(self, request: httpx.Request) -> None:
        """Raises ProviderError(permanent); else pins the request to the address; Host and certificate name stay."""
        url = request.url
        if self._is_exception(url):
            return
        self._refuse_form(url)
        address = self._public_address(url.host)
        request.headers["Host"] = url.host
        request.extensions["sni_hostname"] = url.host
        request.url = url.copy_with(host=address)

    def refuse_form(self, address: str) -> None:
        """What can be told without asking the network. Raises ProviderError(permanent)."""
        try:
            url = httpx.URL(address)
        except httpx.InvalidURL:
            raise ProviderError(f"{address[:80]!r} is no web address", permanent=True) from None
        if not self._is_exception(url):
            self._refuse_form(url)

    def _is_exception(self, url: httpx.URL) -> bool:
        return f"{url.scheme}://{url.netloc.decode()}" in self._exceptions and not url.userinfo

    def _refuse_form(self, url: httpx.URL) -> None:
        if url.scheme != "https" or (url.port or 443) != 443 or url.userinfo or not url.host:
            raise _forbidden(url.host, "use https on port 443, without a password in the address")

    def _public_address(self, host: str) -> str:
        try:
            found = self._resolve(host, 443)
        except (OSError, UnicodeError):
            raise ProviderError(f"the name {host!r} cannot be resolved: check the address") from None
        if not found or not all(is_public(each) for each in found):
            raise _forbidden(host, "it does not lead to the public internet")
        return found[0]


def is_public(address: str) -> bool:
    """Whether packets to this IP address leave our own networks; an IPv4 address inside an IPv6 one is judged too."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = _embedded(found)
    return found.is_global and not found.is_multicast and (inner is None or is_public(str(inner)))


def _embedded(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def _forbidden(host: str, reason: str) -> ProviderError:
    return ProviderError(f"calls to {host!r} are not allowed: {reason}", permanent=True)
