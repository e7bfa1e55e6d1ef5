"""The animals: fourteen devices of thirteen kinds, as data."""

from collections.abc import Iterable, Mapping
from typing import Any

from zigpy.profiles.zha import DeviceType
import zigpy.types as t
from zigpy.zcl.clusters.security import IasZone
from zigpy.zcl.foundation import TypeValue
from zigpy.zdo.types import LogicalType, MACCapabilityFlags, NodeDescriptor

from .description import CLUSTER_IDS, DeviceDescription, EndpointDescription, attribute_id, typed

MAKER = "Virtual Zoo"
MANUFACTURER_CODE = 0x1234
_MAINS = MACCapabilityFlags.FullFunctionDevice | MACCapabilityFlags.MainsPowered | MACCapabilityFlags.RxOnWhenIdle

type Clusters = Mapping[str, Mapping[str, Any]]

_LAMP: Clusters = {
    "scenes": {"name_support": 0},
    "on_off": {"on_off": 0},
    "level": {"current_level": 128, "on_level": 255},
}
_BATTERY: Clusters = {"power": {"battery_voltage": 30, "battery_percentage_remaining": 180}}


def node(*, mains: bool) -> NodeDescriptor:
    """Node descriptor of a mains-powered router, or of a sleepy end device on batteries."""
    return NodeDescriptor(
        logical_type=LogicalType.Router if mains else LogicalType.EndDevice,
        complex_descriptor_available=0,
        user_descriptor_available=0,
        reserved=0,
        aps_flags=0,
        frequency_band=NodeDescriptor.FrequencyBand.Freq2400MHz,
        mac_capability_flags=MACCapabilityFlags.AllocateAddress | (_MAINS if mains else MACCapabilityFlags.NONE),
        manufacturer_code=MANUFACTURER_CODE,
        maximum_buffer_size=82,
        maximum_incoming_transfer_size=128,
        server_mask=0,
        maximum_outgoing_transfer_size=128,
        descriptor_capability_field=NodeDescriptor.DescriptorCapability.NONE,
    )


def _zone(zone_type: IasZone.ZoneType) -> Clusters:
    return {
        "ias_zone": {
            "zone_state": 0,
            "zone_type": zone_type,
            "zone_status": 0,
            "cie_addr": t.EUI64([0] * 8),
            "zone_id": 0,
        }
    }


def _values(cluster: int, attributes: Mapping[str, Any]) -> dict[int, TypeValue]:
    values = {
        attribute_id(cluster, name): typed(cluster, attribute_id(cluster, name), v) for name, v in attributes.items()
    }
    return {attribute: value for attribute, value in values.items() if value is not None}


def _animal(  # noqa: PLR0913  # one row of the table below
    number: int,
    key: str,
    kind: str,
    device_type: int,
    clusters: Clusters,
    *,
    mains: bool = True,
    outputs: Iterable[str] = (),
) -> DeviceDescription:
    basic = {
        "zcl_version": 8,
        "app_version": 1,
        "hw_version": 1,
        "manufacturer": MAKER,
        "model": key,
        "power_source": 1 if mains else 3,
        "sw_build_id": "1.0.0",
    }
    every: Clusters = {"basic": basic, "identify": {"identify_time": 0}, "groups": {"name_support": 0}}
    inputs = {
        CLUSTER_IDS[name]: _values(CLUSTER_IDS[name], attributes)
        for name, attributes in {**every, **({} if mains else _BATTERY), **clusters}.items()
    }
    clients = {"ota": {"current_file_version": 0x0100, "image_type_id": number}, **{name: {} for name in outputs}}
    endpoint = EndpointDescription(
        int(device_type),
        inputs,
        {CLUSTER_IDS[name]: _values(CLUSTER_IDS[name], attributes) for name, attributes in clients.items()},
    )
    ieee = t.EUI64.convert(f"02:5a:00:00:00:00:00:{number:02x}")
    return DeviceDescription(key, kind, ieee, node(mains=mains), {1: endpoint})


