"""The Flask application, put together."""

from flask import Flask, redirect
from flask.typing import ResponseReturnValue
from flask_login import current_user
from jinja2 import StrictUndefined

from app import bootstrap
from app.config import ROOT, Config
from app.web import (
    account,
    admin,
    api,
    assets,
    company,
    converters,
    errors,
    extra_fields,
    filters,
    health,
    htmx,
    limits,
    navigation,
    requests,
    roles,
    runtime,
    security,
    support,
    theme,
    toasts,
    tracking,
    warehouse,
)
from app.web.api import intake
from app.web.application import Application
from app.web.sessions import RowSessions
from app.web.settings import flask_settings

AREAS = (account.bp, admin.bp, support.bp, warehouse.bp, tracking.bp, api.bp, health.bp)


def create_app(config: Config) -> Flask:
    """With the database, adapters and wiring started."""
    bootstrap.start(config)
    return build_app(config)


def build_app(config: Config) -> Flask:
    """The pages alone; whoever calls has bound the units of work."""
    app = Application("app", root_path=str(ROOT / "app"), template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.from_mapping(flask_settings(config))
    app.session_interface = RowSessions([*config.former_secret_keys, config.secret_key])
    app.jinja_env.undefined = StrictUndefined
    _prepare(app, config)
    for area in AREAS:
        app.register_blueprint(area)
    app.add_url_rule("/", endpoint="home", view_func=_home)
    return app


def _prepare(app: Flask, config: Config) -> None:
    """The order is that in which a request meets them."""
    runtime.init_app(app, config)
    converters.init_app(app)
    htmx.init_app(app)
    requests.init_app(app)
    security.init_app(app, config)
    extra_fields.init_app(app)
    company.init_app(app)
    roles.init_app(app)
    limits.init_app(app, config)
    intake.init_app(app, config)
    errors.init_app(app)
    for part in (assets, filters, navigation, theme, toasts):
        part.init_app(app)


def _home() -> ResponseReturnValue:
    if not current_user.is_authenticated:
        return roles.ask_to_sign_in()
    return redirect(navigation.home_url())
