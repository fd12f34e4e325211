"""The import pages, from upload to undo."""

import io

import pytest
from sqlalchemy import text

from app.imports import lifecycle
from app.imports.options import Options
from app.kernel import deliveries, uow
from app.kernel.files import FolderStore
from app.web.support import imports as view
from app.workflows import work_imports
from app.workflows.start_import import file_key
from tests.factories.dirty_orders import HISTORY_UNTIL, dirty_orders, written
from tests.factories.house import make_house
from tests.factories.imports import checked
from tests.web.conftest import htmx

URL = "/support/imports/"
ALL = Options(history_until=HISTORY_UNTIL, create_missing=("products", "customers"))


@pytest.fixture(scope="module")
def dirty():
    return dirty_orders(orders=20)


@pytest.fixture
def house(session, bound):
    house = make_house(session)
    session.commit()
    deliveries.wire(dict.fromkeys((work_imports.CHECK, work_imports.RUN, work_imports.UNDO), "intake"))
    yield house
    deliveries.wire({})


@pytest.fixture
def support(house, login):
    return login("support")


def upload(client, content: bytes, name="orders.csv", **more):
    data = {"kind": "orders", "channel": "csv", "file": (io.BytesIO(content), name), **more}
    return client.post(URL, data=data, content_type="multipart/form-data")


def only_import(session):
    session.expire_all()
    [row] = lifecycle.latest(session)
    return row


def planned(session):
    return session.execute(text("SELECT handler, ids->>'import_id' AS id FROM deliveries ORDER BY id")).all()


def columns_of(row, **more):
    by_column = {column: name for name, column in row.mapping.items()}
    return {f"column_{column}": by_column.get(column, "") for column in range(len(row.headers))} | more


def test_strangers_are_asked_to_sign_in(client, house):
    assert client.get(URL).status_code == 302
    assert client.post(URL).status_code == 302


def test_the_empty_list_says_what_can_be_imported(support):
    page = support.get(URL)

    assert page.status_code == 200
    assert "Nothing was imported yet" in page.text


def test_no_transaction_waits_while_the_file_goes_to_a_store_that_may_be_far(support, dirty, monkeypatch, tmp_path):
    was_open = []

    class Watched(FolderStore):
        def put(self, content, *, media_type):
            was_open.append(uow.is_open())
            return super().put(content, media_type=media_type)

    monkeypatch.setattr(view, "files", lambda: Watched(tmp_path))

    upload(support, dirty.content)

    assert was_open == [False]


def test_an_upload_leads_to_its_columns_with_a_guess(support, session, dirty):
    answer = upload(support, dirty.content)

    row = only_import(session)
    assert (answer.status_code, answer.location) == (303, f"{URL}{row.id}")
    page = support.get(answer.location)
    assert "What each column is" in page.text
    assert '<option selected value="order_number">Order number</option>' in page.text
    assert row.created_by.startswith("user:")


def test_an_upload_without_a_file_is_refused_at_its_field(support):
    answer = support.post(URL, data={"kind": "orders", "channel": "csv"})

    assert answer.status_code == 422
    assert "Choose a file." in answer.text


def test_a_file_that_is_no_table_is_refused_for_what_it_is(support, session):
    answer = upload(support, b"%PDF-1.7 not a table")

    assert answer.status_code == 415
    assert "This is a PDF, not a CSV or XLSX file" in answer.text
    assert lifecycle.latest(session) == []


def test_a_file_over_the_limit_is_refused(support, monkeypatch):
    assert view.create.most_bytes > 4 * 1024 * 1024
    monkeypatch.setattr(view.create, "most_bytes", 1_000)

    assert upload(support, b"Order ID,SKU,Quantity\n" + b"A,B,1\n" * 1_000).status_code == 413


def test_a_path_as_file_name_is_a_name_only(support, session, flask_app):
    upload(support, b"Order ID,SKU,Quantity\nA-1,TEA-1,1\n", name="../../etc/passwd.csv")

    row = only_import(session)
    assert row.file_name == "passwd.csv"
    key = file_key(session, row)
    assert "passwd" not in key


