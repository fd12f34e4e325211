"""What the running application was started with."""

from flask import Flask, current_app

from app.config import Config
from app.kernel.crypto import Keyring, keyring
from app.kernel.file_stores import open_store
from app.kernel.files import FileStore

_CONFIG, _KEYS, _FILES = "waybill.config", "waybill.keys", "waybill.files"


def init_app(app: Flask, config: Config) -> None:
    app.extensions[_CONFIG] = config
    app.extensions[_KEYS] = keyring(config.secret_key, config.former_secret_keys)
    app.extensions[_FILES] = open_store(config.files_dir, config.s3_url)


def config() -> Config:
    found: Config = current_app.extensions[_CONFIG]
    return found


def keys() -> Keyring:
    found: Keyring = current_app.extensions[_KEYS]
    return found


def files() -> FileStore:
    found: FileStore = current_app.extensions[_FILES]
    return found
