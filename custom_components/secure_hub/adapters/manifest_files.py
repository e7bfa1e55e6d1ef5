"""Manifest files from where an administrator says they are: under Home Assistant's folder, or fetched.

A file and its detached signature (RFC 8520, section 13.1) are read whole or not at all, bounded in size and time.
"""

from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path
import socket
import ssl
from typing import Final
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography.x509 import Certificate, load_pem_x509_certificates

from ..engine.assets.model import Address
from ..engine.manifests.i_json import MAX_BYTES

AUTHORITIES: Final = "manifest_authorities"
"""Folder in ours, of PEM files: the certificate authorities that manufacturers' signatures may come from."""
MAX_AUTHORITIES: Final = 64
_MAX_PEM: Final = 256 * 1024
_TIMEOUT: Final = aiohttp.ClientTimeout(total=20)
_MAX_HOPS: Final = 3
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_SCHEMES: Final = frozenset({"http", "https"})


class ManifestFileError(Exception):
    """A file that cannot be had; `key` is a translation key, `detail` what is wrong."""

    def __init__(self, *, key: str, detail: str) -> None:
        """Keep both for whoever tells the user."""
        super().__init__(f"{key}: {detail}")
        self.key = key
        self.detail = detail


def read(folder: Path, name: str, limit: int = MAX_BYTES) -> bytes:
    """Read a file below a folder. Blocks; raises ManifestFileError for one that is not there, or not there really."""
    try:
        root = folder.resolve()
        path = (root / name).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            raise ManifestFileError(key="manifest_not_found", detail=name)
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise ManifestFileError(key="manifest_not_found", detail=f"{name!a}: {error}") from error
    return _bounded(data, name, limit)


def authorities(folder: Path) -> list[Certificate]:
    """Give the trust anchors that the owner put there. Blocks; raises ManifestFileError for one that cannot be read."""
    found: list[Certificate] = []
    for path in sorted(folder.glob("*.pem"))[:MAX_AUTHORITIES]:
        try:
            found += load_pem_x509_certificates(read(folder, path.name, _MAX_PEM))
        except ValueError as error:
            raise ManifestFileError(key="manifest_authority", detail=f"{path.name}: {error}") from error
    return found[:MAX_AUTHORITIES]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that was fetched: the URL that it came from at last, and whether nobody on the way could change it."""

    data: bytes
    url: str
    secure: bool


async def fetch(url: str, *, public_only: bool, context: ssl.SSLContext, limit: int = MAX_BYTES) -> Fetched:
    """Fetch a file.

    A name that stands for this machine or its link is refused, whatever the address that was looked up says later: only
    what was checked is connected to. With `public_only`, for URLs that no administrator wrote, nothing at home is
    asked at all; nor is it where another host redirects to. Raises ManifestFileError.
    """
    guard = _Guard(public_only=public_only)
    secure = True
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(resolver=guard, ssl=context), timeout=_TIMEOUT, trust_env=False
    ) as session:
        for _ in range(_MAX_HOPS):
            host = _host(url, public_only=guard.public_only)
            secure = secure and urlsplit(url).scheme == "https"
            try:
                async with session.get(url, allow_redirects=False, headers={"Accept-Encoding": "identity"}) as answer:
                    if answer.status == HTTPStatus.OK:
                        return Fetched(_bounded(await _body(answer, limit), url, limit), url, secure)
                    if answer.status not in _REDIRECTS:
                        raise ManifestFileError(key="manifest_not_fetched", detail=f"{url}: {answer.status}")
                    url = urljoin(url, answer.headers.get("Location", ""))
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                raise ManifestFileError(
                    key="manifest_not_fetched", detail=f"{url}: {error or type(error).__name__}"
                ) from error
            guard.public_only = guard.public_only or urlsplit(url).hostname != host
    raise ManifestFileError(key="manifest_not_fetched", detail=f"{url}: too many redirects")


async def _body(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    data = bytearray()
    async for chunk in answer.content.iter_chunked(1 << 16):
        data += chunk
        if len(data) > limit:
            break
    return bytes(data)


def _bounded(data: bytes, name: str, limit: int) -> bytes:
    if len(data) > limit:
        raise ManifestFileError(key="manifest_too_large", detail=f"{name}: {limit}")
    return data


def _host(url: str, *, public_only: bool) -> str:
    """Host of a web address. Refuses what is none, and literal addresses of the home that no administrator wrote."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError as error:
        raise ManifestFileError(key="manifest_address", detail=url) from error
    if parts.scheme not in _SCHEMES or not host or parts.username is not None:
        raise ManifestFileError(key="manifest_address", detail=url)
    try:
        literal = ip_address(host)
    except ValueError:
        return host
    if public_only and not _is_public(literal):
        raise ManifestFileError(key="manifest_address", detail=url)
    return host


def _is_public(address: Address) -> bool:
    return address.is_global and not address.is_multicast


class _Guard(AbstractResolver):
    """Addresses of a name, without those that nobody may be led to by a name."""

    def __init__(self, *, public_only: bool) -> None:
        self.public_only = public_only
        self._resolver = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        good = [one for one in found if self._may(ip_address(one["host"].partition("%")[0]))]
        if not good:
            msg = f"{host} is not on a network that may be asked"
            raise OSError(msg)
        return good

    async def close(self) -> None:
        await self._resolver.close()

    def _may(self, address: Address) -> bool:
        if self.public_only:
            return _is_public(address)
        return not (address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast)
