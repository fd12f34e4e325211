"""No command is forgotten, and none hides another."""

import re

from app import cli
from app.config import ROOT


def test_every_topic_is_registered() -> None:
    files = {
        path.stem for path in (ROOT / "app" / "cli").glob("*.py") if re.search(r"^COMMANDS", path.read_text(), re.M)
    }

    assert {topic.__name__.rpartition(".")[2] for topic in cli.TOPICS} == files


def test_no_two_topics_use_one_name() -> None:
    names = [command.name for topic in cli.TOPICS for command in topic.COMMANDS]

    assert sorted(names) == sorted(set(names))


def test_every_command_says_what_it_does() -> None:
    assert [command.name for topic in cli.TOPICS for command in topic.COMMANDS if not command.help] == []
