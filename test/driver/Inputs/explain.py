"""Checks docs/errors/: one text for each kind of message and no other; wrong examples give their kind, mended ones compile.

Arguments: the project's root, a folder to work in. An example that is no program (```text) is not compiled.
"""

import concurrent.futures
import pathlib
import re
import shutil
import subprocess
import sys

root, work = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
texts = root / "docs" / "errors"


def messages(folder, program):
    """What `mdl check` says of a program, which is called example.mdl and has the digits beside it."""
    folder.mkdir(parents=True)
    (folder / "example.mdl").write_text(program + "\n")
    (folder / "digits.csv").symlink_to(root / "examples" / "data" / "digits.csv")
    done = subprocess.run(["mdl", "check", folder / "example.mdl"], capture_output=True, text=True)
    return done.stderr


def trouble(code):
    path = texts / f"{code}.md"
    if not path.exists():
        return "no text in docs/errors"
    examples = re.findall(r"^(Wrong|Mended):\n\n```(mdl|text)\n(.*?)\n```$", path.read_text(), re.MULTILINE | re.DOTALL)
    if [name for name, _, _ in examples] != ["Wrong", "Mended"]:
        return "its text needs one wrong and one mended example"
    for name, kind, program in examples:
        if kind != "mdl":
            continue
        said = messages(work / code / name, program)
        if name == "Wrong" and f" {code}" not in re.sub(r"(?s)^.*^more:", "", said, flags=re.MULTILINE):
            return f"the wrong example gives: {said or 'nothing'}"
        if name == "Mended" and said:
            return f"the mended example gives: {said}"
    return ""


shutil.rmtree(work, ignore_errors=True)
codes = subprocess.run(["mdl", "explain"], capture_output=True, text=True, check=True).stdout.split()
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    problems = [f"{code}: {why}" for code, why in zip(codes, pool.map(trouble, codes)) if why]
problems += [f"{path.name}: explains no kind" for path in texts.glob("*.md") if path.stem not in codes]
print("\n".join(problems) if problems else f"all {len(codes)} kinds are explained")
sys.exit(bool(problems))
