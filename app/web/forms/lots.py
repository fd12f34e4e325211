"""What people say about lots, numbered units and goods that are set aside."""

from flask_wtf.file import FileField
from wtforms import RadioField, SelectField

from app.inventory.cases import ACTS, Decision
from app.kernel import text
from app.kernel.errors import Invalid
from app.web.forms.base import NEEDED, BlockField, Form, LineField, QuantityField, choices
from app.web.forms.warehouse import LONGEST_LABEL, TYPED, CodeField
from app.workflows.quarantine import UNSOLD

CODE = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
MOST_NUMBERS = 500


class FreezeForm(Form):
    reason = LineField("Why", [NEEDED], most=200)


class SetAsideForm(Form):
    """``site`` gets its choices from the view."""

    site = SelectField("Site", [NEEDED], choices=[])
    code = CodeField("Item", [NEEDED], most=LONGEST_LABEL, render_kw={**CODE, "autofocus": True})
    quantity = QuantityField("Units", [NEEDED], default=1, render_kw=TYPED)
    condition = RadioField("What is it?", [NEEDED], choices=choices(*UNSOLD.items()), default="damaged")
    reason = LineField("What is wrong", [NEEDED], most=200)
    bin = LineField("From bin", most=40, render_kw=CODE)
    lot = LineField("Lot", most=60, render_kw=CODE)
    to_bin = LineField("Put into bin", most=40, render_kw=CODE)
    photo = FileField("Photo", render_kw={"accept": "image/png,image/jpeg,image/webp", "capture": "environment"})


class DecisionForm(Form):
    act = RadioField("What becomes of them?", [NEEDED], choices=choices(*ACTS.items()))
    quantity = QuantityField("Units", [NEEDED], render_kw=TYPED)
    note = LineField("Note", most=200)

    def decision(self, case_id: int) -> Decision:
        return Decision(case_id=case_id, act=self.act.data, quantity=self.quantity.data or 0, note=self.note.data or "")


class NumbersForm(Form):
    """``site`` gets its choices from the view."""

    site = SelectField("Site", [NEEDED], choices=[])
    code = CodeField("Item", [NEEDED], most=LONGEST_LABEL, render_kw={**CODE, "autofocus": True})
    bin = LineField("Bin", most=40, render_kw=CODE)
    lot = LineField("Lot", most=60, render_kw=CODE)
    numbers = BlockField("Numbers", [NEEDED], most=40_000, render_kw={"rows": "8", **CODE})

    @property
    def listed(self) -> list[str]:
        """One per line. Raises Invalid for too many."""
        found = [line.strip() for line in (self.numbers.data or "").split("\n") if line.strip()]
        if len(found) > MOST_NUMBERS:
            raise Invalid([("numbers", f"{len(found)} numbers are too many at once: send {MOST_NUMBERS} at most")])
        return found


class ShelfLifeForm(Form):
    days = LineField("Days until it may expire", [NEEDED], most=5, render_kw=TYPED)

    @property
    def wanted(self) -> int:
        return text.whole_number(self.days.data or "", field="days", least=0, most=3650)
