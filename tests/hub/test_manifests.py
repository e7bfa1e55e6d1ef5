"""Manifests in a running home: what a file asks for passes, on the wire; what cannot be used changes nothing."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest
import voluptuous as vol

from custom_components.secure_hub.adapters import manifest_files
from custom_components.secure_hub.adapters.manifest_files import AUTHORITIES, ManifestFileError, fetch
from custom_components.secure_hub.adapters.manifest_store import Kept
from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.manifests.i_json import MAX_BYTES
from custom_components.secure_hub.hub import SecureHub
from tests.engine.manifests.documents import ace, document, encoded
from tests.faces import asset, device_id
from tests.lab.network.catalogue import SITES
from tests.lab.network.lab import Lab
from tests.plugin import journal_of, off_loop

CLOUD, OTHER = SITES[1], SITES[2]
NAME = CLOUD.names[0]


@pytest.fixture(autouse=True)
def known(lab: Lab) -> None:
    """All devices' addresses are known: a name is told to an address."""
    for device in lab.devices:
        assert lab.hub.ping(device.ipv4, 3.0)
        assert lab.hub.ping(device.ipv6, 3.0)


def manifest(**leaves: Any) -> dict[str, Any]:
    """A camera that needs its cloud by HTTPS, and echoes with the home's machines."""
    name = {"ietf-acldns:dst-dnsname": NAME}
    lan = {"mud": {"local-networks": [None]}}
    return document(
        [
            ace("cloud", ipv4=name, tcp={"destination-port": {"port": 443}}),
            ace("echo", **lan, tcp={"destination-port": {"port": 7}}),
        ],
        [ace("cloud-back", ipv4={"ietf-acldns:src-dnsname": NAME}, tcp={"source-port": {"port": 443}})],
        leaves=leaves,
    )


async def bring(hass: HomeAssistant, hub: SecureHub, lab: Lab, what: str, **data: Any) -> dict[str, Any]:
    """Import a manifest for the camera, as an automation does."""
    answer = await hass.services.async_call(
        DOMAIN,
        "import_manifest",
        {"device_id": device_id(hub, lab.device("camera")), "manifest": what, **data},
        blocking=True,
        return_response=True,
    )
    assert answer
    return answer  # type: ignore[return-value]


async def refused(hass: HomeAssistant, hub: SecureHub, lab: Lab, what: str, **data: Any) -> str:
    """Why an import is refused; nothing changed."""
    before = hub.permissions, hub.manifests.kept, hub.journal.status.head
    with pytest.raises(ServiceValidationError) as error:
        await bring(hass, hub, lab, what, **data)
    assert (hub.permissions, hub.manifests.kept, hub.journal.status.head) == before
    return str(error.value.translation_key)


def opens(lab: Lab, host: str, port: int) -> bool:
    return bool(lab.device("camera").probe({"it": ("tcp", host, port)})["it"])


