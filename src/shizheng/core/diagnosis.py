"""Troubles of the machine in one clear sentence: database, disk, ports, folders, settings.

The command line asks ``explain`` at its outermost edge, before it would show a traceback.
"""

import errno
import re
from collections.abc import Iterator

LOCKED = "Another process holds the database. Wait for it to finish, or stop it, and try again."
FULL = "The disk is full. Nothing was half written; free some space and try again."
NO_TABLES = "The database has no tables yet, or older ones. Run `shizheng init`."
DAMAGED = (
    "The database file {place} is damaged or is not a database. Restore it from a backup, or "
    "name another file in DATABASE_URL."
)

DATABASE: tuple[tuple[str, str], ...] = (
    (r"database (table )?is locked", LOCKED),
    (r"unable to open database file", "The database file {place} cannot be opened. Check that its "
     "folder exists and can be written, or set DATABASE_URL or SHIZHENG_HOME."),
    (r"readonly database", "The database file {place} cannot be written. Give this account the "
     "right to write it and its folder."),
    (r"database or disk is full|could not extend file|No space left on device", FULL),
    (r"not a database|disk image is malformed", DAMAGED),
    (r"disk I/O error", "The disk answered with an error on {place}. Check the disk and its free "
     "space, then try again."),
    (r"no such (table|column)|relation .* does not exist|column .* does not exist", NO_TABLES),
    (r"password authentication failed|no password supplied", "The database {place} refused the "
     "user name or the password. Correct them in DATABASE_URL."),
    (r"database .* does not exist", "There is no database {place}. Create it (`createdb`), or "
     "correct its name in DATABASE_URL."),
    (r"role .* does not exist", "The database {place} knows no such user. Create it "
     "(`createuser`), or correct the name in DATABASE_URL."),
    (r"resolve host|translate host name|Name or service not known|nodename nor servname",
     "The host of the database {place} cannot be found. Correct it in DATABASE_URL."),
    (r"[Cc]onnection refused|No such file or directory|Connection reset", "Nothing answers at the "
     "database {place}. Start the database server, or correct DATABASE_URL."),
    (r"timeout|timed out", "The database {place} does not answer in time. Check the network and "
     "that the server runs."),
    (r"too many (clients|connections)|remaining connection slots", "The database {place} has no "
     "free connection. Serve with fewer workers, or raise its max_connections."),
    (r"no pg_hba.conf entry", "The database {place} does not allow connections from here. Add this "
     "machine to its pg_hba.conf."),
    (r"server closed the connection|terminating connection|consuming input failed",
     "The database {place} ended the connection. Try again; if it stays, look into its log."),
    (r"deadlock detected|could not serialize", "Another process changed the same things at the "
     "same moment. Nothing was half written; try again."),
    (r"UNIQUE constraint failed|duplicate key value", "Another process wrote the same thing at "
     "the same moment. Nothing was half written; try again."),
    (r"value too long|out of range|numeric field overflow|cannot contain NUL", "A value is longer "
     "or larger than the database can hold. Nothing was written; shorten it in its file."),
)  # fmt: skip
DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


def explain(error: BaseException) -> str | None:
    """Return what happened and what to do, or None if ``error`` is no known trouble.

    Looks through what caused the error, so that it does not matter which library raised it.
    """
    for cause in _causes(error):
        if type(cause).__name__ == "ImproperlyConfigured":
            return str(cause)
        if isinstance(cause, MemoryError):
            return "There is not enough memory. Stop other programs, or give it a smaller file."
        sentence = _of_system(cause) if isinstance(cause, OSError) else _of_database(cause)
        if sentence:
            return sentence
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _of_system(error: OSError) -> str | None:
    place = error.filename or "a file"
    if error.errno in DISK_FULL:
        return FULL
    if error.errno == errno.EADDRINUSE:
        return "The port is taken by another program. Stop it, or choose another port with PORT."
    if error.errno in REFUSED:
        return f"{place} may not be read or written by this account. Change its rights or owner."
    if error.errno == errno.ENOTDIR:
        return f"{place} needs a folder where there is a file. Choose another SHIZHENG_HOME."
    if error.errno != errno.ENOENT and error.filename and error.strerror:
        return f"{place} cannot be used: {error.strerror.lower()}. Check its name and its folder."
    return None


def _of_database(error: BaseException) -> str | None:
    if not type(error).__module__.startswith(("sqlite3", "psycopg", "django.db")):
        return None
    text = str(error)
    for pattern, sentence in DATABASE:
        if re.search(pattern, text):
            return sentence.format(place=_place())
    return None


def _place() -> str:
    """Name the database without its user and password."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        return str(database["NAME"])
    host, port = database.get("HOST") or "localhost", database.get("PORT") or 5432
    return f"{database['NAME']} at {host}:{port}"
