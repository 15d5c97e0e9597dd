"""What every program of peers.py needs: to say and hear things, to listen and to connect."""

import fcntl
import hashlib
import json
import socket
import struct
import sys
import threading

SIOCSIFFLAGS = 0x8914  # include/uapi/linux/sockios.h
IFF_UP = 1


def say(**facts):
    print(json.dumps(facts), flush=True)


def wait():
    if not sys.stdin.readline():
        sys.exit(0)


def sha(data):
    return hashlib.sha256(data).hexdigest()


def loopback_up():
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", IFF_UP))


def listener(options):
    family = socket.AF_INET6 if options.get("family") == 6 else socket.AF_INET
    host = options.get("host") or ("::1" if family == socket.AF_INET6 else "127.0.0.1")
    server = socket.socket(family)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if options.get("small_buffers"):
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 20000)
    server.bind((host, options.get("port", 0)))
    server.listen()
    return server


def connect(server, options):
    client = socket.socket(server.family)
    if options.get("small_buffers"):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 30000)
    if options.get("from"):
        client.bind((options["from"], 0))
    client.connect(server.getsockname()[:2])
    return client


def in_background(work):
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread
