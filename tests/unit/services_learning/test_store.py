"""Keeping a model: back as it was, nothing unpickled, damage told in one sentence."""

import json
import subprocess
import sys

import numpy as np
import pytest

from shizheng.services.learning import store
from shizheng.services.learning.errors import ModelDamaged, ModelMissing


@pytest.fixture
def kept(learnt, tmp_path):
    return store.save(learnt.model, tmp_path / "learning", "agency", facts={"rows": 60})


def weights_of(path):
    return path.with_name(json.loads(path.read_text(encoding="utf-8"))["weights"])


def rewrite(path, **changed):
    description = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**description, **changed}), encoding="utf-8")


def test_a_model_comes_back_as_it_was(kept, learnt):
    found = store.load(kept.parent, "agency")
    assert found.description == {"rows": 60}
    assert found.model.predict("路燈不亮") == learnt.model.predict("路燈不亮")


def test_a_model_is_read_once_and_again_after_it_was_learnt_anew(kept, learnt):
    first = store.load(kept.parent, "agency")
    assert store.load(kept.parent, "agency") is first
    store.save(learnt.model, kept.parent, "agency", facts={"rows": 61, "more": "x"})
    assert store.load(kept.parent, "agency").description["rows"] == 61


def test_old_weights_go_when_new_ones_are_kept(kept, learnt):
    from dataclasses import replace

    store.save(replace(learnt.model, bias=learnt.model.bias + 1), kept.parent, "agency", facts={})
    assert sorted(path.suffix for path in kept.parent.iterdir()) == [".json", ".npz"]


def test_nothing_learnt_yet_is_said(tmp_path):
    with pytest.raises(ModelMissing):
        store.load(tmp_path, "agency")


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda path: path.write_bytes(b""), id="empty"),
        pytest.param(lambda path: path.write_bytes(b"\xff\xfe{"), id="not-text"),
        pytest.param(lambda path: path.write_text("[1]"), id="not-an-object"),
        pytest.param(lambda path: rewrite(path, schema="text_model/9"), id="another-version"),
        pytest.param(lambda path: rewrite(path, labels=["a"]), id="labels-do-not-fit"),
        pytest.param(lambda path: rewrite(path, vocabulary=None), id="no-vocabulary"),
        pytest.param(lambda path: rewrite(path, temperature=0), id="no-temperature"),
        pytest.param(lambda path: rewrite(path, weights="../../etc/passwd"), id="other-file"),
        pytest.param(lambda path: weights_of(path).unlink(), id="weights-missing"),
        pytest.param(lambda path: weights_of(path).write_bytes(b"PK"), id="weights-changed"),
    ],
)
def test_a_damaged_model_is_refused_in_one_sentence(kept, damage):
    damage(kept)
    with pytest.raises(ModelDamaged) as refused:
        store.load(kept.parent, "agency")
    assert "shizheng learn" in refused.value.refusal().hint


def test_weights_with_python_objects_are_never_unpickled(kept):
    import hashlib

    path = weights_of(kept)
    np.savez(path, rarity=np.array([print], dtype=object), weights=[1], bias=[1])
    rewrite(kept, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    with pytest.raises(ModelDamaged):
        store.load(kept.parent, "agency")


def test_reading_and_asking_needs_no_scikit_learn(kept):
    program = (
        "import sys, pathlib; from shizheng.services.learning import store;"
        f"found = store.load(pathlib.Path({str(kept.parent)!r}), 'agency');"
        "print(found.model.predict('路燈不亮').suggestions[0].label,"
        "'sklearn' in sys.modules, 'scipy' in sys.modules, 'django' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["lamps", "False", "False", "False"]
