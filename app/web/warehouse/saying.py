"""What a terminal says above the task: ready, right, or wrong with the way out."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.web.forms.base import Form


@dataclass(frozen=True, kw_only=True)
class Saying:
    """``state`` is what the scan field looks and sounds like: ready, ok or error."""

    word: str = ""
    hint: str = ""
    state: str = "ready"
    status: int = 200


READY = Saying()
STOPPED = Saying(state="error", status=422)


def ok(word: str, hint: str = "") -> Saying:
    return Saying(word=word, hint=hint, state="ok")


def error(form: Form) -> Saying:
    """The first thing that is wrong with what was sent."""
    said = [*form.form_errors, *(str(each) for field in form for each in field.errors)]
    return Saying(
        word=said[0] if said else "Nothing was scanned", hint="Nothing was counted", state="error", status=422
    )


def units_in_words(sku: str, units: int, *, lot: str = "", serials: Sequence[str] = ()) -> str:
    if len(serials) == 1:
        return f"{serials[0]} of {sku}"
    return f"{units} × {sku}{f', lot {lot},' if lot else ''}"
