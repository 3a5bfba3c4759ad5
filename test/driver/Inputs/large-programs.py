"""Writes long programs into the current folder."""

from pathlib import Path

Path("numbers.mdl").write_text(f"let a = [{', '.join(['1'] * 300_000)}]\nprint(sum(a))\n")
Path("lines.mdl").write_text("\n" * 400_000 + "print(1)\n")
Path("names.mdl").write_text("".join(f"print(y{i})\n" for i in range(3_000)))
