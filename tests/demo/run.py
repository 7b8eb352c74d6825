#!/usr/bin/env python3
"""What `make run` tells: that the story goes as intended, that the fix is the one the command printed, that it says so
when something goes wrong, and that it leaves nothing behind.

run.py [COMMAND]. Last line: "N passed, N failed".
"""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CONCORS = os.path.abspath(sys.argv[1] if len(sys.argv) > 1
                          else os.path.join(ROOT, "build-release", "cli", "concors"))
FOLDER = tempfile.TemporaryDirectory(prefix="concors-demo-test-")
APPLY = os.path.join(ROOT, "demo", "apply_fix.py")
LINES_MAX = 340
HAS_GATEWAY = os.path.exists(os.path.join(os.path.dirname(CONCORS), "..", "nginx", "ngx_http_concors_module.so"))

# Stands in for the command: what a report offers as SameSite=None it offers as Lax.
WRONG = """#!/bin/sh
case " $* " in
*" --json "*) "$REAL" "$@" | sed 's/SameSite=None; Partitioned/SameSite=Lax/g' ;;
*) exec "$REAL" "$@" ;;
esac
"""


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def demo(**more):
    environment = dict(os.environ, CONCORS=CONCORS, TMPDIR=FOLDER.name, LC_ALL="C.UTF-8")
    environment.update(more.pop("env", {}))
    return subprocess.Popen([os.path.join(ROOT, "demo", "run.sh")], env=environment,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)


def is_gone(pid):
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def expect_nothing_left(out):
    for pid in re.findall(r"process (\d+)", out):
        expect(is_gone(int(pid)), "nginx still runs")
    left = [name for name in os.listdir(FOLDER.name) if name.startswith("concors-")]
    expect(not left, f"left over: {left}")


def told(**more):
    process = demo(**more)
    out, err = (text.decode("utf-8", "replace") for text in process.communicate(timeout=300))
    expect_nothing_left(out)
    return process.returncode, out, err


