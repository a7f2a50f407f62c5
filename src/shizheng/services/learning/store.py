"""Keeps a model as two files without code in them: weights (.npz) and a description (.json).

The description names the weights by their digest and is replaced last, so a reader sees the old
model or the new one, never a mixture. Nothing is unpickled.
"""

import hashlib
import io
import json
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from shizheng.services.learning.errors import ModelDamaged, ModelMissing
from shizheng.services.learning.model import Model

SCHEMA = "text_model/1"
MOST_BYTES = 256_000_000
_ARRAYS = ("rarity", "weights", "bias")
_cache: dict[Path, tuple[tuple[int, int], "Stored"]] = {}


@dataclass(frozen=True, eq=False)
class Stored:
    """A model and what is known of it: trained on which file, when, on how many rows, how good."""

    model: Model
    description: dict[str, Any]


def save(model: Model, folder: Path, name: str, *, facts: dict[str, Any]) -> Path:
    """Write a model into ``folder`` and return the path of its description.

    Args:
        model: what was learnt.
        folder: made if it is not there.
        name: such as ``agency``; a model of that name is replaced.
        facts: what to keep beside it, as JSON values.
    """
    folder.mkdir(parents=True, exist_ok=True)
    packed = io.BytesIO()
    np.savez(packed, allow_pickle=False, **{key: getattr(model, key) for key in _ARRAYS})
    content = packed.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    weights = folder / f"{name}-{digest[:16]}.npz"
    description = {
        "schema": SCHEMA,
        "weights": weights.name,
        "sha256": digest,
        "temperature": model.temperature,
        "threshold": model.threshold,
        "scripts": list(model.scripts),
        "labels": list(model.labels),
        "facts": facts,
        "vocabulary": sorted(model.vocabulary, key=model.vocabulary.__getitem__),
    }
    path = folder / f"{name}.json"
    _replace(weights, content)
    _replace(path, json.dumps(description, ensure_ascii=False).encode())
    for old in folder.glob(f"{name}-{'[0-9a-f]' * 16}.npz"):
        if old != weights:
            old.unlink(missing_ok=True)
    return path


def load(folder: Path, name: str) -> Stored:
    """Return the model of that name; read once and again only when its file changed.

    Raises:
        ModelMissing: nothing was learnt yet.
        ModelDamaged: the files do not fit together or are no model.
    """
    path = folder / f"{name}.json"
    try:
        return _load(path)
    except ModelDamaged:  # it may have been replaced between the two files
        return _load(path)


def _load(path: Path) -> Stored:
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise ModelMissing from error
    state = (found.st_mtime_ns, found.st_size)
    known = _cache.get(path)
    if known is None or known[0] != state:
        known = _cache[path] = (state, _read(path))
    return known[1]


def _read(path: Path) -> Stored:
    try:
        description = json.loads(_bytes(path))
        if description["schema"] != SCHEMA:
            raise ModelDamaged(file=path.name, problem="is of another kind or version")
        weights = path.with_name(Path(description["weights"]).name)
        content = _bytes(weights)
        if hashlib.sha256(content).hexdigest() != description["sha256"]:
            raise ModelDamaged(file=weights.name, problem="is not what its digest says")
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            model = _model(description, {key: arrays[key] for key in _ARRAYS})
    except (KeyError, TypeError, ValueError, AttributeError, zipfile.BadZipFile) as error:
        raise ModelDamaged(file=path.name, problem="is not a model") from error
    except FileNotFoundError as error:
        problem = "belongs to weights that are missing"
        raise ModelDamaged(file=path.name, problem=problem) from error
    return Stored(model, dict(description["facts"]))


def _model(description: dict[str, Any], arrays: dict[str, Any]) -> Model:
    terms, labels = description["vocabulary"], tuple(map(str, description["labels"]))
    shapes = {
        "rarity": (len(terms),),
        "weights": (len(terms), len(labels)),
        "bias": (len(labels),),
    }
    for key, shape in shapes.items():
        if arrays[key].shape != shape or not np.isfinite(arrays[key]).all():
            raise ValueError(key)
    temperature, threshold = float(description["temperature"]), float(description["threshold"])
    if not (temperature > 0 and threshold > 0):
        raise ValueError("temperature or threshold")
    return Model(
        labels=labels,
        vocabulary={str(term): at for at, term in enumerate(terms)},
        temperature=temperature,
        threshold=threshold,
        scripts=tuple(map(str, description["scripts"])),
        **{key: arrays[key].astype(np.float32, copy=False) for key in _ARRAYS},
    )


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise ModelDamaged(file=path.name, problem="is too large")
    return path.read_bytes()


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)
