"""Products of activations and weights, rounded where PROTOCOL.md section 6 stores them
and nowhere else.

torch stores a product in the type of its operands. For fp32 and tf32 that is as
defined. In 16 bits what follows a product (bias, activation, residual, rotation) must
see it in fp32, so the ways differ by what this torch has. In all, x is [rows,K], w
what hold or hold_wide made of [K,N], bias [N] or None; results are [rows,N].
"""
import torch
import torch.nn.functional as F


class Plain:
    """fp32 and tf32: nothing is rounded between."""

    kernel = "torch.addmm"
    bytes_wide = 0  # of an element of a weight that is held for wide; 0 = as stored

    def hold(self, w, rows):
        return w

    def hold_wide(self, w):
        return w

    def stored(self, x, w, bias):
        """[x w + bias]"""
        return torch.mm(x, w) if bias is None else torch.addmm(bias, x, w)

    def wide(self, x, w, bias):
        """x w + bias in fp32; w from hold_wide."""
        return self.stored(x, w, bias)

    def added(self, r, x, w, bias):
        """[r + x w + bias]"""
        y = torch.addmm(r, x, w)
        return y if bias is None else y.add_(bias)

    def gelu(self, x, w, bias, form):
        """[gelu(x w + bias)], form is "tanh" or "none" (erf)."""
        return F.gelu(self.stored(x, w, bias), approximate=form)


class OutDtype(Plain):
    """16 bits on GPUs whose torch.mm gives fp32 of them (2.8 and later)."""

    kernel = "torch.mm in 16 bits with results in fp32"

    def wide(self, x, w, bias):
        y = torch.mm(x, w, out_dtype=torch.float32)
        return y if bias is None else y.add_(bias)

    def added(self, r, x, w, bias):
        if bias is None:
            return torch.addmm(r, x, w)  # one sum, rounded once
        return (self.wide(x, w, bias) + r).to(r.dtype)

    def gelu(self, x, w, bias, form):
        return F.gelu(self.wide(x, w, bias), approximate=form).to(x.dtype)


class Upcast(Plain):
    """16-bit values in fp32 products, where this torch has nothing better: their
    values are the same, more is kept than is stored. On GPUs with TF32 units the
    products are TF32, which holds every bf16 and fp16 number exactly."""

    kernel = "torch.addmm in fp32 on operands of 16 bits, weights converted at prepare"
    bytes_wide = 4

    def hold(self, w, rows):
        return w.float()

    def hold_wide(self, w):
        return w.float()

    def wide(self, x, w, bias):
        return super().stored(x.float(), w, None if bias is None else bias.float())

    def stored(self, x, w, bias):
        return self.wide(x, w, bias).to(x.dtype)

    def added(self, r, x, w, bias):
        return self.wide(x, w, bias).add_(r).to(r.dtype)

    def gelu(self, x, w, bias, form):
        return F.gelu(self.wide(x, w, bias), approximate=form).to(x.dtype)


class Fused(Upcast):
    """16 bits on the CPU by oneDNN, which does in fp32 what follows within the
    product; weights packed at prepare. Only what oneDNN cannot fuse is upcast."""

    kernel = "oneDNN linear with fused bias, gelu and residual, weights packed at prepare"

    def hold(self, w, rows):
        reorder, w = torch.ops.mkldnn._reorder_linear_weight, w.t().contiguous()
        try:
            return reorder(w, rows)
        except NotImplementedError:  # versions before this one took oneDNN's own kind of tensor
            return reorder(w.to_mkldnn(), rows)

    def stored(self, x, w, bias):
        return torch.ops.mkldnn._linear_pointwise(x, w, bias, "none", [], "")

    def added(self, r, x, w, bias):
        return torch.ops.mkldnn._linear_pointwise(x, r, w, bias, "add")

    def gelu(self, x, w, bias, form):
        return torch.ops.mkldnn._linear_pointwise(x, w, bias, "gelu", [], form)


def works(f):
    try:
        f()
        return True
    except (RuntimeError, AttributeError, TypeError, NotImplementedError):
        return False


def choose(dtype, type_, device, compiled):
    """The first way that works here for a declared type. Weights packed by oneDNN are
    not for torch.compile, which fuses by itself."""
    if dtype in ("fp32", "tf32"):
        return Plain()
    x = torch.zeros(16, 16, dtype=type_, device=device)
    if works(lambda: torch.mm(x, x, out_dtype=torch.float32)):
        return OutDtype()
    fused = Fused()
    if device.type == "cpu" and not compiled and works(lambda: fused.added(x, x, fused.hold(x, 16), None)):
        return fused
    return Upcast()
