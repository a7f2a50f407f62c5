"""Print the address of a PostgreSQL server that tests may use; exit 1 where there is none."""

import os
import sys

import psycopg

DEFAULT = "postgres://postgres@127.0.0.1:5432/postgres"


def main() -> int:
    """Try ``TEST_DATABASE_URL``, then a local server with trusted connections."""
    url = os.environ.get("TEST_DATABASE_URL", DEFAULT)
    try:
        with psycopg.connect(url, connect_timeout=2):
            print(url)
            return 0
    except psycopg.OperationalError as error:
        if "TEST_DATABASE_URL" in os.environ:
            print(f"PostgreSQL does not answer: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
