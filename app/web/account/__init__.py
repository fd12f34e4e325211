"""A person's own account: signing in and out, password, second factor, sessions, theme."""

from flask import Blueprint

from app.web.account import code, login, password, profile, reset, sessions, theme, totp
from app.web.roles import require_login

OPEN = (login.bp, code.bp, reset.bp, theme.bp)
OWN = (profile.bp, password.bp, sessions.bp, totp.bp)

bp = Blueprint("account", __name__, url_prefix="/account")
for resource in OWN:
    resource.before_request(require_login)
for resource in (*OPEN, *OWN):
    bp.register_blueprint(resource)
