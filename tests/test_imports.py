"""Nothing is loaded before it is needed, and importing has no effect. Who may import whom is in test_house.py.

Each rule is looked at in a fresh Python, and each look is shown a rule that is broken, so that it is seen to fail.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
GRAMLIB = sorted(path.stem for path in (ROOT / "gramlib").glob("*.py") if path.stem != "__init__")


WITHOUT_TORCH = 'assert "torch" not in sys.modules, "{}"'.format
OPEN_PAGE = """
app = AppTest.from_file("{root}/pages/shell.py", default_timeout=60)
app.switch_page("{page}.py")
app.run()
assert not app.exception and app.title, app
"""


def loaded_after(program: str) -> set[str]:
    """The top-level modules that are loaded after a program has run in a fresh Python."""
    program += "\nimport sys\nprint('LOADED', *{name.partition('.')[0] for name in sys.modules})"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return set(ran.stdout.rpartition("LOADED ")[2].split())


def test_the_look_sees_what_is_loaded():
    assert "wave" in loaded_after("import wave")
    assert "wave" not in loaded_after("")


def test_importing_gramlib_has_no_effect_and_never_imports_streamlit_and_a_name_is_imported_once():
    program = "import threading, gramlib\n" + "".join(f"import gramlib.{module}\n" for module in GRAMLIB)
    program += "import torch; state = torch.random.get_rng_state(); assert threading.active_count() == 1"
    program += "\nassert torch.equal(state, torch.random.manual_seed(torch.initial_seed()).get_state())"
    program += """
import importlib
for name in gramlib.__all__:
    getattr(gramlib, name)
def again(name):
    raise AssertionError(name)
importlib.import_module = gramlib.__getattr__ = again
from gramlib import *
assert all(getattr(gramlib, name) is globals()[name] for name in gramlib.__all__)
assert len(gramlib.__all__) > 30 and callable(transfer) and transfer.Step is Step
"""
    loaded = loaded_after(program)
    assert "gramlib" in loaded
    assert "streamlit" not in loaded


def test_what_needs_no_torch_does_not_load_it():
    names = ["gram_matrix", "parse_vector", "open_image", "JobPool", "WeightsUnavailable"]
    program = "import sys\n" + "".join(f"from gramlib import {name}\n{WITHOUT_TORCH(name)}\n" for name in names)
    assert "torch" not in loaded_after(program)


def test_the_network_in_the_box_does_not_load_torchvision():
    loaded = loaded_after("from gramlib import VGG\nVGG(), VGG('vgg16-random')")
    assert "torch" in loaded
    assert "torchvision" not in loaded


def test_the_first_pages_do_not_load_torch_and_a_page_that_needs_it_is_seen_to_load_it(tmp_path):
    program = "import sys\nfrom streamlit.testing.v1 import AppTest\n"
    for page in ("home", "vectors", "gram", "filters", "feature_maps", "teaching"):
        program += OPEN_PAGE.format(root=ROOT.as_posix(), page=page) + WITHOUT_TORCH(page) + "\n"
    program += OPEN_PAGE.format(root=ROOT.as_posix(), page="vgg_layers")
    program += "from pages.ui.compute import networks\nassert networks.jobs().idle(60)"  # else it dies in torch's hands
    assert "torch" in loaded_after(program)


def test_in_the_app_numpy_computes_in_one_thread():
    loaded_after(
        """
import app, ctypes, os
from pathlib import Path
import numpy
assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
for library in Path(numpy.__file__).parents[1].glob("numpy.libs/*openblas*"):  # on a Mac there is none
    assert ctypes.CDLL(str(library)).scipy_openblas_get_num_threads64_() == 1
"""
    )


def test_public_names_are_sorted_and_all_there():
    import gramlib

    assert gramlib.__all__ == sorted(gramlib.__all__)
    for name in gramlib.__all__:
        assert getattr(gramlib, name) is not None
    with pytest.raises(AttributeError):
        _ = gramlib.no_such_name
