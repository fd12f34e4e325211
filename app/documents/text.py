"""Breaking text into lines that fit, however long its words are."""

from app.documents.fonts import printable, width


def wrapped(text: str, face: str, size: float, room: float) -> tuple[str, ...]:
    """The lines of one paragraph; a word wider than the room is cut where it must be."""
    lines: list[str] = []
    used, space = room, width(" ", face, size)
    for word in printable(text).split():
        needed = width(word, face, size)
        if used + space + needed <= room:
            lines[-1] += f" {word}"
            used += space + needed
        elif needed <= room:
            lines.append(word)
            used = needed
        else:
            lines.extend(_pieces(word, face, size, room))
            used = width(lines[-1], face, size)
    return tuple(lines) or ("",)


def limited(text: str, face: str, size: float, room: float, *, most: int) -> tuple[str, ...]:
    """At most so many lines; the last one says when there is more."""
    lines = wrapped(text, face, size, room)
    if len(lines) <= most:
        return lines
    return (*lines[: most - 1], clipped(f"{lines[most - 1]} {lines[most]}", face, size, room))


def clipped(text: str, face: str, size: float, room: float) -> str:
    """As much of the text as fits on one line, with a sign that there is more."""
    whole = " ".join(printable(text).split())
    if width(whole, face, size) <= room:
        return whole
    shown = _pieces(whole, face, size, room - width("…", face, size))[0]
    return f"{shown.rstrip()}…"


def _pieces(word: str, face: str, size: float, room: float) -> list[str]:
    pieces, used = [""], 0.0
    for character in word:
        needed = width(character, face, size)
        if pieces[-1] and used + needed > room:
            pieces.append("")
            used = 0.0
        pieces[-1] += character
        used += needed
    return pieces
