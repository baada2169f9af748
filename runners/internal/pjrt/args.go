package pjrt

import "unsafe"

// The argument structs as C lays them out on 64-bit systems, each with spareBytes
// of zeros behind it. The tag names the C field; a test compares every offset with
// the header. Pointers are uintptr: what they point to is pinned or the plugin's.

// spareBytes is how much the newest known layout may be exceeded.
const spareBytes = 128

// head begins every argument struct.
type head struct {
	Size uintptr `c:"struct_size"`
	Ext  uintptr `c:"extension_start"`
}

type spare [spareBytes]byte

// one is every struct with a single pointer: what a call destroys or awaits.
type one struct {
	head
	X uintptr
	_ spare
}

// text is every struct that asks something for a string.
type text struct {
	head
	Of   uintptr
	Data uintptr
	Len  uintptr
	_    spare
}

// number is every struct that asks something for an int.
type number struct {
	head
	Of    uintptr
	Value int32
	_     spare
}

// child is every struct that asks something for a pointer or a count.
type child struct {
	head
	Of    uintptr
	Value uintptr
	_     spare
}

type namedValueC struct {
	head
	Name      uintptr `c:"name"`
	NameLen   uintptr `c:"name_size"`
	Type      int32   `c:"type"`
	Value     uint64  `c:"int64_value"`
	ValueSize uintptr `c:"value_size"`
}

type clientCreateC struct {
	head
	Options     uintptr `c:"create_options"`
	OptionCount uintptr `c:"num_options"`
	Get         uintptr `c:"kv_get_callback"`
	GetUser     uintptr `c:"kv_get_user_arg"`
	Put         uintptr `c:"kv_put_callback"`
	PutUser     uintptr `c:"kv_put_user_arg"`
	Client      uintptr `c:"client"`
	TryGet      uintptr `c:"kv_try_get_callback"`
	TryGetUser  uintptr `c:"kv_try_get_user_arg"`
	_           spare
}

type addressableDevicesC struct {
	head
	Client  uintptr `c:"client"`
	Devices uintptr `c:"addressable_devices"`
	Count   uintptr `c:"num_addressable_devices"`
	_       spare
}

type programC struct {
	head
	Code      uintptr `c:"code"`
	CodeLen   uintptr `c:"code_size"`
	Format    uintptr `c:"format"`
	FormatLen uintptr `c:"format_size"`
	_         spare
}

type clientCompileC struct {
	head
	Client     uintptr `c:"client"`
	Program    uintptr `c:"program"`
	Options    uintptr `c:"compile_options"`
	OptionsLen uintptr `c:"compile_options_size"`
	Executable uintptr `c:"executable"`
	_          spare
}

type fromHostC struct {
	head
	Client      uintptr `c:"client"`
	Data        uintptr `c:"data"`
	Type        int32   `c:"type"`
	Dims        uintptr `c:"dims"`
	DimCount    uintptr `c:"num_dims"`
	Strides     uintptr `c:"byte_strides"`
	StrideCount uintptr `c:"num_byte_strides"`
	Semantics   int32   `c:"host_buffer_semantics"`
	Device      uintptr `c:"device"`
	Memory      uintptr `c:"memory"`
	Layout      uintptr `c:"device_layout"`
	Done        uintptr `c:"done_with_host_buffer"`
	Buffer      uintptr `c:"buffer"`
	_           spare
}

type attributesC struct {
	head
	Description uintptr `c:"device_description"`
	Count       uintptr `c:"num_attributes"`
	Attributes  uintptr `c:"attributes"`
	_           spare
}

type memoryStatsC struct {
	head
	Device     uintptr `c:"device"`
	InUse      int64   `c:"bytes_in_use"`
	_          [6]int64
	Limit      int64 `c:"bytes_limit"`
	LimitIsSet bool  `c:"bytes_limit_is_set"`
	_          [12]int64
	_          spare
}

type executableMemoryC struct {
	head
	Executable uintptr `c:"executable"`
	Code       int64   `c:"generated_code_size_in_bytes"`
	Argument   int64   `c:"argument_size_in_bytes"`
	Output     int64   `c:"output_size_in_bytes"`
	Alias      int64   `c:"alias_size_in_bytes"`
	Temp       int64   `c:"temp_size_in_bytes"`
	_          [10]int64
	_          spare
}

type executeOptionsC struct {
	head
	_              [4]uintptr // callbacks of sends and receives
	LaunchID       int32      `c:"launch_id"`
	NotDonated     uintptr    `c:"non_donatable_input_indices"`
	NotDonatedSize uintptr    `c:"num_non_donatable_input_indices"`
	_              [6]uintptr // context … multi_slice_config
	_              spare
}

type executeC struct {
	head
	Executable    uintptr `c:"executable"`
	Options       uintptr `c:"options"`
	Arguments     uintptr `c:"argument_lists"`
	DeviceCount   uintptr `c:"num_devices"`
	ArgumentCount uintptr `c:"num_args"`
	Outputs       uintptr `c:"output_lists"`
	Events        uintptr `c:"device_complete_events"`
	Device        uintptr `c:"execute_device"`
	_             spare
}

type toHostC struct {
	head
	Source  uintptr `c:"src"`
	Layout  uintptr `c:"host_layout"`
	Data    uintptr `c:"dst"`
	DataLen uintptr `c:"dst_size"`
	Event   uintptr `c:"event"`
	_       spare
}

// bytesAt copies n bytes of the plugin's memory, none for a null pointer.
func bytesAt(address, n uintptr) []byte {
	if address == 0 || n == 0 {
		return nil
	}
	return append([]byte(nil), unsafe.Slice(*(**byte)(unsafe.Pointer(&address)), n)...)
}

// pointersAt copies n pointers of the plugin's memory.
func pointersAt(address, n uintptr) []uintptr {
	if address == 0 || n == 0 {
		return nil
	}
	return append([]uintptr(nil), unsafe.Slice(*(**uintptr)(unsafe.Pointer(&address)), n)...)
}
