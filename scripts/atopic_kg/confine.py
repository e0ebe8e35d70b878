"""What a worker process gives up before it runs anybody's queries: memory, files, sockets, other programs."""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
from typing import NamedTuple

from .errors import CacheError

_NICER = 5
_SPARE = 8


class _Machine(NamedTuple):
    """A kind of processor as the kernel's filters know it, and what it calls the calls that reach out."""

    audit: int
    seccomp: int
    reaching: tuple[int, ...]


_MACHINES = {
    # socket, connect, bind, socketpair, execve, execveat, ptrace, io_uring_setup
    "x86_64": _Machine(0xC000003E, 317, (41, 42, 49, 53, 59, 322, 101, 425)),
    "aarch64": _Machine(0xC00000B7, 277, (198, 203, 200, 199, 221, 281, 117, 425)),
}
_NO_NEW_PRIVILEGES, _SET_FILTER, _ALL_THREADS = 38, 1, 1
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _DENY = 0x7FFF0000, 0x00050000 | 13  # EACCES
_OTHER_CALLS = 0x40000000


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


def limit_memory(memory: int) -> None:
    """Let this process take so many bytes of address space and no more, and leave no core file."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def shut_in(store: str) -> None:
    """Give way to all other processes, and open nothing any more, for good: no file, no socket, no program.

    The engine opens the first sixteen files of its store at once and others when it needs them. While there are such
    (a store of many millions of triples), files may be opened and a filter in the kernel refuses all that reaches out.
    Raises CacheError when that is needed and this kernel has none.
    """
    os.nice(_NICER)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # the engine's last words on a query that it dies of
    filtered = _refuse_reaching_out()
    waiting = len(_files(store) - _open_files())
    if waiting and not filtered:
        raise CacheError("this store has too many files to be served safely on this kind of machine", path=store)
    most = max(map(int, os.listdir("/proc/self/fd"))) + waiting + _SPARE if waiting else 0
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _files(store: str) -> set[str]:
    return {os.path.realpath(os.path.join(store, name)) for name in os.listdir(store) if name.endswith(".sst")}


def _open_files() -> set[str]:
    return {os.path.realpath(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")}


def _refuse_reaching_out() -> bool:
    """Have the kernel refuse, to every thread, the calls that reach out; False where it cannot."""
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return False
    calls = machine.reaching
    refuse = len(calls) + 5  # the place of the last step; jumps are counted from the step behind their own
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 0, refuse - 2, machine.audit), (_LOAD, 0, 0, 0)]
    steps.append((_AT_LEAST, refuse - 4, 0, _OTHER_CALLS))
    steps += [(_EQUAL, refuse - place, 0, call) for place, call in enumerate(calls, start=5)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _DENY)]
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    program = _Program(len(steps), code)
    kernel = ctypes.CDLL(None, use_errno=True)
    kernel.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    done: int = kernel.syscall(machine.seccomp, _SET_FILTER, _ALL_THREADS, ctypes.byref(program))
    return done == 0
