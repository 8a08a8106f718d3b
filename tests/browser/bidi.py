"""A window of Firefox, driven by what Firefox itself answers to: WebDriver BiDi (w3.org/TR/webdriver-bidi), JSON over
a WebSocket, with no driver between. Only what the rows about leaving need is here."""

import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

MAX_START_SECONDS = 60  # seconds
MAX_ANSWER_SECONDS = 30  # seconds
POLL_SECONDS = 0.02  # seconds
# Whatever Firefox would ask of others goes to a port of this machine at which nobody answers.
PREFERENCES: dict[str, Any] = {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": "localhost, 127.0.0.1",
}
TAB, ENTER, SHIFT = "\ue004", "\ue007", "\ue008"


@dataclass
class Window:
    """One window. `told` has what the pages said by `tell(…)`, `asked` every address that was requested, `complaints`
    the errors and warnings of its console."""

    wire: ClientConnection
    here: str = ""
    told: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    _number: int = 0

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """The answer to one command; RuntimeError with Firefox's own words where it refuses."""
        self._number += 1
        self.wire.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            message = json.loads(self.wire.recv(MAX_ANSWER_SECONDS))
            if message["type"] == "event":
                self._hear(message["method"], message["params"])
            elif message["type"] == "error":
                raise RuntimeError(f"{method}: {message['message']}")
            elif message["id"] == self._number:
                return message["result"]

    def _hear(self, event: str, params: dict[str, Any]) -> None:
        if event == "script.message":
            self.told.append(params["data"]["value"])
        elif event == "network.beforeRequestSent":
            self.asked.append(params["request"]["url"])
        elif params["level"] in ("error", "warn"):
            self.complaints.append(params["text"])

    def open(self, address: str) -> None:
        self.send("browsingContext.navigate", context=self.here, url=address, wait="complete")

    def resize(self, width: int, height: int) -> None:
        self.send(
            "browsingContext.setViewport", context=self.here, viewport={"width": width, "height": height}
        )

    def step(self, by: int) -> None:
        """Back or Forward in the history, until the page there is shown."""
        self.send("browsingContext.traverseHistory", context=self.here, delta=by)

    def value(self, expression: str) -> Any:
        """What a JavaScript expression comes to: a text, a number, a truth, or nothing."""
        answer = self.send(
            "script.evaluate", expression=expression, target={"context": self.here}, awaitPromise=True
        )
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return answer["result"].get("value")

    def waits_for(self, expression: str, seconds: float = 10) -> None:
        """Asks again and again, also while one page goes and the next one comes."""
        give_up = time.monotonic() + seconds
        while True:
            with suppress(RuntimeError):
                if self.value(expression):
                    return
            assert time.monotonic() < give_up, f"not within {seconds} s: {expression}"
            time.sleep(POLL_SECONDS)

    def click(self, selector: str) -> None:
        found = self.send(
            "browsingContext.locateNodes",
            context=self.here,
            locator={"type": "css", "value": selector},
            maxNodeCount=1,
        )["nodes"]
        assert found, f"nothing is {selector}"
        origin = {"type": "element", "element": {"sharedId": found[0]["sharedId"]}}
        steps = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": origin},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._act({"type": "pointer", "id": "mouse", "actions": steps})

    def press(self, keys: str) -> None:
        steps = [{"type": move, "value": key} for key in keys for move in ("keyDown", "keyUp")]
        self._act({"type": "key", "id": "keys", "actions": steps})

    def _act(self, source: dict[str, Any]) -> None:
        self.send("input.performActions", context=self.here, actions=[source])

    def on_each_page(self, body: str) -> None:
        """Runs `body`, in which `tell` is a function, at the start of every page from now on."""
        self.send(
            "script.addPreloadScript",
            functionDeclaration=f"(tell) => {{ {body} }}",
            arguments=[{"type": "channel", "value": {"channel": "told"}}],
        )

    def cookies(self) -> dict[str, str]:
        found = self.send("storage.getCookies")["cookies"]
        return {each["name"]: each["value"]["value"] for each in found}


@contextmanager
def start_firefox(program: str, folder: Path, **preferences: Any) -> Iterator[Window]:
    """A headless Firefox with a profile in `folder`, quit at the end."""
    lines = [f"user_pref({json.dumps(n)}, {json.dumps(v)});" for n, v in (PREFERENCES | preferences).items()]
    folder.mkdir()
    (folder / "user.js").write_text("\n".join(lines))
    said = folder / "said.txt"
    command = [program, "--headless", "--no-remote", "--profile", str(folder), "--remote-debugging-port", "0"]
    with said.open("wb") as out:
        firefox = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
    try:
        # No pings: on a busy machine Firefox answers them late, and the connection would be closed.
        address = f"{websocket_address(firefox, said)}/session"
        with connect(address, max_size=None, proxy=None, ping_interval=None) as wire:
            window = Window(wire)
            window.send("session.new", capabilities={})
            window.here = window.send("browsingContext.getTree")["contexts"][0]["context"]
            events = ["script.message", "network.beforeRequestSent", "log.entryAdded"]
            window.send("session.subscribe", events=events)
            yield window
            window.send("browser.close")
    finally:
        firefox.terminate()
        firefox.wait()


def websocket_address(firefox: subprocess.Popen[bytes], said: Path) -> str:
    """The address that Firefox prints once it listens."""
    give_up = time.monotonic() + MAX_START_SECONDS
    while time.monotonic() < give_up and firefox.poll() is None:
        if found := re.search(r"BiDi listening on (ws://\S+)", said.read_text()):
            return found[1]
        time.sleep(POLL_SECONDS)
    raise RuntimeError(f"Firefox did not start:\n{said.read_text()}")
