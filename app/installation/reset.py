"""``make reset``: an empty instance folder."""

import shutil
import sys

from app.config import Config
from app.embedded.lease import AlreadyRunning, Needed, held, stop_servers, taken_over
from app.embedded.place import clear
from app.embedded.stack import stack_of
from app.installation.progress import say


def main() -> int:
    config = Config.from_environment()
    try:
        with held(config.instance_dir):
            _empty(config)
    except AlreadyRunning as refusal:
        say(str(refusal))
        return 1
    say(f"{config.instance_dir} is empty.")
    return 0


def _empty(config: Config) -> None:
    needed = Needed(stack_of(config.instance_dir), frozenset({"postgres", "valkey"}))
    with taken_over(needed):
        stop_servers(needed)
        clear(needed.stack.place)
        for path in config.instance_dir.iterdir() if config.instance_dir.exists() else ():
            shutil.rmtree(path) if path.is_dir() else path.unlink()


if __name__ == "__main__":
    sys.exit(main())
