"""What is made of files: every reading on purpose, every doubt a refusal or a finding."""

import io
import tempfile
import zipfile
from pathlib import Path

import duckdb
import pytest

from shizheng.statistics.datasets.domain import errors
from shizheng.statistics.datasets.domain.columns import Declared, Reading, Type
from shizheng.statistics.datasets.domain.encodings import Encoding
from shizheng.statistics.datasets.domain.findings import Finding
from shizheng.statistics.datasets.domain.limits import Limits
from shizheng.statistics.datasets.reading.making import Wanted, dataset_make


@pytest.fixture
def make(tmp_path):
    def made(content, name="a.csv", limits=None, **wanted):
        folder = tmp_path / "work"
        folder.mkdir(exist_ok=True)
        source = tmp_path / "source"
        source.mkdir(exist_ok=True)
        path = source / "file"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return dataset_make(path, name, folder, Wanted(**wanted), limits=limits or Limits())

    return made


def rows(made):
    found = duckdb.connect().execute(f"SELECT * FROM '{made.table}' ORDER BY _row")
    return found.fetchall()


def only(made, place=1):
    return [row[place] for row in rows(made)]


def finding(made, kind):
    return next((each for each in made.problems if each.finding == kind), None)


@pytest.mark.parametrize(
    ("cells", "type_", "reading", "values"),
    [
        (["1", "20", ""], Type.INTEGER, Reading.INTEGER, ["1", "20", "None"]),
        (["007", "12"], Type.TEXT, Reading.TEXT, ["007", "12"]),
        (["1e5", "2e3"], Type.TEXT, Reading.TEXT, ["1e5", "2e3"]),
        (["1.50", "2"], Type.DECIMAL, Reading.DECIMAL, ["1.50", "2.00"]),
        (['"1,234"', "56"], Type.INTEGER, Reading.GROUPED, ["1234", "56"]),
        (['"1,234.5"', "-56"], Type.DECIMAL, Reading.GROUPED, ["1234.5", "-56.0"]),
        (["１２３", "4"], Type.INTEGER, Reading.INTEGER, ["123", "4"]),
        (["2020-3-2", "2020/03/02"], Type.DATE, Reading.ISO_DATE, ["2020-03-02"] * 2),
        (["109/03/02", "99/12/31"], Type.DATE, Reading.ROC_DATE, ["2020-03-02", "2010-12-31"]),
        (["民國109年3月2日"], Type.DATE, Reading.ROC_DATE, ["2020-03-02"]),
        (["12/03/02", "11/03/02"], Type.TEXT, Reading.TEXT, ["12/03/02", "11/03/02"]),
        (["2020-02-30", "2020-02-01"], Type.TEXT, Reading.TEXT, ["2020-02-30", "2020-02-01"]),
        (["20200302"], Type.INTEGER, Reading.INTEGER, ["20200302"]),
        (["2020-03", "2020-12"], Type.MONTH, Reading.MONTH, ["2020-03", "2020-12"]),
        (["true", "FALSE"], Type.BOOLEAN, Reading.BOOLEAN, ["True", "False"]),
        (
            ["2020-03-02T08:00:00+08:00"], Type.DATETIME, Reading.OFFSET_DATETIME,
            ["2020-03-02 00:00:00"],
        ),
        (["2020-03-02 08:00"], Type.DATETIME, Reading.DATETIME, ["2020-03-02 08:00:00"]),
        (["9" * 19], Type.TEXT, Reading.TEXT, ["9" * 19]),
        (["=cmd|' /C calc'!A0"], Type.TEXT, Reading.TEXT, ["=cmd|' /C calc'!A0"]),
        (["NaN", "1"], Type.TEXT, Reading.TEXT, ["NaN", "1"]),
    ],
)  # fmt: skip
def test_a_column_is_read_by_one_rule_or_stays_text(make, cells, type_, reading, values):
    made = make("x,y\n" + "".join(f"{cell},a\n" for cell in cells))
    column = made.columns[0]
    assert (column.type, column.reading) == (type_, reading)
    assert [str(value) for value in only(made)] == values


