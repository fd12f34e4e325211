"""Forms without our token, from other sites, or by another method: refused before anything is done."""

import pytest

from tests.web.attacks.test_foreign_fields import facts  # noqa: F401
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


@pytest.mark.parametrize("headers", ELSEWHERE, ids=lambda headers: " ".join(headers.values()))
def test_no_form_is_read_from_elsewhere(forms, sender, headers):
    found = {rule: status_of(sender, form, headers=headers) for rule, form in forms.items()}

    assert found == dict.fromkeys(forms, 400)


@pytest.mark.parametrize(("method", "headers"), [("HEAD", {}), ("OPTIONS", {}), ("GET", OVERRIDE), ("PUT", {}), ("DELETE", {})])
def test_another_method_does_nothing(forms, world, facts, method, headers):  # noqa: F811
    before = facts()

    answers = {rule: world.admin.open(form.action, method=method, headers=headers) for rule, form in forms.items()}

    assert facts() == before
    assert world.admin.get("/account/").status_code == 200
    assert {rule for rule, answer in answers.items() if answer.status_code >= 500} == set()
    if method in ("PUT", "DELETE"):
        assert {answer.status_code for answer in answers.values()} == {405}


def status_of(sender, form, **options) -> int:
    with sender.sent(form, **options) as answer:
        return int(answer.status_code)
