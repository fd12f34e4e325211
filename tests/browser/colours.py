"""Contrast, judged by axe once for every look of text: half of axe's work is to judge the same colours again and again.

A look is all that contrast depends on: colour, size and weight of the text, and what is painted below and above it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from playwright.sync_api import Page

CONTRAST: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
JUDGE = """async ([judged, rules]) => {
    const short = (look) => {
        let [one, two] = [0xdeadbeef, 0x41c6ce57];
        for (let at = 0; at < look.length; at++) {
            one = Math.imul(one ^ look.charCodeAt(at), 2654435761);
            two = Math.imul(two ^ look.charCodeAt(at), 1597334677);
        }
        return (one >>> 0).toString(36) + (two >>> 0).toString(36);
    };
    const isOff = (element) => Boolean(element.closest(":disabled, [aria-disabled='true'], [inert]"))
        || Boolean(element.closest("label")?.control?.disabled);
    const once = (work) => {
        const kept = new Map();
        return (key) => kept.has(key) ? kept.get(key) : kept.set(key, work(key)).get(key);
    };
    const numbers = new Map();
    const number = (words) => numbers.get(words) ?? numbers.set(words, short(words)).get(words);
    const paint = once((element) => {
        const style = getComputedStyle(element);
        return number([style.backgroundColor, style.backgroundImage, style.opacity, style.filter].join());
    });
    const below = once((element) => element ? number(paint(element) + below(element.parentElement)) : "");
    const box = (element) => {
        const text = [...element.childNodes].find((node) => node.nodeType === 3 && node.data.trim());
        if (!text) return element.getBoundingClientRect();
        const range = document.createRange();
        range.selectNodeContents(text);
        return range.getClientRects()[0];
    };
    const lookOf = (element) => {
        const at = box(element);
        if (!at || !at.width || !at.height) return null;
        const found = document.elementsFromPoint(at.x + at.width / 2, at.y + at.height / 2);
        const style = getComputedStyle(element);
        const words = element.textContent.trim();
        return JSON.stringify([
            style.color, style.fill, style.webkitTextFillColor, style.fontSize, style.fontWeight, style.textShadow,
            isOff(element), words.length < 2, /[\\p{L}\\p{N}]/u.test(words),
            found.indexOf(element), found.map(paint), below(element),
        ]);
    };
    const isRead = (element) => element.matches("input, select, textarea")
        || [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const known = new Set(judged), fresh = new Map();
    for (const element of document.body.querySelectorAll("*")) {
        const look = isRead(element) ? lookOf(element) : null;
        const name = look && short(look);
        if (name && !known.has(name) && !fresh.has(name)) fresh.set(name, element);
    }
    if (!fresh.size) return [[], []];
    const found = await axe.run({ include: [...fresh.values()] }, rules);
    return [[...fresh.keys()], found.violations];
}"""


def poor_contrast(page: Page, judged: set[str]) -> list[str]:
    """Looks without a fault join ``judged``; axe is in the page."""
    fresh, violations = page.evaluate(JUDGE, [sorted(judged), CONTRAST])
    if not violations:
        judged.update(fresh)
    return sentences(violations)


def sentences(violations: Iterable[Mapping[str, Any]]) -> list[str]:
    return [f"{fault['id']}: {node['html'][:160]}" for fault in violations for node in fault["nodes"][:3]]
