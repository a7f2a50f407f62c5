import pytest

from shizheng.kernel.registry import Registry, UnknownKey


def test_an_unknown_key_is_refused_with_the_known_ones():
    methods: Registry[str] = Registry("Indicator methods")
    methods.register("count")("n")
    methods.register("average")("avg")

    with pytest.raises(UnknownKey) as refusal:
        methods["sum"]

    assert "average, count" in str(refusal.value)
    assert "sum" in refusal.value.refusal().message


def test_a_key_is_taken_once():
    methods: Registry[str] = Registry("Indicator methods")
    methods.register("count")("n")
    with pytest.raises(ValueError, match="registered twice"):
        methods.register("count")("m")
    assert dict(methods) == {"count": "n"}
