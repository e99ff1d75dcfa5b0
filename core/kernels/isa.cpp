#include "core/kernels/isa.h"

#include <cstdlib>
#include <string_view>

#include "core/require.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace bertlet {
namespace {

#if defined(__x86_64__)

// The compilers' own check knows whether the system saves the wide registers; three small extensions it cannot name.
bool has_lzcnt_movbe_f16c() {
  unsigned a, b, c, d;
  const bool basic = __get_cpuid(1, &a, &b, &c, &d) && (c & bit_MOVBE) && (c & bit_F16C);
  return basic && __get_cpuid(0x80000001, &a, &b, &c, &d) && (c & bit_LZCNT);
}

bool has_v3() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("bmi2") && has_lzcnt_movbe_f16c();
}

bool has_v4() {
  return has_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

Isa best() { return has_v4() ? Isa::v4 : has_v3() ? Isa::v3 : Isa::v2; }

#else

Isa best() { return Isa::v2; }  // the plain build

#endif

Isa parse(std::string_view name) {
  for (Isa each : {Isa::v2, Isa::v3, Isa::v4})
    if (name == isa_name(each)) return each;
  require(false, "BERTLET_ISA: got \"{}\", want v2, v3 or v4", name);
  return Isa::v2;
}

Isa choose() {
  const char* forced = std::getenv("BERTLET_ISA");
  if (!forced) return best();
  const Isa wanted = parse(forced);
  require(wanted <= best(), "BERTLET_ISA: got {}, but this machine goes up to {} — unset it to take the best",
          isa_name(wanted), isa_name(best()));
  return wanted;
}

}  // namespace

Isa isa() {
  static const Isa chosen = choose();
  return chosen;
}

const char* isa_name(Isa isa) { return isa == Isa::v2 ? "v2" : isa == Isa::v3 ? "v3" : "v4"; }

}  // namespace bertlet
