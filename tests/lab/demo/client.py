"""Home Assistant as its users see it: its public REST and websocket API, with a login of one's own."""

import asyncio
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

import aiohttp

TIMEOUT = aiohttp.ClientTimeout(30)


class ApiError(Exception):
    """A call was answered with an error; `status` is that of HTTP or the code of the websocket's error."""

    def __init__(self, status: int | str, message: str) -> None:
        """Keep the status."""
        super().__init__(f"{status}: {message}")
        self.status = status


async def onboard(url: str, username: str, password: str) -> None:
    """Create the owner."""
    body = {"client_id": f"{url}/", "name": "Owner", "username": username, "password": password, "language": "en"}
    async with (
        aiohttp.ClientSession(timeout=TIMEOUT) as session,
        session.post(f"{url}/api/onboarding/users", json=body) as answer,
    ):
        answer.raise_for_status()


class Client:
    """One user's session; with no username, that of somebody who never logged in."""

    def __init__(self, url: str, username: str | None = None, password: str = "") -> None:
        """Name the server and who logs in."""
        self.url = url
        self._username, self._password = username, password
        self._session: aiohttp.ClientSession | None = None
        self._number = 0
        self.tokens: dict[str, Any] = {}

    async def __aenter__(self) -> Self:
        """Log in. Raises ApiError."""
        self._session = aiohttp.ClientSession(timeout=TIMEOUT)
        if self._username is not None:
            await self._log_in()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Log out of nothing: the tokens end with the home."""
        if self._session is not None:
            await self._session.close()

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        """Call the REST API. Raises ApiError."""
        assert self._session is not None
        headers = {"Authorization": f"Bearer {self.tokens['access_token']}"} if self.tokens else {}
        async with self._session.request(method, f"{self.url}{path}", json=body, headers=headers) as answer:
            if not answer.ok:
                raise ApiError(answer.status, await answer.text())
            return await answer.json()

    async def action(self, name: str, data: Mapping[str, Any], *, response: bool = False) -> Any:
        """Perform an action such as `switch.turn_on`. Raises ApiError."""
        suffix = "?return_response" if response else ""
        return await self.call("POST", f"/api/services/{name.replace('.', '/')}{suffix}", dict(data))

    async def state(self, entity_id: str) -> str:
        """State of an entity. Raises ApiError."""
        return str((await self.call("GET", f"/api/states/{entity_id}"))["state"])

    async def wait_for(self, entity_id: str, wanted: Callable[[str], bool], timeout: float = 10.0) -> str:  # noqa: ASYNC109
        """Wait until the state of an entity is as wanted. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while True:
                state = await self.state(entity_id)
                if wanted(state):
                    return state
                await asyncio.sleep(0.1)

    async def command(self, kind: str, **arguments: Any) -> Any:
        """Send one websocket command. Raises ApiError."""
        assert self._session is not None
        async with self._session.ws_connect(f"{self.url}/api/websocket") as socket:
            await socket.receive_json(timeout=10)
            await socket.send_json({"type": "auth", "access_token": self.tokens["access_token"]})
            if (await socket.receive_json(timeout=10))["type"] != "auth_ok":
                code, message = "auth_invalid", "not logged in"
                raise ApiError(code, message)
            await socket.send_json({"id": 1, "type": kind, **arguments})
            answer = await socket.receive_json(timeout=30)
        if not answer["success"]:
            raise ApiError(answer["error"]["code"], answer["error"]["message"])
        return answer["result"]

    async def flow(self, handler: str, user_input: Mapping[str, Any]) -> Any:
        """Set an integration up as its form asks. Raises ApiError."""
        form = await self.call("POST", "/api/config/config_entries/flow", {"handler": handler})
        result = await self.call("POST", f"/api/config/config_entries/flow/{form['flow_id']}", dict(user_input))
        if result["type"] != "create_entry":
            raise ApiError(result["type"], str(result.get("errors") or result.get("reason")))
        return form

    async def _log_in(self) -> None:
        assert self._session is not None
        client_id = f"{self.url}/"
        start = {"client_id": client_id, "handler": ["homeassistant", None], "redirect_uri": client_id}
        flow = await self.call("POST", "/auth/login_flow", start)
        login = {"client_id": client_id, "username": self._username, "password": self._password}
        done = await self.call("POST", f"/auth/login_flow/{flow['flow_id']}", login)
        if done["type"] != "create_entry":
            raise ApiError(done["type"], str(done.get("errors")))
        form = {"client_id": client_id, "grant_type": "authorization_code", "code": done["result"]}
        async with self._session.post(f"{self.url}/auth/token", data=form) as answer:
            answer.raise_for_status()
            self.tokens = await answer.json()
