"""Programs that talk over loopback in one particular way each: peers.py SCENARIO OPTIONS-AS-JSON.

Each says {"port": ...} when it is ready, waits for a line of input, does its work, and says what it did.
"""

import ctypes
import json
import os
import random
import socket
import struct
import sys
import threading
import time

from peers_common import connect, in_background, listener, loopback_up, say, sha, wait
from peers_stream import receive_plain, stream

TCP_FASTOPEN = 23  # include/uapi/linux/tcp.h
TCP_FASTOPEN_CONNECT = 30


def concurrent(options):
    """Several threads send on one socket at once, with more than its buffer takes; the reader is slow."""
    server = listener({"small_buffers": True})
    say(port=server.getsockname()[1])
    wait()
    client = connect(server, {"small_buffers": True})
    peer = server.accept()[0]
    total = options["threads"] * options["sends"] * options["bytes"]

    def work(index):
        for _ in range(options["sends"]):
            client.sendall(bytes([65 + index]) * options["bytes"])

    for index in range(options["threads"]):
        in_background(lambda index=index: work(index))
    parts, size = [], 0
    while size < total:
        parts.append(peer.recv(10000))
        size += len(parts[-1])
        time.sleep(0.0002)
    say(received=sha(b"".join(parts)), length=size)


def talk(options):
    """Requests and answers, each with a marker, until a second line of input or for some rounds."""
    if options.get("process_name"):
        with open("/proc/self/comm", "w") as comm:
            comm.write(options.pop("process_name"))
    if options.get("thread_name"):
        # Only this thread is called so: the process keeps its name.
        name = options.pop("thread_name")

        def named():
            with open(f"/proc/self/task/{threading.get_native_id()}/comm", "w") as comm:
                comm.write(name)
            talk(options)

        thread = threading.Thread(target=named)
        thread.start()
        thread.join()
        return
    server = listener(options)
    say(port=server.getsockname()[1], pid=os.getpid(), netns=os.stat("/proc/self/ns/net").st_ino)
    wait()
    client = connect(server, options)
    peer = server.accept()[0]
    stop = threading.Event()
    if "rounds" not in options:
        in_background(lambda: (sys.stdin.readline(), stop.set()))
    rounds = 0
    while not stop.is_set() and rounds < options.get("rounds", 1 << 30):
        for one, other in ((client, peer), (peer, client)):
            one.sendall(options["marker"].encode())
            while len(other.recv(1 << 16)) == 0:
                pass
        rounds += 1
        time.sleep(options.get("pause", 0))
    say(rounds=rounds, client=client.getsockname()[1])
    if options.get("hold"):
        wait()
    if options.get("exec"):
        os.symlink(sys.executable, options["exec"])
        os.execv(options["exec"], [options["exec"], __file__, "talk", json.dumps({**options, "exec": None})])


def inherited(options):
    """A process and its child write to the same socket in turn."""
    server = listener(options)
    client = connect(server, options)
    peer = server.accept()[0]
    turn, own_turn = socket.socketpair()
    child = os.fork()
    if child == 0:
        for _ in range(options["rounds"]):
            own_turn.recv(1)
            client.sendall(options["child"].encode())
            own_turn.send(b".")
        os._exit(0)
    say(child=child)
    wait()
    for _ in range(options["rounds"]):
        client.sendall(options["parent"].encode())
        turn.send(b".")
        turn.recv(1)
    os.waitpid(child, 0)
    say(received=len(receive_plain(peer, options["rounds"] * len(options["child"] + options["parent"]), random)))


def once(options):
    """One send of exactly `bytes` bytes each way for each of `sizes`."""
    server = listener(options)
    say(port=server.getsockname()[1])
    wait()
    client = connect(server, options)
    peer = server.accept()[0]
    for size in options["sizes"]:
        data = bytes(i % 251 for i in range(size))
        for one, other in ((client, peer), (peer, client)):
            if options.get("vectors"):
                assert one.sendmsg([data[:7], b"", data[7:9], data[9:]]) == size
            else:
                assert one.send(data) == size
            got = 0
            while got < size:
                got += len(other.recv(size - got))
    say(client=client.getsockname()[1])


def look(options):
    """The reader looks at the bytes first and takes them later."""
    server = listener(options)
    say(port=server.getsockname()[1])
    wait()
    client = connect(server, options)
    peer = server.accept()[0]
    client.sendall(b"x" * 5000)
    client.sendall(b"y" * 5000)
    time.sleep(0.02)
    peer.recv(10000, socket.MSG_PEEK)
    looked = time.monotonic_ns()
    time.sleep(0.05)
    got = peer.recv(10000)
    say(received=sha(got), length=len(got), looked=looked)


def faulty(options):
    """The reader's memory is not there at first: the kernel begins to copy, fails, and copies again at the next call."""
    server = listener(options)
    say(port=server.getsockname()[1])
    wait()
    client = connect(server, options)
    peer = server.accept()[0]
    client.sendall(b"once only")
    failed = ctypes.CDLL(None).recv(peer.fileno(), ctypes.c_void_p(8), 100, 0)
    client.sendall(b" and more")
    time.sleep(0.02)
    say(received=sha(peer.recv(100)), failed=failed)


def reset(options):
    """The server sends, then resets; the client reads only when its socket is closed already."""
    server = listener(options)
    say(port=server.getsockname()[1])
    wait()
    client = connect(server, options)
    peer = server.accept()[0]
    port = client.getsockname()[1]
    if options["client_talks"]:
        client.sendall(b"request")
        peer.recv(100)
    peer.sendall(b"answer")
    time.sleep(0.02)
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()
    time.sleep(0.05)
    data = client.recv(100)
    say(client=port, data=data.decode())


