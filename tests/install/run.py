#!/usr/bin/env python3
"""What `make install` gives: files in their places, man pages and completions that work, and a
library that examples/login.c builds with, static and shared.

run.py [COMMAND]: installs the build folder that the command stands in. Last line: "N passed, N failed".
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CONCORS = os.path.abspath(sys.argv[1] if len(sys.argv) > 1
                          else os.path.join(ROOT, "build-release", "cli", "concors"))
BUILD = os.path.dirname(os.path.dirname(CONCORS))
SANITIZED = "asan" in os.path.basename(BUILD)
PASSED, FAILURES = [], []


def check(holds, what):
    (PASSED if holds else FAILURES).append(what)


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, **more)


def check_files(prefix, library):
    for path in ("bin/concors", "include/concors/concors.h", "share/man/man1/concors.1",
                 "share/man/man1/concors-explain.1", "share/man/man1/concors-probe.1",
                 "share/man/man1/concors-relate.1", "share/man/man1/concors-reason.1",
                 "share/man/man1/concors-policy.1", "share/man/man1/concors-gateway.1",
                 "share/man/man5/concors-policy.5", "share/man/man5/concors-journey.5", "share/man/man5/concors-nginx.5",
                 "share/bash-completion/completions/concors", "share/zsh/site-functions/_concors",
                 "share/fish/vendor_completions.d/concors.fish"):
        check(os.path.isfile(os.path.join(prefix, path)), path)
    for name in ("libconcors.a", "libconcors.so", "libconcors.so.0", "pkgconfig/concors.pc"):
        check(os.path.exists(os.path.join(library, name)), name)
    with open(os.path.join(prefix, "share/man/man1/concors-probe.1"), encoding="utf-8") as page:
        text = page.read()
    check("resolve" in text and "@OPTIONS" not in text, "the man page lists the options")
    headers = {name for name in os.listdir(os.path.join(ROOT, "include/concors"))}
    installed = set(os.listdir(os.path.join(prefix, "include/concors")))
    check(headers == installed, f"headers: {headers ^ installed}")


def check_nginx(folder):
    """Where Debian's nginx looks, when the module was built."""
    if not os.path.exists(os.path.join(BUILD, "nginx/ngx_http_concors_module.so")):
        return
    found = {name: top[len(folder):] for top, _, names in os.walk(folder) for name in names}
    module = found.get("ngx_http_concors_module.so", "")
    available = found.get("mod-http-concors.conf", "")
    check(module.endswith("/lib/nginx/modules"), f"the module: {module}")
    check(available.endswith("/share/nginx/modules-available"), f"the file that loads it: {available}")
    with open(folder + available + "/mod-http-concors.conf", encoding="ascii") as text:
        check(text.read() == f"load_module {module}/ngx_http_concors_module.so;\n", "it names the module")
    with open(folder + found["concors"] + "/concors", "rb") as command:
        check(f"{module}/ngx_http_concors_module.so".encode() in command.read(), "the gateway looks for it there")


def check_bash(prefix):
    script = os.path.join(prefix, "share/bash-completion/completions/concors")
    for line, want in (("concors pr", "probe"), ("concors probe --pa", "--page"),
                       ("concors explain --browser saf", "safari")):
        words = line.split(" ")
        quoted = " ".join(f"'{word}'" for word in words)
        done = run("bash", "-c", f". '{script}'; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1};"
                   " _concors; printf '%s\\n' \"${COMPREPLY[@]}\"")
        check(want in done.stdout.split(), f"completion of {line!r}: {done.stdout!r} {done.stderr}")


def check_verify(prefix):
    """The installed rig lacks no file; a rig without a browser stands in for the real one."""
    rig = os.path.join(prefix, "libexec/concors/browsers")
    for name in ("rig.mjs", "rig/worker.mjs", "rig/clock.so", "package-lock.json"):
        check(os.path.isfile(os.path.join(rig, name)), name)
    if not shutil.which("node"):
        return
    concors = os.path.join(prefix, "bin/concors")
    fake = os.path.join(ROOT, "tests/browsers/fake_rig.mjs")
    done = run(concors, "explain", "--verify", "firefox", os.path.join(ROOT, "examples/one-site.json"),
               env=dict(os.environ, CONCORS=concors, CONCORS_RIG=fake))
    check(done.returncode == 0 and "and concors agree" in done.stdout, f"--verify: {done.stdout}{done.stderr}")
    loads = run("node", os.path.join(rig, "rig.mjs"), "--browser", "none")
    check(loads.returncode == 2 and "--browser takes" in loads.stderr, f"the rig loads: {loads.stderr}")


def check_library(folder, prefix, library):
    source = os.path.join(ROOT, "examples", "login.c")
    environment = dict(os.environ, PKG_CONFIG_PATH=os.path.join(library, "pkgconfig"),
                       PKG_CONFIG_SYSROOT_DIR=folder, LD_LIBRARY_PATH=library)
    flags = run("pkg-config", "--cflags", "--libs", "concors", env=environment).stdout.split()
    check(any("-lconcors" in flag for flag in flags), f"pkg-config: {flags}")
    static = [os.path.join(library, "libconcors.a") if flag == "-lconcors" else flag
              for flag in flags]
    for name, chosen in (("shared", flags), ("static", static)):
        program = os.path.join(folder, name)
        built = run("cc", "-std=c17", "-Wall", "-Wextra", "-Werror", source, "-o", program, *chosen)
        check(built.returncode == 0, f"{name}: {built.stderr}")
        if built.returncode != 0:
            continue
        for journey, want in (("forgotten-credentials", "blocked"), ("one-site", "fine")):
            with open(os.path.join(ROOT, "examples", journey + ".json"), encoding="utf-8") as text:
                said = run(program, input=text.read(), env=environment)
            check(said.stdout.strip() == want, f"{name} {journey}: {said.stdout} {said.stderr}")
    if not os.path.exists(os.path.join(folder, "shared")):
        return
    linked = run("ldd", os.path.join(folder, "shared"), env=environment).stdout
    check("libconcors.so.0" in linked, "the soname")
    exported = run("nm", "-D", "--defined-only", os.path.join(library, "libconcors.so")).stdout
    foreign = [line for line in exported.splitlines() if " concors_" not in line]
    check(not foreign, f"exported names of others: {foreign[:5]}")


def main():
    with tempfile.TemporaryDirectory(prefix="concors-install-") as folder:
        done = run("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet",
                   env=dict(os.environ, DESTDIR=folder))
        check(done.returncode == 0, f"meson install: {done.stdout}{done.stderr}")
        tops = [top for top, _, names in os.walk(folder) if "concors" in names and top.endswith("bin")]
        prefix = os.path.dirname(tops[0])
        pc = [top for top, _, names in os.walk(folder) if "concors.pc" in names]
        library = os.path.dirname(pc[0])
        check_files(prefix, library)
        check_nginx(folder)
        check_bash(prefix)
        check_verify(prefix)
        version = run(os.path.join(prefix, "bin/concors"), "--version")
        check(version.returncode == 0 and "0.1.0" in version.stdout, "it runs from there")
        check_library(folder, prefix, library)
    for failure in FAILURES:
        print("FAIL " + failure)
    print(f"{len(PASSED)} passed, {len(FAILURES)} failed")
    return 1 if FAILURES else 0


if SANITIZED or not shutil.which("meson"):
    print("0 passed, 0 failed")  # nobody installs that build
    sys.exit(0)
sys.exit(main())
