"""Forms without our token, from other sites, or by another method: refused before anything is done."""

import pytest

from tests.web.conftest import htmx

ELSEWHERE = ({"Origin": "null"}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"})
OVERRIDE = {"X-HTTP-Method-Override": "POST", "X-HTTP-Method": "POST", "X-Method-Override": "POST"}


def test_no_form_is_read_without_a_token(forms, sender, csrf):
    assert {rule: status_of(sender, form) for rule, form in forms.items()} == dict.fromkeys(forms, 400)


def test_by_htmx_a_missing_token_is_told_and_nothing_is_swapped(forms, sender, csrf):
    swapped = []

    for rule, form in forms.items():
        with sender.sent(form, headers=htmx()) as answer:
            if (answer.status_code, answer.headers.get("HX-Retarget")) != (400, "#messages"):
                swapped.append((rule, answer.status_code))

    assert swapped == []


def test_no_form_is_read_from_elsewhere(forms, sender):
    found = {
        (rule, *headers.values()): status_of(sender, form, headers=headers)
        for rule, form in forms.items()
        for headers in ELSEWHERE
    }

    assert found == dict.fromkeys(found, 400)


def test_another_method_does_nothing(forms, world, facts):
    before = facts()

    asked = {
        (rule, method): world.admin.open(form.action, method=method, headers=OVERRIDE).status_code
        for rule, form in forms.items()
        for method in ("GET", "HEAD", "OPTIONS")
    }
    refused = {world.admin.put(form.action, headers=OVERRIDE).status_code for form in forms.values()}

    assert facts() == before
    assert world.admin.get("/account/").status_code == 200
    assert [key for key, status in asked.items() if status >= 500] == []
    assert refused == {405}


@pytest.mark.parametrize("back", ["//evil.example", "\r\nLocation: https://evil.example", "a\nb", "%0d%0aX: y"])
def test_the_way_back_to_a_list_is_a_question_to_that_list(forms, sender, back):
    form = forms["/support/orders/bulk/holds"]

    with sender.sent(form, {**form.values, "back": [back]}) as answer:
        assert answer.status_code == 303
        assert answer.location.partition("?")[0] == "/support/orders/"
        assert answer.location.isprintable()


def status_of(sender, form, **options) -> int:
    with sender.sent(form, **options) as answer:
        return int(answer.status_code)
