#include "bert/io/formats/safetensors.h"

#include <limits>

#include "core/require.h"
#include "tests/bits.h"
#include "tests/catch.h"
#include "tests/scratch.h"

using namespace bertlet;
using Catch::Matchers::ContainsSubstring;

namespace {

// The length of the header, the header, the numbers.
std::string file_of(const std::string& header, const std::string& numbers) {
  std::string bytes(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>(header.size() >> (8 * i));
  return bytes + header + numbers;
}

template <class T>
std::string bytes_of(std::initializer_list<T> numbers) {
  return {reinterpret_cast<const char*>(numbers.begin()), numbers.size() * sizeof(T)};
}

std::vector<real> numbers_of(const std::string& type, const std::string& bytes, std::size_t count) {
  const Scratch scratch;
  const auto path = scratch.write(
      "f",
      file_of(fmt::format(R"({{"x":{{"dtype":"{}","shape":[{}],"data_offsets":[0,{}]}}}})", type, count, bytes.size()),
              bytes));
  return io::read_safetensors(path).tensors.at(0).array().values();
}

}  // namespace

TEST_CASE("safetensors give back what was written, to the bit", "[io]") {
  const Scratch scratch;
  const auto path = scratch.path() / "a.safetensors";
  const Array special = Array::of({5}, {std::numeric_limits<real>::infinity(), std::numeric_limits<real>::quiet_NaN(),
                                        std::numeric_limits<real>::denorm_min(), real(-0.0), real(1) / 3});
  const Array large = Array::filled({300, 400}, real(1) / 7);
  io::write_safetensors(path, {io::outgoing("special", special), io::outgoing("number", Array::number(7)),
                               io::outgoing("none", Array({0, 3})), io::outgoing("ü \"x\"", large)});
  const io::Safetensors file = io::read_safetensors(path);
  CHECK(file.metadata == io::Metadata{{"format", "pt"}});
  REQUIRE(file.tensors.size() == 4);
  for (const io::StoredTensor& tensor : file.tensors) {
    const Array want = tensor.name == "special"  ? special
                       : tensor.name == "number" ? Array::number(7)
                       : tensor.name == "none"   ? Array({0, 3})
                                                 : large;
    CHECK(tensor.shape == want.shape());
    CHECK(same_bits(tensor.array(), want));
  }
}

TEST_CASE("a large tensor is the file's own pages, which may be written without harm", "[io]") {
  const Scratch scratch;
  const auto path = scratch.path() / "a.safetensors";
  io::write_safetensors(path, {io::outgoing("x", Array::filled({300, 400}, 2))});
  const io::StoredTensor tensor = io::read_safetensors(path).tensors.at(0);
  Array one = tensor.array();
  const Array other = tensor.array();
  std::filesystem::remove(path);
  one[5] = 3;
  CHECK(one[5] == 3);
  CHECK(one[6] == 2);
  CHECK(other[5] == 2);
  CHECK(tensor.array()[5] == 2);
}

TEST_CASE("numbers of every type are read", "[io]") {
  CHECK(numbers_of("F64", bytes_of<double>({1.5, -2}), 2) == std::vector<real>{1.5, -2});
  CHECK(numbers_of("F32", bytes_of<float>({1.5f, -2}), 2) == std::vector<real>{1.5, -2});
  const real least = static_cast<real>(0x1p-24);
  CHECK(numbers_of("F16", bytes_of<std::uint16_t>({0x3e00, 0xc000, 0x0001, 0x83ff, 0x7bff, 0x7c00}), 6) ==
        std::vector<real>{1.5, -2, least, -1023 * least, 65504, std::numeric_limits<real>::infinity()});
  CHECK(numbers_of("BF16", bytes_of<std::uint16_t>({0x3fc0, 0xc000}), 2) == std::vector<real>{1.5, -2});
  CHECK(numbers_of("I64", bytes_of<int64_t>({1, -2}), 2) == std::vector<real>{1, -2});
  CHECK(numbers_of("I8", bytes_of<std::int8_t>({1, -2}), 2) == std::vector<real>{1, -2});
  CHECK(numbers_of("BOOL", bytes_of<std::uint8_t>({1, 0}), 2) == std::vector<real>{1, 0});
}

TEST_CASE("halves are the nearest, and of two the even one", "[io]") {
  const auto through = [](io::NumberType type, real number) {
    std::byte bytes[8];
    io::from_real(type, &number, 1, bytes);
    io::to_real(type, bytes, 1, &number);
    return number;
  };
  CHECK(through(io::NumberType::f16, real(1 + 0x1p-11)) == 1);
  CHECK(through(io::NumberType::f16, real(1 + 3 * 0x1p-11)) == real(1 + 0x1p-9));
  CHECK(through(io::NumberType::f16, 65519) == 65504);
  CHECK(std::isinf(through(io::NumberType::f16, 65520)));
  CHECK(through(io::NumberType::f16, real(0x1p-25)) == 0);
  CHECK(through(io::NumberType::f16, real(3 * 0x1p-25)) == real(0x1p-23));
  CHECK(std::isnan(through(io::NumberType::f16, std::numeric_limits<real>::quiet_NaN())));
  CHECK(through(io::NumberType::bf16, real(1 + 0x1p-8)) == 1);
  CHECK(through(io::NumberType::bf16, real(1 + 3 * 0x1p-8)) == real(1 + 0x1p-6));
  CHECK(std::isnan(through(io::NumberType::bf16, std::numeric_limits<real>::quiet_NaN())));
  for (int bits = 0; bits < 0x7c00; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    real number;
    io::to_real(io::NumberType::f16, reinterpret_cast<const std::byte*>(&half), 1, &number);
    std::uint16_t back;
    io::from_real(io::NumberType::f16, &number, 1, reinterpret_cast<std::byte*>(&back));
    REQUIRE(back == half);
  }
}

TEST_CASE("a broken safetensors file is one line: file, place, reason", "[io]") {
  struct Case {
    std::string bytes, want;
  };
  const std::string two(8, 'x');
  const auto tensor = [](const std::string& rest) { return R"({"x":{"dtype":"F32",)" + rest + "}}"; };
  const Case cases[] = {
      {"", "got 0 bytes, want a safetensors file"},
      {"1234567", "got 7 bytes, want a safetensors file"},
      {std::string(8, '\xff'), "got a header of 18446744073709551615 bytes in a file of 8"},
      {file_of("[]", ""), "the header does not begin with {"},
      {file_of("{\"a\":", ""), "line 1, column 6: syntax error"},
      {file_of(R"({"x":{}, "x":{}})", ""), "has 'x' twice"},
      {file_of(R"({"x":{"a":1,"a":2}})", ""), "has 'a' twice"},
      {file_of(R"({"x":{}})", ""), "x: 'dtype' is missing"},
      {file_of(R"({"x":{"dtype":"F4"}})", ""), "x.dtype: got \"F4\", want F64, F32,"},
      {file_of(tensor(R"("shape":[-2],"data_offsets":[0,8])"), two), "shape.[0]: got -2, want no negative number"},
      {file_of(tensor(R"("shape":[1,1,1,1,1,1,2],"data_offsets":[0,8])"), two), "want a list of at most 6 lengths"},
      {file_of(tensor(R"("shape":[2],"data_offsets":[0])"), two), "want a list of begin and end"},
      {file_of(tensor(R"("shape":[2],"data_offsets":[8,0])"), two), "x: got bytes 8 … 0 of 8 for [2] of 4 bytes each"},
      {file_of(tensor(R"("shape":[2],"data_offsets":[0,9])"), two), "x: got bytes 0 … 9 of 8"},
      {file_of(tensor(R"("shape":[3],"data_offsets":[0,8])"), two), "x: got bytes 0 … 8 of 8 for [3]"},
      {file_of(tensor(R"("shape":[4611686018427387904,4],"data_offsets":[0,8])"), two), "x: got bytes 0 … 8 of 8"},
      {file_of(tensor(R"("shape":[1],"data_offsets":[4,8])"), two), "x: begins at byte 4, want 0"},
      {file_of(tensor(R"("shape":[1],"data_offsets":[0,4])"), two), "4 bytes are in no tensor"},
      {file_of(R"({"__metadata__":{"a":1}})", ""), "__metadata__.a: got 1, want a string"},
      {file_of("{\"a\\nb\":{}}", ""), "a b: 'dtype' is missing"},
  };
  for (const Case& c : cases) {
    const Scratch scratch;
    const auto path = scratch.write("f.safetensors", c.bytes);
    CHECK_THROWS_WITH(io::read_safetensors(path),
                      ContainsSubstring(c.want) && ContainsSubstring("f.safetensors: ") && !ContainsSubstring("\n"));
  }
  CHECK_THROWS_WITH(io::read_safetensors("/no/such"), "/no/such: No such file or directory");
  CHECK_THROWS_WITH(io::read_safetensors("/tmp"), ContainsSubstring("/tmp: is not a file"));
}

TEST_CASE("a file that could not be written whole leaves what was there", "[io]") {
  const Scratch scratch;
  const auto path = scratch.write("f", "before");
  const auto breaks = [](io::FileWriter&) { throw Error("no more"); };
  CHECK_THROWS_WITH(io::write_safetensors(path, {{"x", io::NumberType::f32, {2}, breaks}}), "no more");
  CHECK(io::read_file(path) == "before");
  CHECK(std::distance(std::filesystem::directory_iterator(scratch.path()), {}) == 1);
  CHECK_THROWS_WITH(io::write_safetensors(path, {io::outgoing("x", Array({1})), io::outgoing("x", Array({1}))}),
                    "safetensors: got 'x' twice, want names that differ");
}
