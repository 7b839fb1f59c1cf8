"""What goes between a VM host's container and its guest, on a TCP connection of their private link.

A frame is a kind (one byte), the length of its payload (four bytes, big-endian), and the payload. The container opens
a connection for each command and sends a REQUEST, then the command's input; the guest sends what the command prints,
and its exit status last.
"""

import json
import struct

ADDRESS = "169.254.254.2"  # the guest's end of the link; RFC 3927, in use nowhere else
LINK = ("169.254.254.1/30", f"{ADDRESS}/30")
ENGINE_PORT = 2375
EXEC_PORT = 2376

REQUEST = b"r"  # JSON: {"settle": {...}} or {"command": [...], "terminal": {"type", "rows", "columns"} or null}
INPUT = b"i"
INPUT_ENDED = b"e"
RESIZED = b"w"  # JSON: {"rows", "columns"}
OUTPUT = b"o"
ERRORS = b"E"
EXITED = b"x"  # JSON: the exit status

_head = struct.Struct(">cI")


def send(connection, kind, payload=b""):
    connection.sendall(_head.pack(kind, len(payload)) + payload)


def send_json(connection, kind, value):
    send(connection, kind, json.dumps(value).encode())


def receive(connection):
    """The next frame, or (None, b"") where the other end has closed."""
    head = _receive_exactly(connection, _head.size)
    if head is None:
        return None, b""
    kind, length = _head.unpack(head)
    payload = _receive_exactly(connection, length)
    return (None, b"") if payload is None else (kind, payload)


def _receive_exactly(connection, length):
    received = bytearray()
    while len(received) < length:
        some = connection.recv(length - len(received))
        if not some:
            return None
        received += some
    return bytes(received)
