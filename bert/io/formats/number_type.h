#pragma once
#include <span>
#include <string_view>

#include "core/real.h"

namespace bertlet::io {

// How numbers stand in files, lowest byte first.
enum class NumberType { f64, f32, f16, bf16, i64, i32, i16, i8, u64, u32, u16, u8, boolean };

inline constexpr NumberType real_type = sizeof(real) == 4 ? NumberType::f32 : NumberType::f64;

struct NumberTypeInfo {
  NumberType type;
  std::string_view name;        // "float16"
  std::string_view short_name;  // "F16", as safetensors has it
  std::size_t bytes;            // of one number
};
std::span<const NumberTypeInfo> number_types();
const NumberTypeInfo& info(NumberType type);
inline bool is_whole(NumberType type) { return type >= NumberType::i64; }

void to_real(NumberType type, const std::byte* from, int64_t count, real* to);    // from any address
void from_real(NumberType type, const real* from, int64_t count, std::byte* to);  // f64, f32, f16, bf16; to the nearest

}  // namespace bertlet::io