def half_close(options):
    """The client ends its direction, the server answers, then ends its own."""
    server = listener(options)
    say(port=server.getsockname()[1])
    wait()
    client = connect(server, options)
    peer = server.accept()[0]
    client.sendall(b"question")
    client.shutdown(socket.SHUT_WR)
    while peer.recv(100):
        pass
    peer.sendall(b"the answer")
    peer.close()
    while client.recv(100):
        pass
    client.close()
    say(done=True)


def spliced(options):
    """Bytes in the middle go from the socket to a pipe, which no hook sees."""
    server = listener(options)
    say(port=server.getsockname()[1])
    wait()
    client = connect(server, options)
    peer = server.accept()[0]
    reader, writer = os.pipe()
    client.sendall(b"a" * 1000 + b"b" * 1000 + b"c" * 1000)
    time.sleep(0.02)
    parts = [peer.recv(1000)]
    taken = os.splice(peer.fileno(), writer, 1000)
    os.read(reader, taken)
    parts.append(peer.recv(1000, socket.MSG_WAITALL))
    say(received=sha(b"".join(parts)), taken=taken)


def discarded(options):
    """Bytes in the middle are thrown away unread (MSG_TRUNC), after a call that finds nothing to read."""
    server = listener(options)
    say(port=server.getsockname()[1])
    wait()
    client = connect(server, options)
    peer = server.accept()[0]
    peer.setblocking(False)
    try:
        peer.recv(1000)
    except BlockingIOError:
        pass
    client.sendall(b"a" * 1000 + b"b" * 1000 + b"c" * 1000)
    time.sleep(0.02)
    parts = [peer.recv(1000)]
    taken = len(peer.recv(1000, socket.MSG_TRUNC))
    parts.append(peer.recv(1000))
    say(received=sha(b"".join(parts)), taken=taken)


def handed_on(options):
    """Another process reads from a socket that it was given, and answers through a duplicate with another number."""
    server = listener(options)
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    child = os.fork()
    if child == 0:
        _, descriptors, _, _ = socket.recv_fds(other, 1, 1)
        given = socket.socket(fileno=descriptors[0])
        while data := given.recv(100):
            copy = os.dup(given.fileno())
            os.write(copy, data.upper())
            os.close(copy)
        os._exit(0)
    other.close()
    say(port=server.getsockname()[1], child=child)
    wait()
    client = connect(server, options)
    peer = server.accept()[0]
    socket.send_fds(one, [b"."], [peer.fileno()])
    peer.close()
    asked, answered = [], []
    for index in range(options["rounds"]):
        asked.append(f"question {index} ".encode())
        client.sendall(asked[-1])
        answered.append(client.recv(100))
    client.shutdown(socket.SHUT_WR)
    os.waitpid(child, 0)
    say(up=sha(b"".join(asked)), down=sha(b"".join(answered)), client=client.getsockname()[1])


def fast_open(options):
    """Requests in the SYN. Runs in a network namespace of its own, where it may allow them."""
    loopback_up()
    with open("/proc/sys/net/ipv4/tcp_fastopen", "w") as setting:
        setting.write("3")
    server = listener(options)
    server.setsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN, 16)
    address = server.getsockname()
    say(port=address[1], netns=os.stat("/proc/self/ns/net").st_ino)
    wait()
    sent = []
    # The first connection gets the cookie; the others send with their SYN.
    for index in range(options["connections"]):
        data = f"request {index} ".encode() + b"." * options["bytes"]
        client = socket.socket()
        if options.get("deferred"):
            client.setsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1)
            client.connect(address)
            client.sendall(data)
        else:
            at = client.sendto(data, socket.MSG_FASTOPEN, address)
            if at < len(data):
                client.sendall(data[at:])
        port = client.getsockname()[1]
        peer = server.accept()[0]
        got = receive_plain(peer, len(data), random.Random(1))
        peer.sendall(b"answer")
        client.recv(100)
        client.close()
        peer.close()
        sent.append({"port": port, "sha": sha(got), "length": len(data)})
    with open("/proc/net/netstat") as counters:
        lines = [line.split() for line in counters if line.startswith("TcpExt")]
    in_syn = int(lines[1][lines[0].index("TCPFastOpenActive")])
    say(sent=sent, in_syn=in_syn)


def others(options):
    """AF_UNIX and UDP traffic, with a little TCP to show that the process is captured."""
    server = listener(options)
    say(port=server.getsockname()[1])
    wait()
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.bind(("127.0.0.1", 0))
    client = connect(server, options)
    peer = server.accept()[0]
    for _ in range(500):
        one.sendall(options["marker"].encode())
        other.recv(1000)
        datagrams.sendto(options["marker"].encode(), datagrams.getsockname())
        datagrams.recv(1000)
        client.sendall(b"tcp")
        peer.recv(100)
    say(done=True)


SCENARIOS = [
    stream,
    concurrent,
    talk,
    inherited,
    once,
    look,
    faulty,
    reset,
    half_close,
    spliced,
    discarded,
    handed_on,
    fast_open,
    others,
]

if __name__ == "__main__":
    settings = json.loads(sys.argv[2])
    if settings.get("own_loopback"):
        loopback_up()
    {scenario.__name__: scenario for scenario in SCENARIOS}[sys.argv[1]](settings)
