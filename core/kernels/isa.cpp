#include "core/kernels/isa.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
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

bool has(Isa isa) {
  switch (isa) {
    case Isa::v2:
      return true;
    case Isa::v3:
      return has_v3();
    case Isa::v4:
      return has_v4();
    case Isa::v4_vnni:
      return has_v4() && __builtin_cpu_supports("avx512vnni");
    case Isa::v4_bf16:
      return has(Isa::v4_vnni) && __builtin_cpu_supports("avx512bf16");
  }
  return false;
}

// Intel's processors multiply two pairs of bf16 in the time of four products of floats.
bool pays(Isa isa) { return isa != Isa::v4_bf16 || __builtin_cpu_is("amd"); }

#else

bool has(Isa isa) { return isa == Isa::v2; }  // the plain build
bool pays(Isa) { return true; }

#endif

constexpr Isa all[] = {Isa::v4_bf16, Isa::v4_vnni, Isa::v4, Isa::v3, Isa::v2};

Isa best() {
  return *std::ranges::find_if(all, [](Isa isa) { return has(isa) && pays(isa); });
}

Isa parse(std::string_view name) {
  const Isa* found = std::ranges::find(all, name, isa_name);
  require(found != std::end(all), "BERTLET_ISA: got \"{}\", want v2, v3, v4, v4_vnni or v4_bf16", name);
  return *found;
}

Isa choose() {
  const char* forced = std::getenv("BERTLET_ISA");
  if (!forced) return best();
  const Isa wanted = parse(forced);
  require(has(wanted), "BERTLET_ISA: got {}, but this machine goes up to {} — unset it to take the best",
          isa_name(wanted), isa_name(best()));
  return wanted;
}

}  // namespace

bool machine_has(Isa isa) { return has(isa); }

Isa isa() {
  static const Isa chosen = choose();
  return chosen;
}

const char* isa_name(Isa isa) {
  constexpr const char* names[] = {"v2", "v3", "v4", "v4_vnni", "v4_bf16"};
  return names[static_cast<int>(isa)];
}

}  // namespace bertlet
