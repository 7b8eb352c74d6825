#!/usr/bin/env python3
"""Installs the libraries that drive browsers beside the rig: tools/install_libraries.py FOLDER

Run by `meson install`. Without tests/browsers/node_modules (see tools/browsers.sh) it does nothing, and
`concors explain --verify` says how to get them. What no program loads is left out: type declarations,
source maps, programs for other systems.
"""
import os
import shutil
import sys

SOURCE = os.path.join(os.environ["MESON_SOURCE_ROOT"], "tests", "browsers", "node_modules")


def unneeded(folder, names):
    endings = (".map", ".d.ts", ".d.mts", ".d.cts", ".md")
    programs = ["bin"] if folder.endswith(os.path.join("node_modules", "selenium-webdriver")) else []
    return [name for name in names if name.endswith(endings) or name in programs or name == ".bin"]


def main():
    target = os.path.join(os.environ["MESON_INSTALL_DESTDIR_PREFIX"], sys.argv[1], "node_modules")
    if os.path.isdir(target):
        shutil.rmtree(target)
    if os.path.isdir(SOURCE):
        shutil.copytree(SOURCE, target, ignore=unneeded)


main()
