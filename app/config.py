"""Settings: read once from the environment, every name starts with SPOOR_."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError


def _flag(text: str) -> bool:
    return text.strip().lower() in ("1", "true", "yes", "on")


def _paths(text: str) -> tuple[Path, ...]:
    return tuple(Path(part).resolve() for part in text.split(os.pathsep) if part.strip())


class SettingError(ValueError):
    """A setting that Spoor cannot work with; the text says which one and what to do."""


@dataclass(frozen=True)
class Settings:
    """What the operator decided. `docs/settings.md` documents every field."""

    host: str = "127.0.0.1"
    port: int = 8000
    data_dir: Path = field(default_factory=lambda: Path("instance").resolve())
    database_url: str = ""
    redis_url: str = ""
    secret_key: str = ""
    admin_username: str = "admin"
    admin_password: str = ""
    web_workers: int = 2
    web_threads: int = 8
    job_workers: int = 1
    import_dirs: tuple[Path, ...] = ()
    export_dirs: tuple[Path, ...] = ()
    max_upload_mb: int = 50
    jobs_kept_days: int = 90
    behind_proxy: bool = False
    https: bool = False

    @classmethod
    def from_environment(cls, environ: dict[str, str] | None = None) -> Self:
        """Read the settings; `SettingError` names the variable that is wrong."""
        env = os.environ if environ is None else environ
        data_dir = Path(env.get("SPOOR_DATA_DIR") or "instance").resolve()
        return cls(
            host=env.get("SPOOR_HOST") or cls.host,
            port=_whole(env, "SPOOR_PORT", cls.port, 0, 65535),
            data_dir=data_dir,
            database_url=_checked(_database_url(env.get("SPOOR_DATABASE_URL", ""), data_dir)),
            redis_url=env.get("SPOOR_REDIS_URL", ""),
            secret_key=env.get("SPOOR_SECRET_KEY", ""),
            admin_username=env.get("SPOOR_ADMIN_USERNAME") or cls.admin_username,
            admin_password=env.get("SPOOR_ADMIN_PASSWORD", ""),
            web_workers=_whole(env, "SPOOR_WEB_WORKERS", cls.web_workers, 1, 64),
            web_threads=_whole(env, "SPOOR_WEB_THREADS", cls.web_threads, 1, 256),
            job_workers=_whole(env, "SPOOR_JOB_WORKERS", cls.job_workers, 1, 64),
            import_dirs=_paths(env.get("SPOOR_IMPORT_DIRS", "")) or (data_dir / "imports",),
            export_dirs=_paths(env.get("SPOOR_EXPORT_DIRS", "")) or (data_dir / "exports",),
            max_upload_mb=_whole(env, "SPOOR_MAX_UPLOAD_MB", cls.max_upload_mb, 1, 4096),
            jobs_kept_days=_whole(env, "SPOOR_JOBS_KEPT_DAYS", cls.jobs_kept_days, 7, 36500),
            behind_proxy=_flag(env.get("SPOOR_BEHIND_PROXY", "")),
            https=_flag(env.get("SPOOR_HTTPS", "")),
        )

    @property
    def socket_path(self) -> Path:
        """Where the embedded Valkey listens."""
        return self.data_dir / "valkey.sock"

    @property
    def evidence_dir(self) -> Path:
        """Where the files of artifacts are kept, a directory for each that was acquired."""
        return self.data_dir / "evidence"

    @property
    def backup_dir(self) -> Path:
        """Where backups are kept when nobody says where."""
        return self.data_dir / "backups"

    @property
    def queue_url(self) -> str:
        """The Redis address in use: the given one, else the socket in the data directory."""
        return self.redis_url or f"unix://{self.socket_path}"

    def secret(self) -> str:
        """The secret key: given, else generated once into the data directory (mode 0600)."""
        if self.secret_key:
            if len(self.secret_key) < 32:
                raise SettingError("SPOOR_SECRET_KEY is too short: use at least 32 characters")
            return self.secret_key
        path = self.data_dir / "secret_key"
        try:
            if not path.exists():
                self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
                _write_once(path, secrets.token_hex(32))
            return path.read_text().strip()
        except OSError as error:
            raise self.unwritable(error) from error

    def unwritable(self, error: OSError) -> SettingError:
        """What to say when the data directory can't be used."""
        reason = error.strerror or str(error)
        return SettingError(f"SPOOR_DATA_DIR={self.data_dir}: can't be written to ({reason})")


def _write_once(path: Path, text: str) -> None:
    """Write a private file; of several starters, one wins and the others read its text."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _whole(env, name: str, default: int, lowest: int, highest: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdigit() or not lowest <= int(text) <= highest:
        raise SettingError(f"{name}={text}: a whole number from {lowest} to {highest} is needed")
    return int(text)


def _database_url(url: str, data_dir: Path) -> str:
    if not url:
        return f"sqlite:///{data_dir / 'spoor.db'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if url.startswith(("postgresql+psycopg://", "sqlite:///")):
        return url
    raise SettingError("SPOOR_DATABASE_URL must start with postgresql:// or sqlite:///")


def _checked(url: str) -> str:
    """An address that can be read, or a word about it that does not repeat the password."""
    try:
        make_url(url)
    except (ArgumentError, ValueError) as error:
        raise SettingError("SPOOR_DATABASE_URL can't be read: check its user, host and port") from error
    return url
