"""Numbers that a script and a test make alike: no file of weights is needed."""

import numpy
import torch


def hashed(name, shape):
    """splitmix64 from FNV-1a of the name: numbers of 24 bits between -1/2 and 1/2"""
    start = 0xCBF29CE484222325
    for byte in name.encode():
        start = (start ^ byte) * 0x100000001B3 % 2**64
    with numpy.errstate(over="ignore"):
        x = numpy.uint64(start) + numpy.arange(1, numpy.prod(shape, dtype=int) + 1, dtype=numpy.uint64) * numpy.uint64(
            0x9E3779B97F4A7C15
        )
        x = (x ^ (x >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        x = x ^ (x >> numpy.uint64(31))
    return torch.tensor((x >> numpy.uint64(40)).astype(numpy.float64) / 2**24 - 0.5).reshape(tuple(shape))


def fill(model):
    """Every parameter by its name; norms around 1."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(hashed(name, parameter.shape) + (1 if name.endswith("LayerNorm.weight") else 0))
