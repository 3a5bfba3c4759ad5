"""Every kind of message of the front end's registries is expected by some test: prints those that are not.

A test expects a kind when one of its CHECK lines, or a string of a unit test, holds the fixed parts of the kind's text in order.
Kinds of class Bug cannot be brought about and are left out. Argument: the project's root.
"""

import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
# A kind, its class, its code, and its text, which may be several literals in a row.
entry = re.compile(r'^MDL_DIAG\(\s*(\w+),\s*(\w+),\s*"([^"]+)",\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)', re.MULTILINE)


def kinds():
    for registry in sorted(root.glob("compiler/**/*.def")):
        for name, cls, code, text in entry.findall(registry.read_text()):
            yield name, cls, code, "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text)).replace('\\"', '"')


def expectations():
    """The lines of the tests that say what must be printed, with the brackets of FileCheck's patterns taken off."""
    for test in sorted(root.glob("test/**/*")):
        if test.suffix in (".mdl", ".mlir", ".test", ".out") and "Inputs" not in test.parts:
            for line in test.read_text(errors="replace").splitlines():
                if "CHECK" in line or "error:" in line or "warning:" in line:
                    yield re.sub(r"\{\{(.*?)\}\}", lambda found: re.sub(r"\[(.)\]", r"\1", found.group(1)), line)
    for test in sorted(root.glob("unittests/**/*.cpp")):
        yield from test.read_text().splitlines()


lines = "\n".join(expectations())
uncovered = []
for name, cls, code, text in kinds():
    parts = [re.escape(part) for part in re.split(r"\{\d\}", text)]
    if cls != "Bug" and not re.search(r"(?<=[: \"`])" + ".*".join(parts), lines):
        uncovered.append(f"{name} ({code}): {text}")
print("\n".join(uncovered) if uncovered else "every kind is covered")
sys.exit(bool(uncovered))
