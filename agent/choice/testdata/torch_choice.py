"""The net of net.go and the losses of loss.go in PyTorch.

grads CONFIG DIR            reads DIR/weights and DIR/inputs, writes a file of
                            gradients for every loss, layout and precision
bench CONFIG DIR N THREADS  prints layout, wall and CPU seconds of N training
                            steps (float32) of the ppo loss in every layout

CONFIG is JSON, the fields of Config. The inputs are those of batch.go.
"""
import json, sys, time
import torch
import torch.nn.functional as F

CHUNK = 8

# How the choices of states lie, which have from one to hundreds of them. The
# same mathematics; which is the fastest depends on the batch.
#   chunks  the rows of batch.go: [P, 8] choices, each 8 of one state
#   flat    [N] choices without any padding, their states beside them
#   padded  [S, M] choices, filled up to the longest state
LAYOUTS = ["chunks", "flat", "padded"]


def arrange(d, layout):
    """Returns the inputs with the choices in another layout; not timed."""
    d = dict(d)
    of_choices = [k for k in ("choice_sets", "choice_facts", "thing_sets", "thing_facts", "thing_classes", "thing_kin") if k in d]
    facts = d["choice_facts"].flatten(0, 1)
    rows = len(facts)
    here = facts[:, 0] > 0
    d["here"] = here.view(-1, CHUNK)
    if layout == "chunks":
        d["mask"] = F.pad(d["here"], (0, 0, 0, 1))[d["chunks"]].flatten(1)
        return d
    place = (d["chunks"][:, :, None] * CHUNK + torch.arange(CHUNK)).flatten(1).clamp(max=rows)  # [S, Q*8]
    mask = F.pad(here, (0, 1))[place]
    longest = int(mask.sum(1).max())
    place, d["mask"] = place[:, :longest], mask[:, :longest]
    if layout == "padded":
        place = torch.where(d["mask"], place, rows)
        for k in of_choices:
            d[k] = F.pad(d[k].flatten(0, 1), (0, 0, 0, 1))[place]
        return d
    number = F.pad(here.cumsum(0) - 1, (0, 1))
    d["place"] = torch.where(d["mask"], number[place], int(here.sum()))  # [S, M] into [N], N for none
    d["count"] = d["mask"].sum(1)
    d["owner"] = d["owner"].repeat_interleave(CHUNK)[here]
    for k in of_choices:
        d[k] = d[k].flatten(0, 1)[here]
    return d


