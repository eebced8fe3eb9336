package credit

// presets is the table of methods. "paper" follows the text; "verl-agent" the
// released trainer, where it differs: statistics over rows instead of
// trajectories, its yaml's mode, its level weights.
func presets() []preset {
	grpoCode, rlooCode := DefaultGRPO(), DefaultRLOO()
	grpoCode.Weighting, rlooCode.Weighting = PerStep, PerStep
	drGRPO := DefaultGRPO()
	drGRPO.Mode = Mean
	gigpoCode := DefaultGiGPO()
	gigpoCode.Weighting, gigpoCode.Mode = PerStep, Mean
	hgpoCode := DefaultHGPO()
	hgpoCode.Variant = Code
	return []preset{
		row("grpo/paper", DefaultGRPO(), GRPO),
		row("grpo/verl-agent", grpoCode, GRPO),
		row("grpo/dr", drGRPO, GRPO),
		row("rloo/paper", DefaultRLOO(), RLOO),
		row("rloo/verl-agent", rlooCode, RLOO),
		row("gigpo/paper", DefaultGiGPO(), GiGPO),
		row("gigpo/verl-agent", gigpoCode, GiGPO),
		row("hgpo/paper", DefaultHGPO(), HGPO),
		row("hgpo/verl-agent", hgpoCode, HGPO),
		row("salt/paper", DefaultSALT(), SALT),
		row("gae/paper", DefaultGAE(), GAE),
	}
}

// constantRule is the one rule by which numbers count as equal.
const constantRule = "max - min <= 1e-12·(1 + max|x|) gives exactly 0"

func stat(mode Mode, ddof int, eps float64, s Singleton) *Stat {
	st := &Stat{Mode: mode, Singleton: s, Constant: constantRule}
	if mode == MeanStd {
		st.DDOF, st.Eps = &ddof, eps
	}
	return st
}

func (p GRPOParams) describe() Description {
	ep := stat(p.Mode, 1, p.Eps, p.Singleton)
	ep.Weighting = p.Weighting
	formula := "(R - mean R) / (std R + eps)"
	if p.Mode == Mean {
		formula = "R - mean R"
	}
	return Description{Formula: formula, Episode: ep, Grouping: "trajectories of the group"}
}

func (p RLOOParams) describe() Description {
	ep := stat(Mean, 0, 0, p.Singleton)
	ep.Weighting = p.Weighting
	return Description{Formula: "R - mean of the others' R", Episode: ep, Grouping: "trajectories of the group"}
}

func (p GiGPOParams) describe() Description {
	d := GRPOParams{p.Mode, p.Weighting, p.Singleton, p.Eps}.describe()
	d.Step = stat(p.Mode, 1, p.Eps, Zero)
	d.Formula = "episode part + w · step part of the discounted return"
	d.Grouping = "steps of the group with equal state"
	return d
}

func (p HGPOParams) describe() Description {
	var d Description
	if p.BaseGroup {
		d = GRPOParams{p.Mode, PerStep, Raw, p.Eps}.describe()
	}
	d.Step = stat(p.Mode, 0, p.Eps, Zero)
	d.Step.Offset, d.Step.Zeros = 1, "keep their weight"
	if p.Variant == Code {
		d.Step.Offset, d.Step.Zeros = 2, "left out"
	}
	d.Formula = "mean over levels k = 0 … min(K, t) of the discounted return's step part, weights (k + level_offset)^alpha"
	d.Grouping = "steps of the group with equal state and equal k states before it"
	return d
}

func (p SALTParams) describe() Description {
	d := GRPOParams{p.Mode, p.Weighting, p.Singleton, p.Eps}.describe()
	if p.Base == BaseRLOO {
		d = RLOOParams{p.Weighting, p.Singleton}.describe()
	}
	d.Formula = "mean over equal transitions of: " + d.Formula
	d.Grouping = "steps of the group with equal state, action and next state"
	if p.History > 0 {
		d.Grouping += " after equal history"
	}
	return d
}

func (p GAEParams) describe() Description {
	return Description{Formula: "Σ_k (gamma·lam)^k δ_{t+k}, δ_t = r_t + gamma·V_{t+1} - V_t", Grouping: "none: every step by itself, against the critic"}
}
