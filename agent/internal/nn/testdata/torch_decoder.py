"""The decoder of decoder_test.go in PyTorch.

grads SIZE DIR    reads weights and inputs, writes loss and gradients (float64)
bench SIZE N T    prints wall and CPU seconds of N training steps (float32), T threads

SIZE is JSON with the fields of decoderSize.
"""
import json, math, sys, time
import torch
import torch.nn.functional as F


def forward(c, w, d):
    B, T = d["tokens"].shape
    H, G, hd = c["Heads"], c["Groups"], c["HeadDim"]

    def rotate(x):
        a, b = x.split(hd // 2, -1)
        return torch.cat([a * d["cos"] - b * d["sin"], b * d["cos"] + a * d["sin"]], -1)

    x = F.embedding(d["tokens"], w["emb.table"])
    for i in range(c["Layers"]):
        p = lambda n: w[f"layer{i}.{n}"]
        h = F.rms_norm(x, (c["Dim"],), p("norm1.gain"), 1e-6)
        q = rotate((h @ p("q")).view(B, T, H, hd).transpose(1, 2))
        k = rotate((h @ p("k")).view(B, T, G, hd).transpose(1, 2))
        v = (h @ p("v")).view(B, T, G, hd).transpose(1, 2)
        if G != H:
            k, v = k.repeat_interleave(H // G, 1), v.repeat_interleave(H // G, 1)
        a = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + a.transpose(1, 2).reshape(B, T, H * hd) @ p("o")
        h = F.rms_norm(x, (c["Dim"],), p("norm2.gain"), 1e-6)
        x = x + (F.silu(h @ p("gate")) * (h @ p("up"))) @ p("down")
    x = F.rms_norm(x, (c["Dim"],), w["norm.gain"], 1e-6)
    logits = x.view(B * T, -1) @ w["emb.table"].T
    logp = -F.cross_entropy(logits, d["next"].view(-1), reduction="none").view(B, T)
    r = torch.exp(logp - d["old"])
    term = -torch.min(r * d["adv"], r.clamp(0.8, 1.2) * d["adv"])
    return (term * d["mask"]).sum() / d["mask"].sum()


def shapes(c):
    D, hd = c["Dim"], c["HeadDim"]
    s = {"emb.table": (c["Vocab"], D), "norm.gain": (D,)}
    for i in range(c["Layers"]):
        for n, z in {"norm1.gain": (D,), "norm2.gain": (D,), "q": (D, c["Heads"] * hd), "k": (D, c["Groups"] * hd),
                     "v": (D, c["Groups"] * hd), "o": (c["Heads"] * hd, D), "gate": (D, c["Hidden"]),
                     "up": (D, c["Hidden"]), "down": (c["Hidden"], D)}.items():
            s[f"layer{i}.{n}"] = z
    return s


def grads(c, folder):
    from safetensors.torch import load_file, save_file
    w = {k: v.double().requires_grad_() for k, v in load_file(folder + "/weights").items()}
    d = {k: v if v.dtype == torch.int64 else v.double() for k, v in load_file(folder + "/inputs").items()}
    loss = forward(c, w, d)
    loss.backward()
    out = {k: v.grad.float() for k, v in w.items()}
    save_file({"loss": loss.detach().float(), **out}, folder + "/grads")


def bench(c, n, threads):
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    w = {k: (torch.ones(z) if len(z) == 1 else torch.randn(z) * 0.02).requires_grad_() for k, z in shapes(c).items()}
    opt = torch.optim.AdamW(w.values(), lr=1e-4, weight_decay=0.01)
    B, T, h = c["Batch"], c["Tokens"], c["HeadDim"] // 2
    a = torch.outer(torch.arange(T), 1e4 ** (-torch.arange(h) / h))
    d = {"tokens": torch.randint(c["Vocab"], (B, T)), "next": torch.randint(c["Vocab"], (B, T)), "cos": a.cos(), "sin": a.sin(),
         "old": torch.full((B, T), -math.log(c["Vocab"])), "adv": torch.randn(B, T), "mask": torch.ones(B, T)}
    for i in range(n + 1):  # the first is a warm-up
        t, cpu = time.perf_counter(), time.process_time()
        opt.zero_grad()
        forward(c, w, d).backward()
        torch.nn.utils.clip_grad_norm_(list(w.values()), 1.0)
        opt.step()
        if i:
            print(time.perf_counter() - t, time.process_time() - cpu, flush=True)


if __name__ == "__main__":
    size = json.loads(sys.argv[2])
    if sys.argv[1] == "grads":
        grads(size, sys.argv[3])
    else:
        bench(size, int(sys.argv[3]), int(sys.argv[4]))
