// Package setup finds ONNX Runtime's shared library, and fetches it where there
// is none.
//
// The library is not part of this program. [Find] looks where a user may have
// put one. [Fetch] asks the user's own Python package manager for the published
// wheel, so that mirrors, proxies and credentials configured there are honoured
// and this program names no host; it takes the few files that are needed out of
// the wheel, checks their digests, and keeps them in a cache. No Python code is
// run from the wheel, and Python is not needed afterwards. [Ensure] does the one
// or the other, and [Check] opens a library and says what it can do.
//
// The cache holds one folder for each version:
//
//	CACHE/onnxruntime/1.32.0/manifest.json
//	CACHE/onnxruntime/1.32.0/libonnxruntime.so.1.32.0
//	CACHE/onnxruntime/1.31.1-cuda/...
//
// CACHE is $GYM_CACHE, or the folder stepgym in the user's cache folder. A folder
// appears there whole or not at all, also when a fetch is interrupted or two
// run at the same time.
package setup
