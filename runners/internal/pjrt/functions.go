package pjrt

// A function is one entry of the plugin's table that this binding calls.
type function int

const (
	errorDestroy function = iota
	errorMessage
	errorGetCode
	pluginInitialize
	eventDestroy
	eventAwait
	clientCreate
	clientPlatformName
	clientPlatformVersion
	clientAddressableDevices
	clientCompile
	clientBufferFromHostBuffer
	descriptionID
	descriptionAttributes
	descriptionKind
	deviceGetDescription
	deviceLocalHardwareID
	deviceMemoryStats
	executableDestroy
	executableNumOutputs
	executableOptimizedProgram
	executableMemoryStats
	loadedExecutableDestroy
	loadedExecutableGetExecutable
	loadedExecutableExecute
	bufferDestroy
	bufferToHostBuffer
	functionCount
)

// functions gives each its name, its slot after the head of PJRT_Api, and whether
// work can be done without it. Slots 0…92 are the same in every header from 0.33
// on; slot 96 has its place since 0.57, which rearranged what follows (pjrt_c_api.h
// and its CHANGELOG.md).
var functions = [functionCount]struct {
	name     string
	slot     int
	optional bool
	since    int // first minor in which the slot is this function; 0 = all that are known
}{
	errorDestroy:                  {name: "PJRT_Error_Destroy", slot: 0},
	errorMessage:                  {name: "PJRT_Error_Message", slot: 1},
	errorGetCode:                  {name: "PJRT_Error_GetCode", slot: 2},
	pluginInitialize:              {name: "PJRT_Plugin_Initialize", slot: 3},
	eventDestroy:                  {name: "PJRT_Event_Destroy", slot: 5},
	eventAwait:                    {name: "PJRT_Event_Await", slot: 8},
	clientCreate:                  {name: "PJRT_Client_Create", slot: 10},
	clientPlatformName:            {name: "PJRT_Client_PlatformName", slot: 12},
	clientPlatformVersion:         {name: "PJRT_Client_PlatformVersion", slot: 14},
	clientAddressableDevices:      {name: "PJRT_Client_AddressableDevices", slot: 16},
	clientCompile:                 {name: "PJRT_Client_Compile", slot: 20},
	clientBufferFromHostBuffer:    {name: "PJRT_Client_BufferFromHostBuffer", slot: 22},
	descriptionID:                 {name: "PJRT_DeviceDescription_Id", slot: 23},
	descriptionAttributes:         {name: "PJRT_DeviceDescription_Attributes", slot: 25, optional: true},
	descriptionKind:               {name: "PJRT_DeviceDescription_Kind", slot: 26},
	deviceGetDescription:          {name: "PJRT_Device_GetDescription", slot: 29},
	deviceLocalHardwareID:         {name: "PJRT_Device_LocalHardwareId", slot: 31, optional: true},
	deviceMemoryStats:             {name: "PJRT_Device_MemoryStats", slot: 34, optional: true},
	executableDestroy:             {name: "PJRT_Executable_Destroy", slot: 40},
	executableNumOutputs:          {name: "PJRT_Executable_NumOutputs", slot: 44},
	executableOptimizedProgram:    {name: "PJRT_Executable_OptimizedProgram", slot: 48, optional: true},
	executableMemoryStats:         {name: "PJRT_Executable_GetCompiledMemoryStats", slot: 96, optional: true, since: 57},
	loadedExecutableDestroy:       {name: "PJRT_LoadedExecutable_Destroy", slot: 50},
	loadedExecutableGetExecutable: {name: "PJRT_LoadedExecutable_GetExecutable", slot: 51},
	loadedExecutableExecute:       {name: "PJRT_LoadedExecutable_Execute", slot: 55},
	bufferDestroy:                 {name: "PJRT_Buffer_Destroy", slot: 58},
	bufferToHostBuffer:            {name: "PJRT_Buffer_ToHostBuffer", slot: 70},
}