def test_markup_in_a_file_name_is_shown_as_text(support, session):
    upload(support, b"Order ID,SKU,Quantity\nA-1,TEA-1,1\n", name="<img src=x onerror=alert(1)>.csv")

    page = support.get(f"{URL}{only_import(session).id}")

    assert "<img src=x" not in page.text


def test_settled_columns_are_checked_in_the_background(support, session, dirty):
    upload(support, dirty.content)
    row = only_import(session)

    answer = support.post(f"{URL}{row.id}/check", data=columns_of(row, products="y", history_until="2025-11-30"))

    row = only_import(session)
    assert answer.status_code == 303
    assert (row.state, row.options["history_until"], row.options["create_missing"]) == (
        "checking",
        "2025-11-30",
        ["products"],
    )
    assert [tuple(one) for one in planned(session)] == [("imports.check", str(row.id))]
    assert "Reading the file" in support.get(answer.location).text


def test_columns_without_a_needed_field_are_refused_in_place(support, session, dirty):
    upload(support, dirty.content)
    row = only_import(session)
    columns = {name: field if field != "sku" else "" for name, field in columns_of(row).items()}

    answer = support.post(f"{URL}{row.id}/check", data=columns)

    assert answer.status_code == 422
    assert "no column is matched to SKU" in answer.text
    assert only_import(session).state == "uploaded"


def test_one_field_for_two_columns_is_refused_at_the_column(support, session, dirty):
    upload(support, dirty.content)
    row = only_import(session)

    answer = support.post(f"{URL}{row.id}/check", data=columns_of(row, column_0="sku"))

    assert answer.status_code == 422
    assert "another column is read as this already" in answer.text


def test_columns_are_remembered_for_the_next_file(support, session, dirty):
    upload(support, dirty.content)
    row = only_import(session)
    chosen = columns_of(row, column_20="note")
    support.post(f"{URL}{row.id}/check", data=chosen)

    upload(support, dirty.content)

    assert lifecycle.latest(session)[0].mapping["note"] == 20


def test_the_dry_run_shows_counts_and_the_first_rows_left_out(support, session, tmp_path):
    file = dirty_orders(orders=20)
    file.rows[0]["Quantity"] = "-2"
    row = checked(session, tmp_path, written(file.rows), options=ALL)
    session.commit()

    page = support.get(f"{URL}{row.id}")

    assert "must be 1 or more" in page.text
    assert "These rows as CSV" in page.text
    assert "Take it in" in page.text


def test_confirming_runs_it_in_the_background(support, session, tmp_path, dirty):
    row = checked(session, tmp_path, dirty.content, options=ALL)
    session.commit()

    answer = support.post(f"{URL}{row.id}/run")

    assert answer.status_code == 303
    assert [tuple(one) for one in planned(session)] == [("imports.run", str(row.id))]
    page = support.get(answer.location)
    assert "<progress" in page.text
    assert "Pause" in page.text


def test_progress_is_polled_until_the_end(support, session, tmp_path, dirty):
    row = checked(session, tmp_path, dirty.content, options=ALL)
    session.commit()
    support.post(f"{URL}{row.id}/run")

    part = support.get(f"{URL}{row.id}", headers=htmx())
    lifecycle.move(session, lifecycle.lock(session, row.id), "finish")
    session.commit()
    end = support.get(f"{URL}{row.id}", headers=htmx())

    assert (part.status_code, "<html" in part.text, 'hx-trigger="every 2s"' in part.text) == (200, False, True)
    assert (end.status_code, end.headers["HX-Retarget"]) == (286, f"#import-{row.id}")


def test_a_paused_import_can_go_on(support, session, tmp_path, dirty):
    row = checked(session, tmp_path, dirty.content, options=ALL)
    session.commit()
    support.post(f"{URL}{row.id}/run")

    support.post(f"{URL}{row.id}/pause")

    page = support.get(f"{URL}{row.id}")
    assert only_import(session).state == "stopped"
    assert "Go on" in page.text


def test_confirming_twice_is_refused_the_second_time(support, session, tmp_path, dirty):
    row = checked(session, tmp_path, dirty.content, options=ALL)
    session.commit()
    support.post(f"{URL}{row.id}/run")

    assert support.post(f"{URL}{row.id}/run").status_code == 409
    assert len(planned(session)) == 1
