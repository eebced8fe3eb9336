package setup

// pinned returns the SHA-256 of the libraries in a version's published wheels, by
// file name and in hexadecimal, or nil for a version that is not known. They are
// the same for every Python. They guard against a wheel that agrees with itself
// but was changed.
func pinned(here platform, version string, cuda bool) map[string]string {
	key := version + " " + here.String()
	if cuda {
		key = version + cudaSuffix + " " + here.String()
	}
	return map[string]map[string]string{
		"1.32.0 linux/amd64": {
			"libonnxruntime.so.1.32.0":           "6c1585d1bbf45b0712ea4a21b705c5fcb4ba04ff2e30f1fbf81a49faf658638f",
			"libonnxruntime_providers_shared.so": "8ef51f6bf2c621fc129f625b22241fa6f9a5870bc08eaf2fdd279169ec40d09a",
		},
		"1.32.0 linux/arm64": {
			"libonnxruntime.so.1.32.0":           "49852228a93995158b2a813d4df487d47a1b76b0eaa894507ef49e91b6d7954a",
			"libonnxruntime_providers_shared.so": "f91fa2b0a2b8dba9cbc319254d342fa8201fd94b5912b9ce717f82e2207ee3d5",
		},
		"1.31.1-cuda linux/amd64": {
			"libonnxruntime.so.1.31.1":           "5104254339ecadae808da771bd0b63b240f0dbd466514234905e54372435c303",
			"libonnxruntime_providers_shared.so": "086ec1d5388f64153d9c63470d126693db9a182c8ce236d3a1119068471b8a0d",
			"libonnxruntime_providers_cuda.so":   "f62fddac1a32c2893ba9268058fa91e38d14d5ce5609c6e31e7e8b7d61f97e26",
		},
		"1.31.1-cuda linux/arm64": {
			"libonnxruntime.so.1.31.1":           "25430c15445a74ea480116a0da41533d83e59bceb1a18004c97e4873334afc90",
			"libonnxruntime_providers_shared.so": "1fc9a38c51a15164ae7d126f4e89447e718e47bd0a934eaa1a86bb60a6ec4955",
			"libonnxruntime_providers_cuda.so":   "bf506a34897f3bdbd9c162f4fd697d0073d2ed1e2a32b3d654b34f2e3bda04c2",
		},
	}[key]
}
