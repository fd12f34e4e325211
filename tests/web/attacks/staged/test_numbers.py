"""Quantities and amounts that a lenient reader would take: refused at every form, and nothing is written."""

import pytest
from sqlalchemy import text

from app.web.company import forget

WHOLE = ("quantity", "weight_g", "priority", "line-")
UNITS = ("/support/orders/new", "/warehouse/picks/", "/support/orders/<number>/cancellation")
MONEY = ("amount", "unit_price", "shipping", "tax")
NO_NUMBERS = ("1e3", "1.5", "NaN", "Infinity", "2147483648", "٣", "1_000", "9" * 400)
NO_AMOUNTS = ("0.005", "1e400", "1." + "0" * 20, "NaN", "-1", "٣", "1_000", "9" * 400)


def fields(forms, endings):
    for rule, form in forms.items():
        for name in form.typed:
            if any(ending in name.rpartition("-")[2] or name.startswith(ending) for ending in endings):
                yield rule, form, name


def refused(sender, form, name, value) -> bool:
    with sender.sent(form, {**form.values, name: [value]}) as answer:
        return bool(answer.status_code == 422)


def test_what_is_no_whole_number_is_refused_at_every_field(forms, sender):
    found = list(fields(forms, WHOLE))
    taken = [
        (rule, name, odd) for rule, form, name in found for odd in NO_NUMBERS if not refused(sender, form, name, odd)
    ]

    assert {name for _, _, name in found} >= {"quantity", "weight_g", "priority", "lines-0-quantity"}
    assert taken == []


def test_no_units_and_fewer_are_refused_where_units_are_asked_for(forms, sender):
    found = [one for one in fields(forms, ("quantity", "line-")) if one[0].startswith(UNITS)]
    shown = [one for one in found if not one[2].startswith("lines-") or one[2].startswith("lines-0-")]

    taken = [
        (rule, name, odd)
        for rule, form, name in shown
        for odd in ("-1", "0")
        if not refused(sender, form, name, odd)
        and (odd, name[:5]) != ("0", "line-")  # none of this line, but of another
    ]

    assert len(shown) >= 4
    assert taken == []


def test_what_is_no_amount_is_refused_at_every_field(forms, sender):
    found = list(fields(forms, MONEY))
    taken = [
        (rule, name, odd) for rule, form, name in found for odd in NO_AMOUNTS if not refused(sender, form, name, odd)
    ]

    assert {name for _, _, name in found} >= {"amount", "lines-0-unit_price", "shipping", "tax"}
    assert taken == []


@pytest.mark.parametrize("amount", ["1.5", "1.0"])
def test_yen_have_no_decimals_in_forms(app, forms, sender, session, amount):
    session.execute(text("UPDATE orders SET currency = 'JPY'"))
    session.commit()
    form = forms["/support/orders/<number>/payments"]
    with app.app_context():
        forget()

    with sender.sent(form, {**form.values, "currency": ["JPY"], "amount": [amount]}) as answer:
        assert answer.status_code == 422
        assert "JPY" in answer.text
