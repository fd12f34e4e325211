"""Whatever text comes through a form, the answer is a page or a refusal in words, never a stumble."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.attacks.forms import Form, Sender, all_forms
from tests.web.attacks.pages import rules

ODD = (
    *("", " ", "\0", "a\0b", "a\r\nSet-Cookie: x=1", "\ud800", "\ufffd", "\u202e\u200d\u200d", "'", '"', "%", "_", "\\"),
    *("NaN", "Infinity", "1e3", "1.5", "1_000", "-1", "0.005", "1e400", "٣", "9" * 400, "2147483648", str(2**63), str(2**70)),
    *("2026-02-30", "9999-12-31", "25:61", "Mars/Phobos", "{{7*7}}", "<script>", "=1+1", "../../etc/passwd", "x" * 5_000),
    *("null", "[]", "TEA-1", "W-100001", "US", "on", "admin"),
)
TEXT = st.one_of(st.sampled_from(ODD), st.text(max_size=60), st.integers().map(str))


@pytest.fixture
def forms(app, world, client) -> dict[str, Form]:
    return all_forms(app, world.ids, world.admin, client)


@pytest.fixture
def sender(app, world, connection) -> Sender:
    return Sender(app, world.admin, connection)


def test_every_form_is_known_to_these_tests(app, forms):
    assert sorted(forms) == rules(app, "POST")


def test_forms_as_they_stand_are_answered(forms, sender):
    answers = {}

    for rule, form in forms.items():
        with sender.sent(form) as answer:
            answers[rule] = answer.status_code

    assert {rule: status for rule, status in answers.items() if status not in (200, 303, 400, 404, 409, 415, 422)} == {}


@pytest.mark.parametrize("odd", ["\0", "\ud800", "9" * 400, "٣", "a\nb"])
def test_the_same_odd_text_in_every_field(forms, sender, odd):
    for form in forms.values():
        with sender.sent(form, {name: [odd] for name in form.values}) as answer:
            assert answer.status_code < 500


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_any_text_in_any_field(forms, sender, data):
    form = forms[data.draw(st.sampled_from(sorted(forms)), label="form")]
    changed = data.draw(st.lists(st.sampled_from(sorted(form.values)), min_size=1, max_size=2) if form.values else st.just([]))
    several = {name: data.draw(st.lists(TEXT, min_size=1, max_size=2), label=name) for name in changed}

    with sender.sent(form, {**form.values, **several}) as answer:
        assert answer.status_code < 500
