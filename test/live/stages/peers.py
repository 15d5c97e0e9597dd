"""One end of HTTP exchanges over plain sockets: peers.py OPTIONS-AS-JSON, in a network namespace of its own.

Says {"netns": ...}, waits for a line {"address": ...}: its own address if it is the server, else that of the server. The
server says {"port": ...}; both then work until the client has had its answers, which it says.
"""

import json
import os
import socket
import struct
import sys
import time

SO_SNDBUFFORCE = 32  # include/uapi/asm-generic/socket.h
TCP_REPAIR, TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ = 19, 20, 21  # include/uapi/linux/tcp.h
TCP_SEND_QUEUE = 2


def say(**facts):
    print(json.dumps(facts), flush=True)


def hear():
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    return json.loads(line)


def receive(sock):
    data = sock.recv(65536)
    if not data:
        raise EOFError("the other end has closed")
    return data


def read_message(sock, buffer, options):
    """Reads until the head and as much body as it declares are there; gives what follows them."""
    while b"\r\n\r\n" not in buffer:
        buffer += receive(sock)
    head, rest = buffer.split(b"\r\n\r\n", 1)
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(rest) < length:
        pause(options, "between_reads")
        rest += receive(sock)
    return rest[length:]


def write(sock, data, options):
    step = options.get("write", len(data))
    for at in range(0, len(data), step):
        sock.sendall(data[at : at + step])
        pause(options, "between")


def pause(options, name):
    time.sleep(options.get(name, 0) / 1000)


def set_buffers(sock, options):
    """Before there is a connection: the window that the other end may use is said in the handshake."""
    if "receive_buffer" in options:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, options["receive_buffer"])
    if "send_buffer" in options:
        sock.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, options["send_buffer"])


def serve(options, address):
    listener = socket.socket()
    set_buffers(listener, options)
    listener.bind((address["host"], 0))
    listener.listen()
    say(port=listener.getsockname()[1])
    sock = listener.accept()[0]
    rest = b""
    for _ in range(options["exchanges"]):
        pause(options, "before_read")
        rest = read_message(sock, rest, options)
        pause(options, "before_answer")
        body = b"a" * options.get("answer", 10)
        write(sock, b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body, options)
    hear()


def ask(options, address):
    sock = socket.socket()
    set_buffers(sock, options)
    if "first_seq" in options:
        # As checkpoint and restore do it: only a socket in repair may choose its sequence number.
        for option, value in (
            (TCP_REPAIR, 1),
            (TCP_REPAIR_QUEUE, TCP_SEND_QUEUE),
            (TCP_QUEUE_SEQ, struct.unpack("i", struct.pack("I", options["first_seq"]))[0]),
            (TCP_REPAIR, 0),
        ):
            sock.setsockopt(socket.IPPROTO_TCP, option, value)
    sock.connect((address["host"], address["port"]))
    body = b"q" * options.get("question", 0)
    request = b"POST /%d HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
    rest = b""
    if options.get("pipelined"):
        for index in range(options["exchanges"]):
            sock.sendall(request % (index, len(body)) + body)
            pause(options, "between")
    for index in range(options["exchanges"]):
        if not options.get("pipelined"):
            write(sock, request % (index, len(body)) + body, options)
        if options.get("half_close"):
            sock.shutdown(socket.SHUT_WR)
        pause(options, "before_read")
        rest = read_message(sock, rest, options)
    say(done=True)
    hear()


if __name__ == "__main__":
    settings = json.loads(sys.argv[1])
    say(netns=os.stat("/proc/self/ns/net").st_ino, pid=os.getpid())
    (serve if settings["role"] == "server" else ask)(settings, hear())
