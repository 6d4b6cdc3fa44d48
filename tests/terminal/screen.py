"""
Runs a program in a terminal, and records what its screen shows.

Reads JSON from stdin: `command`, `env`, `columns`, `rows`, and `steps`. A step waits until the screen matches the regular
expression `until`, or without one until the program has ended. Then it may `type` a text, `resize` the terminal to
[columns, rows], `kill` the program with a signal of that number, and `record` the screen. Writes the recorded screens as
JSON, each as a list of lines, and the exit code.
"""

import codecs
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

import pyte

TIMEOUT_SECONDS = 30


def set_size(terminal, columns, rows):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


asked = json.load(sys.stdin)
pid, terminal = pty.fork()
if pid == 0:
    set_size(0, asked["columns"], asked["rows"])
    os.execvpe(asked["command"][0], asked["command"], asked["env"])

screen = pyte.Screen(asked["columns"], asked["rows"])
stream = pyte.Stream(screen)
# Else pyte ignores what chooses the line characters of framed tables.
stream.use_utf8 = False
decoder = codecs.getincrementaldecoder("utf-8")("replace")
deadline = time.monotonic() + TIMEOUT_SECONDS
has_ended = False


def lines():
    return [line.rstrip() for line in screen.display]


def shows(pattern):
    return re.search(pattern, "\n".join(lines()), re.MULTILINE)


def fail(why):
    raise SystemExit(why + "; the screen shows\n" + "\n".join(lines()).rstrip())


def read():
    global has_ended
    left = deadline - time.monotonic()
    if left <= 0 or not select.select([terminal], [], [], left)[0]:
        os.kill(pid, signal.SIGKILL)
        fail("the program takes too long")
    try:
        # pyte drops what is behind a left-to-right mark, which takes no column.
        stream.feed(decoder.decode(os.read(terminal, 65536)).replace("\u200e", ""))
    except OSError:
        # Linux says so when the program has ended.
        has_ended = True


recorded = []
for step in asked["steps"]:
    while not has_ended and not ("until" in step and shows(step["until"])):
        read()
    if "until" in step and not shows(step["until"]):
        fail("the program has ended without " + step["until"])
    if step.get("record"):
        recorded.append(lines())
    if "resize" in step:
        columns, rows = step["resize"]
        screen.resize(rows, columns)
        screen.reset()
        set_size(terminal, columns, rows)
    if "type" in step:
        os.write(terminal, step["type"].encode())
    if "kill" in step:
        os.kill(pid, step["kill"])
while not has_ended:
    read()
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
json.dump({"screens": recorded, "status": status}, sys.stdout)
