"""One build of libpq, loaded as it is and asked over a pipe: `libpq.py PATH_OF_LIBPQ`.

A request is a frame of fields: operation, then what it takes. An answer is a frame of fields. A frame is its length and its
bytes, a field too; lengths are four bytes, big end first. Environment variables come as one field `NAME=value` each, behind
the operation's own; the process has no other ones.

  version                                   -> PQlibVersion
  parse TEXT                                -> "ok" (keyword value)*  |  "error" text        PQconninfoParse
  defaults  ENV*                            -> "ok" (keyword value)*                          PQconndefaults
  settings TEXT ENV*                        -> "ok"|"error" text (keyword value)*             PQconnectdb, PQconninfo
  connect TEXT ENV*                         -> "ok"|"error" text "tls"|"plain" server's-view  PQconnectdb, PQsslInUse, pg_stat_ssl
"""

import ctypes
import os
import sys


class Option(ctypes.Structure):
    _fields_ = [(name, ctypes.c_char_p) for name in ("keyword", "envvar", "compiled", "value", "label", "dispchar")]
    _fields_.append(("dispsize", ctypes.c_int))


OPTIONS = ctypes.POINTER(Option)
lib = ctypes.CDLL(sys.argv[1])


def declare(name, result, *arguments):
    function = getattr(lib, name)
    function.restype, function.argtypes = result, arguments
    return function


version = declare("PQlibVersion", ctypes.c_int)
conninfo_parse = declare("PQconninfoParse", OPTIONS, ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p))
conninfo_free = declare("PQconninfoFree", None, OPTIONS)
freemem = declare("PQfreemem", None, ctypes.c_void_p)
conndefaults = declare("PQconndefaults", OPTIONS)
connectdb = declare("PQconnectdb", ctypes.c_void_p, ctypes.c_char_p)
conninfo = declare("PQconninfo", OPTIONS, ctypes.c_void_p)
status = declare("PQstatus", ctypes.c_int, ctypes.c_void_p)
error_message = declare("PQerrorMessage", ctypes.c_char_p, ctypes.c_void_p)
ssl_in_use = declare("PQsslInUse", ctypes.c_int, ctypes.c_void_p)
execute = declare("PQexec", ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)
getvalue = declare("PQgetvalue", ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int)
clear = declare("PQclear", None, ctypes.c_void_p)
finish = declare("PQfinish", None, ctypes.c_void_p)


def listed(options):
    """The options that have a value."""
    out, n = [], 0
    while options[n].keyword is not None:
        if options[n].value is not None:
            out += [options[n].keyword, options[n].value]
        n += 1
    conninfo_free(options)
    return out


def environment(variables):
    for name in list(os.environb):
        del os.environb[name]
    for variable in variables:
        name, value = variable.split(b"=", 1)
        os.environb[name] = value


def parse(text):
    message = ctypes.c_void_p()
    options = conninfo_parse(text, ctypes.byref(message))
    if options:
        return [b"ok"] + listed(options)
    said = ctypes.string_at(message.value)
    freemem(message)
    return [b"error", said]


def connect(text, variables):
    environment(variables)
    connection = connectdb(text)
    said = error_message(connection)
    return connection, [b"ok" if status(connection) == 0 else b"error", said]


def settings(text, variables):
    connection, answer = connect(text, variables)
    answer += listed(conninfo(connection))
    finish(connection)
    return answer


def handshake(text, variables):
    connection, answer = connect(text, variables)
    seen = b""
    if answer[0] == b"ok":
        result = execute(connection, b"select ssl from pg_stat_ssl where pid = pg_backend_pid()")
        seen = getvalue(result, 0, 0) or b""
        clear(result)
    answer += [b"tls" if ssl_in_use(connection) else b"plain", seen]
    finish(connection)
    return answer


def answer(fields):
    operation, arguments = fields[0], fields[1:]
    if operation == b"version":
        return [str(version()).encode()]
    if operation == b"parse":
        return parse(arguments[0])
    if operation == b"defaults":
        environment(arguments)
        return [b"ok"] + listed(conndefaults())
    if operation == b"settings":
        return settings(arguments[0], arguments[1:])
    if operation == b"connect":
        return handshake(arguments[0], arguments[1:])
    raise ValueError(operation)


def main():
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while head := source.read(4):
        frame, fields = source.read(int.from_bytes(head, "big")), []
        while frame:
            length = int.from_bytes(frame[:4], "big")
            fields.append(frame[4 : 4 + length])
            frame = frame[4 + length :]
        out = b"".join(len(field).to_bytes(4, "big") + field for field in answer(fields))
        sink.write(len(out).to_bytes(4, "big") + out)
        sink.flush()


main()
