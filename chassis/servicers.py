"""A servicer knows its service: which one is read from the generated class it derives from."""

import sys
from collections.abc import Iterator

import grpc

_ENDING = "Servicer"


def add_to_server(servicer: object, server: grpc.aio.Server | grpc.Server) -> list[str]:
    """Adds every service that `servicer` implements and returns their full names."""
    names = []
    for base in _generated_bases(type(servicer)):
        module = sys.modules[base.__module__]
        getattr(module, f"add_{base.__name__}_to_server")(servicer, server)
        contract = sys.modules[base.__module__.removesuffix("_grpc")]
        names.append(contract.DESCRIPTOR.services_by_name[base.__name__.removesuffix(_ENDING)].full_name)
    if not names:
        raise TypeError(
            f"{type(servicer).__name__} is no servicer: derive it from the ...Servicer class of a _pb2_grpc module."
        )
    return names


def _generated_bases(kind: type) -> Iterator[type]:
    for base in kind.__mro__:
        if base.__module__.endswith("_pb2_grpc") and base.__name__.endswith(_ENDING):
            yield base
