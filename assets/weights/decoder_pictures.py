"""Put together the pictures that the decoder is trained on, from Debian's packages: none of the app's own.

    python assets/weights/decoder_pictures.py FOLDER             FOLDER/photos and FOLDER/styles, and the list
    python assets/weights/decoder_pictures.py FOLDER --packages P   the same with packages that are already in P

It needs apt-get and dpkg-deb. Each package is checked by its SHA-256; `decoder_pictures.txt` beside this file lists
what came of it. README.md says under which licences they stand.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import re
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageStat

LIST = Path(__file__).parent / "decoder_pictures.txt"
SIDE = 384  # pixels of the shorter side, at most
PACKAGES = {
    "gcompris-qt-data=3.1-2": "e9cf06ab2105529068df73085784e835d2ff03f870d2a8091f09125d40abac9f",
    "lomiri-wallpapers-16.04=20.04.0-2": "a99ff6a3bfe451e4cc0682ecb3cc82e71740626d59e4845ae34a0a0e45421eab",
    "mate-backgrounds=1.26.0-1": "7bf4c2209f34b4f61ba6d24c8b58c28b361e82e4b943aae6d42c030169af9e04",
    "palapeli-data=4:22.12.3-1": "69a15dce2ac25ed8708ac518cd0cee5f4eb0c70ed15da2fdb8899a19ac0ee058",
    "plasma-workspace-wallpapers=4:5.27.5-2": "32cd18b71c8c938a18b3b351f217c02ac590e323caa3cf322fbb875ce8892f8b",
    "wesnoth-1.16-data=1:1.16.9-1": "1012b964bd412a6770685e3324ae3b61e176caff7846192d1ee63d55cd621e26",
}
# where photographs are, and where something that is drawn, painted or woven is
PHOTOS = (
    r"gcompris.*/(explore_monuments|explore_world_animals|explore_farm_animals|explore_world_music|erase)\.rcc/.*webp",
    r"gcompris.*/details\.rcc/.*/(Louvre|NDP|Egeskov|FanoeWindmill|GizahPyramids|EilanDonan|TowerBridge|Chenonceau|"
    r"OperaSidney|TourEiffel|Nagoya).*_background\.webp",
    r"gcompris.*/categorization\.rcc/.*(fish|monument|renewable).*webp",
    r"mate-backgrounds.*/nature/.*",
    r"lomiri.*/backgrounds/.*jpg",
    r"palapeli.*/collection/.*jpg",
    r"plasma.*/(Autumn|BytheWater|ColorfulCups|DarkestHour|EveningGlow|FallenLeaf|OneStandsOut)/.*2560x1600.jpg",
)
STYLES = (
    r"gcompris.*/details\.rcc/.*/(Van_?Gogh|VincentVanGogh|PortraitOf|Eglise_dAuvers).*_background\.webp",
    r"wesnoth.*/images/story/.*",
    r"wesnoth.*/images/portraits/.*",
    r"mate-backgrounds.*/abstract/(Elephants|Gulp|Flow|Waves|Spring|Silk)\.(jpg|png)",
    r"plasma.*/(Altai|Canopee|Cascade|Cluster|Flow|Honeywave|Kay|Kokkini|MilkyWay|Opal|PastelHills|Patak|Path|"
    r"SafeLanding|Shell|Volna|summer_1am)/.*/images/[^/]*",
)
# the app's own pictures are the ones that the decoder is judged by
OURS = r"(montStMichel|neuschwansteinCastle|machuPicchu|colosseum|greatWallofChina)\.webp"
OUR_PAINTINGS = ("Great Wave", "Poppies", "Benzaiten", "Auvers", "Composition", "Spring", "Harvesters", "Summertime")
LEAST = 160  # pixels of the shorter side


def resources(content: bytes) -> dict[str, bytes]:
    """Return {path: file} of one of Qt's resource files, as Qt's `rcc --binary` writes them (formats 1 to 3)."""
    version, tree, data, names = struct.unpack(">4I", content[4:20])
    size, found = 14 if version < 2 else 22, {}

    def name(offset: int) -> str:
        (length,) = struct.unpack_from(">H", content, names + offset)
        return content[names + offset + 6 :][: 2 * length].decode("utf-16-be")

    def walk(node: int, path: str) -> None:
        offset, flags = struct.unpack_from(">IH", content, tree + node * size)
        path = f"{path}/{name(offset)}" if node else ""
        if flags & 2:
            count, first = struct.unpack_from(">II", content, tree + node * size + 6)
            for child in range(first, first + count):
                walk(child, path)
        else:
            (start,) = struct.unpack_from(">I", content, tree + node * size + 10)
            (length,) = struct.unpack_from(">I", content, data + start)
            file = content[data + start + 4 :][:length]
            found[path] = zlib.decompress(file[4:]) if flags & 1 else file

    walk(0, "")
    return found


def paintings(files: dict[str, bytes]) -> Iterator[tuple[str, Image.Image]]:
    """Yield the puzzles of GCompris's paintings, each put together from its pieces."""
    for path, board in sorted(files.items()):
        text = board.decode(errors="ignore") if path.endswith(".qml") else ""
        pieces = re.findall(r'"pixmapfile" : "([^"]+webp)",\s*"x" : "([\d.]+)",\s*"y" : "([\d.]+)"', text)
        title, size = re.search(r'qsTr\("(.+)"\)', text), re.search(r'"width": (\d+),\s*"height": (\d+)', text)
        if not pieces or not title or not size or any(ours in title[1] for ours in OUR_PAINTINGS):
            continue
        width, height = int(size[1]), int(size[2])
        whole = Image.new("RGBA", (width, height))
        for name, x, y in pieces:
            piece = Image.open(io.BytesIO(files[f"{path.split('/board/')[0]}/{name}"])).convert("RGBA")
            corner = (round(float(x) * width - piece.width / 2), round(float(y) * height - piece.height / 2))
            whole.alpha_composite(piece, (max(0, corner[0]), max(0, corner[1])))
        yield title[1], whole.crop((4, 4, width - 4, height - 4))