def test_a_declared_reading_is_used_where_none_is_guessed(make):
    said = [
        Declared("a", reading=Reading.COMPACT_DATE),
        Declared("b", reading=Reading.ROC_COMPACT_DATE),
        Declared("c", reading=Reading.EXCEL_DATE),
        Declared("d", reading=Reading.TEXT),
        Declared("e", missing=("-",)),
    ]
    made = make(
        "a,b,c,d,e\n20200302,1090302,43892,5,-\n20200302,1090302,43892,6,7\n", declared=said
    )
    row = rows(made)[0]
    assert [str(value) for value in row[1:]] == ["2020-03-02"] * 3 + ["5", "None"]
    assert made.columns[4].type == Type.INTEGER


def test_what_is_not_as_declared_waits_as_text_with_its_row(make):
    made = make("a\n1\n2\nx\n", declared=[Declared("a", reading=Reading.INTEGER)])
    found = finding(made, Finding.NOT_AS_DECLARED)
    assert (found.rows, found.is_grave, made.columns[0].type) == ((3,), True, Type.TEXT)
    assert only(made) == ["1", "2", "x"]


def test_one_late_value_decides_the_type_of_the_column(make):
    made = make("a,b\n" + "1,1\n" * 60_000 + "1.5,x\n" + "1,1\n" * 9)
    assert [each.type for each in made.columns] == [Type.DECIMAL, Type.TEXT]
    assert rows(made)[60_000][1:] == (pytest.approx(1.5), "x")


def test_values_that_keep_a_column_from_being_numbers_are_named(make):
    made = make("a\n" + "1\n" * 9 + "-\n")
    found = finding(made, Finding.NEARLY_TYPED)
    assert (found.rows, found.is_grave) == ((10,), False)


def test_a_rare_misfit_that_no_sample_holds_is_named_and_codes_are_not(make):
    rare = make("a\n" + "1\n" * 60_000 + "x\n" + "1\n" * 9_000)
    assert finding(rare, Finding.NEARLY_TYPED).rows == (60_001,)
    assert finding(make("a\n001\n123\n456\n"), Finding.NEARLY_TYPED) is None


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("區,數\n三民區,1\n".encode(), "utf-8"),
        ("\ufeff區,數\n三民區,1\n".encode(), "utf-8"),
        ("區,數\n三民區,1\n".encode("cp950"), "big5"),
        ("\ufeff區,數\n三民區,1\n".encode("utf-16-le"), "utf-16-le"),
        ("\ufeff區,數\n三民區,1\n".encode("utf-16-be"), "utf-16-be"),
        ("區,數\r\n三民區,1\r\n".encode("cp950"), "big5"),
    ],
)
def test_encodings_are_known_again(make, content, encoding):
    made = make(content)
    assert made.encoding == encoding
    assert [column.name for column in made.columns] == ["區", "數"]
    assert rows(made) == [(1, "三民區", 1)]


@pytest.mark.parametrize(
    ("content", "refusal", "said"),
    [
        ("區\n三民區\n".encode() + "鼓山區\n".encode("cp950"), errors.EncodingMixed, "Line 3"),
        ("區,b\n三民區,1\n".encode("cp950") + "高雄,2\n".encode(), errors.EncodingMixed, "Line 3"),
        (b"a\n1\n\xff\xfe\x80\n", errors.EncodingUnknown, "Line 3"),
        ("a\n簡\n".encode("cp950"), errors.EncodingUnclear, "Big5"),
        (b"a\n1\n2\0\n", errors.NulByte, "Line 3"),
        (b"a,b\n1,2\n3\n4,5,6\n", errors.RowsRagged, "line 3: 3, 4"),
        (b'a,b\n1,2\n3,"x\n', errors.QuoteOpen, "line 3"),
        (b"a,A\n1,2\n", errors.NameTwice, "Columns 1 and 2"),
        (b"a,,c\n1,2,3\n", errors.HeaderUnfit, "Column 2"),
        (b"_row,b\n1,2\n", errors.NameReserved, "_row"),
        (b"", errors.NothingInside, "no rows"),
        (b"a,b\n", errors.NothingInside, "no rows"),
        (",".join(f"c{n}" for n in range(5000)) + "\n", errors.TooMuch, "1000 columns"),
        (b"a,b\n1,2\r\n3,4\n", errors.LineEndsMixed, "different ways"),
    ],
)
def test_what_is_no_table_is_refused_by_its_line(make, content, refusal, said):
    with pytest.raises(refusal) as refused:
        make(content)
    assert said in str(refused.value)


