#include "core/kernels/peak.h"

#include "core/kernels/isa.h"
#include "core/kernels/loops.h"

// This file is compiled with -ffp-contract=fast: a b + c is one fused operation where the machine has it.
namespace bertlet {
namespace {

#if defined(__AVX512F__)
constexpr int64_t bytes = 64;
#elif defined(__AVX__)
constexpr int64_t bytes = 32;
#else
constexpr int64_t bytes = 16;
#endif
constexpr int64_t lanes = bytes / static_cast<int64_t>(sizeof(real)), chains = 12;  // enough to hide the latency

using Vector [[gnu::vector_size(bytes)]] = real;

real multiply_add(int64_t rounds, real x) {
  const Vector factor = Vector{} + real(0.75), term = Vector{} + x;
  Vector sum[chains] = {};
  for (int64_t i = 0; i < rounds; ++i) {
#pragma GCC unroll 12
    for (Vector& each : sum) each = each * factor + term;
  }
  Vector all = {};
#pragma GCC unroll 12
  for (const Vector& each : sum) all += each;
  return all[0];
}

}  // namespace

extern const PeakKernels BERTLET_TABLE(peak_kernels);
const PeakKernels BERTLET_TABLE(peak_kernels){2 * lanes * chains, multiply_add};

}  // namespace bertlet
