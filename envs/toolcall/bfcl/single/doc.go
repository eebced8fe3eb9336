// Package single judges BFCL's single-turn categories: one question, some
// function documents, and calls that are compared with possible answers without
// being run. It is the original's AST checker (package bfcl-eval 2026.3.23)
// with its rules, its error types and its texts:
//
//   - simple, multiple, parallel and parallel_multiple, in Python, Java and
//     JavaScript, live or not: [Entry.Check];
//   - irrelevance and relevance, where only counts whether there is a call;
//   - format_sensitivity, whose ids name entries of the other categories and
//     the format in which the calls are written: [Dataset.Entry].
//
// A model's text becomes calls in [Entry.Judge]: package pycall reads Python,
// everything else is read here.
//
// # Quirks
//
// They decide verdicts and are therefore kept; each is marked where it is:
// an optional list matches an empty one whatever it holds, text is compared
// without blanks and some punctuation, a value of the type that the answers
// have is a variable and is compared as it is, types are checked one level
// deep, Java texts are cut at byte positions as if they were characters, and a
// short Java call without a semicolon is an error where a longer one is not.
//
// Differs: where the original's checker itself raises, an evaluation ends
// there. Here it is a verdict of type [ErrorRaised].
package single
