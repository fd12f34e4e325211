"""Who is asking and what they may see: Flask-Login and Flask-Principal live in this file alone.

Principal keeps nothing in the session: the identity is loaded from the current user on every request, because with its
default sessions an admin page still answers after the logout.
"""

from collections.abc import Callable, Collection

from flask import Flask, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, login_user, logout_user
from flask_login import current_user as _current_user
from flask_principal import Identity, Permission, Principal, RoleNeed
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.errors import Forbidden, NotFound
from app.staff import sessions
from app.staff.values import ADMIN, Browser, Key, Person
from app.web.addresses import inner_path
from app.web.htmx import current_path, htmx_response, is_htmx
from app.web.sessions import browser_session

current_user = _current_user
_logins = LoginManager()
_logins.session_protection = None  # the session is a row with a random token; IP addresses change on the way
_principals = Principal(use_sessions=False)


class SignedIn(UserMixin):  # type: ignore[misc]
    """What ``current_user`` is: the person's facts as attributes."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.id = person.id
        self.name = person.name
        self.email = person.email
        self.role = person.role
        self.theme = person.theme
        self.time_zone = person.time_zone
        self.has_shortcuts = person.has_shortcuts
        self.has_totp = person.has_totp
        self.is_admin = person.role == ADMIN


def init_app(app: Flask) -> None:
    _logins.init_app(app)
    _principals.init_app(app)


def require_role(*roles: str) -> Callable[[], ResponseReturnValue | None]:
    """For ``bp.before_request``: strangers go to the login page, others get 403; an admin may everything."""
    permission = Permission(*(RoleNeed(role) for role in (*roles, ADMIN)))

    def guard() -> ResponseReturnValue | None:
        if not current_user.is_authenticated:
            return ask_to_sign_in()
        if not permission.allows(g.identity):
            raise Forbidden(f"This page is for {' and '.join(roles)} users; you are signed in as {current_user.role}.")
        return None

    return guard


def require_login() -> ResponseReturnValue | None:
    """For ``bp.before_request``: any role will do."""
    return None if current_user.is_authenticated else ask_to_sign_in()


def current_actor() -> Actor:
    """For verbs: the user, the API key, or a customer."""
    request_id = g.get("request_id", "")
    key: Key | None = g.get("api_key")
    if key is not None:
        return Actor(kind="api_key", id=key.id, request_id=request_id)
    if current_user.is_authenticated:
        return Actor(kind="user", id=current_user.id, request_id=request_id)
    return Actor(kind="customer", request_id=request_id)


def site_scope() -> frozenset[int] | None:
    """The sites this person may see; None means every site."""
    return current_user.person.site_ids if current_user.role == "warehouse" else None


def require_site(site_id: int) -> int:
    """Raises NotFound for another site's things: that they exist is not this person's business.

    The site is that of a thing that was read: an administrator passes with any id.
    """
    scope = site_scope()
    if scope is not None and site_id not in scope:
        raise NotFound("There is no such thing at your sites.")
    return site_id


def refuse_other_sites(asked: object, own: Collection[int]) -> None:
    """For forms that name a site. Raises NotFound for one that is not among this person's."""
    if isinstance(asked, str) and asked.isascii() and asked.isdigit() and int(asked) not in own:
        raise NotFound("There is no such site among yours.")


def sign_in(database: Session, user_id: int, *, keep: bool = False) -> None:
    """A new session with a new token; one that this browser had before ends."""
    here = browser_session()
    if here.row:
        sessions.end(database, here.row.person.id, [here.row.id])
    browser = Browser(name=_browser_name(), address=request.remote_addr or "")
    token = sessions.start(database, user_id, browser=browser, keep=keep)
    row = sessions.find(database, token)
    if row is None:
        raise Forbidden("This account is closed: ask your administrator.")
    here.become(row, token, keep=keep)
    login_user(SignedIn(row.person))


def sign_out(database: Session) -> None:
    here = browser_session()
    if here.row:
        sessions.end(database, here.row.person.id, [here.row.id])
    logout_user()
    here.forget()


def ask_to_sign_in() -> ResponseReturnValue:
    """Pages go to the login page and come back; htmx is told to load it whole."""
    back = inner_path(current_path() or "") if is_htmx() else _asked_path()
    login = url_for("account.login.new", next=back if back != "/" else None)
    if is_htmx():
        return htmx_response("", 401, redirect=login)
    return redirect(login, code=302)


@_logins.user_loader  # type: ignore[untyped-decorator]
def _load_user(user_id: str) -> SignedIn | None:
    person = browser_session().person
    return SignedIn(person) if person and str(person.id) == user_id else None


@_principals.identity_loader  # type: ignore[untyped-decorator]
def _identity() -> Identity | None:
    if not browser_session().is_kept or not current_user.is_authenticated:
        return None
    identity = Identity(current_user.id)
    identity.provides.add(RoleNeed(current_user.role))
    return identity


def _asked_path() -> str:
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


def _browser_name() -> str:
    agent = request.user_agent.string
    browsers = {"Edg/": "Edge", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
    systems = {
        "Android": "Android",
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Windows": "Windows",
        "Mac OS": "macOS",
        "Linux": "Linux",
    }
    browser = next((name for sign, name in browsers.items() if sign in agent), "Browser")
    system = next((name for sign, name in systems.items() if sign in agent), "")
    return f"{browser} on {system}" if system else browser
