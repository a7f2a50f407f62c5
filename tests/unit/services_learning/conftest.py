"""A tiny made-up town: what its people ask, and which of three offices answers."""

import pytest

from shizheng.services.learning.training import Example, learn

WORDS = {
    "lamps": "路燈 不亮 閃爍 燈罩 電線桿 照明 漆黑 巷口 夜間 燈泡 跳電 養護 檢修",
    "dogs": "流浪狗 吠叫 咬人 絕育 認領 收容所 捕捉 飼主 狂犬病 牽繩 便溺 晶片 野貓",
    "taxes": "房屋稅 繳納 分期 補發 退還 減免 地價稅 牌照稅 滯納金 申報 稅單 扣繳 統編",
}
# Each pair of thirteen words stands together in one triple only: no two texts nearly repeat.
TRIPLES = [(at, at + step, at + reach) for step, reach in ((1, 4), (2, 7)) for at in range(13)]


@pytest.fixture(scope="session")
def examples() -> list[Example]:
    return [
        Example(("".join(words.split()[at % 13] for at in triple),), office)
        for office, words in WORDS.items()
        for triple in TRIPLES
    ]


@pytest.fixture(scope="session")
def learnt(examples):
    return learn(examples)
