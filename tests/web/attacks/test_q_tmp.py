from tests.web.attacks.test_any_text import forms, sender
def test_x(forms, sender):
    for rule, form in forms.items():
        with sender.sent(form) as a: plain = a.status_code
        for name, kind in form.kinds.items():
            for odd in ("a\0b", "\ud800", "a\nb", "a\u2028b"):
                with sender.sent(form, {**form.values, name:[odd]}) as a:
                    if a.status_code not in (422,): print("ACCEPTED", repr(odd), rule, name, kind, plain, a.status_code, a.headers.get("Location"))
