"""One certificate and one letter, with invented people, for the tests of documents."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdfium2

from shizheng.services.outputs.qr import qr_code

AT = datetime(2020, 3, 2, 1, 30, tzinfo=UTC)
HERE = Path(__file__).parent / "samples"
CERTIFICATE = (HERE / "zoning.typ").read_bytes()
LETTER = (HERE / "notice.typ").read_bytes()
VERIFY = {"address": "https://plan.example.gov.tw/verify/7KQ2-M4XD-9TPA", "code": "7KQ2-M4XD-9TPA"}
ASSETS = {"qr.svg": qr_code(VERIFY["address"])}

CERTIFICATE_VALUES: dict[str, Any] = {
    "language": "zh-Hant",
    "title": "土地使用分區證明書",
    "agency": "示例市政府都市發展局",
    "number": "示都證字第1090302001號",
    "issued_on": "2020-03-02",
    "valid_until": "2020-11-01",
    "verify": VERIFY,
    "demo": True,
    "applicant": "游錫堃、陳喆、黃犇",
    "parcel": "河東區中正段一小段　0123-0045、0123-0046 地號",
    "area": 12345,
    "zone": "第四種住宅區\n道路用地",
    "plan": "擬定河東地區細部計畫（108年12月5日發布實施）",
    "signer": {"office": "局長", "name": "林婼瑨"},
}

LETTER_VALUES: dict[str, Any] = {
    "language": "zh-Hant",
    "title": "補正通知",
    "agency": "示例市政府工務局",
    "number": "示工建字第1090302017號",
    "issued_on": "2020-03-02",
    "verify": VERIFY,
    "to": "王小明建築師事務所",
    "contact": {
        "address": "示例市河東區公園路1號",
        "officer": "陳玥",
        "phone": "(07) 123-4567 分機 890",
        "email": "permit@example.gov.tw",
    },
    "speed": "普通件",
    "secrecy": "普通",
    "enclosures": "審查意見表1份",
    "subject": "貴事務所申請河東區中正段123地號建造執照一案，請於文到20日內補正，請查照。",
    "explanation": [
        "依據建築法第36條及貴事務所109年2月13日申請書辦理。",
        "旨揭案件經審查，尚有下列事項待補正：地下一層平面圖之停車位尺寸標示不全；"
        "結構計算書未經簽證。",
        "逾期未補正者，本局將依法駁回其申請。",
    ],
    "original": ["王小明建築師事務所"],
    "copy": ["示例市政府都市發展局", "河東區公所"],
    "signer": {"office": "局長", "name": "趙犇煊"},
}


def text_of(pdf: bytes) -> str:
    """Return the text that a reader of the PDF can select and search."""
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
