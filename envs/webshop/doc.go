// Package webshop is an exact, fast implementation of WebShop (Yao et al. 2022,
// "WebShop: Towards Scalable Real-World Web Interaction with Grounded Language
// Agents"): a catalogue, a search engine, pages to click through, and a reward
// for buying what the instruction asks for.
//
// Observations, admissible actions, rewards, goals and search results equal the
// original's, its quirks included; see Config.Compat. What differs on purpose
// is marked "Differs:" where it stands.
package webshop
