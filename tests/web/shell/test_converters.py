"""Addresses that name no row."""


def test_an_id_beyond_what_the_database_holds_is_not_found(login):
    assert login("admin").get("/admin/users/99999999999999999999").status_code == 404