def test_a_stated_encoding_settles_what_is_unclear(make):
    assert only(make("a\n簡\n".encode("cp950"), encoding=Encoding.BIG5)) == ["簡"]


def test_a_cell_may_hold_line_ends_commas_and_quotation_marks(make):
    made = make('a,b\r\n"x\ny","1,2"\r\n"say ""ja""",3\r\n')
    assert rows(made) == [(1, "x\ny", "1,2"), (2, 'say "ja"', "3")]


def test_limits_are_named(make):
    with pytest.raises(errors.TooMuch, match="2 rows"):
        make("a\n1\n2\n3\n", limits=Limits(rows=2))
    with pytest.raises(errors.TooMuch, match="bytes in one line"):
        make("a\n" + "x" * 5000 + "\n", limits=Limits(line_bytes=1000))


NATIONAL_ID, RESIDENT, MOBILE = "A123456789", "A800000014", "0912345678"


@pytest.mark.parametrize(
    "cell",
    [
        NATIONAL_ID, NATIONAL_ID.lower(), RESIDENT, MOBILE, "0912-345-678", "+886912345678",
        "Ａ１２３４５６７８９", f"申請人{NATIONAL_ID}，已補件", "A 123456789",
    ],
)  # fmt: skip
def test_numbers_of_persons_are_found_by_row_and_never_repeated(make, cell):
    made = make(f"a,b\n1,ok\n2,{cell}\n3,ok\n")
    found = finding(made, Finding.PERSONAL)
    assert (found.column, found.count, found.rows, found.is_grave) == ("b", 1, (2,), True)
    assert cell not in str([each.as_json() for each in made.problems])


def test_what_only_looks_like_a_person_is_none(make):
    made = make("a\nA123456788\nT42A1841\nRPPNMLKLJIJFFJE87DA\nXA1234567890\n41-109-011171\n")
    assert finding(made, Finding.PERSONAL) is None


@pytest.mark.parametrize(
    ("content", "kind", "found_rows"),
    [
        ("a,b\n1,#REF!\n2,3\n", Finding.SPREADSHEET_ERROR, (1,)),
        ("日期,b\n43892,1\n43893,2\n", Finding.SERIAL_DATE, (1, 2)),
        ("日期,b\n2020-03-01,1\n43893,2\n", Finding.SERIAL_DATE, (2,)),
    ],
)
def test_what_spreadsheets_leave_behind_waits(make, content, kind, found_rows):
    found = finding(make(content), kind)
    assert (found.rows, found.is_grave) == (found_rows, True)


def test_keys_are_there_once(make):
    made = make("a,b\nx,1\ny,2\nx,3\n,4\n", key=["a"])
    assert finding(made, Finding.KEY_TWICE).rows == (1, 3)
    assert finding(made, Finding.KEY_EMPTY).rows == (4,)


def test_a_formula_stays_text_and_is_harmless_in_the_csv(make):
    made = make('a,"=1+1"\n"=cmd|\' /C calc\'!A0",-5\n@x,7\n')
    assert finding(made, Finding.FORMULA).rows == (1, 2)
    assert made.csv.read_text().splitlines() == ["a,'=1+1", "'=cmd|' /C calc'!A0,-5", "'@x,7"]


def test_hostile_names_are_names(make):
    name = "\"; DROP TABLE raw; --{{ 7*7 }}<script>'"
    made = make('"' + name.replace('"', '""') + '",b\n1,2\n')
    assert made.columns[0].name == name
    assert made.profile[0]["greatest"] == "1"


def test_geojson_keeps_numbers_as_written_and_coordinates_are_checked(make):
    features = ",".join(
        f'{{"type":"Feature","properties":{{"code":"007","n":{n}}},'
        f'"geometry":{{"type":"Point","coordinates":[{x},22.6]}}}}'
        for n, x in ((1.10, 120.3), (2, 178000.5))
    )
    made = make(f'{{"type":"FeatureCollection","features":[{features}]}}', "a.geojson")
    assert [each.type for each in made.columns] == [Type.TEXT, Type.DECIMAL, Type.GEOMETRY]
    assert finding(made, Finding.OUT_OF_WORLD).rows == (2,)
    assert '"coordinates":[120.3,22.6]' in rows(made)[0][3]


