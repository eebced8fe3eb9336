package main

import (
	"os"
	"path/filepath"
)

// headerName is the name of the C API's header.
const headerName = "onnxruntime_c_api.h"

// installed returns the path of the header where $ORT_HEADER names it or a
// development package has put it; "" if there is none.
func installed() string {
	if path := os.Getenv("ORT_HEADER"); path != "" {
		return path
	}
	for _, root := range []string{"/usr/include", "/usr/local/include", "/opt/homebrew/include", "/opt/onnxruntime/include"} {
		for _, below := range []string{"", "onnxruntime", "onnxruntime/core/session"} {
			path := filepath.Join(root, below, headerName)
			if _, err := os.Stat(path); err == nil {
				return path
			}
		}
	}
	return ""
}
