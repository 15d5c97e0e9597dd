"""Servers whose sockets change hands. Says a line of JSON when something is ready; goes on at a line of input."""

import array
import ctypes
import json
import os
import socket
import sys

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def say(**told):
    print(json.dumps(told), flush=True)


def wait():
    if not sys.stdin.readline():
        os._exit(0)


def listen():
    server = socket.create_server(("127.0.0.1", 0))
    say(port=server.getsockname()[1], pid=os.getpid())
    return server


def answer(connection):
    request = b""
    while b"\r\n\r\n" not in request:
        read = connection.recv(4096)
        if not read:
            return False
        request += read
    connection.sendall(ANSWER)
    return True


def fork(lets_go=False):
    """The parent accepts and keeps its copy, a child of its own talks."""
    server = listen()
    connection, _ = server.accept()
    child = os.fork()
    if child == 0:
        while answer(connection):
            pass
        os._exit(0)
    if lets_go:
        connection.close()
    say(child=child)
    os.waitpid(child, 0)


def inherit():
    """The parent accepts and lets go: only its child holds the socket."""
    fork(lets_go=True)


def passed():
    """Answers once, then gives the socket to another process, which answers from then on."""
    server = listen()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    other = os.fork()
    if other == 0:
        server.close()
        rights = socket.CMSG_SPACE(array.array("i").itemsize)
        _, [(_, _, data)], _, _ = theirs.recvmsg(1, rights)
        connection = socket.socket(fileno=array.array("i", data)[0])
        say(other=os.getpid())
        while answer(connection):
            pass
        os._exit(0)
    connection, _ = server.accept()
    answer(connection)
    ours.sendmsg([b"!"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [connection.fileno()]))])
    connection.close()
    os.waitpid(other, 0)


def half():
    """Half an answer, at a line of input the rest, which looks like an answer, too; then whole ones."""
    server = listen()
    connection, _ = server.accept()
    connection.recv(4096)
    rest = ANSWER
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\nhalf" % (4 + len(rest) + 4))
    say(half=True)
    wait()
    connection.sendall(b"next" + rest)
    while answer(connection):
        pass


def clone_as(pid):
    """fork() to a process id that is free: clone3 with set_tid (clone(2), Linux 5.5), which libc has no function for."""
    SYS_CLONE3, SIGCHLD = 435, 17
    set_tid = (ctypes.c_int32 * 1)(pid)
    # struct clone_args: exit_signal is the fifth field, set_tid and set_tid_size are the ninth and the tenth.
    arguments = (ctypes.c_uint64 * 11)(0, 0, 0, 0, SIGCHLD, 0, 0, 0, ctypes.addressof(set_tid), 1, 0)
    libc = ctypes.CDLL(None, use_errno=True)
    child = libc.syscall(SYS_CLONE3, ctypes.byref(arguments), ctypes.sizeof(arguments))
    if child == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return child


def reuse():
    """Two programs, one after the other, with one process id."""
    first, second = json.loads(sys.argv[2])
    pid = os.fork()
    if pid == 0:
        os.execvp(first[0], first)
    os.waitpid(pid, 0)
    if clone_as(pid) == 0:
        os.execvp(second[0], second)
    os.waitpid(pid, 0)
    say(pid=pid)


{"reuse": reuse, "fork": fork, "inherit": inherit, "passed": passed, "half": half}[sys.argv[1]]()
