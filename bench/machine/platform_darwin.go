package machine

import "golang.org/x/sys/unix"

func platformUUID() string { s, _ := unix.Sysctl("kern.uuid"); return s }

func platformCPU() string { s, _ := unix.Sysctl("machdep.cpu.brand_string"); return s }

func platformMemory() int64 {
	n, err := unix.SysctlUint64("hw.memsize")
	if err != nil {
		return 0
	}
	return int64(n)
}

// BootID tells one boot of the machine from another.
func BootID() string { s, _ := unix.Sysctl("kern.bootsessionuuid"); return s }
