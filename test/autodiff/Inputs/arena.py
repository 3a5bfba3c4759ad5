"""Bytes of the arena of each program, as `mdl build --emit=llvm` shows them, and the first divided by each."""

import re
import subprocess
import sys

sizes = []
for path in sys.argv[1:]:
    text = subprocess.run(["mdl", "build", path, "--emit=llvm"], capture_output=True, text=True, check=True).stdout
    sizes.append(int(re.search(r"@mdl_arena\(i64 (\d+)\)", text).group(1)))
for path, size in zip(sys.argv[1:], sizes):
    print(f"{path.split('/')[-1]}: {sizes[0] / size:.1f}")
