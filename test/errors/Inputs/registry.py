"""Every kind of message has a test here with its code as the name, which expects it: prints the kinds that have none.

A test expects a kind when its lines hold the fixed parts of the kind's text in order. Argument: the project's root.
"""

import pathlib
import re
import sys

# Kinds of class Bug cannot be brought about by any program.
UNREACHABLE = {"internal-error"}

root = pathlib.Path(sys.argv[1])
tests = root / "test" / "errors"
# A kind, its class, its code, and its text, which may be several literals in a row.
entry = re.compile(r'^MDL_DIAG\(\s*(\w+),\s*(\w+),\s*"([^"]+)",\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)', re.MULTILINE)


def kinds():
    for registry in sorted(root.glob("compiler/**/*.def")):
        for _, cls, code, text in entry.findall(registry.read_text()):
            yield cls, code, "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text)).replace('\\"', '"')


def trouble(code, text):
    files = [path for path in (tests / f"{code}.mdl", tests / f"{code}.test") if path.exists()]
    if not files:
        return "no test of this name"
    parts = [re.escape(part) for part in re.split(r"\{\d\}", text)]
    if not re.search(".*".join(parts), files[0].read_text(errors="replace")):
        return f"{files[0].name} does not expect its text"
    return ""


found = list(kinds())
codes = {code for _, code, _ in found}
problems = [f"{code}: {why}" for cls, code, text in found if code not in UNREACHABLE and (why := trouble(code, text))]
problems += [f"{code}: {cls}, but listed as unreachable" for cls, code, _ in found if code in UNREACHABLE and cls != "Bug"]
problems += [f"{code}: listed as unreachable, but in no registry" for code in UNREACHABLE - codes]
print("\n".join(problems) if problems else f"all {len(found) - len(UNREACHABLE)} kinds have their test")
sys.exit(bool(problems))
