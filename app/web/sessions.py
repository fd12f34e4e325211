"""Flask's session on our own rows: a signed-in browser has a row, a stranger a signed cookie without any power."""

from typing import Any

from flask import Flask, Request, Response, session
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import CallbackDict

from app.kernel import logs
from app.kernel.uow import unit_of_work
from app.staff import sessions as rows
from app.staff.values import OpenSession, Person

log = logs.logger(__name__)
STRANGER, SIGNED_IN = "a.", "s."
WITHOUT_SESSION = ("/static/", "/vendor/", "/api/", "/healthz", "/readyz")


class BrowserSession(CallbackDict[str, Any], SessionMixin):
    """``failure`` is why the row could not be read; the request is refused with it before anything else."""

    def __init__(self, data: dict[str, Any] | None = None, *, is_kept: bool = True) -> None:
        super().__init__(data or {}, _mark)
        self.modified = False
        self.accessed = True
        self.is_kept = is_kept
        self.row: OpenSession | None = None
        self.cookie: str | None = None
        self.failure: Exception | None = None

    @property
    def person(self) -> Person | None:
        return self.row.person if self.row else None

    def become(self, row: OpenSession, token: str, *, keep: bool) -> None:
        """Nothing from before the sign-in survives it; ``keep`` outlives the closing of the browser."""
        self.clear()
        self.row = row
        self.cookie, self.permanent = SIGNED_IN + token, keep

    def forget(self) -> None:
        self.clear()
        self.row = None
        self.cookie = ""


class RowSessions(SessionInterface):
    def __init__(self, secret_keys: list[str]) -> None:
        self.serializer = URLSafeSerializer(secret_keys, salt="stranger")

    def open_session(self, app: Flask, request: Request) -> BrowserSession:
        if request.path.startswith(WITHOUT_SESSION):
            return BrowserSession(is_kept=False)
        cookie = request.cookies.get(self.get_cookie_name(app), "")
        if cookie.startswith(SIGNED_IN):
            return _from_row(cookie.removeprefix(SIGNED_IN))
        return BrowserSession(self._read(cookie.removeprefix(STRANGER)) if cookie.startswith(STRANGER) else None)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not isinstance(session, BrowserSession) or not session.is_kept or session.failure:
            return
        response.vary.add("Cookie")
        if session.row:
            _write_row(session, session.row)
        elif session.modified:
            session.cookie = STRANGER + str(self.serializer.dumps(dict(session))) if session else ""
        if session.cookie is not None:
            self._set_cookie(app, session, response)

    def _read(self, text: str) -> dict[str, Any]:
        try:
            data = self.serializer.loads(text)
        except BadData:
            return {}
        return data if isinstance(data, dict) else {}

    def _set_cookie(self, app: Flask, session: BrowserSession, response: Response) -> None:
        place: dict[str, Any] = {
            "secure": self.get_cookie_secure(app),
            "httponly": True,
            "samesite": self.get_cookie_samesite(app),
            "path": "/",
        }
        name = self.get_cookie_name(app)
        if session.cookie:
            lasts = rows.LONGEST if session.row and session.permanent else None
            response.set_cookie(name, session.cookie, max_age=lasts, **place)
        else:
            response.delete_cookie(name, **place)


def browser_session() -> BrowserSession:
    """The session of this request, with its row."""
    current: BrowserSession = session._get_current_object()  # type: ignore[attr-defined]
    return current


def _mark(changed: CallbackDict[str, Any]) -> None:
    if isinstance(changed, BrowserSession):
        changed.modified = True


def _from_row(token: str) -> BrowserSession:
    try:
        with unit_of_work() as database:
            row = rows.find(database, token)
    except SQLAlchemyError as error:
        broken = BrowserSession()
        broken.failure = error
        return broken
    opened = BrowserSession(dict(row.data) if row else None)
    opened.row = row
    opened.cookie = None if row else ""
    return opened


def _write_row(session: BrowserSession, row: OpenSession) -> None:
    if not session.modified and not row.is_stale:
        return
    try:
        with unit_of_work() as database:
            rows.save(database, row.id, dict(session))
    except SQLAlchemyError as error:
        log.error("session_not_saved", error=type(error).__name__)
