"""How lit runs the tests of this folder: one test a file, its commands in RUN lines, as in LLVM.

mdl, mdl-opt, FileCheck and not are on PATH. Substitutions besides lit's own: %examples, %inputs (test/Inputs), %root.
Feature `mnist`: the environment's MDL_DATA names a folder that holds mnist/.
"""

import os
import sys

import lit.formats

config.name = "mdl"
if not hasattr(config, "mdl_build"):
    # A path in the source folder was given: find the build folder's settings, which load this file again.
    build = lit_config.params.get("build") or os.path.join(os.path.dirname(__file__), "..", "build")
    lit_config.load_config(config, os.path.join(build, "test", "lit.site.cfg.py"))
else:
    config.test_format = lit.formats.ShTest(execute_external=False)
    config.suffixes = [".mdl", ".mlir", ".test"]
    config.excludes = ["Inputs"]
    config.test_source_root = os.path.join(config.mdl_source, "test")
    config.test_exec_root = os.path.join(config.mdl_build, "test")

    tools = [os.path.join(config.mdl_build, "bin"), config.llvm_bin, "/usr/bin", "/bin"]
    config.environment["PATH"] = os.pathsep.join(tools)
    # Kernels compiled for one test serve the others, and the user's own cache is left alone.
    config.environment["MDL_CACHE"] = os.path.join(config.test_exec_root, "kernel-cache")
    for name in ("MDL_DATA", "TERM", "HOME"):
        if name in os.environ:
            config.environment[name] = os.environ[name]

    config.substitutions.append(("%examples", os.path.join(config.mdl_source, "examples")))
    config.substitutions.append(("%inputs", os.path.join(config.test_source_root, "Inputs")))
    config.substitutions.append(("%root", config.mdl_source))

    data = os.environ.get("MDL_DATA", "")
    if os.path.isdir(os.path.join(data, "mnist")):
        config.available_features.add("mnist")
    elif data:
        lit_config.warning(f"MDL_DATA is {data}, which holds no folder mnist")