@pytest.mark.parametrize(
    "content",
    ["[1]", '{"type":"FeatureCollection","features":[1]}', "[" * 5000, "{", '{"a":NaN}'],
)
def test_what_is_no_geojson_is_refused(make, content):
    with pytest.raises(errors.TreeUnfit):
        make(content, "a.geojson")


def parquet(sql):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.parquet"
        duckdb.connect().execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet)")
        return path.read_bytes()


def test_parquet_keeps_its_types(make):
    made = make(
        parquet(
            "SELECT * FROM (VALUES ('007', 1.5::DOUBLE, 3::BIGINT, DATE '2020-03-02', true, "
            "1.20::DECIMAL(9,2))) t(a, b, c, d, e, f)"
        ),
        "a.parquet",
    )
    kinds = [Type.TEXT, Type.FLOAT, Type.INTEGER, Type.DATE, Type.BOOLEAN, Type.DECIMAL]
    assert [each.type for each in made.columns] == kinds
    assert [str(v) for v in rows(made)[0][1:]] == ["007", "1.5", "3", "2020-03-02", "True", "1.20"]


def test_numbers_that_are_not_finite_wait(make):
    made = make(parquet("SELECT unnest(['inf'::DOUBLE, 1]) AS a"), "a.parquet")
    assert finding(made, Finding.NOT_FINITE).rows == (1,)


@pytest.mark.parametrize(
    ("content", "limits", "refusal"),
    [
        (b"PAR1 nothing more", Limits(), errors.ColumnsUnfit),
        (parquet("SELECT [1, 2] AS a"), Limits(), errors.ColumnsUnfit),
        (parquet("SELECT 1 AS a FROM range(100000)"), Limits(rows=1000), errors.TooMuch),
        (parquet("SELECT i AS a FROM range(9999) t(i)"), Limits(unpacked_bytes=99), errors.TooMuch),
        (b"a,b\n1,2\n", Limits(), errors.FormatUnknown),
    ],
    ids=["broken", "nested", "rows-of-a-bomb", "bytes-of-a-bomb", "is-no-parquet"],
)
def test_a_parquet_that_is_none_or_a_bomb_is_refused(make, content, limits, refusal):
    with pytest.raises(refusal):
        make(content, "a.parquet", limits=limits)


def archive(**members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("_", "."), content)
    return made.getvalue()


def test_an_archive_holds_one_table(make):
    assert only(make(archive(a_csv="x\n1\n"), "a.zip")) == [1]
    with pytest.raises(errors.ArchiveUnfit, match="holds 2"):
        make(archive(a_csv="x\n1\n", b_csv="x\n1\n"), "a.zip")
    with pytest.raises(errors.ArchiveUnfit):
        make(b"PK\3\4 broken", "a.zip")
    with pytest.raises(errors.FormatUnknown):
        make(archive(a_zip=archive(a_csv="x\n1\n")), "a.zip")


def test_a_bomb_is_not_unpacked(make):
    bomb = archive(a_csv="x\n" + "0" * 5_000_000)
    assert len(bomb) < 10_000
    with pytest.raises(errors.TooMuch, match="unpacked"):
        make(bomb, "a.zip", limits=Limits(file_bytes=1_000_000))


def test_the_profile_counts_exactly(make):
    made = make("a,b\nx,1\nx,3\ny,\n")
    first, second = made.profile
    assert (first["distinct"], first["counts"]) == (2, [["x", 2], ["y", 1]])
    assert (second["empty"], second["least"], second["greatest"]) == (1, "1", "3")


def test_a_code_that_the_codebook_does_not_have_is_told_with_its_rows(make):
    sex = Declared("sex", missing=("X",), codes={"1": {"en": "Male"}, "2": {"en": "Female"}})
    made = make("id,sex\n1,1\n2, 2 \n3,\n4,X\n5,3\n6,男\n7,12\n", declared=[sex])
    problem = finding(made, Finding.CODE_UNKNOWN)
    assert (problem.column, problem.count, problem.rows) == ("sex", 3, (5, 6, 7))
    assert problem.is_grave
    good = make("id,sex\n1,1\n2,2\n3,\n4,X\n", declared=[sex])
    assert not good.problems
    assert Declared.of_json(sex.as_json()) == sex
