"""A throw-away PostgreSQL for the tests, in a folder of its own, gone with them however they end."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine, text

DEBIAN = Path("/usr/lib/postgresql")
PROGRAMS = ("initdb", "pg_ctl", "postgres")
UNPRIVILEGED = ("postgres", "nobody")

# The shell outlives whoever started it: the end of its input, which is also the end of a killed test run,
# stops the server and removes the folder. No port is taken: the server listens in its folder alone.
GUARDIAN = """
exec 2>&1
set -eu
programs=$1 folder=$2
end() {
    "$programs/pg_ctl" stop -D "$folder/data" -m immediate >/dev/null || true
    rm -rf "$folder"
} 2>/dev/null
trap end EXIT
"$programs/initdb" -D "$folder/data" -U zvonar -A trust -E UTF8 --locale=C.UTF-8 --no-sync
cat >>"$folder/data/postgresql.conf" <<settings
listen_addresses = ''
unix_socket_directories = '$folder'
fsync = off
full_page_writes = off
shared_buffers = 32MB
settings
"$programs/pg_ctl" start -D "$folder/data" -w -t 60 -l "$folder/log" || { cat "$folder/log"; exit 1; }
echo ready
read -r end || true
"""


class NoServer(Exception):
    """The programs are there and the server does not come up; the message is their own."""


def server_programs() -> Path | None:
    """The folder of the newest server's programs: Debian's, or what is on PATH."""
    versions = sorted(DEBIAN.glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    on_path = [Path(folder) for folder in os.get_exec_path()]
    for folder in [*versions, *on_path]:
        if all(os.access(folder / name, os.X_OK) for name in PROGRAMS):
            return folder
    return None


@contextmanager
def running_server(programs: Path) -> Iterator[str]:
    """The URL of its empty database, or NoServer. Only its folder's owner and root get in."""
    # Not in pytest's folder: a socket's name has 107 bytes, and root's folders are closed to the others.
    folder = Path(tempfile.mkdtemp(prefix="zvonar-postgresql-"))
    try:
        with _guarded(programs, folder, _owner(folder)):
            yield f"postgresql+psycopg://zvonar@/postgres?host={folder}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _guarded(programs: Path, folder: Path, owner: dict[str, Any]) -> Iterator[None]:
    guardian = subprocess.Popen(
        ["/bin/sh", "-c", GUARDIAN, "guardian", str(programs), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "Asia/Omsk"},
        start_new_session=True,  # Ctrl-C is for the tests: they end before their server does
        **owner,
    )
    with guardian:
        assert guardian.stdin and guardian.stdout
        said: list[str] = []
        try:
            while "ready\n" not in said:
                said.append(guardian.stdout.readline())
                if not said[-1]:
                    raise NoServer(f"PostgreSQL from {programs} does not start:\n{''.join(said)}")
            yield
        finally:
            guardian.stdin.close()
            guardian.stdout.read()


def empty(url: str) -> None:
    """Remove everything from a database: all schemas but PostgreSQL's own, and `public` made anew."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for schema in _schemas(connection):
            connection.execute(text(f'DROP SCHEMA "{schema}" CASCADE'))
        connection.execute(text("CREATE SCHEMA public"))


def _schemas(connection: Connection) -> list[str]:
    ours = (
        r"SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema'"
    )
    return list(connection.execute(text(ours)).scalars())


def _owner(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then its folder and its processes are another user's."""
    if os.geteuid() != 0:
        return {}
    for name in UNPRIVILEGED:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, user.pw_uid, user.pw_gid)
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise NoServer("PostgreSQL does not run as root, and there is no user " + " or ".join(UNPRIVILEGED))
