"""Programs that talk over loopback in one particular way each: peers.py SCENARIO OPTIONS-AS-JSON.

Each says {"port": ...} when it is ready, waits for a line of input, does its work, and says what it did.
"""

import fcntl
import hashlib
import json
import os
import random
import socket
import struct
import sys
import tempfile
import threading
import time

TCP_FASTOPEN = 23  # include/uapi/linux/tcp.h
TCP_FASTOPEN_CONNECT = 30
SIOCSIFFLAGS = 0x8914
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


# Ways to send. Each sends all of `data`.


def pieces(data, rng, most):
    at = 0
    while at < len(data):
        size = rng.randint(1, most)
        yield data[at : at + size]
        at += size


def send_plain(sock, data, rng):
    for piece in pieces(data, rng, 200000):
        sock.sendall(piece)


def send_small(sock, data, rng):
    for piece in pieces(data, rng, 700):
        os.write(sock.fileno(), piece)


def send_vectors(sock, data, rng):
    for piece in pieces(data, rng, 150000):
        while piece:
            # Short and empty entries among long ones, up to more than fit a record.
            vectors = list(pieces(piece, rng, rng.choice([3, 1000, 60000])))[:1000]
            vectors.insert(rng.randint(0, len(vectors)), b"")
            piece = piece[sock.sendmsg(vectors) :]


def send_nonblocking(sock, data, rng):
    sock.setblocking(False)
    for piece in pieces(data, rng, 300000):
        while piece:
            try:
                piece = piece[sock.send(piece) :]
            except BlockingIOError:
                time.sleep(0.0005)
    sock.setblocking(True)


def send_file(sock, data, rng):
    # As web servers do it: a head from memory, the body from a file.
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        at = 0
        for piece in pieces(data, rng, 400000):
            head = min(100, len(piece))
            sock.sendall(piece[:head])
            at += head
            left = len(piece) - head
            while left:
                sent = os.sendfile(sock.fileno(), file.fileno(), at, left)
                at += sent
                left -= sent


# Ways to receive. Each receives `size` bytes.


def receive_plain(sock, size, rng):
    parts = []
    while size:
        part = sock.recv(min(size, rng.randint(1, 300000)))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def receive_small(sock, size, rng):
    parts = []
    while size:
        part = os.read(sock.fileno(), min(size, rng.randint(1, 900)))
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def receive_peeking(sock, size, rng):
    parts = []
    while size:
        want = min(size, rng.randint(1, 100000))
        if rng.random() < 0.5:
            sock.recv(want, socket.MSG_PEEK)
        else:
            sock.recvmsg_into([bytearray(want)], 0, socket.MSG_PEEK)
        part = sock.recv(rng.randint(1, want))
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def receive_vectors(sock, size, rng):
    parts = []
    while size:
        vectors = [bytearray(rng.randint(1, 40000)) for _ in range(3)]
        got = sock.recvmsg_into(vectors)[0]
        parts.append(b"".join(vectors)[:got])
        size -= got
    return b"".join(parts)


SEND = {
    "plain": send_plain,
    "small": send_small,
    "vectors": send_vectors,
    "nonblocking": send_nonblocking,
    "file": send_file,
}
RECEIVE = {
    "plain": receive_plain,
    "small": receive_small,
    "peeking": receive_peeking,
    "vectors": receive_vectors,
}


def in_background(work):
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def stream(options):
    """Random bytes from client to server, then others back, over several connections at once."""
    server = listener(options)
    say(port=server.getsockname()[1])
    wait()
    send, receive = SEND[options["send"]], RECEIVE[options["receive"]]
    results = []

    def talk(seed):
        rng = random.Random(seed)
        up, down = rng.randbytes(options["bytes"]), rng.randbytes(options["bytes"])
        client = connect(server, options)
        peer, port = server.accept()[0], client.getsockname()[1]
        client_rng, server_rng = random.Random(seed + 1), random.Random(seed + 2)
        got = {}
        sender = in_background(lambda: send(client, up, client_rng))
        got["up"] = receive(peer, len(up), server_rng)
        sender.join()
        sender = in_background(lambda: send(peer, down, server_rng))
        got["down"] = receive(client, len(down), client_rng)
        sender.join()
        assert got["up"] == up and got["down"] == down
        client.close()
        peer.close()
        results.append({"port": port, "up": sha(up), "down": sha(down), "length": len(up)})

    for index in range(options.get("connections", 1)):
        talk(options["seed"] * 1000 + index * 10)
    say(streams=results)


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


SCENARIOS = [stream, concurrent, talk, once, look, reset, half_close, spliced, fast_open, others]

if __name__ == "__main__":
    settings = json.loads(sys.argv[2])
    if settings.get("own_loopback"):
        loopback_up()
    {scenario.__name__: scenario for scenario in SCENARIOS}[sys.argv[1]](settings)
