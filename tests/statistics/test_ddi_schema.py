"""The description of a poll beside the schema of DDI-Codebook 2.5, where somebody has it."""

import os
from pathlib import Path

import pytest
from lxml import etree
from tests.systems.test_088_polls import desks, file_of, kaohsiung, published, sent, two

__all__ = ["desks", "kaohsiung"]
DDI_SCHEMA = os.environ.get("SHIZHENG_DDI_SCHEMA", "")
"""A folder with ``codebook.xsd`` of DDI-Codebook 2.5, which no package of the index carries."""


@pytest.mark.skipif(not DDI_SCHEMA, reason="SHIZHENG_DDI_SCHEMA names no folder of the standard.")
def test_the_description_is_valid_ddi_codebook(desks):
    schema = etree.XMLSchema(etree.parse(str(Path(DDI_SCHEMA) / "codebook.xsd")))
    media = {"is_media": "on", "conducted_by": "範例日報", "contacted": "", "source": "範例 A3"}
    pages = [
        published(desks, "2020-q1", "2020-3-2", "2020-3-9", two("62.5")),
        published(desks, "paper", "2020-2-1", "2020-2-2", two("55"), **media),
    ]
    sent(desks["enterer"], f"{pages[0]}correct/", correction="誤植")
    sent(desks["enterer"], f"{pages[0]}results/", file=file_of(two("52.5")), encoding="utf-8")
    sent(desks["signer"], f"{pages[0]}sign/")
    for page in (*pages, f"{pages[0]}v1/"):
        study = etree.fromstring(desks["anybody"].client.get(f"{page}poll.xml").content)
        assert schema.validate(study), schema.error_log