def packages(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield (package/path, file) of everything that lies in the packages, fetched where it is not there."""
    for package, sha256 in PACKAGES.items():
        name = package.split("=")[0]
        if not list(folder.glob(f"{name}_*.deb")):
            subprocess.run(["apt-get", "download", package], cwd=folder, check=True)
        (archive,) = folder.glob(f"{name}_*.deb")
        if (got := hashlib.sha256(archive.read_bytes()).hexdigest()) != sha256:
            raise SystemExit(f"{archive.name} has SHA-256 {got}, {sha256} is needed")
        with tempfile.TemporaryDirectory() as unpacked:
            subprocess.run(["dpkg-deb", "-x", archive, unpacked], check=True)
            for path in sorted(Path(unpacked).rglob("*")):
                if path.is_file() and not path.is_symlink():
                    yield f"{name}/{path.relative_to(unpacked)}", path.read_bytes()


def pictures(folder: Path) -> Iterator[tuple[str, str, Image.Image]]:
    """Yield (photos | styles, where it comes from, the picture)."""
    for origin, content in packages(folder):
        inside = resources(content) if origin.endswith(".rcc") else {"": content}
        if origin.endswith("/paintings.rcc"):
            yield from (("styles", f"{origin}: {title}", picture) for title, picture in paintings(inside))
        for path, file in sorted(inside.items()):
            place = origin + path
            kind = next((kind for kind, those in (("photos", PHOTOS), ("styles", STYLES)) if _one_of(place, those)), "")
            if kind and not re.search(OURS, place):
                try:
                    yield kind, place, Image.open(io.BytesIO(file))
                except OSError:  # a text beside the pictures
                    continue


def _one_of(place: str, patterns: tuple[str, ...]) -> bool:
    return any(re.fullmatch(pattern, place) for pattern in patterns)


def ready(picture: Image.Image) -> Image.Image | None:
    """Return it in RGB, on grey where nothing is, at most SIDE on its shorter side; None if there is too little."""
    picture = picture.convert("RGBA")
    if box := picture.getchannel("A").getbbox():
        picture = picture.crop(box)
    if ImageStat.Stat(picture.getchannel("A")).mean[0] < 230:  # a figure with nothing around it: the middle of it
        width, height = picture.size
        picture = picture.crop((width // 5, height // 10, width * 4 // 5, height * 7 // 10))
    factor = min(1.0, SIDE / min(picture.size))
    picture = picture.resize([round(side * factor) for side in picture.size], Image.Resampling.LANCZOS)
    if min(picture.size) < LEAST or max(picture.size) > 4 * min(picture.size):
        return None
    ground = Image.new("RGBA", picture.size, (128, 128, 128, 255))
    ground.alpha_composite(picture)
    return ground.convert("RGB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--packages", type=Path)
    options = parser.parse_args()
    fetched = options.packages or options.folder / "packages"
    fetched.mkdir(parents=True, exist_ok=True)
    names: dict[str, list[str]] = {"photos": [], "styles": []}
    for kind in names:
        (options.folder / kind).mkdir(parents=True, exist_ok=True)
    for kind, place, picture in pictures(fetched):
        if small := ready(picture):
            small.save(options.folder / kind / f"{len(names[kind]):03d}.jpg", quality=92)
            names[kind].append(place)
    lines = [f"{kind}/{number:03d} {place}\n" for kind in names for number, place in enumerate(names[kind])]
    LIST.write_text("".join(lines))
    print(", ".join(f"{len(names[kind])} {kind}" for kind in names))


if __name__ == "__main__":
    main()
