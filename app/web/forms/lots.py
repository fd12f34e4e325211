"""What people say about lots, numbered units and goods that are set aside."""

from flask_wtf.file import FileField
from wtforms import RadioField, SelectField

from app.catalogue.keeping import TRACKING, Keeping
from app.inventory.cases import ACTS, Decision
from app.inventory.removal import STRATEGIES
from app.kernel import money, text
from app.kernel.errors import Invalid
from app.kernel.money import Money
from app.web.forms.base import NEEDED, BlockField, Form, LineField, QuantityField, choices
from app.web.forms.warehouse import LONGEST_LABEL, TYPED, CodeField
from app.web.once import OnceForm
from app.workflows.quarantine import UNSOLD

CODE = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
MOST_NUMBERS = 500


class FreezeForm(Form):
    reason = LineField("Why", [NEEDED], most=200)


class SetAsideForm(OnceForm):
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


class DecisionForm(OnceForm):
    act = RadioField("What becomes of them?", [NEEDED], choices=choices(*ACTS.items()))
    quantity = QuantityField("Units", [NEEDED], render_kw=TYPED)
    note = LineField("Note", most=200)
    serials = BlockField("Numbers", most=40_000, render_kw={"rows": "4", **CODE})

    def decision(self, case_id: int) -> Decision:
        """Raises Invalid."""
        return Decision(
            case_id=case_id,
            act=self.act.data,
            quantity=self.quantity.data or 0,
            note=self.note.data or "",
            serials=listed(self.serials.data or "", field="serials"),
        )


class NumbersForm(Form):
    """``site`` gets its choices from the view."""

    site = SelectField("Site", [NEEDED], choices=[])
    code = CodeField("Item", [NEEDED], most=LONGEST_LABEL, render_kw={**CODE, "autofocus": True})
    bin = LineField("Bin", most=40, render_kw=CODE)
    lot = LineField("Lot", most=60, render_kw=CODE)
    numbers = BlockField("Numbers", [NEEDED], most=40_000, render_kw={"rows": "8", **CODE})

    @property
    def listed(self) -> list[str]:
        return list(listed(self.numbers.data or "", field="numbers"))


def listed(typed: str, *, field: str) -> tuple[str, ...]:
    """One per line. Raises Invalid for too many."""
    found = tuple(line.strip() for line in typed.split("\n") if line.strip())
    if len(found) > MOST_NUMBERS:
        raise Invalid([(field, f"{len(found)} numbers are too many at once: send {MOST_NUMBERS} at most")])
    return found


class ShelfLifeForm(Form):
    days = LineField("Days until it may expire", [NEEDED], most=5, render_kw=TYPED)

    @property
    def wanted(self) -> int:
        return text.whole_number(self.days.data or "", field="days", least=0, most=3650)


class KeepingForm(Form):
    tracking = SelectField("Kept", [NEEDED], choices=choices(*TRACKING.items()))
    removal = SelectField("Leaves first", [NEEDED], choices=choices(*STRATEGIES.items()))
    removal_days = LineField("Days before it expires", most=5, default="0", render_kw=TYPED)
    cost = LineField("Cost", most=20, render_kw={"inputmode": "decimal", "autocomplete": "off"})

    @classmethod
    def of(cls, now: Keeping, currency: str) -> "KeepingForm":
        cost = "" if now.cost_minor is None else Money(now.cost_minor, currency).amount()
        return cls(tracking=now.tracking, removal=now.removal, removal_days=str(now.removal_days), cost=cost)

    def keeping(self, currency: str) -> Keeping:
        """Raises Invalid."""
        given = (self.cost.data or "").strip()
        return Keeping(
            tracking=self.tracking.data,
            removal=self.removal.data,
            removal_days=text.whole_number(self.removal_days.data or "0", field="removal_days", least=0, most=3650),
            cost_minor=money.parse(given, currency, field="cost").minor if given else None,
        )
