"""What is served of the components: their scripts and nothing else, under an address of their version."""

import posixpath
import re
from pathlib import Path

from explorer.ui import component

FOLDER = Path(component.__file__).parent
IMPORT = re.compile(r"""^import (?:[^"']* from )?["']([^"']+)["'];""", re.M)


def test_the_scripts_alone_are_served() -> None:
    served = Path(component._files.abspath)
    files = {path.relative_to(served).as_posix(): path.read_bytes() for path in served.rglob("*") if path.is_file()}
    assert files == {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.rglob("*.js")}
    assert {"board/board.js", "relay/relay.js"} <= files.keys()
    assert FOLDER not in [served, *served.parents]


def test_a_change_is_another_version() -> None:
    scripts = component.scripts()
    current = component.version(scripts)
    assert current in component._files.name
    assert re.fullmatch(r"[0-9a-f]{12}", current)
    for path, content in scripts.items():
        others = {name: each for name, each in scripts.items() if name != path}
        for changed in ({path: content + b"\n"}, {}, {f"{path}x": content}):
            assert component.version({**others, **changed}) != current
    assert component.version(dict(reversed(scripts.items()))) == current


def test_what_a_script_imports_is_served_beside_it() -> None:
    """By a relative path, which keeps the version."""
    scripts = component.scripts()
    found = 0
    for path, content in scripts.items():
        for imported in IMPORT.findall(content.decode()):
            found += 1
            assert imported.startswith(("./", "../")), path
            assert posixpath.normpath(posixpath.join(posixpath.dirname(path), imported)) in scripts, path
    assert found > 20
