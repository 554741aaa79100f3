"""Headless Chromium over its debugging pipe: messages of JSON that end in a zero byte, no more.

References:
    Chrome DevTools Protocol, https://chromedevtools.github.io/devtools-protocol.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

__all__ = ["Tab", "chromium", "opened"]

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE: Final = 60.0  # seconds for any one answer: machines are shared


def chromium() -> str:
    """Where the browser is.

    Raises:
        FileNotFoundError: nowhere.
    """
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        raise FileNotFoundError(
            "make test-page needs Chromium: apt-get install chromium, or a browser named "
            f"{' or '.join(_NAMES)} in the PATH"
        )
    return found


# the browser reads from 3 and writes to 4, whatever the pipes are called
_FROM_3_TO_4: Final = """
import os, sys
read, write = map(os.dup, map(int, sys.argv[1:3]))
for own, wanted in ((read, 3), (write, 4)):
    os.dup2(own, wanted)
    os.set_inheritable(wanted, True)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Tab:
    """One page of a browser."""

    def __init__(self, read: int, write: int, log: Path) -> None:
        self._read, self._write, self._log = read, write, log
        self._waiting, self._number, self._session = b"", 0, ""
        self.events: list[dict[str, Any]] = []

    def attach(self) -> None:
        """To an empty page."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility", "DOM"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Ask the browser something, and wait for the answer."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                found: dict[str, Any] = answer["result"]
                return found
            self.events.append(answer)

    def _next(self) -> dict[str, Any]:
        end = time.monotonic() + _PATIENCE
        while b"\0" not in self._waiting:
            ready, _, _ = select.select([self._read], [], [], max(0.0, end - time.monotonic()))
            more = os.read(self._read, 1 << 16) if ready else b""
            if not more:
                raise TimeoutError(f"no answer: {self._log.read_text(errors='replace')[-2000:]}")
            self._waiting += more
        message, _, self._waiting = self._waiting.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found

    def open(self, page: Path | str, *, width: int = 1280, height: int = 900) -> None:
        """Load a file or an address, and wait until it is there."""
        self.resize(width, height)
        self.events.clear()
        url = page if isinstance(page, str) else page.resolve().as_uri()
        self.ask("Page.navigate", url=url)
        self.until("document.readyState === 'complete'")

    def resize(self, width: int, height: int) -> None:
        """The size of the window."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, awaited where it is a promise.

        Raises:
            AssertionError: it throws.
        """
        answer = self.ask(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def until(self, condition: str) -> None:
        """Wait until a condition holds."""
        end = time.monotonic() + _PATIENCE
        while not self._holds(condition):
            assert time.monotonic() < end, condition
            time.sleep(0.02)

    def _holds(self, condition: str) -> bool:
        try:
            return bool(self.evaluate(condition))
        except RuntimeError as error:
            if "navigated" not in str(error):
                raise
            return False  # asked while a page gave way to the next

    def press(self, key: str, *, text: str = "") -> None:
        """Press and release a key."""
        named = {" ": "Space"}.get(key, key)
        codes = {"Enter": 13, "Tab": 9, " ": 32, "ArrowDown": 40, "ArrowUp": 38, "End": 35}
        more: Mapping[str, Any] = {"text": text} if text else {}
        for kind in ("keyDown", "keyUp"):
            self.ask(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=named,
                windowsVirtualKeyCode=codes.get(key, 0),
                **(more if kind == "keyDown" else {}),
            )

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag the pointer from one place of the window to another."""
        (x, y), (to_x, to_y) = start, end

        def send(kind: str, share: float, buttons: int) -> None:
            self.ask(
                "Input.dispatchMouseEvent",
                type=kind,
                x=x + share * (to_x - x),
                y=y + share * (to_y - y),
                button="left",
                buttons=buttons,
                clickCount=1,
            )

        send("mouseMoved", 0.0, 0)
        send("mousePressed", 0.0, 1)
        for step in range(1, 9):
            send("mouseMoved", step / 8, 1)
        send("mouseReleased", 1.0, 0)

    def complaints(self) -> list[str]:
        """What the console says: errors, warnings, refused requests and styles, exceptions."""
        self.evaluate("0")
        found = []
        for event in self.events:
            told = event.get("params", {})
            if event.get("method") == "Runtime.exceptionThrown":
                found.append(json.dumps(told["exceptionDetails"])[:600])
            elif event.get("method") == "Log.entryAdded":
                found.append(f"{told['entry']['level']}: {told['entry']['text']}")
            elif event.get("method") == "Runtime.consoleAPICalled":
                found.append(f"{told['type']}: {json.dumps(told['args'])[:600]}")
        return found

    def requests(self) -> list[str]:
        """The addresses that were asked for, but for data in the page itself."""
        self.evaluate("0")
        sent = [e for e in self.events if e.get("method") == "Network.requestWillBeSent"]
        addresses = [event["params"]["request"]["url"] for event in sent]
        return [address for address in addresses if not address.startswith("data:")]

    def picture(self, file: Path, *, whole: bool = True) -> None:
        """A screenshot, of the whole page or of the window."""
        answer = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(base64.b64decode(answer["data"]))


@contextmanager
def opened(folder: Path) -> Iterator[Tab]:
    """A browser with a profile of its own in ``folder``, which is gone afterwards."""
    to_browser, write = os.pipe()
    read, from_browser = os.pipe()
    log = folder / "chromium.log"

    command = [
        *(sys.executable, "-c", _FROM_3_TO_4, str(to_browser), str(from_browser)),
        chromium(),
        "--headless=new",
        "--no-sandbox",  # a container has none, and the page is our own
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--remote-debugging-pipe",
        f"--user-data-dir={folder / 'profile'}",
    ]
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=errors,
            stderr=errors,
            pass_fds=(to_browser, from_browser),
        )
    os.close(to_browser)
    os.close(from_browser)
    try:
        tab = Tab(read, write, log)
        tab.attach()
        yield tab
    finally:
        process.terminate()
        process.wait(timeout=_PATIENCE)
        os.close(read)
        os.close(write)
