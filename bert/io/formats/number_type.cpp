#include "bert/io/formats/number_type.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "core/real.h"
#include "core/require.h"

namespace bertlet::io {

static_assert(std::endian::native == std::endian::little);

namespace {

constexpr std::array<NumberTypeInfo, 13> all = {{{NumberType::f64, "float64", "F64", 8},
                                                 {NumberType::f32, "float32", "F32", 4},
                                                 {NumberType::f16, "float16", "F16", 2},
                                                 {NumberType::bf16, "bfloat16", "BF16", 2},
                                                 {NumberType::i64, "int64", "I64", 8},
                                                 {NumberType::i32, "int32", "I32", 4},
                                                 {NumberType::i16, "int16", "I16", 2},
                                                 {NumberType::i8, "int8", "I8", 1},
                                                 {NumberType::u64, "uint64", "U64", 8},
                                                 {NumberType::u32, "uint32", "U32", 4},
                                                 {NumberType::u16, "uint16", "U16", 2},
                                                 {NumberType::u8, "uint8", "U8", 1},
                                                 {NumberType::boolean, "bool", "BOOL", 1}}};

// 1 bit of sign, 5 of exponent, 10 of fraction. Threads flush denormals, so none is made on the way.
struct Half {
  std::uint16_t bits;

  operator float() const {
    const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000) << 16, rest = bits & 0x7fff;
    if (rest < 0x400)
      return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(static_cast<float>(rest) * 0x1p-24f));
    const std::uint32_t exponent = rest < 0x7c00 ? 112 : 224;  // bias 127 in the place of 15; infinity stays
    return std::bit_cast<float>(sign | ((rest << 13) + (exponent << 23)));
  }
  static Half of(float number) {
    const auto word = std::bit_cast<std::uint32_t>(number), rest = word & 0x7fffffff;
    const std::uint32_t sign = word >> 16 & 0x8000;
    if (rest > 0x7f800000) return {static_cast<std::uint16_t>(sign | 0x7e00)};
    if (rest >= 0x477ff000) return {static_cast<std::uint16_t>(sign | 0x7c00)};  // 65520 and above
    if (rest < 0x38800000)                                                       // denormal there: a count of 2^-24
      return {
          static_cast<std::uint16_t>(sign | static_cast<std::uint32_t>(std::nearbyint(std::abs(number) * 0x1p24f)))};
    return {static_cast<std::uint16_t>(sign | (rest - (112u << 23) + 0xfff + (rest >> 13 & 1)) >> 13)};
  }
};

// The upper half of a float.
struct Brain {
  std::uint16_t bits;

  operator float() const { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }
  static Brain of(float number) {
    const auto word = std::bit_cast<std::uint32_t>(number);
    if ((word & 0x7fffffff) > 0x7f800000) return {static_cast<std::uint16_t>(word >> 16 | 0x40)};
    return {static_cast<std::uint16_t>((word + 0x7fff + (word >> 16 & 1)) >> 16)};
  }
};

template <class T>
void read_as(const std::byte* from, int64_t count, real* to) {
  for (int64_t i = 0; i < count; ++i) {
    T number;
    std::memcpy(&number, from + i * static_cast<int64_t>(sizeof(T)), sizeof(T));
    to[i] = static_cast<real>(number);
  }
}

template <class T>
T rounded(real number) {
  if constexpr (std::is_floating_point_v<T>)
    return static_cast<T>(number);
  else
    return T::of(static_cast<float>(number));
}

template <class T>
void write_as(const real* from, int64_t count, std::byte* to) {
  for (int64_t i = 0; i < count; ++i) {
    const T number = rounded<T>(from[i]);
    std::memcpy(to + i * static_cast<int64_t>(sizeof(T)), &number, sizeof(T));
  }
}

}  // namespace

std::span<const NumberTypeInfo> number_types() { return all; }

const NumberTypeInfo& info(NumberType type) { return all[to_size(type)]; }

void to_real(NumberType type, const std::byte* from, int64_t count, real* to) {
  switch (type) {
    case NumberType::f64:
      return read_as<double>(from, count, to);
    case NumberType::f32:
      return read_as<float>(from, count, to);
    case NumberType::f16:
      return read_as<Half>(from, count, to);
    case NumberType::bf16:
      return read_as<Brain>(from, count, to);
    case NumberType::i64:
      return read_as<int64_t>(from, count, to);
    case NumberType::i32:
      return read_as<std::int32_t>(from, count, to);
    case NumberType::i16:
      return read_as<std::int16_t>(from, count, to);
    case NumberType::i8:
      return read_as<std::int8_t>(from, count, to);
    case NumberType::u64:
      return read_as<std::uint64_t>(from, count, to);
    case NumberType::u32:
      return read_as<std::uint32_t>(from, count, to);
    case NumberType::u16:
      return read_as<std::uint16_t>(from, count, to);
    case NumberType::u8:
    case NumberType::boolean:
      return read_as<std::uint8_t>(from, count, to);
  }
}

void from_real(NumberType type, const real* from, int64_t count, std::byte* to) {
  switch (type) {
    case NumberType::f64:
      return write_as<double>(from, count, to);
    case NumberType::f32:
      return write_as<float>(from, count, to);
    case NumberType::f16:
      return write_as<Half>(from, count, to);
    case NumberType::bf16:
      return write_as<Brain>(from, count, to);
    default:
      fail("from_real: got a type of whole numbers, want float64, float32, float16 or bfloat16", {});
  }
}

}  // namespace bertlet::io
