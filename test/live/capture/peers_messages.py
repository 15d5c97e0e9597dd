"""sendmmsg and recvmmsg, which Python does not offer."""

import ctypes
import os

LIBC = ctypes.CDLL(None, use_errno=True)
MSG_WAITFORONE = 0x10000
SHARE = 5  # messages a call


class Segment(ctypes.Structure):  # struct iovec
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


class Message(ctypes.Structure):  # struct mmsghdr
    _fields_ = [
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint),
        ("segments", ctypes.POINTER(Segment)),
        ("segment_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_size_t),  # an int, and the end of struct msghdr
        ("length", ctypes.c_size_t),  # an unsigned int
    ]


def messages_of(buffers):
    """One message for each list of buffers."""
    messages = (Message * len(buffers))()
    for message, parts in zip(messages, buffers):
        segments = (Segment * len(parts))(*[(ctypes.addressof(part), len(part)) for part in parts])
        message.segments, message.segment_count = segments, len(parts)
    return messages


def call(name, sock, messages, *rest):
    count = getattr(LIBC, name)(sock.fileno(), messages, len(messages), *rest)
    if count < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return [message.length for message in messages[:count]]


def split(data, rng, most):
    at = 0
    while at < len(data):
        size = rng.randint(1, most)
        yield ctypes.create_string_buffer(data[at : at + size], len(data[at : at + size]))
        at += size


def send_messages(sock, data, rng):
    at = 0
    while at < len(data):
        parts = list(split(data[at : at + 100_000], rng, 20_000))
        at += sum(call("sendmmsg", sock, messages_of([parts[i : i + 2] for i in range(0, len(parts), 2)]), 0))


def receive_messages(sock, size, rng):
    parts = []
    while size:
        buffers = [[ctypes.create_string_buffer(rng.randint(1, 3000)) for _ in range(2)] for _ in range(SHARE)]
        for length, pair in zip(call("recvmmsg", sock, messages_of(buffers), MSG_WAITFORONE, None), buffers):
            parts.append(b"".join(buffer.raw for buffer in pair)[:length])
            size -= length
    return b"".join(parts)
