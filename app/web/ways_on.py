"""Where somebody goes on from a refusal: the thing itself, the list it stands in, or once more. Asks no database."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule

from app.kernel import text
from app.staff.values import ADMIN
from app.web.addresses import inner_path
from app.web.navigation import ENTRIES

GONE = (404, 410)
FORBIDDEN = 403
ASKED_WRONGLY = (400, 414, 422)
TOO_OLD = 400
FOR_ALL = ("account.", "tracking.")
LONGEST_NAME = 40
DEEPEST = 12  # no page of ours lies deeper, and a stranger's address may have thousands of parts


@dataclass(frozen=True, kw_only=True)
class WayOn:
    label: str
    url: str
    icon: str = "arrow-left"


def ways_on(status: int, role: str) -> list[WayOn]:
    """The nearest first. ``role`` is empty for a stranger, who is shown nothing that asks for a sign-in."""
    if request.method == "GET" and status >= 500:
        return [WayOn(label="Try again", url=inner_path(request.url), icon="arrow-clockwise")]
    found = list(_ancestors(status, role))
    things = [_thing(*each) for each in found if each[1]]
    lists = [_list(endpoint) for endpoint, values in found if not values]
    if status == FORBIDDEN or (status in GONE and request.method == "GET"):
        return lists[:1]
    form = _form(role) if request.method != "GET" else None
    return [form, *lists[:1]] if form and (status == TOO_OLD or not things) else [*things[:1], *lists[:1]]


def _form(role: str) -> WayOn | None:
    """The page that the form stood on."""
    back = inner_path(request.referrer or "")
    is_page = back != "/" and any(_is_page(rule, role) for rule, _ in _routes(urlsplit(back).path))
    return WayOn(label="Load the page again", url=back, icon="arrow-clockwise") if is_page else None


def _ancestors(status: int, role: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Pages whose addresses lead to this one and that this role may open, the nearest first; this one too, if it was
    only posted to, or asked for what cannot be."""
    path = request.path.rstrip("/")
    is_refused = request.method == "GET" and not (request.query_string and status in ASKED_WRONGLY)
    path = path.rpartition("/")[0] if is_refused else path
    while path and path.count("/") <= DEEPEST:
        for rule, values in _routes(path):
            if _is_page(rule, role):
                yield str(rule.endpoint), values
        path = path.rpartition("/")[0]


def _routes(path: str) -> Iterator[tuple[Rule, dict[str, Any]]]:
    """What is read at this address, with or without a stroke at its end."""
    routes = current_app.create_url_adapter(request)
    if routes is None:
        return
    for tried in {path, path.rstrip("/") + "/"}:
        try:
            rule, values = routes.match(tried, method="GET", return_rule=True)
        except (HTTPException, RequestRedirect):
            continue
        yield rule, dict(values)


def _is_page(rule: Rule, role: str) -> bool:
    endpoint, is_file = str(rule.endpoint), "." in str(rule.rule).rpartition("/")[2]
    return not is_file and ((role == ADMIN and "." in endpoint) or endpoint.startswith((f"{role or '-'}.", *FOR_ALL)))


def _thing(endpoint: str, values: dict[str, Any]) -> WayOn:
    name = text.isolated(str(list(values.values())[-1]))[:LONGEST_NAME]
    return WayOn(label="Back to it" if name.isdigit() else f"Back to {name}", url=url_for(endpoint, **values))


def _list(endpoint: str) -> WayOn:
    label = next((entry.label for entry in ENTRIES if entry.endpoint == endpoint), "")
    said = f"To “{label}”" if label else "To the list"
    return WayOn(label=said, url=url_for(endpoint), icon="list-ul")
