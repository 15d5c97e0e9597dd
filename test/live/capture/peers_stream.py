"""Many ways to send and to receive the same bytes."""

import os
import random
import socket
import tempfile
import time

from peers_common import connect, in_background, listener, say, sha, wait
from peers_messages import receive_messages, send_messages

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
    "messages": send_messages,
}
RECEIVE = {
    "plain": receive_plain,
    "small": receive_small,
    "peeking": receive_peeking,
    "vectors": receive_vectors,
    "messages": receive_messages,
}


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
