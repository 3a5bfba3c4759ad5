"""Prints the line `N passed, N failed` for a JUnit file of ctest and a JSON file of lit; exit status 1 if one failed or none ran."""

import collections
import json
import sys
import xml.etree.ElementTree as ElementTree

junit, lit = sys.argv[1:]
counts = collections.Counter()
suite = ElementTree.parse(junit).getroot()
failed, skipped = (int(suite.get(name)) for name in ("failures", "skipped"))
counts["failed"] += failed
counts["skipped"] += skipped + int(suite.get("disabled"))
counts["passed"] += int(suite.get("tests")) - failed - skipped - int(suite.get("disabled"))
with open(lit) as results:
    for test in json.load(results)["tests"]:
        counts[{"PASS": "passed", "XFAIL": "passed", "UNSUPPORTED": "skipped", "SKIPPED": "skipped"}.get(test["code"], "failed")] += 1
print(f"{counts['passed']} passed, {counts['failed']} failed" + (f", {counts['skipped']} skipped" if counts["skipped"] else ""))
sys.exit(counts["failed"] != 0 or counts["passed"] == 0)
