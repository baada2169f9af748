//go:build !darwin

package machine

// platformUUID, platformCPU and platformMemory stand in where the kernel has no
// files for these; elsewhere the files are all there is.
func platformUUID() string  { return "" }
func platformCPU() string   { return "unknown CPU" }
func platformMemory() int64 { return 0 }

// BootID tells one boot of the machine from another; "" where the kernel does not say.
func BootID() string { return firstLine("/", "proc/sys/kernel/random/boot_id") }
