"""Attention: softmax(q k^T / sqrt(D)) v, by torch's own function or by its definition.

q is [batch,heads,T,D], k and v [batch,kv_heads,S,D]; query head i uses key-value head
floor(i / (heads / kv_heads)). The result is [batch,heads,T,D] in q's type.
"""
import math

import torch
import torch.nn.functional as F


def grouped(q, kv_heads):
    """The query heads of one key-value head as rows beside each other, which needs no
    copy of keys and values: [batch,kv_heads,group*T,D]."""
    b, heads, t, d = q.shape
    return q.reshape(b, kv_heads, heads // kv_heads * t, d)


class Explicit:
    """By its definition, scores and weights in fp32."""

    kernel = "attention as softmax(q k^T) v in fp32"

    def __init__(self, w, device):
        self.scale = 1 / math.sqrt(w["head_dim"])
        self.mask = None
        if w["attention"] == "causal" and w["phase"] == "prefill":
            self.mask = unseen(w, device)

    def __call__(self, q, k, v):
        rows = grouped(q, k.shape[1]).float() * self.scale
        scores = torch.matmul(rows, k.float().transpose(-1, -2))
        if self.mask is not None:
            scores.masked_fill_(self.mask, -math.inf)
        mixed = torch.matmul(torch.softmax(scores, -1), v.float())
        return mixed.to(q.dtype).reshape(q.shape)


class Fused:
    """torch's scaled_dot_product_attention."""

    def __init__(self, w, device):
        causal = w["attention"] == "causal" and w["phase"] == "prefill"
        self.causal = causal and w["context"] == 0
        self.mask = ~unseen(w, device) if causal and w["context"] else None
        self.group = w["heads"] // w["kv_heads"]
        self.gqa = self.group > 1 and has_gqa(device)
        self.kernel = "scaled_dot_product_attention"
        if self.causal and self.group > 1:
            self.kernel += " with enable_gqa" if self.gqa else " on repeated key and value heads"

    def __call__(self, q, k, v):
        if not self.causal or self.group == 1:
            rows = grouped(q, k.shape[1])
            return F.scaled_dot_product_attention(rows, k, v, attn_mask=self.mask, is_causal=self.causal).reshape(q.shape)
        if self.gqa:
            return F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
        k, v = (x.repeat_interleave(self.group, dim=1) for x in (k, v))
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)


def unseen(w, device):
    """[group*T,S]: True where a token does not see an entry, for grouped rows."""
    t, past = w["tokens"], w["context"]
    row = torch.arange(t, device=device).view(-1, 1)
    entry = torch.arange(past + t, device=device).view(1, -1)
    return (entry > row + past).repeat(w["heads"] // w["kv_heads"], 1)


def has_gqa(device):
    x = torch.zeros(1, 2, 2, 8, device=device)
    try:
        F.scaled_dot_product_attention(x, x[:, :1], x[:, :1], enable_gqa=True)
        return True
    except (RuntimeError, TypeError):
        return False


def choose(w, device):
    return (Fused if hasattr(F, "scaled_dot_product_attention") else Explicit)(w, device)


class Rotary:
    """Rotary positions: element j of a head is paired with element j + D/2."""

    def __init__(self, w, device):
        d, first = w["head_dim"], w["context"] - (w["phase"] == "decode")
        exponents = torch.arange(d // 2, dtype=torch.float64) * (-2 / d)
        positions = torch.arange(first, first + w["tokens"], dtype=torch.float64).view(-1, 1, 1)
        angles = positions * w["rope_theta"] ** exponents
        self.cos, self.sin = angles.cos().float().to(device), angles.sin().float().to(device)

    def __call__(self, x):
        """x is [batch,T,heads,D] in fp32."""
        a, b = x.chunk(2, dim=-1)
        return torch.cat((a * self.cos - b * self.sin, b * self.cos + a * self.sin), dim=-1)
