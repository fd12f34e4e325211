"""Whatever text comes through a form, the answer is a page or a refusal in words, never a stumble."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.attacks.pages import rules

NO_TEXT = ("a\0b", "\ufffd")
BREAKS = ("a\r\nSubject: b",)
ODD = (
    *("", " ", "\ud800", "\u202e\u200d\u200d", "'", '"', "%", "_", "\\", "\0", *NO_TEXT, *BREAKS),
    *(
        "NaN",
        "Infinity",
        "1e3",
        "1.5",
        "1_000",
        "-1",
        "0.005",
        "1e400",
        "٣",
        "9" * 400,
        "2147483648",
        str(2**63),
        str(2**70),
    ),
    *(
        "2026-02-30",
        "9999-12-31",
        "25:61",
        "Mars/Phobos",
        "{{7*7}}",
        "<script>",
        "=1+1",
        "../../etc/passwd",
        "x" * 5_000,
    ),
    *("null", "[]", "TEA-1", "W-100001", "US", "on", "admin"),
)
TEXT = st.one_of(st.sampled_from(ODD), st.text(max_size=60), st.integers().map(str))
UNKEPT = {
    ("/admin/dead-letters/retries", "reason"),  # one form, two buttons: only the other one reads it
    ("/account/password-reset/", "email"),  # looked up and forgotten; the answer never says what became of it
}


def test_every_form_is_known_to_these_tests(app, forms):
    assert sorted(forms) == rules(app, "POST")


def test_the_same_odd_text_in_every_field(forms, sender):
    for form in forms.values():
        for odd in ("9" * 400, "a\nb"):
            with sender.sent(form, {name: [odd] for name in form.values}) as answer:
                assert answer.status_code < 500


def test_text_that_is_none_is_refused_at_every_field(forms, sender):
    """NUL and half characters; and line breaks in what is one line, such as a reference."""
    taken = []

    for rule, form in forms.items():
        with sender.sent(form) as answer:
            is_good = answer.status_code in (200, 303)
        for name in form.typed if is_good else ():
            for odd in NO_TEXT if form.kinds[name] == "textarea" else (*NO_TEXT, *BREAKS):
                with sender.sent(form, {**form.values, name: [odd]}) as answer:
                    if answer.status_code != 422 and (rule, name) not in UNKEPT:
                        taken.append((rule, name, odd, answer.status_code))

    assert taken == []


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_any_text_in_any_field(forms, sender, data):
    form = forms[data.draw(st.sampled_from(sorted(forms)), label="form")]
    names = st.lists(st.sampled_from(sorted(form.values)), min_size=1, max_size=2) if form.values else st.just([])
    odd = {name: data.draw(st.lists(TEXT, min_size=1, max_size=2), label=name) for name in data.draw(names)}

    with sender.sent(form, {**form.values, **odd}) as answer:
        assert answer.status_code < 500
