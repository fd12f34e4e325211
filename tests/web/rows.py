"""A cell of the role matrix is the status that a request gets in an empty house."""

from dataclasses import dataclass, field

LOGIN = "login"
BIG = "<int(max=999999999999)"
LOT, CASE, SERIAL, CUSTOMER = (f"<int(max=999999999999):{name}_id>" for name in ("lot", "case", "serial", "customer"))


@dataclass(frozen=True)
class Row:
    method: str
    rule: str
    anonymous: int | str
    warehouse: int | str
    support: int | str
    admin: int | str
    path: str = ""
    data: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        return self.method, self.rule


def everybody(method: str, rule: str, status: int | str, **more: str) -> Row:
    return Row(method, rule, status, status, status, status, **more)  # type: ignore[arg-type]


def staff(method: str, rule: str, status: int, **more: str) -> Row:
    """Any role, but no stranger."""
    return Row(method, rule, LOGIN, status, status, status, **more)  # type: ignore[arg-type]


def of_support(method: str, rule: str, status: int, **more: str) -> Row:
    return Row(method, rule, LOGIN, 403, status, status, **more)  # type: ignore[arg-type]


def of_warehouse(method: str, rule: str, status: int, **more: str) -> Row:
    return Row(method, rule, LOGIN, status, 403, status, **more)  # type: ignore[arg-type]


def of_admin(method: str, rule: str, status: int, **more: str) -> Row:
    return Row(method, rule, LOGIN, 403, 403, status, **more)  # type: ignore[arg-type]
