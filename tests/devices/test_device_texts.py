"""What the settings take for a `device` is what the drivers take, and the other way round."""

from __future__ import annotations

from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from config.rules import check_rules
from config.settings import PrinterSettings, ScannerSettings, Settings
from devices.errors import LinkError
from devices.printer.file import open_file
from devices.printer.network import parse_address
from devices.printer.outcome import PrintFault
from devices.printer.usb import open_usb
from devices.scanner.choose import parse_identity

TEXTS = (
    "",
    "lp0",
    "/dev/usb/lp9",
    "04b8:0e15",
    "4b8:e15",
    "04B8:0E15:X2-ñ",
    "04b8:0e15:",
    "04b80:0e15",
    "04b8",
    "04b8:0e1g",
    "10.0.0.9",
    "10.0.0.9:9100",
    "printer.lan:1",
    "printer:0",
    "printer:65535",
    "printer:65536",
    "printer:99999",
    "printer:",
    "[fd00::9]",
    "[fd00::9]:9100",
    "[fe80::9%eth0]:9100",
    "fd00::9",
    "[fd00::9",
)


def _accepts_printer(kind: str, device: str) -> bool:
    found = check_rules(Settings(printers=(PrinterSettings(kind=kind, device=device),)), "file")  # type: ignore[arg-type]
    return not found


@pytest.mark.parametrize("device", TEXTS)
def test_a_network_printer(device: str) -> None:
    try:
        parse_address(device)
        is_taken = True
    except LinkError:
        is_taken = False
    # A host that begins with a slash is a path in the wrong place: the driver would ask the network for it.
    assert _accepts_printer("network", device) == (is_taken and not device.startswith("/"))


@pytest.mark.parametrize("device", TEXTS)
def test_a_usb_printer(device: str, tmp_path: Path) -> None:
    with pytest.raises(LinkError) as raised:
        open_usb(PrinterSettings(kind="usb", device=device), sysfs=tmp_path)
    assert _accepts_printer("usb", device) == (raised.value.fault is not PrintFault.BAD_SETTINGS)


@pytest.mark.parametrize("device", TEXTS)
def test_a_scanner_that_types(device: str) -> None:
    is_taken = device.startswith("/") or parse_identity(device) is not None
    assert (not check_rules(Settings(scanners=(ScannerSettings(device=device),)), "file")) == is_taken


def test_a_file_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    settings = PrinterSettings(kind="file", device="~/receipts.bin")
    assert _accepts_printer("file", settings.device)
    link = open_file(settings)
    link.send(b"paper")
    link.close()
    assert (tmp_path / "receipts.bin").read_bytes() == b"paper"


@pytest.mark.parametrize("kind", ["usb", "network", "serial", "file"])
def test_every_kind_with_a_way_needs_its_device(kind: str) -> None:
    assert kind in get_args(get_type_hints(PrinterSettings)["kind"])
    assert not _accepts_printer(kind, "")