async def test_what_the_file_asks_for_passes_and_nothing_else(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera = lab.device("camera")
    told = await bring(hass, hub, lab, encoded(manifest()).decode())
    assert {f"{one['scope']} {one['destination']}" for one in told["allowed"]} >= {f"internet {NAME} tcp/443"}
    assert told["left_out"] == []
    assert await off_loop(camera.resolve, NAME)
    assert await off_loop(camera.tcp, CLOUD.ipv4, 443, 5.0)
    assert not await off_loop(opens, lab, CLOUD.ipv4, 80)
    assert not await off_loop(opens, lab, OTHER.ipv4, 443)
    assert await off_loop(camera.tcp, lab.laptop.ipv4, 7, 5.0)
    assert not await off_loop(opens, lab, lab.laptop.ipv6, 7), "the file speaks of IPv4"
    assert not await off_loop(opens, lab, lab.laptop.ipv4, 22)
    record = next(one for one in journal_of(hass) if one["action"] == "import_manifest")
    assert (record["reason"], record["after"]) == ("https://lamps.example.com/lamp", "restricted")

    answer = await hass.services.async_call(
        DOMAIN,
        "explain",
        {"device_id": device_id(hub, camera), "scope": "internet", "destination": f"{NAME} tcp/443"},
        blocking=True,
        return_response=True,
    )
    verdict: Mapping[str, Any] = answer["assets"][asset(hub, camera).id]  # type: ignore[index,call-overload,assignment]
    assert (verdict["decision"], verdict["winner"]["source"]) == ("allow", "cloud"), "the entry of the file is named"


async def test_a_port_of_its_own_is_open_to_whom_the_file_names(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera, tv = lab.device("camera"), lab.device("tv")
    near = {"ipv4": {}, "mud": {"local-networks": [None]}}
    served = document(
        [
            ace("web", **near, tcp={"source-port": {"port": 80}, "ietf-mud:direction-initiated": "to-device"}),
            ace("echo", **near, udp={"source-port": {"port": 7}}),
        ],
        [
            ace("web", **near, tcp={"destination-port": {"port": 80}, "ietf-mud:direction-initiated": "to-device"}),
            ace("echo", **near, udp={"destination-port": {"port": 7}}),
        ],
    )
    told = await bring(hass, hub, lab, encoded(served).decode())
    assert told["left_out"] == []
    probes = {
        f"{kind}/{port} {version}": (kind, host, port)
        for version, host in ((4, camera.ipv4), (6, camera.ipv6))
        for kind, port in (("tcp", 80), ("tcp", 554), ("tcp", 7), ("udp", 7))
    }
    for host in (lab.laptop, tv):
        found = await off_loop(host.probe, probes)
        assert {name for name, answered in found.items() if answered} == {"tcp/80 4", "udp/7 4"}, host.name
        back = await off_loop(camera.probe, {"tcp": ("tcp", host.ipv4, 7), "udp": ("udp", host.ipv4, 7)})
        assert not any(back.values()), "what others may open there, it may open nowhere"


async def test_a_controller_is_where_the_owner_says(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    server = document([ace("server", mud={"controller": "urn:example:server"}, tcp={"destination-port": {"port": 7}})])
    told = await bring(hass, hub, lab, encoded(server).decode())
    assert ["stands for nobody" in one["reason"] for one in told["left_out"]] == [True]
    where = {"urn:example:server": [lab.laptop.ipv4, lab.laptop.ipv6]}
    told = await bring(hass, hub, lab, encoded(server).decode(), controllers=where)
    assert told["left_out"] == []
    assert await off_loop(lab.device("camera").tcp, lab.laptop.ipv4, 7, 5.0)
    with pytest.raises(vol.Invalid):
        await bring(hass, hub, lab, encoded(server).decode(), controllers={"urn:example:server": "nowhere"})


async def test_it_outlives_a_restart_and_gives_back_what_was(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera = device_id(hub, lab.device("camera"))
    await hass.services.async_call(DOMAIN, "set_profile", {"device_id": camera, "profile": "local_only"}, blocking=True)
    await bring(hass, hub, lab, encoded(manifest()).decode())
    await bring(hass, hub, lab, encoded(manifest(**{"mud-url": "https://lamps.example.com/second"})).decode())
    assert await hass.config_entries.async_reload(hub.entry.entry_id)
    await hass.async_block_till_done()
    hub = hub.entry.runtime_data
    owner = asset(hub, lab.device("camera")).id
    assert hub.manifests.kept.imported[owner].mud_url == "https://lamps.example.com/second"
    assert hub.permissions.profiles[owner] == "restricted"
    for _ in range(2):  # the second time there is nothing to take away
        await hass.services.async_call(DOMAIN, "remove_manifest", {"device_id": camera}, blocking=True)
        assert hub.permissions.profiles[owner] == "local_only"
        assert owner not in hub.permissions.allow_lists
        assert hub.manifests.kept == Kept()


async def test_restricted_says_by_how_long_a_list_it_goes(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera = device_id(hub, lab.device("camera"))
    entity_id = er.async_get(hass).async_get_entity_id(
        "select", DOMAIN, f"{asset(hub, lab.device('camera')).id}-profile"
    )
    assert entity_id

    async def shown() -> object:
        await hass.async_block_till_done()
        state = hass.states.get(entity_id)
        assert state
        return state.attributes.get("allow_list")

    assert await shown() is None
    await hass.services.async_call(DOMAIN, "set_profile", {"device_id": camera, "profile": "restricted"}, blocking=True)
    assert await shown() == "none"
    told = await bring(hass, hub, lab, encoded(manifest()).decode())
    assert await shown() == len(told["allowed"])


async def test_a_profile_chosen_since_stays(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera = device_id(hub, lab.device("camera"))
    await bring(hass, hub, lab, encoded(manifest()).decode())
    await hass.services.async_call(DOMAIN, "set_profile", {"device_id": camera, "profile": "cloud_only"}, blocking=True)
    await hass.services.async_call(DOMAIN, "remove_manifest", {"device_id": camera}, blocking=True)
    assert hub.permissions.profiles[asset(hub, lab.device("camera")).id] == "cloud_only"


async def test_who_is_quarantined_stays_it(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    owner = asset(hub, lab.device("camera")).id
    await hub.async_quarantine(owner, actor=None)
    await bring(hass, hub, lab, encoded(manifest()).decode())
    assert owner in hub.policy.quarantined
    assert not await off_loop(opens, lab, lab.laptop.ipv4, 7)
    await hub.async_release(owner, actor=None)
    assert await off_loop(opens, lab, lab.laptop.ipv4, 7)


def looping() -> dict[str, Any]:
    """A policy that names a list twice, and lists that do not end."""
    found = manifest()
    policy = found["ietf-mud:mud"]["from-device-policy"]["access-lists"]["access-list"]
    policy.append(policy[0])
    return found


@pytest.mark.parametrize(
    ("what", "key"),
    [
        ("{", "manifest_malformed"),
        ('{"ietf-mud:mud": {}}', "manifest_malformed"),
        (json.dumps(looping()), "manifest_malformed"),
        (encoded(manifest(**{"mud-signature": "https://lamps.example.com/lamp"})).decode(), "manifest_malformed"),
        ('{"a":' * 5000, "manifest_malformed"),
        ('{"\ud800": 1}', "manifest_malformed"),
        ("no/such/file.json", "manifest_not_found"),
        ("../outside.json", "manifest_not_found"),
        ("/etc/passwd", "manifest_not_found"),
        ("a\0b", "manifest_not_found"),
        (".", "manifest_not_found"),
        ("ftp://lamps.example.com/lamp", "manifest_address"),
        ("https://", "manifest_address"),
        ("https://me@lamps.example.com/", "manifest_address"),
        ("https://[", "manifest_address"),
        ("https://localhost/lamp", "manifest_not_fetched"),
    ],
    ids=lambda value: value[:32].encode("ascii", "replace").decode() if isinstance(value, str) else None,
)
async def test_what_cannot_be_used_changes_nothing(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, what: str, key: str
) -> None:
    assert await refused(hass, hub, lab, what) == key


async def test_ten_megabytes_are_too_much(hass: HomeAssistant, hub: SecureHub, lab: Lab, config_dir: Path) -> None:
    with (config_dir / "large.json").open("wb") as file:
        file.truncate(10 << 20)
    assert await refused(hass, hub, lab, "large.json") == "manifest_too_large"


async def test_a_network_that_holds_the_hub_refuses_all(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    wide = document([
        ace("fine", ipv4={"ietf-acldns:dst-dnsname": NAME}, tcp={"destination-port": {"port": 443}}),
        ace("wide", ipv4={"destination-ipv4-network": "10.0.0.0/8"}, udp={"destination-port": {"port": 9}}),
    ])  # fmt: skip
    assert any(str(address).startswith("10.") for address in hub.home.environment.addresses), lab.hub.ipv4
    assert await refused(hass, hub, lab, encoded(wide).decode()) == "contains_hub"


async def test_a_memory_that_cannot_be_read_is_put_aside(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, hass_storage: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    await bring(hass, hub, lab, encoded(manifest()).decode())
    hass_storage["secure_hub.manifests"]["data"] = {"imported": 7}
    assert await hass.config_entries.async_reload(hub.entry.entry_id)
    hub = hub.entry.runtime_data
    assert hub.manifests.kept == Kept()
    assert "cannot be read" in caplog.text
    assert asset(hub, lab.device("camera")).id in hub.permissions.allow_lists, "what it may do is kept elsewhere"


# --- from the web


class Signer:
    """A manufacturer with a certificate of its own authority."""

    def __init__(self) -> None:
        """Make the keys."""
        self.key, root_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        self.root = self._certificate("Root", "Root", root_key.public_key(), root_key, ca=True)
        self.certificate = self._certificate("Lamps", "Root", self.key.public_key(), root_key, ca=False)

    @staticmethod
    def _certificate(name: str, issuer: str, key: Any, signed_by: Any, *, ca: bool) -> x509.Certificate:
        def named(text: str) -> x509.Name:
            return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])

        now = datetime.now(UTC)
        usage = dict.fromkeys(
            ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign",
             "encipher_only", "decipher_only"), False
        )  # fmt: skip
        return (
            x509.CertificateBuilder(named(issuer), named(name), key, x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(digital_signature=not ca, key_cert_sign=ca, **usage), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signed_by.public_key()), critical=False)
            .sign(signed_by, hashes.SHA256())
        )

    def sign(self, content: bytes) -> bytes:
        """A detached signature in DER."""
        builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
        options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
        return builder.add_signer(self.certificate, self.key, hashes.SHA256()).sign(serialization.Encoding.DER, options)

    def trust(self, config_dir: Path) -> None:
        """Let the owner trust the manufacturer's authority."""
        folder = config_dir / DOMAIN / AUTHORITIES
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "lamps.pem").write_bytes(self.root.public_bytes(serialization.Encoding.PEM))


@pytest.fixture
async def site(hub: SecureHub) -> Any:  # noqa: ARG001 - sockets are there
    """A web server on this machine: what it serves, by path."""
    served: dict[str, bytes | str] = {}

    async def answer(request: web.Request) -> web.Response:
        found = served.get(request.path)
        if isinstance(found, str):
            return web.Response(status=302, headers={"Location": found})
        return web.Response(status=404) if found is None else web.Response(body=found)

    app = web.Application()
    app.router.add_get("/{any:.*}", answer)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    yield served, lambda path: str(server.make_url(path))
    await server.close()


type Site = tuple[dict[str, bytes | str], Callable[[str], str]]


async def test_without_https_only_what_is_signed_is_taken(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, config_dir: Path, site: Site
) -> None:
    (served, url), signer = site, Signer()
    served["/plain.json"] = encoded(manifest())
    assert await refused(hass, hub, lab, url("/plain.json")) == "manifest_not_https"
    content = served["/lamp.json"] = encoded(manifest(**{"mud-signature": "lamp.p7s"}))
    assert await refused(hass, hub, lab, url("/lamp.json")) == "manifest_not_fetched", "no signature there"
    served["/lamp.p7s"] = signer.sign(b"another file")
    assert await refused(hass, hub, lab, url("/lamp.json")) == "manifest_signature", "nobody is trusted"
    await off_loop(signer.trust, config_dir)
    assert await refused(hass, hub, lab, url("/lamp.json")) == "manifest_signature", "it is of another file"
    assert await refused(hass, hub, lab, url("/lamp.json"), allow_unsigned=True) == "manifest_signature"
    assert isinstance(content, bytes)
    served["/lamp.p7s"] = signer.sign(content)
    await bring(hass, hub, lab, url("/lamp.json"))
    imported = hub.manifests.kept.imported[asset(hub, lab.device("camera")).id]
    assert (imported.signer, imported.source) == ("CN=Lamps", url("/lamp.json"))


async def test_a_file_with_its_signature_beside_it(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, config_dir: Path
) -> None:
    signer, content = Signer(), encoded(manifest(**{"mud-signature": "https://lamps.example.com/lamp.p7s"}))

    def write(signature: bytes) -> None:
        (config_dir / "lamp.json").write_bytes(content)
        (config_dir / "lamp.p7s").write_bytes(signature)
        signer.trust(config_dir)

    await off_loop(write, signer.sign(content[:-1]))
    assert await refused(hass, hub, lab, "lamp.json") == "manifest_signature"
    await off_loop(write, signer.sign(content))
    await bring(hass, hub, lab, "lamp.json")
    assert hub.manifests.kept.imported[asset(hub, lab.device("camera")).id].signer == "CN=Lamps"
    (config_dir / DOMAIN / AUTHORITIES / "broken.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\n")
    assert await refused(hass, hub, lab, "lamp.json") == "manifest_authority"


async def test_redirects_and_sizes_are_bounded(hass: HomeAssistant, hub: SecureHub, lab: Lab, site: Site) -> None:
    served, url = site
    served["/large.json"] = b" " * (MAX_BYTES + 1)
    assert await refused(hass, hub, lab, url("/large.json")) == "manifest_too_large"
    served["/round"] = "/round"
    assert await refused(hass, hub, lab, url("/round")) == "manifest_not_fetched"
    served["/here"] = "/plain.json"
    served["/plain.json"] = encoded(manifest())
    assert await refused(hass, hub, lab, url("/here")) == "manifest_not_https"
    served["/elsewhere"] = "http://10.0.0.1/plain.json"
    assert await refused(hass, hub, lab, url("/elsewhere")) == "manifest_address", "a server leads nobody into the home"
    served["/named"] = "http://localhost/plain.json"
    assert await refused(hass, hub, lab, url("/named")) == "manifest_not_fetched"


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "10.66.0.1", "[fd00::1]", "169.254.1.1", "224.0.0.1"])
@pytest.mark.usefixtures("socket_enabled")
async def test_nobody_but_an_administrator_leads_into_the_home(host: str) -> None:
    context = manifest_files.ssl.create_default_context()
    with pytest.raises(ManifestFileError) as error:
        await fetch(f"https://{host}/lamp", public_only=True, context=context)
    assert error.value.key == "manifest_address"
    with pytest.raises(ManifestFileError) as error:
        await fetch("https://localhost/lamp", public_only=True, context=context)
    assert error.value.key == "manifest_not_fetched"
