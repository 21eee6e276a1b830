# SPDX-License-Identifier: LGPL-2.1-or-later
"""A Chromium without a window, spoken to over its DevTools protocol through a pipe."""
import base64
import contextlib
import fcntl
import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import tempfile
import time

PROGRAMS = ["chromium", "chromium-browser", "google-chrome"]
ANSWER_SECONDS = 60
STOP_SECONDS = 10

# Nothing that asks the network, the display or the user; a camera that draws a clock and a
# microphone that beeps.
OPTIONS = [
    "--headless", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check",
    "--disable-gpu", "--disable-quic", "--disable-sync", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps",
    "--disable-domain-reliability", "--disable-dev-shm-usage", "--no-proxy-server",
    "--autoplay-policy=no-user-gesture-required", "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream", "--window-size=800,600",
]


class ChromiumError(Exception):
    pass


def find_program():
    """The path of a Chromium, or None."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def version():
    output = subprocess.run([find_program(), "--version"], stdout=subprocess.PIPE, check=True,
                            stderr=subprocess.DEVNULL, text=True,
                            env=clean_environment()).stdout
    return output.strip()


def clean_environment():
    """What a test sets for programs of its own is not for the browser."""
    return {key: value for key, value in os.environ.items()
            if key not in ("LD_PRELOAD", "ASAN_OPTIONS", "G_DEBUG", "DISPLAY")}


def make_pipe():
    """A pipe whose ends are not those numbers that the browser has its own at."""
    ends = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends]
    for end in ends:
        os.close(end)
    return high


class Chromium:
    """Ends with close(), or as a context manager."""

    def __init__(self, *options):
        self.profile = pathlib.Path(tempfile.mkdtemp(prefix="chromium-"))
        self.log = self.profile / "log"
        self.last_id, self.pending = 0, b""
        self.console = []
        command_read, self.commands = make_pipe()
        self.answers, answer_write = make_pipe()
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        arguments = [find_program(), *OPTIONS, *root, f"--user-data-dir={self.profile}/data",
                     *options, "about:blank"]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                ["bash", "-c", f'exec "$@" 3<&{command_read} 4>&{answer_write}', "bash", *arguments],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                pass_fds=(command_read, answer_write), env=clean_environment())
        os.close(command_read)
        os.close(answer_write)
        self.page = None
        try:
            self.page = self.attach()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        with contextlib.suppress(ChromiumError, OSError):
            self.call("Browser.close", page=False)
        with contextlib.suppress(OSError):
            os.close(self.commands)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        # Its children are in a session of their own, with it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        with contextlib.suppress(OSError):
            os.close(self.answers)
        shutil.rmtree(self.profile, ignore_errors=True)

    def read_message(self, deadline):
        while b"\0" not in self.pending:
            if not select.select([self.answers], [], [], max(0, deadline - time.monotonic()))[0]:
                raise ChromiumError(f"Chromium does not answer\n{self.read_log()}")
            data = os.read(self.answers, 1 << 16)
            if not data:
                raise ChromiumError(f"Chromium has ended\n{self.read_log()}")
            self.pending += data
        message, _, self.pending = self.pending.partition(b"\0")
        return json.loads(message)

    def read_log(self):
        return self.log.read_text(errors="replace")[-4000:]

    def call(self, method, page=True, seconds=ANSWER_SECONDS, **parameters):
        """A command of the protocol; returns its result."""
        self.last_id += 1
        command = {"id": self.last_id, "method": method, "params": parameters}
        if page:
            command["sessionId"] = self.page
        os.write(self.commands, json.dumps(command).encode() + b"\0")
        deadline = time.monotonic() + seconds
        while (message := self.read_message(deadline)).get("id") != self.last_id:
            if message.get("method") == "Runtime.consoleAPICalled":
                self.console.append(" ".join(str(argument.get("value", argument.get("description")))
                                             for argument in message["params"]["args"]))
        if "error" in message:
            raise ChromiumError(f"{method}: {message['error']}")
        return message["result"]

    def attach(self):
        targets = self.call("Target.getTargets", page=False)["targetInfos"]
        target = next(each for each in targets if each["type"] == "page")
        page = self.call("Target.attachToTarget", page=False, targetId=target["targetId"],
                         flatten=True)["sessionId"]
        self.page = page
        self.call("Page.enable")
        self.call("Runtime.enable")
        return page

    def open(self, url):
        """Goes to a page, and waits until its scripts have run."""
        result = self.call("Page.navigate", url=url)
        if result.get("errorText"):
            raise ChromiumError(f"{url}: {result['errorText']}")
        self.wait(f"document.readyState == 'complete' && location.href == {json.dumps(url)}")

    def run(self, script, seconds=ANSWER_SECONDS):
        """The value of a JavaScript expression; of a promise, what comes of it."""
        result = self.call("Runtime.evaluate", seconds=seconds, expression=script,
                           awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            text = details.get("exception", {}).get("description", details["text"])
            raise ChromiumError(f"{script}: {text}")
        return result["result"].get("value")

    def wait(self, script, seconds=ANSWER_SECONDS):
        """Waits until the expression is true."""
        # In the page, so that nothing is asked over and over from here.
        return self.run(f"""new Promise((resolve, reject) => {{
            const end = Date.now() + {seconds * 1000};
            const look = async () => {{
                const value = await ({script});
                if (value) resolve(value);
                else if (Date.now() > end) reject(new Error("never true"));
                else setTimeout(look, 20);
            }};
            look();
        }})""", seconds + 5)

    def screenshot(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(data))
