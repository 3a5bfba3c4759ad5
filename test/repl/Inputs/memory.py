"""Feeds the lines of its arguments, each many times, to a session, and prints by how many MB it grows."""

import resource
import subprocess
import sys


def peak_megabytes(times):
    """The largest of all sessions so far, so the longer one comes second."""
    text = "".join(line + "\n" for _ in range(times) for line in sys.argv[1:])
    subprocess.run(["mdl", "repl"], input=text, text=True, stdout=subprocess.DEVNULL, check=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


short = peak_megabytes(20)
print("grows by", round(peak_megabytes(1000) - short), "MB")
