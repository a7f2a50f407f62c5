"""An officer sends a file, sees what waits and publishes it; a resident reads it."""

import pytest
from tests.browser.visitor import DESK, PHONE
from tests.statistics.datasets.conftest import AT, publish, town  # noqa: F401 - fixtures

from shizheng.statistics.datasets.profiling import version_profile
from shizheng.statistics.models import DatasetVersion

pytestmark = pytest.mark.django_db(transaction=True)
GOOD = "日期,行政區,件數,備註\n" + "".join(
    f"2020-03-{n % 28 + 1:02d},{'三民區' if n % 3 else '鼓山區'},{n},第 {n} 件\n"
    for n in range(300)
)
WAITS = GOOD + "2020-03-01,三民區,1,A123456789\n"


@pytest.mark.parametrize(("language", "size"), [("/en", PHONE), ("", DESK)], ids=["phone", "desk"])
def test_a_file_waits_is_published_and_read(publish, town, visit, language, size):  # noqa: F811
    first = publish(GOOD)
    width = size["viewport"]["width"]
    officer = visit(town.officer, **size)
    page = f"{language}/data/datasets/dengue-cases"
    officer.open(f"{page}/send/", f"dataset-send-{width}")
    officer.page.locator("[name=file]").set_input_files(
        {"name": "cases.csv", "mimeType": "text/csv", "buffer": WAITS.encode()}
    )
    officer.send("main form .actions button")
    version = DatasetVersion.objects.get(dataset=first.dataset, number=2)
    version_profile(version, at=lambda: AT)
    officer.open(f"{page}/versions/2/result/", f"dataset-result-{width}")
    officer.write("reason", "一個虛構的號碼，供測試之用。")
    officer.send("main form .actions button")
    officer.look(f"dataset-version-{width}")

    resident = visit(None, **size)
    resident.open(f"{language}/data/", f"datasets-{width}")
    resident.open(f"{page}/", f"dataset-{width}")
    chart = f"{page}/v2/chart?_by=行政區&_how=sum&_of=件數"
    resident.open(chart, f"dataset-chart-{width}")
    resident.open(f"{page}/v2/chart?_by=日期&_as=line&_step=each", f"dataset-line-{width}")
    resident.open(f"{language}/data/dictionary/", f"dictionary-{width}")
