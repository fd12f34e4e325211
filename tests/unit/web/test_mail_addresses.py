"""The short way for plain addresses says what the library says."""

from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from app.web.mail_addresses import normalised

NAMES = st.text("aZ09._+-@ \"é'", min_size=0, max_size=70)
DOMAINS = st.one_of(
    st.text("aB9.-_ é", max_size=12).map(lambda text: f"{text}.com"),
    st.sampled_from(["example.com", "Example.COM", "mail.example.org", "localhost", "shop.local", "x.invalid", "e"]),
)


@given(NAMES, DOMAINS)
@example("a", "Example.COM")
@example("postmaster", "example.com")
@example("Postmaster", "example.com")
@example("a" * 64, "example.com")
@example("a" * 65, "example.com")
@example("a" * 64, f"{'b' * 60}.{'c' * 60}.{'d' * 60}.com")
@example("a", f"{'b' * 64}.com")
@example("a..b", "example.com")
@example("a", "xn--.com")
@example("a", "-a.com")
@example("a", "[127.0.0.1]")
def test_an_address_is_judged_as_by_the_library(name, domain):
    address = f"{name}@{domain}"

    assert _outcome(normalised, address) == _outcome(_by_the_library, address)


def _by_the_library(address):
    return validate_email(address, check_deliverability=False).normalized


def _outcome(judge, address):
    try:
        return judge(address)
    except EmailNotValidError as error:
        return type(error)
