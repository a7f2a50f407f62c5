"""The same measures on a Spark cluster, over the Parquet files that ``parquet`` wrote.

Ibis writes Spark's SQL, and Spark answers with plain rows; Arrow and pandas, which Ibis asks for,
see no figure.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shizheng.statistics.measuring.compiling import Expression
from shizheng.statistics.measuring.engine import refuse_missing, staged_names
from shizheng.statistics.measuring.errors import EngineUnreachable, EngineUnusable, TableMissing
from shizheng.statistics.measuring.parquet import file_of
from shizheng.statistics.measuring.staging import Need

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SPARK = "Spark"
CONDITION = re.compile(r"\[([A-Z][A-Z0-9_]+(?:\.[A-Z0-9_]+)?)\]")
"""How Spark names what it explains: ``[FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER]``."""
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "8",
}


class SparkEngine:
    """Spark with files of measures as views."""

    name = SPARK

    def __init__(self, session: "SparkSession") -> None:
        self.session = session

    def rows(self, expression: Expression) -> list[tuple[Any, ...]]:
        """Return the rows of an expression, in any order."""
        with translated():
            return [tuple(row) for row in self.session.sql(sql_of(expression)).collect()]


def sql_of(expression: Expression) -> str:
    """Return an expression as Spark reads it."""
    import ibis
    from ibis.backends.sql.compilers import PySparkCompiler

    _ = ibis.pyspark  # enters the options of the dialect
    compiler = PySparkCompiler()
    return str(compiler.to_sqlglot(expression).sql(dialect=compiler.dialect))


@contextmanager
def over_files(folder: Path, needs: Sequence[Need], address: str) -> Iterator[SparkEngine]:
    """Open Spark at ``spark://host:port`` or ``local[2]`` over files of measures.

    Raises:
        EngineUnusable: pyspark or Java is not installed.
        EngineUnreachable: the cluster does not answer.
        TableMissing, ColumnMissing: the files lack what a measure needs.
    """
    session = _session(address)
    for need in needs:
        file = file_of(need, folder)
        if not file.is_file():
            raise TableMissing(table=need.name)
        with translated():
            frame = session.read.parquet(str(file.resolve()))
        refuse_missing(need.name, staged_names(need), frame.columns)
        frame.createOrReplaceTempView(need.name)
    yield SparkEngine(session)


def _session(address: str) -> "SparkSession":
    """Return the session of this process, which is made once."""
    try:
        from pyspark.sql import SparkSession
    except ModuleNotFoundError:
        raise EngineUnusable(engine=SPARK, problem="pyspark is not installed") from None
    builder = SparkSession.builder.master(address).appName("shizheng measures")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    with translated():
        return builder.getOrCreate()


@contextmanager
def translated() -> Iterator[None]:
    """Turn errors of Spark into refusals; what has a condition of Spark's will be so again."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, OSError) as problem:
        condition = CONDITION.search(str(problem))
        if condition:
            raise EngineUnusable(engine=SPARK, problem=condition[1]) from problem
        words = str(problem).partition("\n")[0].rstrip(".")[:200]
        raise EngineUnreachable(engine=SPARK, problem=words) from problem