ZOO: Mapping[str, DeviceDescription] = {
    animal.key: animal
    for animal in (
        _animal(1, "bulb", "dimmable light", DeviceType.DIMMABLE_LIGHT, _LAMP),
        _animal(2, "spare_bulb", "dimmable light", DeviceType.DIMMABLE_LIGHT, _LAMP),
        _animal(
            3,
            "colour_bulb",
            "colour light",
            DeviceType.COLOR_DIMMABLE_LIGHT,
            {
                **_LAMP,
                "light_color": {
                    "current_hue": 0,
                    "current_saturation": 0,
                    "current_x": 24939,
                    "current_y": 24701,
                    "color_temperature": 250,
                    "color_mode": 2,
                    "color_capabilities": 0x1F,
                    "color_temp_physical_min": 153,
                    "color_temp_physical_max": 500,
                    "color_loop_active": 0,
                },
            },
        ),
        _animal(
            4,
            "plug",
            "metering plug",
            DeviceType.SMART_PLUG,
            {
                "on_off": {"on_off": 1},
                "electrical_measurement": {
                    "measurement_type": 8,
                    "active_power": 42,
                    "rms_voltage": 230,
                    "rms_current": 183,
                    "ac_power_multiplier": 1,
                    "ac_power_divisor": 1,
                    "ac_voltage_multiplier": 1,
                    "ac_voltage_divisor": 1,
                    "ac_current_multiplier": 1,
                    "ac_current_divisor": 1000,
                },
                "smartenergy_metering": {
                    "current_summ_delivered": 1234,
                    "multiplier": 1,
                    "divisor": 1000,
                    "unit_of_measure": 0,
                    "status": 0,
                    "summation_formatting": 0,
                    "metering_device_type": 0,
                },
            },
        ),
        _animal(
            5,
            "motion",
            "motion sensor",
            DeviceType.IAS_ZONE,
            {**_zone(IasZone.ZoneType.Motion_Sensor), "occupancy": {"occupancy": 0}},
            mains=False,
        ),
        _animal(6, "contact", "contact", DeviceType.IAS_ZONE, _zone(IasZone.ZoneType.Contact_Switch), mains=False),
        _animal(
            7,
            "climate",
            "temperature and humidity sensor",
            DeviceType.TEMPERATURE_SENSOR,
            {"temperature": {"measured_value": 2150}, "humidity": {"measured_value": 4500}},
            mains=False,
        ),
        _animal(
            8,
            "lock",
            "smart lock",
            DeviceType.DOOR_LOCK,
            {"door_lock": {"lock_state": 1, "lock_type": 0, "actuator_enabled": 1}},
            mains=False,
        ),
        _animal(
            9,
            "thermostat",
            "thermostat",
            DeviceType.THERMOSTAT,
            {
                "thermostat": {
                    "local_temperature": 2050,
                    "abs_min_heat_setpoint_limit": 700,
                    "abs_max_heat_setpoint_limit": 3000,
                    "occupied_heating_setpoint": 2000,
                    "occupied_cooling_setpoint": 2600,
                    "ctrl_sequence_of_oper": 2,
                    "system_mode": 4,
                    "running_state": 0,
                },
            },
        ),
        _animal(
            10,
            "siren",
            "siren",
            DeviceType.IAS_WARNING_DEVICE,
            {**_zone(IasZone.ZoneType.Standard_Warning_Device), "ias_wd": {"max_duration": 0}},
        ),
        _animal(
            11,
            "remote",
            "remote control",
            DeviceType.NON_COLOR_CONTROLLER,
            {},
            mains=False,
            outputs=("on_off", "level"),
        ),
        _animal(
            12,
            "cover",
            "window covering",
            DeviceType.WINDOW_COVERING_DEVICE,
            {
                "window_covering": {
                    "window_covering_type": 0,
                    "current_position_lift_percentage": 0,
                    "config_status": 0b1011,
                    "window_covering_mode": 0,
                },
            },
        ),
        _animal(
            13, "leak", "water leak sensor", DeviceType.IAS_ZONE, _zone(IasZone.ZoneType.Water_Sensor), mains=False
        ),
        _animal(14, "smoke", "smoke detector", DeviceType.IAS_ZONE, _zone(IasZone.ZoneType.Fire_Sensor), mains=False),
    )
}
"""Key -> device. Mains-powered ones are routers, the rest are sleepy end devices."""
