package pjrt

import (
	"encoding/binary"
	"maps"
	"slices"
)

// compileOptions is a serialized CompileOptionsProto (xla/pjrt/compile_options.proto)
// for one replica and one partition on the device of that global number, with XLA
// flags that hold for this program alone.
func compileOptions(device int, flags map[string]string) []byte {
	var computation, assignment, build, out []byte
	computation = appendNumber(computation, 1, uint64(device)) // replica_device_ids
	assignment = appendNumber(assignment, 1, 1)                // replica_count
	assignment = appendNumber(assignment, 2, 1)                // computation_count
	assignment = appendBytes(assignment, 3, computation)       // computation_devices
	build = appendNumber(build, 1, 1<<64-1)                    // device_ordinal: -1, not set
	build = appendNumber(build, 4, 1)                          // num_replicas
	build = appendNumber(build, 5, 1)                          // num_partitions
	build = appendBytes(build, 9, assignment)                  // device_assignment
	out = appendBytes(out, 3, build)                           // executable_build_options
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		entry := appendBytes(nil, 1, []byte(name))
		entry = appendBytes(entry, 2, appendBytes(nil, 1, []byte(flags[name]))) // OptionOverrideProto.string_field
		out = appendBytes(out, 7, entry)                                        // env_option_overrides
	}
	return out
}

// appendNumber and appendBytes write protobuf fields of wire types 0 and 2.
func appendNumber(to []byte, field int, v uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(to, uint64(field)<<3), v)
}

func appendBytes(to []byte, field int, v []byte) []byte {
	to = binary.AppendUvarint(to, uint64(field)<<3|2)
	return append(binary.AppendUvarint(to, uint64(len(v))), v...)
}
