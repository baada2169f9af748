package pjrt

// A structure is one argument struct of the API that this binding fills.
type structure int

const (
	errorDestroyArgs structure = iota
	errorMessageArgs
	errorGetCodeArgs
	pluginInitializeArgs
	eventDestroyArgs
	eventAwaitArgs
	namedValue
	clientCreateArgs
	clientPlatformNameArgs
	clientPlatformVersionArgs
	clientAddressableDevicesArgs
	clientCompileArgs
	clientBufferFromHostBufferArgs
	program
	descriptionIDArgs
	descriptionAttributesArgs
	descriptionKindArgs
	deviceGetDescriptionArgs
	deviceLocalHardwareIDArgs
	deviceMemoryStatsArgs
	executableDestroyArgs
	executableNumOutputsArgs
	executableOptimizedProgramArgs
	executableMemoryStatsArgs
	loadedExecutableDestroyArgs
	loadedExecutableGetExecutableArgs
	loadedExecutableExecuteArgs
	executeOptions
	bufferDestroyArgs
	bufferToHostBufferArgs
	structureCount
)

// growth is the size that a struct has from a minor on.
type growth struct{ minor, bytes int }

// structures gives each its C name and its sizes: the offset of its last field plus
// that field's size, as PJRT_STRUCT_SIZE counts, so without padding at the end.
// Sources: pjrt_c_api.h at 0.55 and 0.81, CHANGELOG.md from 0.46 to 0.105.
var structures = [structureCount]struct {
	name  string
	sizes []growth
}{
	errorDestroyArgs:                  {"PJRT_Error_Destroy_Args", always(24)},
	errorMessageArgs:                  {"PJRT_Error_Message_Args", always(40)},
	errorGetCodeArgs:                  {"PJRT_Error_GetCode_Args", always(28)},
	pluginInitializeArgs:              {"PJRT_Plugin_Initialize_Args", always(16)},
	eventDestroyArgs:                  {"PJRT_Event_Destroy_Args", always(24)},
	eventAwaitArgs:                    {"PJRT_Event_Await_Args", always(24)},
	namedValue:                        {"PJRT_NamedValue", always(56)},
	clientCreateArgs:                  {"PJRT_Client_Create_Args", []growth{{oldestMinor, 72}, {61, 88}}},
	clientPlatformNameArgs:            {"PJRT_Client_PlatformName_Args", always(40)},
	clientPlatformVersionArgs:         {"PJRT_Client_PlatformVersion_Args", always(40)},
	clientAddressableDevicesArgs:      {"PJRT_Client_AddressableDevices_Args", always(40)},
	clientCompileArgs:                 {"PJRT_Client_Compile_Args", always(56)},
	clientBufferFromHostBufferArgs:    {"PJRT_Client_BufferFromHostBuffer_Args", always(120)},
	program:                           {"PJRT_Program", always(48)},
	descriptionIDArgs:                 {"PJRT_DeviceDescription_Id_Args", always(28)},
	descriptionAttributesArgs:         {"PJRT_DeviceDescription_Attributes_Args", always(40)},
	descriptionKindArgs:               {"PJRT_DeviceDescription_Kind_Args", always(40)},
	deviceGetDescriptionArgs:          {"PJRT_Device_GetDescription_Args", always(32)},
	deviceLocalHardwareIDArgs:         {"PJRT_Device_LocalHardwareId_Args", always(28)},
	deviceMemoryStatsArgs:             {"PJRT_Device_MemoryStats_Args", always(185)},
	executableDestroyArgs:             {"PJRT_Executable_Destroy_Args", always(24)},
	executableNumOutputsArgs:          {"PJRT_Executable_NumOutputs_Args", always(32)},
	executableOptimizedProgramArgs:    {"PJRT_Executable_OptimizedProgram_Args", always(32)},
	executableMemoryStatsArgs:         {"PJRT_Executable_GetCompiledMemoryStats_Args", []growth{{oldestMinor, 104}, {72, 112}, {90, 120}, {104, 144}}},
	loadedExecutableDestroyArgs:       {"PJRT_LoadedExecutable_Destroy_Args", always(24)},
	loadedExecutableGetExecutableArgs: {"PJRT_LoadedExecutable_GetExecutable_Args", always(32)},
	loadedExecutableExecuteArgs:       {"PJRT_LoadedExecutable_Execute_Args", always(80)},
	executeOptions:                    {"PJRT_ExecuteOptions", []growth{{oldestMinor, 72}, {64, 80}, {76, 88}, {78, 112}, {97, 120}}},
	bufferDestroyArgs:                 {"PJRT_Buffer_Destroy_Args", always(24)},
	bufferToHostBufferArgs:            {"PJRT_Buffer_ToHostBuffer_Args", always(56)},
}

func always(bytes int) []growth { return []growth{{oldestMinor, bytes}} }

// sizes are the values of struct_size for a plugin of that minor.
//
// A plugin whose minor is known gets exact sizes, because some demand equality
// (aws-neuron-sdk#1095). A newer one may have grown any struct, and refuses sizes
// below its own but takes greater ones (ActualStructSizeIsGreaterOrEqual in XLA):
// it gets the newest layout and spareBytes of zeros, which say "not set" for fields
// that did not exist when this was written.
func sizes(minor int) (bytes [structureCount]uintptr) {
	for i, s := range structures {
		for _, g := range s.sizes {
			if minor >= g.minor {
				bytes[i] = uintptr(g.bytes)
			}
		}
		if minor > newestMinor {
			bytes[i] = uintptr(s.sizes[len(s.sizes)-1].bytes) + spareBytes
		}
	}
	return bytes
}
