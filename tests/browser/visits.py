"""A page and who opens it."""

from dataclasses import dataclass

LOT, CASE, SERIAL, CUSTOMER = (f"<int(max=999999999999):{name}_id>" for name in ("lot", "case", "serial", "customer"))


@dataclass(frozen=True)
class Visit:
    """``is_list``: opened in an empty company too. ``status``: a page may be a refusal, and is a page all the same."""

    rule: str
    path: str
    roles: tuple[str, ...]
    is_list: bool = False
    status: int = 200

    @property
    def id(self) -> str:
        return f"{self.path} as {'+'.join(self.roles)}"


def public(rule: str, path: str = "", *, status: int = 200) -> Visit:
    return Visit(rule, path or rule, ("nobody",), status=status)


def staff(rule: str, path: str = "", **more: bool) -> Visit:
    return Visit(rule, path or rule, ("warehouse", "support", "admin"), **more)


def of_support(rule: str, path: str = "", **more: bool) -> Visit:
    return Visit(rule, path or rule, ("support", "admin"), **more)


def of_warehouse(rule: str, path: str = "", **more: bool) -> Visit:
    return Visit(rule, path or rule, ("warehouse", "admin"), **more)


def of_admin(rule: str, path: str = "", **more: bool) -> Visit:
    return Visit(rule, path or rule, ("admin",), **more)
