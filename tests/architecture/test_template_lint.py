"""The template lint finds what the pages' policy would drop in silence."""

from pathlib import Path

import pytest

from lint.templates import check, count_roots

WRONG = {
    '<p style="color: red">x</p>': "a style attribute",
    "<style>p {}</style>": "a <style> element",
    "<script>go()</script>": "an inline script",
    '<button onclick="go()">x</button>': "onclick",
    '<button hx-on:click="go()">x</button>': "hx-on:click needs eval",
    '<p hx-trigger="click[ctrlKey]">x</p>': "a filter in hx-trigger",
    """<p hx-vals='js:{"a": 1}'>x</p>""": "hx-vals starts with js",
    '<a href="JavaScript:go()">x</a>': "href starts with JavaScript",
    '<form method="post">x</form>': "a form without action",
    "<p>{{ note|safe }}</p>": "|safe",
}


@pytest.mark.parametrize("html", WRONG)
def test_it_names_what_is_wrong(tmp_path: Path, html: str) -> None:
    page = tmp_path / "page.html"
    page.write_text(f"<main>\n{html}\n</main>")

    [problem] = check(page, tmp_path)

    assert problem.startswith("page.html:2: ")
    assert WRONG[html] in problem


def test_a_plain_page_passes(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '{% extends "x.html" %}{% block content %}<form action="{{ url }}" method="post" {% if a %}hidden{% endif %}>'
        '<script type="application/json">{{ figure }}</script></form>{% endblock %}'
    )

    assert check(page, tmp_path) == []


@pytest.mark.parametrize(
    ("html", "roots"),
    [
        ('<p id="a"><b>x</b><br></p>', 1),
        ("<p>a</p><p>b</p>", 2),
        ("{% if a %}<p>a</p>{% elif b %}<p>b</p>{% else %}<p>c</p>{% endif %}", 1),
        ("{% if a %}<p>a</p>{% endif %}<p>b</p>", 2),
        ('<p {% if a %}hidden{% endif %} id="x-{{ a > b }}">{% if a %}<b></b>{% else %}<i></i>{% endif %}</p>', 1),
        ("{# <p> #}{{ text }}", 0),
    ],
)
def test_it_counts_root_elements(html: str, roots: int) -> None:
    assert count_roots(html) == roots


def test_a_partial_with_two_roots_is_refused(tmp_path: Path) -> None:
    partial = tmp_path / "_rows.html"
    partial.write_text("<p>a</p>\n<p>b</p>")

    assert check(partial, tmp_path) == ["_rows.html:1: a partial has one root element, this one has 2"]
