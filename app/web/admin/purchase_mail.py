"""A purchase order on paper, and by mail to its supplier."""

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.kernel.files import StoredFile, add, keep
from app.kernel.uow import run, unit_of_work
from app.queries import purchase_mailings
from app.web.admin import purchase_orders
from app.web.forms.purchase_orders import MailForm
from app.web.once import once
from app.web.pdf import pdf
from app.web.roles import current_actor
from app.web.runtime import config, files
from app.web.toasts import toast
from app.workflows.mail_purchase_orders import Printed, mail_purchase_orders
from app.workflows.purchase_papers import LoadedPaper, load_papers, print_paper

bp = Blueprint("purchase_mail", __name__, url_prefix="/purchase-orders/<number>")
PDF = "application/pdf"


@bp.get("/paper")
def show_paper(number: str) -> ResponseReturnValue:
    """The order as the supplier gets it, as it is now."""
    with unit_of_work() as session:
        [loaded] = load_papers(session, [number])
    return pdf(print_paper(loaded, files()), f"{number}.pdf")


@bp.post("/mailings")
def create(number: str) -> ResponseReturnValue:
    """Printed and kept first; the mail goes out when the transaction that sends the order is through."""
    form = MailForm()
    if form.submitted():
        with unit_of_work() as session:
            [loaded] = load_papers(session, [number])
        with form.refusals():
            content = print_paper(loaded.as_sent(), files())
            file = keep(files(), content, name=f"{number}.pdf", media_type=PDF)
            run(lambda session: once(session, form, lambda: _mail(session, loaded, file, form.times)))
    if form.errors:
        return purchase_orders.whole(number, mailing=form)
    toast("The mail is on its way. What becomes of it stands below.")
    return redirect(url_for("admin.purchase_orders.show", number=number), code=303)


@bp.get("/mailings/<int:mailing_id>.pdf")
def show_mailing(number: str, mailing_id: int) -> Response:
    """What was attached to that mail."""
    with unit_of_work() as session:
        one = purchase_mailings.mailing(session, number, mailing_id)
    with files().open(one.key) as stream:
        return pdf(stream.read(), one.file_name)


def _mail(session: Session, loaded: LoadedPaper, file: StoredFile, seen: int) -> None:
    printed = Printed(paper=loaded, file_id=add(session, file), seen=seen)
    mail_purchase_orders(session, [printed], sender=config().mails_from, actor=current_actor())
