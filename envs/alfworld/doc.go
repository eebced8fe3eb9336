// Package alfworld is the text side of ALFWorld (Shridhar et al. 2021,
// "ALFWorld: Aligning Text and Embodied Environments for Interactive
// Learning"): a household in which things are found, cleaned, heated, cooled,
// looked at and put where the task wants them.
//
// Observations, admissible commands and their order, and when a game is won
// equal the original's, its quirks included; see Config.Compat. The friendly
// variant, a repaired one of our own, is described in friendly.go.
//
// Package games finds the games, pddl and grammar read their texts, engine
// plays them. This package makes an environment of it: splits, tasks, rewards,
// limits, and what an agent is told besides the text.
package alfworld
