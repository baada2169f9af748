package opencl

import (
	"encoding/binary"
	"fmt"
)

// What ties a device to its power sensor, by the extensions that tell it.
const (
	devicePCIKHR       = 0x410F // cl_khr_pci_bus_info: domain, bus, device, function, 4 bytes each
	devicePCIBusNV     = 0x4008 // cl_nv_device_attribute_query
	devicePCISlotNV    = 0x4009 // device and, in its last three bits, function
	devicePCIDomainNV  = 0x400A
	deviceTopologyAMD  = 0x4037 // cl_device_topology_amd: type 1 is PCIe; bus, device and function are its last three bytes
	deviceUUIDKHR      = 0x106A // cl_khr_device_uuid
	deviceVendorID     = 0x1001
	topologyPCIe       = 1
	topologyBytes      = 24
	vendorNVIDIA       = 0x10DE
	uuidBytes          = 16
	pciKHRBytes        = 16
	pciDeviceShift     = 3
	pciFunctionNVMask  = 7
	topologyBusAt      = 21
	topologyDeviceAt   = 22
	topologyFunctionAt = 23
)

// match is the PCI address, which every maker's power sensor knows, else the UUID;
// "cpu" for the processor.
func (d *Device) match() string {
	if d.CPU {
		return "cpu"
	}
	switch {
	case d.has("cl_khr_pci_bus_info"):
		if b := d.info(devicePCIKHR); len(b) == pciKHRBytes {
			word := func(i int) uint32 { return binary.LittleEndian.Uint32(b[4*i:]) }
			return pciAddress(word(0), word(1), word(2), word(3))
		}
	case d.has("cl_nv_device_attribute_query"):
		if slot := d.info(devicePCISlotNV); len(slot) == 4 {
			return pciAddress(uint32(d.number(devicePCIDomainNV)), uint32(d.number(devicePCIBusNV)),
				uint32(slot[0])>>pciDeviceShift, uint32(slot[0])&pciFunctionNVMask)
		}
	case d.has("cl_amd_device_attribute_query"):
		if b := d.info(deviceTopologyAMD); len(b) == topologyBytes && binary.LittleEndian.Uint32(b) == topologyPCIe {
			return pciAddress(0, uint32(b[topologyBusAt]), uint32(b[topologyDeviceAt]), uint32(b[topologyFunctionAt]))
		}
	}
	return d.uuid()
}

// uuid is written as NVML writes it for NVIDIA's devices.
func (d *Device) uuid() string {
	if !d.has("cl_khr_device_uuid") {
		return ""
	}
	b := d.info(deviceUUIDKHR)
	if len(b) != uuidBytes {
		return ""
	}
	id := fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
	if d.number(deviceVendorID) == vendorNVIDIA {
		return "GPU-" + id
	}
	return id
}

func pciAddress(domain, bus, device, function uint32) string {
	return fmt.Sprintf("%04x:%02x:%02x.%x", domain, bus, device, function)
}
