#pragma once

// Kernel files are compiled once per instruction set (x86-64-v2, -v3, -v4); each copy defines its table of
// functions under a name of its own: BERTLET_TABLE(arithmetic) is arithmetic_v3 in the -v3 copy.
#define BERTLET_JOIN_(name, isa) name##_##isa
#define BERTLET_JOIN(name, isa) BERTLET_JOIN_(name, isa)
#define BERTLET_TABLE(name) BERTLET_JOIN(name, BERTLET_KERNEL_ISA)

namespace bertlet {

enum class Isa { v2, v3, v4 };

Isa isa();  // the best this machine has, or what BERTLET_ISA=v2|v3|v4 forces; fixed at first use
const char* isa_name(Isa);

}  // namespace bertlet
