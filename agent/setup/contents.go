package setup

import (
	"path"
	"regexp"
	"strings"
)

// target returns the name under which the cache keeps an entry of a wheel, or ""
// for an entry that is not needed. Libraries lie flat in the folder: the
// runtime looks for its providers there, and NVIDIA's libraries for each other.
func target(here platform, entry string, cuda bool) string {
	name := path.Base(entry)
	switch {
	case strings.HasPrefix(entry, "onnxruntime/capi/"):
		if path.Dir(entry) == "onnxruntime/capi" && (here.isLibrary(name) || here.isProvider(name, cuda)) {
			return name
		}
	case entry == "onnxruntime/LICENSE", entry == "onnxruntime/ThirdPartyNotices.txt":
		return name
	case cuda && strings.HasPrefix(entry, "nvidia/"):
		if nvidiaLibrary.MatchString(name) {
			return name
		}
	case cuda && strings.HasPrefix(entry, "nvidia_") && licence.MatchString(name):
		project, _, _ := strings.Cut(entry, "-")
		return project + "-" + name
	}
	return ""
}

var (
	nvidiaLibrary = regexp.MustCompile(`^lib[\w.-]+\.so(\.\d+)*$|^[\w.-]+\.dll$`)
	licence       = regexp.MustCompile(`(?i)^(licen[cs]e|notice)(\.\w+)?$`)
)

// preloadOrder lists the libraries that the CUDA provider and they among each
// other need, what is needed first before what needs it.
func preloadOrder() []string {
	return []string{"libcudart.so", "libcublasLt.so", "libcublas.so", "libcurand.so", "libnvrtc.so", "libnvJitLink.so", "libcufft.so", "libcudnn.so"}
}

// cudaPackages lists what the CUDA provider needs beside the runtime's own
// package, as requirements of CUDA 13.
func cudaPackages() []string {
	return []string{
		"nvidia-cuda-runtime~=13.0", "nvidia-cublas~=13.0", "nvidia-curand~=10.0", "nvidia-cuda-nvrtc~=13.0",
		"nvidia-nvjitlink~=13.0", "nvidia-cufft~=12.0", "nvidia-cudnn-cu13~=9.0",
	}
}
