// Package results holds run folders: their schema, reading and writing,
// statistics, comparison and verification. It reads files only; nothing here
// may touch a device.
package results

// SchemaVersion is "major.minor" of the files this version writes. Readers find
// columns by name, ignore unknown ones and refuse a higher major.
const SchemaVersion = "1.1"
