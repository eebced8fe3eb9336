package credit

import "strings"

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
	similar := gigpoCode
	similar.Similarity = 0.95
	reinforceCode := DefaultReinforcePP()
	reinforceCode.Weighting = PerStep
	graphPaper := DefaultGraphGPO()
	graphPaper.Reward, graphPaper.Cost = 1, 1
	td := DefaultGRAFT()
	td.Lambda = 0
	seeCode := DefaultSeeUPO()
	seeCode.Variant, seeCode.Clamp = Code, 3
	return []preset{
		row("grpo/paper", DefaultGRPO(), grpo),
		row("grpo/verl-agent", grpoCode, grpo),
		row("grpo/dr", drGRPO, grpo),
		row("rloo/paper", DefaultRLOO(), rloo),
		row("rloo/verl-agent", rlooCode, rloo),
		batchRow("reinforce++/paper", DefaultReinforcePP(), reinforcePP, whiten),
		batchRow("reinforce++/verl-agent", reinforceCode, reinforcePP, whiten),
		row("gae/paper", DefaultGAE(), gae),
		row("gigpo/paper", DefaultGiGPO(), gigpo),
		row("gigpo/verl-agent", gigpoCode, gigpo),
		row("gigpo/similarity", similar, gigpo),
		row("hgpo/paper", DefaultHGPO(), hgpo),
		row("hgpo/verl-agent", hgpoCode, hgpo),
		row("salt/paper", DefaultSALT(), salt),
		row("arpo/paper", DefaultARPO(), arpo),
		row("rtmc/paper", DefaultRTMC(), rtmc),
		row("graphgpo/recipe", DefaultGraphGPO(), graphGPO),
		row("graphgpo/paper", graphPaper, graphGPO),
		row("graft/paper", DefaultGRAFT(), graft),
		row("graft/td", td, graft),
		batchRow("seeupo/paper", DefaultSeeUPO(), seeUPOGroup, seeUPOBatch),
		batchRow("seeupo/released", seeCode, seeUPOGroup, seeUPOBatch),
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
	d := p.episode().describe()
	d.Step = stat(p.Mode, 1, p.Eps, Zero)
	d.Formula = "episode part + w · step part of the discounted return"
	d.Grouping = "steps of the group with equal state"
	if p.Similarity > 0 {
		d.Grouping = "steps of the group whose state resembles the first of its cluster"
	}
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
	d := p.GRPOParams.describe()
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

func (p ReinforcePPParams) describe() Description {
	d := GRPOParams{Mean, p.Weighting, p.Singleton, 0}.describe()
	one := 1
	d.Batch = &Stat{Mode: MeanStd, DDOF: &one, Eps: p.Eps, Weighting: PerToken, Singleton: Zero, Constant: constantRule}
	d.Formula = "(x - mean x) / sqrt(var x + eps) over the batch, x = R - mean R"
	return d
}

func (p RTMCParams) describe() Description {
	return Description{
		Formula: "mean over equal state and action, less mean over equal state, of the discounted return",
		Step:    stat(Mean, 0, 0, Zero), Grouping: "steps of the group with equal state, and among them with equal action",
	}
}

func (p ARPOParams) describe() Description {
	d := SALTParams{Base: p.Base, GRPOParams: p.GRPOParams}.describe()
	d.Grouping = "steps of the group with equal state and action after an equal beginning"
	d.Formula = strings.Replace(d.Formula, "equal transitions", "trajectories that share the step", 1)
	return d
}

func (p GraphGPOParams) describe() Description {
	d := GRPOParams{MeanStd, p.Weighting, Zero, p.Eps}.describe()
	d.Step = stat(MeanStd, 1, p.Eps, Zero)
	d.Formula = "w_episode · episode part + w_graph · step part of success_reward · omega^(hops from the next state to success + cost)"
	d.Grouping = "steps of the group with equal state"
	return d
}

func (p GRAFTParams) describe() Description {
	d := Description{Formula: "δ = gamma·V(next) - V(state) of the solved graph", Grouping: "none"}
	if p.Lambda > 0 {
		d.Formula += ", plus Σ_h (gamma·lam)^h · mean δ of the steps h hops on"
	}
	if p.Normalize {
		d.Step = stat(MeanStd, 0, p.Eps, Sign)
		d.Grouping = "steps of the group with equal state"
	}
	return d
}

func (p SeeUPOParams) describe() Description {
	d := GRPOParams{Mean, PerTrajectory, Raw, 0}.describe()
	if p.BatchNorm {
		d.Batch = stat(MeanStd, 1, 0, Zero)
		d.Batch.Weighting = PerTrajectory
	}
	d.Formula = "A · Π ratio of the turns updated before this one"
	return d
}
