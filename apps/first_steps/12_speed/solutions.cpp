// Solutions of chapter 12.
#include <bit>
#include <cmath>

#include "bert/model/config.h"
#include "core/ops.h"

using namespace bertlet;

// Exercise 1: multiply-adds for each token of BERT-base, in the dense layers and in attention among T tokens.
void work() {
  const int64_t H = 768, F = 3072, L = 12;
  const int64_t dense = L * (4 * H * H + 2 * H * F);
  for (const int64_t T : {128, 512}) {
    const int64_t looking = L * 2 * T * H;
    fmt::print("1  T = {}: dense {:.0f} million, attention {:.0f} million\n", T, dense / 1e6, looking / 1e6);
  }
}

// Exercise 2: the same numbers summed in another order.
void order() {
  float forward = 0, backward = 0;
  for (int i = 1; i <= 100000; ++i) forward += 1.0f / static_cast<float>(i);
  for (int i = 100000; i >= 1; --i) backward += 1.0f / static_cast<float>(i);
  fmt::print("2  forward {:.5f}, backward {:.5f}\n", forward, backward);
}

// Exercise 3: the upper 16 bits of a float, rounded to the nearest.
float bf16(float x) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(x);
  return std::bit_cast<float>((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000u);
}
void halves() { fmt::print("3  3.14159 becomes {}, 1 + 0.001 becomes {}\n", bf16(3.14159f), bf16(1.001f)); }

// Exercise 4: bytes that the scores of a layer would take, and what the fused operation keeps instead.
void memory() {
  const int64_t T = 512, A = 12, bytes = 4;
  fmt::print("4  scores {:.1f} MB, one number a row and head {:.3f} MB\n", static_cast<double>(A * T * T * bytes) / 1e6,
             static_cast<double>(A * T * bytes) / 1e6);
}

int main() {
  work();
  order();
  halves();
  memory();
}
