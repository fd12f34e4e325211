"""The supervisor's configuration is what its own parser reads."""

from configparser import RawConfigParser
from pathlib import Path

from app.embedded.supervision import Group, Program, Supervision

HERE = Path("/srv/100% ours/way bill")
SUPERVISION = Supervision(socket=HERE / "s.sock", password="secret", root=HERE, logs=HERE / "logs", is_root=True)
WORKER = Program(name="worker", command=["/srv/a b/python", "-m", "x"], directory=HERE, processes=2)


def read(programs: list[Program]) -> RawConfigParser:
    parser = RawConfigParser()
    parser.read_string(SUPERVISION.configuration([Group(name="all", priority=10, programs=programs)]))
    return parser


def test_nothing_starts_by_itself_and_everything_is_restarted() -> None:
    section = read([WORKER])["program:worker"]

    assert (section["autostart"], section["autorestart"], section["killasgroup"]) == ("false", "true", "true")


def test_paths_with_spaces_and_percent_signs_survive() -> None:
    section = read([WORKER])["program:worker"]

    assert section["command"] == "'/srv/a b/python' -m x"
    assert section["directory"] == "/srv/100%% ours/way bill"
    assert section["stdout_logfile"] == "/srv/100%% ours/way bill/logs/%(program_name)s_%(process_num)d.log"


def test_a_program_may_run_as_somebody_else() -> None:
    postgres = Program(name="postgres", command=["x"], directory=HERE, user="nobody", stop="INT")

    section = read([postgres])["program:postgres"]

    assert (section["user"], section["stopsignal"]) == ("nobody", "INT")
    assert "user" not in read([WORKER])["program:worker"]


def test_programs_of_a_group_stop_at_once() -> None:
    section = read([WORKER])["group:all"]

    assert (section["programs"], section["priority"]) == ("worker", "10")
