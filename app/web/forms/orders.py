"""What support sends about an order."""

from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.validators import Length

from app.orders.holds import REASONS as HOLD_REASONS
from app.payments.ledger import METHODS
from app.web.forms.base import NEEDED, BlockField, LineField, choices
from app.web.forms.contacts import ContactForm
from app.web.once import OnceForm
from app.workflows.cancel_orders import REASONS as CANCEL_REASONS

UNASKED = "import_undone"


def _words(code: str) -> str:
    return code.replace("_", " ").capitalize()


class HoldForm(OnceForm):
    reason = SelectField("Reason", [NEEDED], choices=choices(*((code, _words(code)) for code in HOLD_REASONS)))


class NoteForm(OnceForm):
    body = BlockField("Note", [NEEDED], most=4_000, render_kw={"rows": 3})


class EntryForm(OnceForm):
    """Money that came in or went back; the currency is the order's, and is sent so that a mix-up shows."""

    amount = StringField("Amount", [NEEDED, Length(max=20)], render_kw={"inputmode": "decimal", "autocomplete": "off"})
    currency = HiddenField()
    method = SelectField("Method", [NEEDED], choices=choices(*((code, _words(code)) for code in METHODS)))
    reference = LineField("Reference", most=64, render_kw={"autocomplete": "off", "placeholder": "TX-1042"})


class CancelForm(OnceForm):
    """Quantities are fields of their own, one per line or kit: ``line-17``, ``kit-2``."""

    repeated = ("line", "kit")

    reason = SelectField(
        "Reason",
        [NEEDED],
        choices=choices(("", "Choose a reason"), *((c, words) for c, words in CANCEL_REASONS.items() if c != UNASKED)),
    )


class AddressForm(ContactForm):
    """``seen`` is the fingerprint of the contact that the person had before them."""

    seen = HiddenField()


class ViewForm(OnceForm):
    name = LineField("Name", [NEEDED], most=40)
    is_shared = BooleanField("Show it to everybody")
    query = HiddenField()
