package power

// families holds the product lines that Estimate knows. Source of every row: the
// maker's own product pages (AMD's specification tables, Intel ARK, Ampere's
// product briefs), "default TDP", "TDP" or "processor base power" over "CPU
// cores"; the two products named in a row are the ends of its range. First match
// wins, so that a narrower row stands before a wider one. Rows from Core 11th to
// Core Ultra give base power, as ARK does; turbo draws more.
var families = []family{
	// AMD, family 17h: Zen, Zen+, Zen 2
	{"AMD", 0x17, [2]int{0x01, 0x01}, "", "Zen (EPYC 7001, Ryzen 1000, Threadripper 1000)", product{"EPYC 7501", 170, 32}, product{"Threadripper 1900X", 180, 8}},
	{"AMD", 0x17, [2]int{0x08, 0x08}, "", "Zen+ (Ryzen 2000, Threadripper 2000)", product{"Threadripper 2990WX", 250, 32}, product{"Ryzen 5 2500X", 65, 4}},
	{"AMD", 0x17, [2]int{0x11, 0x18}, "", "Zen and Zen+ (Ryzen 2000 and 3000 with graphics)", product{"Ryzen 3 2300U", 15, 4}, product{"Ryzen 5 3400G", 65, 4}},
	{"AMD", 0x17, [2]int{0x31, 0x31}, "", "Zen 2 (EPYC 7002, Threadripper 3000)", product{"EPYC 7702", 200, 64}, product{"Threadripper PRO 3945WX", 280, 12}},
	{"AMD", 0x17, [2]int{0x60, 0x68}, "", "Zen 2 (Ryzen 4000 with graphics)", product{"Ryzen 7 4800U", 15, 8}, product{"Ryzen 3 4300G", 65, 4}},
	{"AMD", 0x17, [2]int{0x71, 0x71}, "", "Zen 2 (Ryzen 3000)", product{"Ryzen 9 3900", 65, 12}, product{"Ryzen 3 3300X", 65, 4}},

	// AMD, family 19h: Zen 3, Zen 4
	{"AMD", 0x19, [2]int{0x08, 0x08}, "", "Zen 3 (Threadripper PRO 5000)", product{"Threadripper PRO 5995WX", 280, 64}, product{"Threadripper PRO 5945WX", 280, 12}},
	{"AMD", 0x19, [2]int{0x00, 0x0f}, "", "Zen 3 (EPYC 7003)", product{"EPYC 7713", 225, 64}, product{"EPYC 72F3", 180, 8}},
	{"AMD", 0x19, [2]int{0x18, 0x18}, "", "Zen 4 (Threadripper 7000)", product{"Threadripper PRO 7995WX", 350, 96}, product{"Threadripper PRO 7945WX", 350, 12}},
	{"AMD", 0x19, [2]int{0x10, 0x1f}, "", "Zen 4 (EPYC 9004)", product{"EPYC 9634", 290, 84}, product{"EPYC 9174F", 320, 16}},
	{"AMD", 0x19, [2]int{0x21, 0x21}, "", "Zen 3 (Ryzen 5000)", product{"Ryzen 9 5900", 65, 12}, product{"Ryzen 5 5600X3D", 105, 6}},
	{"AMD", 0x19, [2]int{0x40, 0x4f}, "", "Zen 3 (Ryzen 6000)", product{"Ryzen 7 PRO 6860Z", 28, 8}, product{"Ryzen 5 6600H", 45, 6}},
	{"AMD", 0x19, [2]int{0x50, 0x50}, "", "Zen 3 (Ryzen 5000 with graphics)", product{"Ryzen 7 5800U", 15, 8}, product{"Ryzen 3 5300G", 65, 4}},
	{"AMD", 0x19, [2]int{0x61, 0x61}, "", "Zen 4 (Ryzen 7000)", product{"Ryzen 9 7945HX", 55, 16}, product{"Ryzen 5 7600X", 105, 6}},
	{"AMD", 0x19, [2]int{0x70, 0x7f}, "", "Zen 4 (Ryzen 7040, 8040, 8000G)", product{"Ryzen 7 7840U", 28, 8}, product{"Ryzen 3 8300G", 65, 4}},
	{"AMD", 0x19, [2]int{0xa0, 0xaf}, "", "Zen 4c (EPYC 97x4, 8004)", product{"EPYC 8534PN", 175, 64}, product{"EPYC 8024P", 90, 8}},

	// AMD, family 1Ah: Zen 5
	{"AMD", 0x1a, [2]int{0x08, 0x08}, "", "Zen 5 (Threadripper 9000)", product{"Threadripper PRO 9995WX", 350, 96}, product{"Threadripper PRO 9945WX", 350, 12}},
	{"AMD", 0x1a, [2]int{0x00, 0x1f}, "", "Zen 5 (EPYC 9005)", product{"EPYC 9845", 390, 160}, product{"EPYC 9175F", 320, 16}},
	{"AMD", 0x1a, [2]int{0x20, 0x2f}, "", "Zen 5 (Ryzen AI 300)", product{"Ryzen AI 9 HX 370", 28, 12}, product{"Ryzen AI 9 365", 28, 10}},
	{"AMD", 0x1a, [2]int{0x60, 0x6f}, "", "Zen 5 (Ryzen AI 300, six and eight cores)", product{"Ryzen AI 7 350", 28, 8}, product{"Ryzen AI 5 340", 28, 6}},
	{"AMD", 0x1a, [2]int{0x44, 0x44}, "", "Zen 5 (Ryzen 9000)", product{"Ryzen 9 9955HX", 55, 16}, product{"Ryzen 7 9800X3D", 120, 8}},
	{"AMD", 0x1a, [2]int{0x70, 0x7f}, "", "Zen 5 (Ryzen AI Max)", product{"Ryzen AI Max+ 395", 55, 16}, product{"Ryzen AI Max PRO 380", 55, 6}},

	// Intel Xeon, family 6
	{"Intel", 6, [2]int{63, 63}, "Xeon", "Haswell-EP (Xeon E5 v3)", product{"Xeon E5-2650L v3", 65, 12}, product{"Xeon E5-1620 v3", 140, 4}},
	{"Intel", 6, [2]int{79, 79}, "Xeon", "Broadwell-EP (Xeon E5 v4)", product{"Xeon E5-2650L v4", 65, 14}, product{"Xeon E5-1620 v4", 140, 4}},
	{"Intel", 6, [2]int{85, 85}, "Xeon", "Skylake and Cascade Lake (Xeon Scalable, 1st and 2nd)", product{"Xeon Gold 6262V", 135, 24}, product{"Xeon Gold 5122", 105, 4}},
	{"Intel", 6, [2]int{106, 106}, "Xeon", "Ice Lake (Xeon Scalable, 3rd)", product{"Xeon Platinum 8352V", 195, 36}, product{"Xeon Gold 6334", 165, 8}},
	{"Intel", 6, [2]int{143, 143}, "", "Sapphire Rapids (Xeon Scalable, 4th)", product{"Xeon Platinum 8471N", 300, 52}, product{"Xeon Gold 6434", 195, 8}},
	{"Intel", 6, [2]int{207, 207}, "", "Emerald Rapids (Xeon Scalable, 5th)", product{"Xeon Platinum 8581V", 270, 60}, product{"Xeon Gold 6534", 195, 8}},
	{"Intel", 6, [2]int{173, 173}, "", "Granite Rapids (Xeon 6 P)", product{"Xeon 6980P", 500, 128}, product{"Xeon 6714P", 165, 8}},
	{"Intel", 6, [2]int{175, 175}, "", "Sierra Forest (Xeon 6 E)", product{"Xeon 6766E", 250, 144}, product{"Xeon 6710E", 205, 64}},

	// Intel Core, family 6; cores count both kinds
	{"Intel", 6, [2]int{94, 94}, "Core", "Skylake (Core 6th)", product{"Core i7-6822EQ", 25, 4}, product{"Core i3-6098P", 54, 2}},
	{"Intel", 6, [2]int{142, 142}, "Core", "Kaby Lake and later U (Core 7th to 10th)", product{"Core i7-8550U", 15, 4}, product{"Core i3-7100U", 15, 2}},
	{"Intel", 6, [2]int{158, 158}, "Core", "Kaby Lake and Coffee Lake (Core 7th to 9th)", product{"Core i9-9900T", 35, 8}, product{"Core i3-7350K", 60, 2}},
	{"Intel", 6, [2]int{165, 165}, "Core", "Comet Lake (Core 10th)", product{"Core i9-10900T", 35, 10}, product{"Core i5-10600K", 125, 6}},
	{"Intel", 6, [2]int{140, 140}, "Core", "Tiger Lake (Core 11th)", product{"Core i7-1165G7", 28, 4}, product{"Core i7-11370H", 35, 4}},
	{"Intel", 6, [2]int{141, 141}, "Core", "Tiger Lake H (Core 11th)", product{"Core i7-11800H", 45, 8}, product{"Core i5-11400H", 45, 6}},
	{"Intel", 6, [2]int{167, 167}, "Core", "Rocket Lake (Core 11th)", product{"Core i9-11900T", 35, 8}, product{"Core i5-11600K", 125, 6}},
	{"Intel", 6, [2]int{151, 151}, "Core", "Alder Lake (Core 12th)", product{"Core i9-12900T", 35, 16}, product{"Core i3-12300", 60, 4}},
	{"Intel", 6, [2]int{154, 154}, "Core", "Alder Lake mobile (Core 12th)", product{"Core i5-1235U", 15, 10}, product{"Core i5-12450H", 45, 8}},
	{"Intel", 6, [2]int{183, 183}, "Core", "Raptor Lake (Core 13th and 14th)", product{"Core i9-13900T", 35, 24}, product{"Core i5-13600K", 125, 14}},
	{"Intel", 6, [2]int{186, 186}, "Core", "Raptor Lake mobile (Core 13th)", product{"Core i7-1355U", 15, 10}, product{"Core i5-13420H", 45, 8}},
	{"Intel", 6, [2]int{170, 170}, "Core", "Meteor Lake (Core Ultra 100)", product{"Core Ultra 7 155U", 15, 12}, product{"Core Ultra 9 185H", 45, 16}},
	{"Intel", 6, [2]int{189, 189}, "Core", "Lunar Lake (Core Ultra 200V)", product{"Core Ultra 7 258V", 17, 8}, product{"Core Ultra 9 288V", 30, 8}},
	{"Intel", 6, [2]int{198, 198}, "Core", "Arrow Lake (Core Ultra 200)", product{"Core Ultra 9 285T", 35, 24}, product{"Core Ultra 5 245K", 125, 14}},

	// Ampere, told by name
	{"Ampere", 0, [2]int{}, "Altra", "Altra and Altra Max", product{"Altra Q32-17", 45, 32}, product{"Altra Q80-33", 250, 80}},
}
