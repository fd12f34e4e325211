"""The company: what it is called, where its day begins, what its papers say."""

from flask import Blueprint, Response, abort, redirect, url_for
from flask.typing import ResponseReturnValue

from app.company import settings
from app.documents.logo import clean_logo
from app.kernel.files import add, keep
from app.kernel.uow import unit_of_work
from app.web import company as shown
from app.web.forms.company import CompanyForm, LogoForm
from app.web.page import page
from app.web.runtime import files
from app.web.toasts import toast

bp = Blueprint("company", __name__, url_prefix="/company")


@bp.get("/")
def index() -> ResponseReturnValue:
    with unit_of_work() as session:
        form = CompanyForm(obj=settings.read(session))
    return _page(form)


@bp.post("/")
def update() -> ResponseReturnValue:
    form = CompanyForm()
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            settings.change(session, form.settings())
    if form.errors:
        return _page(form)
    shown.forget()
    toast("Saved. Other windows show it within half a minute.")
    return redirect(url_for(".index"), code=303)


@bp.get("/logo")
def show_logo() -> ResponseReturnValue:
    with unit_of_work() as session:
        logo = settings.logo(session)
    if logo is None:
        abort(404, "There is no logo yet.")
    with files().open(logo.key) as stream:
        return Response(stream.read(), mimetype=logo.media_type)


@bp.post("/logo")
def create_logo() -> ResponseReturnValue:
    form = LogoForm()
    if not form.submitted():
        return _page(_saved(), logo_form=form)
    file = keep(files(), clean_logo(form.logo.data.read()), name="logo.png", media_type="image/png")
    with unit_of_work() as session:
        settings.set_logo(session, add(session, file))
    toast("The logo is on all slips that are printed from now on.")
    return redirect(url_for(".index"), code=303)


@bp.post("/logo/removal")
def create_logo_removal() -> ResponseReturnValue:
    with unit_of_work() as session:
        settings.set_logo(session, None)
    toast("Slips are printed without a logo from now on.")
    return redirect(url_for(".index"), code=303)


def _saved() -> CompanyForm:
    with unit_of_work() as session:
        return CompanyForm(formdata=None, obj=settings.read(session))


def _page(form: CompanyForm, *, logo_form: LogoForm | None = None) -> ResponseReturnValue:
    with unit_of_work() as session:
        logo = settings.logo(session)
    status = (logo_form or form).status
    logos = logo_form or LogoForm(formdata=None)
    return page(
        "admin/company/index.html",
        partial="admin/company/_form.html",
        form=form,
        logos=logos,
        logo=logo,
        status=status,
    )
