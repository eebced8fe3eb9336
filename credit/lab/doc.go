// Package lab is a tabular laboratory for update schemes: small games of several
// turns in which the policy is a table and everything can be computed exactly,
// so that a theory about credit shows, or does not.
//
// A game is a tree: in each of its turns one of a few actions is taken, and the
// leaf that is reached pays. [SharedParameter] (experiment D1) asks what the
// standard deviation of a group does; [BestResponse] (D2) in which order turns
// are to be updated; [Train] (D3) learns from samples with the methods of
// package credit; [Exact] (D4) follows clipped surrogates without sampling.
// [Run] does all of it and says what of the claims of the SeeUPO paper it
// reproduces and what not.
package lab
