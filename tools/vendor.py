"""Fetch the vendored front-end files anew, in the versions that app/static/vendor/README.md names.

Needs npm, only for `npm pack`. Another version: change it there and run this. Another icon: write an
empty `<symbol id="its-name"></symbol>` into icons.svg and run this.
"""

import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).parent.parent / "app/static/vendor"
ROW = re.compile(r"^\| `[^|]+` \| npm `([^`]+)`.*?\| (\d[^ |]*) \|", re.M)
SYMBOL = re.compile(r'<symbol id="([^"]+)".*?</symbol>', re.S)
LOOK = (
    'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round"'
)


def fetched(package: str, version: str, directory: Path) -> Path:
    """The unpacked package."""
    program = ["npm", "pack", "--silent", f"{package}@{version}"]
    answer = subprocess.run(program, cwd=directory, check=True, capture_output=True, text=True)  # noqa: S603
    with tarfile.open(directory / answer.stdout.split()[-1]) as archive:
        archive.extractall(directory / package, filter="data")
    return directory / package / "package"


def symbol(name: str, icons: Path, present: str) -> str:
    """One icon as a symbol; what the package does not have is our own and stays."""
    path = icons / f"{name}.svg"
    if not path.exists():
        return present
    shapes = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text(), re.S)
    if shapes is None:
        raise ValueError(f"{path.name} is no drawing")
    drawn = re.sub(r"\s*/>", "/>", re.sub(r">\s+<", "><", shapes[1].strip()))
    return f'<symbol id="{name}" {LOOK}>{drawn}</symbol>'


def main() -> int:
    """Fetch the packages and write the files."""
    versions = dict(ROW.findall((VENDOR / "README.md").read_text()))
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(scratch)
        htmx = fetched("htmx.org", versions["htmx.org"], directory)
        (VENDOR / "htmx.min.js").write_bytes((htmx / "dist/htmx.min.js").read_bytes())
        uplot = fetched("uplot", versions["uplot"], directory) / "dist"
        for name in ("uPlot.iife.min.js", "uPlot.min.css"):
            (VENDOR / name).write_bytes((uplot / name).read_bytes())
        icons = fetched("lucide-static", versions["lucide-static"], directory) / "icons"
        present = (VENDOR / "icons.svg").read_text()
        renewed = SYMBOL.sub(lambda found: symbol(found[1], icons, found[0]), present)
        (VENDOR / "icons.svg").write_text(renewed)
    print("fetched " + ", ".join(f"{name} {version}" for name, version in versions.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