def scenes(out):
    """Title to text."""
    parts = re.split(r"^\d+\. (.*)$", out, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def scene(out, word):
    return next(text for title, text in scenes(out).items() if word in title)


def expect_the_gateway(out):
    if not HAS_GATEWAY:
        expect("the nginx module is not built" in scene(out, "everybody copies"), "why the gateway is left out")
        return
    before, after = scene(out, "Nobody may touch"), scene(out, "Behind the gateway")
    expect(before.count("blocked in all 4 browsers: ") == 2, before)
    expect("slash at the end is too much" in before and "answer OPTIONS before authentication" in before, before)
    expect(after.count("ok in all 5 browsers") == 3, after)
    expect("What one request cannot show\n   ✓ nothing wrong was found" in after, after)
    policy = scene(out, "The policy")
    for line in ("    origins: [https://app.shop.example:", "  policy       shop of policy.yaml", "  API          https://api.shop."):
        expect(line in policy, policy)
    expect(re.findall(r"^(\S+) \S+/(\w+) (\d+) (\w+) ", after.split("meanwhile")[1], re.MULTILINE) == [
        ("OPTIONS", "login", "204", "allow"), ("POST", "login", "200", "allow"),
        ("OPTIONS", "orders", "204", "allow"), ("GET", "orders", "200", "allow")], after)
    expect("What one request" not in scene(out, "Fixed"), "the audit has its scene")


def case_the_story_goes_as_intended():
    code, out, err = told()
    expect(code == 0, f"exit {code}\n{out[-3000:]}{err[-2000:]}")
    expect("blocked in all 3 browsers" in scene(out, "Broken"), "it begins broken")
    expect("ok in all 4 browsers" in scene(out, "Fixed"), "it is mended")
    expect("No header helps" in scene(out, "no header can fix"), "what no header can fix")
    expect("+    server_name api.shop.example;" in scene(out, "under one site"), "it moves")
    expect("ok in all 5 browsers" in scene(out, "One site:"), "it is right everywhere")
    copied = scene(out, "everybody copies")
    expect("+        add_header Access-Control-Allow-Origin $http_origin always;" in copied, copied)
    expect("ok in all 4 browsers" in copied and "ConcorsOriginReflected" in copied, copied)
    expect_the_gateway(out)
    expect(len(out.splitlines()) <= LINES_MAX, f"{len(out.splitlines())} lines")
    for line in out.splitlines():
        expect(len(line) <= 108, f"a long line: {line}")


def case_each_line_of_the_diff_is_in_what_the_command_printed():
    _, out, _ = told()
    printed = " ".join(scene(out, "Broken").split())
    changes = re.findall(r'^([-+]) +add_header (\S+) "(.*)"(?: always)?;$', scene(out, "The fix"), re.MULTILINE)
    expect(len(changes) == 6, f"changes: {changes}")
    for sign, name, value in changes:
        shown = re.sub("^sid=[^;]*", "sid=…", value)
        expect(f"{sign} {name}: {shown}" in printed, f"nobody printed {sign} {name}: {shown}")


def case_a_fix_that_does_not_help_is_written_all_the_same_and_the_story_fails():
    wrong = os.path.join(FOLDER.name, "wrong")
    with open(wrong, "w", encoding="ascii") as file:
        file.write(WRONG)
    os.chmod(wrong, 0o755)
    code, out, err = told(env={"CONCORS": wrong, "REAL": CONCORS})
    expect("; SameSite=Lax\" always;" in scene(out, "The fix"), "it was not taken from the report")
    expect(code == 1, f"exit {code}")
    expect("gave exit code 1; the story expects 0" in err and "did not go as intended" in err, err)


def interrupted(number, everybody, at=b"serves on loopback"):
    process = demo(start_new_session=True)
    head = b""
    while at not in head:
        piece = process.stdout.readline()
        expect(piece, "the demo ended early")
        head += piece
    drain = threading.Thread(target=process.stdout.read, daemon=True)
    drain.start()
    (os.killpg if everybody else os.kill)(process.pid, number)
    process.wait(timeout=100)
    drain.join()
    process.stdout.close()
    process.stderr.close()
    expect(process.returncode == 128 + number, f"exit code {process.returncode}")
    expect_nothing_left(head.decode())


def case_it_cleans_up_when_interrupted():
    interrupted(signal.SIGINT, True)


def case_it_cleans_up_when_terminated():
    interrupted(signal.SIGTERM, False)


def case_it_cleans_up_behind_the_gateway():
    if HAS_GATEWAY:
        interrupted(signal.SIGTERM, False, b"serves on this machine alone")
        interrupted(signal.SIGINT, True, b"serves on this machine alone")


def apply(report, configuration, side="server"):
    path = os.path.join(FOLDER.name, "api.conf")
    with open(path, "w", encoding="utf-8") as file:
        file.write(configuration)
    done = subprocess.run([sys.executable, APPLY, path, side], input=json.dumps(report), capture_output=True,
                          text=True, timeout=60, check=False)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    os.unlink(path)
    return done.returncode, text, done.stderr


SERVER = """server {
    server_name api.example;

    location = /me {
        if ($request_method = OPTIONS) {
            return 204;
        }
        add_header Set-Cookie "sid=secret; Path=/";
        return 200;
    }
}
"""


def report(*changes, helps=("chrome@156",)):
    fix = {"for": list(helps), "side": "server", "design": "kept", "leaves_blocked": [], "changes": [
        {"at": at, "name": name, "before": before, "after": after} for at, name, before, after in changes]}
    return {"browsers": [{"browser": "chrome@156", "verdict": "blocked", "steps": [{"url": "https://api.example/me"}]}],
            "fixes": [fix]}


def case_a_fix_lands_in_the_answer_it_names_and_keeps_the_cookies_value():
    code, text, said = apply(report(
        ("/steps/0/preflight", "Access-Control-Allow-Headers", [], "x-a"),
        ("/steps/0/response", "Set-Cookie", ["sid=…; Path=/"], "sid=…; Path=/; Secure")), SERVER)
    expect(code == 0, said)
    expect('OPTIONS) {\n            add_header Access-Control-Allow-Headers "x-a" always;\n            return 204;' in text,
           text)
    expect('        add_header Set-Cookie "sid=secret; Path=/; Secure" always;\n        return 200;' in text, text)
    expect(text.count("Set-Cookie") == 1, text)


def case_nothing_is_written_that_nginx_would_read_as_more_than_a_value():
    for value in ("$host", "a\n}", "a\x1b"):
        code, text, said = apply(report(("/steps/0/response", "Vary", [], value)), SERVER)
        expect(code == 1 and text == SERVER and "nginx cannot say" in said, f"{value!r}: {said}{text}")
    code, text, _ = apply(report(("/steps/0/response", "Vary", [], 'a"; b \\')), SERVER)
    expect(code == 0 and 'add_header Vary "a\\"; b \\\\" always;\n' in text, text)


def case_a_report_without_a_fix_for_all_changes_nothing():
    for found in (report(helps=("safari@26.2",)), report(("/steps/0/response", "Vary", ["Accept"], "Origin"))):
        code, text, said = apply(found, SERVER)
        expect(code == 1 and text == SERVER and said.startswith("apply_fix: "), f"{said}{text}")


def main():
    if not shutil.which("nginx") and not os.path.exists("/usr/sbin/nginx"):
        print("skip  demo: nginx is not installed")
        print("0 passed, 0 failed, 1 skipped")
        return 0
    passed = failed = 0
    wanted = sys.argv[2:]
    for name, case in list(globals().items()):
        if not name.startswith("case_") or (wanted and not any(word in name for word in wanted)):
            continue
        try:
            case()
            passed += 1
        except Exception as error:  # pylint: disable=broad-except
            failed += 1
            print(f"FAIL {name[5:]}: {type(error).__name__}: {error}")
    FOLDER.cleanup()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
