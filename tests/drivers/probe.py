"""Connects with Python's clients: lines of `driver TAB connection string TAB NAME=value...` in, lines of `ok TAB t|f` or
`error TAB text` out, `t` where the server says that the connection is encrypted. The variables are all that the client sees."""

import asyncio
import os
import sys

sys.path.insert(0, sys.argv[1])

import asyncpg  # noqa: E402
import psycopg  # noqa: E402
import psycopg2  # noqa: E402

QUESTION = "select ssl from pg_stat_ssl where pid = pg_backend_pid()"


def with_cursor(connection):
    try:
        with connection.cursor() as cursor:
            cursor.execute(QUESTION)
            return cursor.fetchone()[0]
    finally:
        connection.close()


async def with_asyncpg(dsn):
    connection = await asyncpg.connect(dsn, timeout=20)
    try:
        return await connection.fetchval(QUESTION)
    finally:
        await connection.close()


def ask(driver, dsn):
    if driver == "psycopg2":
        return with_cursor(psycopg2.connect(dsn))
    if driver == "psycopg":
        return with_cursor(psycopg.connect(dsn))
    return asyncio.run(with_asyncpg(dsn))


for line in sys.stdin:
    driver, dsn, *variables = line.rstrip("\n").split("\t")
    os.environ.clear()
    os.environ.update(v.split("=", 1) for v in variables)
    try:
        print("ok", "t" if ask(driver, dsn) else "f", sep="\t", flush=True)
    except Exception as error:
        text = f"{type(error).__name__}: {error}".replace("\n", " ").replace("\t", " ")
        print("error", text, sep="\t", flush=True)
