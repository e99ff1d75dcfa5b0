#pragma once

// Kernel files are compiled once per instruction set (x86-64-v2, -v3, -v4); each copy defines its table of
// functions under a name of its own: BERTLET_TABLE(arithmetic) is arithmetic_v3 in the -v3 copy. Products know two
// more: v4 with instructions for whole numbers of 8 bits (VNNI), and with those for bf16 too.
#define BERTLET_JOIN_(name, isa) name##_##isa
#define BERTLET_JOIN(name, isa) BERTLET_JOIN_(name, isa)
#define BERTLET_TABLE(name) BERTLET_JOIN(name, BERTLET_KERNEL_ISA)

namespace bertlet {

enum class Isa { v2, v3, v4, v4_vnni, v4_bf16 };

Isa isa();  // the fastest this machine has, or what BERTLET_ISA=v2|v3|v4|… forces; fixed at first use
bool machine_has(Isa);
const char* isa_name(Isa);

}  // namespace bertlet
