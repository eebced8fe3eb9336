// Package pycall reads what a model writes as calls in Python. It executes
// nothing: [Parse] makes a tree of what Python's eval would run, or the
// exception that eval would raise before it ran anything, with CPython 3.11's
// text. What may be called, and how, is the executor's business.
//
// There are two parsers. The fast one reads what is plainly right in one pass
// over the bytes; strings without escapes share the source's memory. At anything
// else it gives up, and the careful one starts over, which tries CPython's rules
// in CPython's order, so that it ends with CPython's message. Its work is
// bounded; a source that needs more is an "invalid syntax".
//
// The package also has what BFCL does to a text before it is evaluated: rewriting
// names ([Rewrite]), the list of names that must not be called ([Denied]), and
// reading the calls of a message ([DecodeExecute], [DecodeAST], [DecodeCalls]).
// [Literals] reads a Python module of constants.
//
// # Where it differs from CPython 3.11
//
// On calls of the BFCL data with random edits, 200,000 with one and 40,000 with
// three, both agree on what is an expression in all but one in 10,000, and on
// the message in all but four in 10,000. Known differences:
//
//   - f-strings are not looked into: what is wrong within their braces or
//     escapes is not found, and their value is [Unsupported].
//   - Character names (\N{...}) are not known; one that does not exist is not
//     found.
//   - Parameters of a lambda that are wrong give "invalid syntax" where CPython
//     has a message of its own.
//   - Comprehensions may use := where CPython refuses it, and "async for".
//   - Names are not brought into Unicode's normal form NFKC, so that a name in
//     full-width letters is not the name in plain ones.
//   - Expressions that nest too deeply raise RecursionError from a fixed depth
//     on; in CPython it depends on the depth of the calls around eval.
//   - Sources of more than 30,000 tokens that are not plainly right, and those
//     on which CPython takes exponential time, give "invalid syntax", unless
//     they have a fault in a token.
//   - Warnings, such as that of an invalid escape sequence, are not given.
package pycall
