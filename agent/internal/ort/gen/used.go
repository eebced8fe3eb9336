package main

// used lists the functions of struct OrtApi that the binding calls. A slot that
// is not listed here has no constant, so that it cannot be called by mistake.
func used() []string {
	return []string{
		// Statuses, the environment, memory.
		"CreateStatus", "GetErrorCode", "GetErrorMessage", "ReleaseStatus",
		"CreateEnv", "DisableTelemetryEvents", "ReleaseEnv", "GetBuildInfoString",
		"GetAvailableProviders", "ReleaseAvailableProviders",
		"GetAllocatorWithDefaultOptions", "AllocatorAlloc", "AllocatorFree",
		"CreateMemoryInfo", "ReleaseMemoryInfo", "MemoryInfoGetName", "MemoryInfoGetId",
		"CreateAllocator", "ReleaseAllocator",

		// Tensors.
		"CreateTensorAsOrtValue", "GetTensorMutableData", "GetTensorMemoryInfo", "IsTensor",
		"GetTensorElementTypeAndShapeDataReference", "ReleaseValue", "CopyTensors",

		// Session options.
		"CreateSessionOptions", "ReleaseSessionOptions", "SetIntraOpNumThreads", "SetInterOpNumThreads",
		"SetSessionGraphOptimizationLevel", "SetDeterministicCompute", "AddSessionConfigEntry",
		"SetSessionLogSeverityLevel",
		"AddExternalInitializersFromFilesInMemory",
		"CreateCUDAProviderOptions", "UpdateCUDAProviderOptions", "ReleaseCUDAProviderOptions",
		"SessionOptionsAppendExecutionProvider_CUDA_V2",

		// Sessions and what they take and give.
		"CreateSession", "CreateSessionFromArray", "ReleaseSession",
		"SessionGetInputCount", "SessionGetOutputCount", "SessionGetInputName", "SessionGetOutputName",
		"SessionGetInputTypeInfo", "SessionGetOutputTypeInfo", "ReleaseTypeInfo",
		"CastTypeInfoToTensorInfo", "GetTensorElementType", "GetDimensionsCount", "GetDimensions",

		// Running.
		"CreateRunOptions", "ReleaseRunOptions", "RunOptionsSetTerminate", "RunOptionsUnsetTerminate",
		"Run", "RunWithBinding", "CreateIoBinding", "ReleaseIoBinding",
		"BindInput", "BindOutput", "BindOutputToDevice", "GetBoundOutputValues",
		"ClearBoundInputs", "ClearBoundOutputs",
	}
}
