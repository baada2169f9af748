"""C = A B in every type that torch multiplies exactly as PROTOCOL.md says."""
import math

import torch

import operands
import precision
from task import Task, maker
from wire import Unsupported

OUT = {"fp8_e4m3": "bf16", "fp8_e5m2": "bf16", "tf32": "fp32"}
UNIT = {"fp64": 2.0 ** -53}  # of the accumulator; 2^-24 for the others
SIGNIFICAND = {"fp16": 11, "bf16": 8}  # bits of a result that is stored in less than fp32


class Matmul(Task):
    def __init__(self, w, device, seed, threads, progress):
        super().__init__(device, threads)
        self.m, self.n, self.k, self.dtype = w["m"], w["n"], w["k"], w["dtype"]
        self.kernel, self.product, transposed = method(self.dtype, device)
        check_pack(w.get("pack", ""), self.dtype, transposed)
        type_ = precision.storage(self.dtype)
        out_type = torch.int32 if self.dtype == "int8" else precision.storage(OUT.get(self.dtype, self.dtype))
        size = torch.empty(0, dtype=type_).element_size()
        self.plan(size * (self.m * self.k + self.k * self.n), self.m * self.n * torch.empty(0, dtype=out_type).element_size())
        a = self.operand(0, (self.m, self.k), type_, w["fill"], seed, progress)
        b = self.operand(1, (self.k, self.n), type_, w["fill"], seed, progress)
        self.operands = [(a[s], columns(b[s]) if transposed else b[s]) for s in range(self.sets)]
        self.output = torch.empty(self.m, self.n, dtype=out_type, device=device)
        self.attempt(seed)

    def operand(self, tensor, shape, type_, fill, seed, progress):
        progress(f"making operand {tensor} of {self.sets} sets")
        out = torch.empty((self.sets, *shape), dtype=type_, device=self.device)
        operands.fill(out, self.dtype, fill, operands.keys_of(seed, range(self.sets), tensor, maker(self.device)), alive=self.alive(progress))
        return out

    def launch(self, set_):
        a, b = self.operands[set_]
        self.output = self.product(a, b, self.output)

    def attempt(self, seed):
        """One product before any is timed. What sums in a narrower type than is defined
        is refused here: a library may do so for one type on one machine. Small integers
        may hide it, so that uniform operands, as deep, are multiplied as well."""
        self.launch(0)
        self.finish()
        if self.dtype in ("fp64", "fp32", "fp16", "bf16"):
            draw = torch.Generator().manual_seed(seed & 0xFFFF)
            ratio = max(self.own_ratio(draw), self.uniform_ratio(draw))
            if not ratio <= 1:
                raise Unsupported(f"torch {torch.__version__} multiplies {self.dtype} on {self.device} in a narrower type than is defined: its error is {ratio:.2g} times what may be",
                                  "take another version of torch, or another type")

    def own_ratio(self, draw):
        """Of 64 elements of the output of set 0."""
        at = torch.randint(self.m * self.n, (64,), generator=draw)
        a, b = self.operands[0]
        values = torch.tensor(self.values(at.tolist()), dtype=torch.float64)
        return self.error_ratio(a[(at // self.n).to(self.device)], b[:, (at % self.n).to(self.device)].t(), values)

    def uniform_ratio(self, draw):
        """Of the diagonal of a product in [-1,1)."""
        a, b = (torch.rand(shape, generator=draw).mul_(2).sub_(1).to(self.output.dtype).to(self.device) for shape in ((64, self.k), (self.k, 64)))
        c = self.product(a, b, torch.empty(64, 64, dtype=self.output.dtype, device=self.device))
        return self.error_ratio(a, b.t(), c.diagonal().cpu().double())

    def error_ratio(self, a, b, values):
        """The check of PROTOCOL.md section 9: each value against its row of a times its row of b."""
        products = a.cpu().double() * b.cpu().double()
        exact = products.sum(1)
        bound = 4 * UNIT.get(self.dtype, 2.0 ** -24) * math.sqrt(self.k) * products.pow(2).sum(1).sqrt()
        if self.dtype in SIGNIFICAND:
            bound += exact.abs() * 2.0 ** -SIGNIFICAND[self.dtype]
        error = values - exact
        # an error where nothing may be wrong is infinite, none is no error
        ratio = torch.where(error == 0, torch.zeros_like(error), error / bound)
        return ratio.pow(2).mean().sqrt().item()


def check_pack(pack, dtype, transposed):
    """B lies as given, or, where torch multiplies nothing else, by columns."""
    if pack not in ("", "prepare" if transposed else "call"):
        how = "takes B by columns only, laid out before" if transposed else "reads B row-major"
        raise Unsupported(f"pack={pack}: torch {how} in {dtype}", f"choose pack={'prepare' if transposed else 'call'}")


def columns(b):
    """The same matrix in the same memory, its columns contiguous."""
    turned = b.t().contiguous()
    b.view(-1).copy_(turned.view(-1))
    return b.view(turned.shape).t()


def mm(a, b, out):
    return torch.mm(a, b, out=out)


def int_mm(a, b, out):
    return torch._int_mm(a, b)


def scaled_mm(device):
    """torch._scaled_mm with scales of one; it gave (output, amax) before 2.5."""
    one = torch.ones((), device=device)

    def product(a, b, out):
        c = torch._scaled_mm(a, b, scale_a=one, scale_b=one, out_dtype=torch.bfloat16)
        return c[0] if isinstance(c, tuple) else c
    return product


def method(dtype, device):
    """Kernel's name, product of a and b, and whether b's columns must be contiguous."""
    stack = precision.stack(device, dtype)
    if dtype == "int4":
        raise Unsupported("int4: torch's products of int4 weights are not driven", "choose int8 or bf16")
    if precision.storage(dtype) is None:
        raise unsupported(dtype, "has no such type")
    if dtype == "int8":
        if not hasattr(torch, "_int_mm"):
            raise unsupported(dtype, "has no torch._int_mm")
        b_columns = device.type == "cuda"  # the order that cuBLASLt's int8 kernels take
        return f"torch._int_mm, {stack}" + (", B transposed at prepare" if b_columns else ""), int_mm, b_columns
    if dtype.startswith("fp8"):
        if not hasattr(torch, "_scaled_mm"):
            raise unsupported(dtype, "has no torch._scaled_mm")
        return f"torch._scaled_mm, {stack}, B transposed at prepare", scaled_mm(device), True
    return f"torch.mm, {stack}", mm, False


def unsupported(dtype, what):
    return Unsupported(f"{dtype}: torch {torch.__version__} {what}", "install a newer torch, or choose one of fp64, fp32, bf16")