def pool(c, w, d):
    """Returns weights of tokens [G, 64, K], and their sums and sums of squares by set."""
    words = F.embedding(d["tokens"], w["word.table"], padding_idx=0)
    x = torch.cat([words, d["token_facts"]], 2).transpose(1, 2)
    x = F.relu(F.conv1d(x, w["conv.weight"], w["conv.bias"], padding=c["width"] // 2)).transpose(1, 2).contiguous()
    x = torch.sigmoid(F.linear(x, w["heads.weight"].T, w["heads.bias"])) * d["token_facts"][:, :, 1:2]
    x = x / (x.sum(1, keepdim=True) + 0.5)
    return x, *torch.bmm(d["sets"], torch.cat([x, x * x], 2)).flatten(0, 1).chunk(2, 1)


def about_things(c, w, d, weight, pooled):
    """Returns what is added to states [S, H], to choices [.., H] and to scores."""
    sets = lambda name: F.embedding(d[name], 4 * pooled).flatten(-2)
    state = sets("hand_sets") @ w["hand.sets"] + d["hand_facts"] @ w["hand.facts"] + (d["bags"] @ w["goal.words"])[d["goals"]]
    h = sets("thing_sets") @ w["thing.sets"] + d["thing_facts"] @ w["thing.facts"]
    for i, (hand, thing) in enumerate([("hand.held", "thing.first"), ("hand.focus", "thing.second")]):
        state = state + F.embedding(d["hand_classes"][..., i], w[hand], padding_idx=0)
        h = h + F.embedding(d["thing_classes"][..., i], w[thing], padding_idx=0)
    if c["kin"] > 0:
        asked = torch.bmm(weight.transpose(1, 2), F.embedding(d["tokens"], w["kin.words"], padding_idx=0))  # [G, K, D]
        kin = 4 * torch.einsum("gkd,cd->gck", asked, F.pad(w["kin.classes"][1:], (0, 0, 1, 0))).flatten(0, 1)
        state = state + F.embedding(d["hand_kin"], kin).flatten(-2) @ w["hand.kin"]
        h = h + F.embedding(d["thing_kin"], kin).flatten(-2) @ w["thing.kin"]
    direct = d["thing_facts"][..., :len(w["thing.direct"])] @ w["thing.direct"]
    return state, h, direct


def forward(c, w, d, layout):
    """Returns the log-probability of every choice [S, M] and the values [S]."""
    weight, pooled, squares = pool(c, w, d)
    rest = torch.sqrt(F.embedding(d["rest_sets"], squares).flatten(1) + 1e-6) * 4
    found = F.embedding(d["state_sets"], pooled).flatten(1)
    state = torch.addmm(d["state_facts"] @ w["state.facts"], torch.cat([found, rest], 1), w["state.sets"])

    facts = d["choice_facts"].flatten(0, -2)
    h = torch.addmm(facts @ w["choice.facts"], F.embedding(d["choice_sets"], pooled).view(len(facts), -1), w["choice.sets"])

    def spread(x):  # [S, H] to what can be added to choices
        if layout == "chunks":
            return x.index_select(0, d["owner"])[:, None]
        return x[:, None] if layout == "padded" else x.index_select(0, d["owner"])

    def collect(x, fill):  # rows of choices or chunks to [S, M] or [S, Q]
        return F.pad(x, (0, 0, 0, 1), value=fill)[d["chunks" if layout == "chunks" else "place"]]

    lie = d["choice_facts"].shape[:-1]
    h, direct = h.view(*lie, -1), None
    if c["things"]:
        more, own, direct = about_things(c, w, d, weight, pooled)
        state, h = state + more, h + own
    h = F.relu(h + spread(state))
    h = F.relu(F.linear(h, w["hidden.weight"].T, w["hidden.bias"]))
    if layout == "chunks":
        best = collect(h.masked_fill(~d["here"][..., None], 0).amax(1), 0.0).amax(1)
    elif layout == "padded":
        best = h.masked_fill(~d["mask"][..., None], 0).amax(1)
    else:
        best = torch.segment_reduce(h, "max", lengths=d["count"], initial=0)
    rivals = torch.addmm(w["rivals.bias"], best, w["rivals.max"])
    z = F.relu(F.linear(h, w["rivals.own"].T) + spread(rivals))
    score = z @ w["score.weight"]
    if direct is not None:
        score = score + direct
    if layout == "chunks":
        score = collect(score.squeeze(2), -1e9).flatten(1)
    elif layout == "flat":
        score = collect(score, -1e9).squeeze(2)
    logp = score.squeeze(2) if layout == "padded" else score
    logp = F.log_softmax(logp.masked_fill(~d["mask"], -1e9), 1)
    value = torch.addmm(w["value.bias"], best, w["value.weight"]).squeeze(1) if c["value"] > 0 else None
    if value is not None and c["things"]:
        value = value + (F.relu(state) @ w["value.state"]).squeeze(1)
    return logp, value


def ppo(c, w, d, layout):
    all_logp, value = forward(c, w, d, layout)
    logp = all_logp.gather(1, d["action"]).squeeze(1)
    change = (logp - d["old"]).clamp(-20, 20)
    ratio, adv = change.exp(), d["advantage"]
    loss = -torch.min(ratio * adv, ratio.clamp(1 - c["loss"]["low"], 1 + c["loss"]["high"]) * adv)
    loss = loss + d["entropy_weight"] * (all_logp.exp() * all_logp).sum(1)
    if c["value"] > 0:
        loss = loss + c["value"] * (value - d["return"]) ** 2
    if c["ref_kl"] > 0:
        back = (d["ref"] - logp).clamp(-20, 20)
        loss = loss + c["ref_kl"] * (back.exp() - 1 - back)
    return torch.dot(loss, d["weight"])


def imitate(c, w, d, layout):
    logp, _ = forward(c, w, d, layout)
    good = d["good"][:, :logp.shape[1]]
    return -torch.dot(torch.log((logp.exp() * good).sum(1) + 1e-8), d["weight"])


# Tables of vectors, of which number 1 is the first row.
TABLES = {"word.table", "thing.first", "thing.second", "hand.held", "hand.focus", "kin.words", "kin.classes"}

LOSSES = {"ppo": ppo, "imitate": imitate}


def ready(c, w, dtype):
    """Makes parameters of weights as PyTorch's modules hold them."""
    w = {k: v.to(dtype) for k, v in w.items()}
    for k in TABLES & w.keys():
        w[k] = F.pad(w[k], (0, 0, 1, 0))  # row 0 is padding
    v = w["conv.weight"]
    w["conv.weight"] = v.view(c["width"], -1, v.shape[1]).permute(2, 1, 0).contiguous()
    return {k: v.clone().requires_grad_() for k, v in w.items()}


def gradients(w):
    """Undoes ready for the gradients, in float64."""
    g = {k: (torch.zeros_like(v) if v.grad is None else v.grad).double() for k, v in w.items()}
    for k in TABLES & w.keys():
        g[k] = g[k][1:]
    g["conv.weight"] = g["conv.weight"].permute(2, 1, 0).flatten(0, 1)
    return g


def load(folder, dtype):
    from safetensors.torch import load_file
    d = {k: v.to(dtype) if v.is_floating_point() else v for k, v in load_file(folder + "/inputs").items()}
    return load_file(folder + "/weights"), d


def grads(c, folder):
    from safetensors.torch import save_file
    for name, dtype in {"float64": torch.float64, "float32": torch.float32}.items():
        weights, d = load(folder, dtype)
        for layout in LAYOUTS:
            own = arrange(d, layout)
            for loss_name, loss in LOSSES.items():
                w = ready(c, weights, dtype)
                x = loss(c, w, own, layout)
                x.backward()
                g = gradients(w)
                norm = torch.stack([v.norm() for v in g.values()]).norm()
                out = {"loss": x.detach(), "norm": norm, **g}
                save_file({k: v.float().contiguous() for k, v in out.items()}, f"{folder}/{loss_name}.{layout}.{name}")


def bench(c, folder, n, threads):
    torch.set_num_threads(threads)
    weights, d = load(folder, torch.float32)
    for layout in LAYOUTS:
        own, w = arrange(d, layout), ready(c, weights, torch.float32)
        ps = list(w.values())
        opt = torch.optim.AdamW(ps, lr=1e-4, weight_decay=c["decay"], fused=True)
        for i in range(-10, n):  # the first are a warm-up
            t, cpu = time.perf_counter(), time.process_time()
            opt.zero_grad()
            loss = ppo(c, w, own, layout)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(ps, c["grad_norm"], foreach=True)
            opt.step()
            if i >= 0:
                print(layout, time.perf_counter() - t, time.process_time() - cpu, flush=True)


if __name__ == "__main__":
    config = json.loads(sys.argv[2])
    if sys.argv[1] == "grads":
        grads(config, sys.argv[3])
    else:
        bench(config, sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
