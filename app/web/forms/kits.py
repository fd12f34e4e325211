"""What goes into a kit, row by row; an empty row is no part, and no part at all makes it a plain product."""

from flask import request

from app.catalogue.kits import MOST_COMPONENTS
from app.kernel import text
from app.kernel.errors import Invalid
from app.web.forms.base import Form

SPARE = 3  # empty rows below those that are filled


class KitForm(Form):
    """Rows are fields of their own: ``part-1`` with ``units-1``, and so on."""

    repeated = ("part", "units")

    def contents(self) -> dict[str, int]:
        """Units by SKU code. Raises Invalid for every row that does not read."""
        wanted: dict[str, int] = {}
        wrong: list[tuple[str, str]] = []
        for number, (code, units) in enumerate(self.typed(), 1):
            if not code and not units:
                continue
            try:
                _add(wanted, text.line(code, field="components", most=60), units)
            except Invalid as error:
                wrong += [("components", f"Row {number}: {message}") for _, message in error.failures]
        if wrong:
            raise Invalid(wrong)
        return wanted

    def sentences(self) -> list[str]:
        """What is wrong, without the name that all rows share."""
        return [error.removeprefix("components: ") for error in self.form_errors]

    def wrong_rows(self) -> set[int]:
        """Numbers of the rows that a sentence speaks of, by number or by code."""
        said = self.sentences()
        return {
            number
            for number, (code, _) in enumerate(self.typed(), 1)
            if any(one.startswith(f"Row {number}:") or (code and code in one) for one in said)
        }

    def typed(self) -> list[tuple[str, str]]:
        """The rows as they were sent."""
        rows = range(1, MOST_COMPONENTS + SPARE + 1)
        return [
            (request.form[f"part-{n}"].strip(), request.form.get(f"units-{n}", "").strip())
            for n in rows
            if f"part-{n}" in request.form
        ]


def _add(wanted: dict[str, int], code: str, units: str) -> None:
    if not code:
        raise Invalid([("components", "write which SKU these units are of")])
    if code in wanted:
        raise Invalid([("components", f"{code} stands above already: write the sum there")])
    wanted[code] = text.quantity(units or "1", field="components")
