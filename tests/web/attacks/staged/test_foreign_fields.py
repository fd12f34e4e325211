"""Fields that no form has (a role, a status, a price), sent along with every form: ignored, and written to the log."""

import json

EXTRA = {
    "role": "admin",
    "is_admin": "1",
    "status": "delivered",
    "state": "shipped",
    "price": "0",
    "total_minor": "0",
    "paid_minor": "999999",
    "user_id": "1",
    "id": "1",
    "created_by": "system",
}


def test_fields_that_no_form_has_change_nothing(forms, sender, facts):
    differing = {}

    for rule, form in forms.items():
        extra = {name: [value] for name, value in EXTRA.items() if name not in form.kinds}
        with sender.sent(form) as answer:
            plain = (answer.status_code, facts())
        with sender.sent(form, {**form.values, **extra}) as answer:
            stuffed = (answer.status_code, facts())
        if plain != stuffed:
            differing[rule] = (plain, stuffed)

    assert differing == {}


def test_fields_that_no_form_has_are_written_to_the_log_by_number_not_by_name(forms, sender, logged):
    silent = []

    for rule, form in forms.items():
        extra = {name: [value] for name, value in EXTRA.items() if name not in form.kinds}
        logged()
        with sender.sent(form, {**form.values, **extra}) as answer:
            lines = [json.loads(line) for line in logged().splitlines()]
        told = [line for line in lines if line["event"] == "unknown_fields_ignored"]
        if answer.status_code != 400 and not any(line["count"] >= len(extra) and line["path"] == rule for line in told):
            silent.append((rule, answer.status_code))

    assert silent == []
