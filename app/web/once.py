"""A form that is sent twice acts once: each printed form carries a key of its own."""

import json
from collections.abc import Callable, Sequence
from hashlib import sha256

from flask import request
from sqlalchemy.orm import Session
from wtforms import HiddenField

from app.kernel import ids
from app.kernel.errors import StaleState
from app.kernel.signing import canonical
from app.orders import keys
from app.web.forms.base import Form, own_name
from app.web.roles import current_actor

UNSIGNED = ("csrf_token", "once")


class OnceForm(Form):
    """Print ``form.once`` beside ``csrf()``."""

    once = HiddenField(default=ids.public_token)


def once(session: Session, form: OnceForm, work: Callable[[], object]) -> bool:
    """Do the work unless this very form did it before, and answer whether it was done now; the first lock taken."""
    done: list[object] = []

    def act() -> Sequence[str]:
        done.append(work())
        return ()

    made_once(session, form, act)
    return bool(done)


def made_once(session: Session, form: OnceForm, work: Callable[[], Sequence[str]]) -> list[str]:
    """The same for work that makes something: whoever sends the form again is told what it made the first time."""
    key = own_name(form.once.data) or ids.public_token()
    claim = (f"form:{current_actor().code}:{request.endpoint}", key)
    taken = keys.claim(session, {claim: _content()}).get(claim)
    if taken is None:
        made = list(work())
        keys.answer(session, {claim: (303, json.dumps({"made": made}))})
        return made
    if taken.request_hash != _content():
        raise StaleState("this form was sent before with other words: load the page again and look at what it did")
    return list((taken.answer or {}).get("made", ()))


def _content() -> bytes:
    sent = sorted((name, values) for name, values in request.form.lists() if name not in UNSIGNED)
    return sha256(canonical([[request.path, *([name, *values] for name, values in sent)]])).digest()
