package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"

	"stepgym/agent/internal/graph"
	"stepgym/agent/internal/graph/loss"
)

// decoderSize is the shape of a decoder-only language model with grouped query
// attention, rotary positions, SwiGLU and a tied head.
type decoderSize struct {
	Vocab, Dim, Layers, Heads, Groups, HeadDim, Hidden int
	Batch, Tokens                                      int
}

// sizes that are measured, by parameter count.
func decoderSizes() map[string]decoderSize {
	return map[string]decoderSize{
		"tiny": {50, 16, 2, 4, 2, 4, 24, 3, 5},
		"1M":   {512, 128, 4, 4, 2, 32, 344, 8, 128},
		"10M":  {2048, 320, 8, 5, 5, 64, 864, 4, 128},
		"135M": {49152, 576, 30, 9, 3, 64, 1536, 4, 256},
	}
}

// decoder is the model: a real network to test and measure with.
type decoder struct {
	decoderSize
	params Params
	emb    Embedding
	norm   RMSNorm
	blocks []block
}

type block struct {
	norm1, norm2               RMSNorm
	q, k, v, o, gate, up, down string
}

func newDecoder(s decoderSize) *decoder {
	m := &decoder{decoderSize: s}
	m.emb = NewEmbedding(&m.params, "emb", s.Vocab, s.Dim, Normal(0.02))
	for i := range s.Layers {
		name := "layer" + strconv.Itoa(i) + "."
		matrix := func(n string, in, out int) string {
			m.params.Add(name+n, FanIn(1), in, out)
			return name + n
		}
		m.blocks = append(m.blocks, block{
			NewRMSNorm(&m.params, name+"norm1", s.Dim), NewRMSNorm(&m.params, name+"norm2", s.Dim),
			matrix("q", s.Dim, s.Heads*s.HeadDim), matrix("k", s.Dim, s.Groups*s.HeadDim), matrix("v", s.Dim, s.Groups*s.HeadDim),
			matrix("o", s.Heads*s.HeadDim, s.Dim),
			matrix("gate", s.Dim, s.Hidden), matrix("up", s.Dim, s.Hidden), matrix("down", s.Hidden, s.Dim),
		})
	}
	m.norm = NewRMSNorm(&m.params, "norm", s.Dim)
	return m
}

// rotate applies rotary positions to x [B, heads, T, d]; cos and sin are [T, d/2].
func (m *decoder) rotate(x, cos, sin *graph.V) *graph.V {
	h := x.Split(3, m.HeadDim/2, m.HeadDim/2)
	return graph.Concat(3, h[0].Mul(cos).Sub(h[1].Mul(sin)), h[1].Mul(cos).Add(h[0].Mul(sin)))
}

// ppo is the loss of Schulman et al. over the tokens that mask marks.
func (m *decoder) ppo(b *Build) *graph.V {
	B, T, D := graph.Sym("B"), graph.Sym("T"), graph.D
	tokens, next := b.Input("tokens", graph.I64, B, T), b.Input("next", graph.I64, B, T)
	cos, sin := b.Input("cos", graph.F32, T, D(m.HeadDim/2)), b.Input("sin", graph.F32, T, D(m.HeadDim/2))
	causal := b.Input("causal", graph.F32, T, T)
	old, adv, mask := b.Input("old", graph.F32, B, T), b.Input("adv", graph.F32, B, T), b.Input("mask", graph.F32, B, T)
	group := m.Heads / m.Groups

	x := m.emb.Apply(b, tokens)
	for _, l := range m.blocks {
		h := l.norm1.Apply(b, x)
		// Queries of one group are folded into the positions, so that keys and
		// values are not repeated.
		q := h.Linear(b.Weight(l.q), nil).Reshape(B, T, D(m.Groups), D(group), D(m.HeadDim)).Transpose(0, 2, 3, 1, 4).
			Reshape(B, D(m.Heads), T, D(m.HeadDim))
		k := h.Linear(b.Weight(l.k), nil).Reshape(B, T, D(m.Groups), D(m.HeadDim)).Transpose(0, 2, 1, 3)
		v := h.Linear(b.Weight(l.v), nil).Reshape(B, T, D(m.Groups), D(m.HeadDim)).Transpose(0, 2, 1, 3)
		folded := D(group).Times(T)
		q = m.rotate(q, cos, sin).Times(1/math.Sqrt(float64(m.HeadDim))).Reshape(B, D(m.Groups), folded, D(m.HeadDim))
		k = m.rotate(k, cos, sin)
		p := q.MatMul(k.T()).Reshape(B, D(m.Groups), D(group), T, T).Add(causal).Softmax(-1)
		a := p.Reshape(B, D(m.Groups), folded, T).MatMul(v).Reshape(B, D(m.Groups), D(group), T, D(m.HeadDim)).
			Transpose(0, 3, 1, 2, 4).Reshape(B, T, D(m.Heads*m.HeadDim))
		x = x.Add(a.Linear(b.Weight(l.o), nil))
		h = l.norm2.Apply(b, x)
		x = x.Add(h.Linear(b.Weight(l.gate), nil).SiLU().Mul(h.Linear(b.Weight(l.up), nil)).Linear(b.Weight(l.down), nil))
	}
	logits := m.norm.Apply(b, x).Rows().LinearT(m.emb.Table(b), nil)
	logp := logits.PickLogProb(next.Reshape(B.Times(T), D(1))).Reshape(B, T)
	return loss.MaskedMean(loss.PPO(logp, old, adv, loss.Clip{Low: 0.2, High: 0.2}).Loss, mask)
}

// fill makes a random batch.
func (m *decoder) fill(f *Feeds, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 0))
	B, T := m.Batch, m.Tokens
	tokens, next := f.I64("tokens", B, T), f.I64("next", B, T)
	old, adv, mask := f.F32("old", B, T), f.F32("adv", B, T), f.F32("mask", B, T)
	for i := range tokens {
		tokens[i], next[i] = r.Int64N(int64(m.Vocab)), r.Int64N(int64(m.Vocab))
		old[i], adv[i] = float32(-math.Log(float64(m.Vocab))+0.1*r.NormFloat64()), float32(r.NormFloat64())
		mask[i] = float32(min(1, r.IntN(4)))
	}
	cos, sin := f.F32("cos", T, m.HeadDim/2), f.F32("sin", T, m.HeadDim/2)
	causal := f.F32("causal", T, T)
	for t := range T {
		for j := range m.HeadDim / 2 {
			a := float64(t) * math.Pow(1e4, -2*float64(j)/float64(m.HeadDim))
			cos[t*m.HeadDim/2+j], sin[t*m.HeadDim/2+j] = float32(math.Cos(a)), float32(math.Sin(a))
		}
		for s := range T {
			causal[t*T+s] = 0
			if s > t {
				causal[t*T+s] = -1e9
			}
		}
	}
}

func (s decoderSize) String() string {
	return fmt.Sprintf("V%d D%d L%d H%d/%d F%d B%d T%d", s.Vocab, s.Dim, s.Layers, s.Heads, s.Groups, s.Hidden, s.Batch, s.Tokens)
}
